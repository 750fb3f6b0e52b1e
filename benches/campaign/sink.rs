//! A mail server that takes every mail, counts it and keeps its name.
//!
//! It does no more than it must, because it runs on the same cores: one thread, replies to all
//! commands that have come in one write, and of a mail it looks for its name and its end.

use std::collections::HashSet;
use std::hash::BuildHasher as _;
use std::io::BufRead as _;
use std::sync::Arc;

use memchr::memmem;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use super::args::Args;
use super::measure;

/// What it has taken.
#[derive(Default)]
struct Taken {
    mails: u64,
    bytes: u64,
    /// Hashes of the names of mails.
    names: HashSet<u64>,
    hasher: std::hash::RandomState,
}

struct Sink {
    taken: Mutex<Taken>,
    pipelining: bool,
}

/// Serves until nobody speaks to it any more.
pub(crate) fn run(args: &Args) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let sink = Arc::new(Sink {
        taken: Mutex::default(),
        pipelining: args.pipelining,
    });
    runtime.expect("a runtime").block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("port {}", listener.local_addr().expect("an address").port());
        tokio::spawn(accept(listener, sink.clone()));
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        std::thread::spawn(move || {
            let lines = std::io::stdin().lock().lines();
            lines
                .map_while(Result::ok)
                .try_for_each(|line| tell.send(line))
        });
        while let Some(line) = told.recv().await {
            sink.answer(&line).await;
        }
    });
}

async fn accept(listener: TcpListener, sink: Arc<Sink>) {
    while let Ok((tcp, _)) = listener.accept().await {
        let _ = tcp.set_nodelay(true);
        let sink = sink.clone();
        tokio::spawn(async move { sink.serve(tcp).await });
    }
}

impl Sink {
    async fn answer(&self, line: &str) {
        let taken = self.taken.lock().await;
        let (mails, names) = (taken.mails, taken.names.len());
        match line {
            "mails" => println!("mails {mails}"),
            _ => println!(
                "all {mails} {names} {} {}",
                measure::processor(),
                taken.bytes
            ),
        }
    }

    /// Serves a connection until it ends.
    async fn serve(&self, mut tcp: TcpStream) -> Option<()> {
        let end = memmem::Finder::new(b"\r\n.\r\n");
        let (mut come, mut replies) = (Vec::with_capacity(16 * 1024), Vec::new());
        // Whether a mail is coming, and how much of it has been looked at.
        let (mut mail, mut seen) = (false, 0);
        tcp.write_all(b"220 sink ready\r\n").await.ok()?;
        loop {
            if tcp.read_buf(&mut come).await.ok()? == 0 {
                return None;
            }
            let mut at = 0;
            loop {
                let rest = &come[at..];
                if mail {
                    let from = seen.min(rest.len());
                    let Some(found) = end.find(&rest[from..]) else {
                        seen = rest.len().saturating_sub(4);
                        break;
                    };
                    let length = from + found + 5;
                    self.take(&rest[..length]).await;
                    replies.extend_from_slice(b"250 2.0.0 Ok: queued as A1\r\n");
                    (mail, at) = (false, at + length);
                } else {
                    let Some(line) = memchr::memchr(b'\n', rest) else {
                        break;
                    };
                    let verb = rest.get(..4).unwrap_or_default();
                    replies.extend_from_slice(self.reply(verb));
                    (mail, seen) = (verb == b"DATA", 0);
                    at += line + 1;
                }
            }
            come.drain(..at);
            tcp.write_all(&replies).await.ok()?;
            replies.clear();
        }
    }

    fn reply(&self, verb: &[u8]) -> &'static [u8] {
        match verb {
            b"EHLO" if self.pipelining => b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
            b"EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            b"MAIL" | b"RCPT" | b"RSET" | b"NOOP" => b"250 2.0.0 ok\r\n",
            b"DATA" => b"354 go on\r\n",
            b"QUIT" => b"221 bye\r\n",
            _ => b"502 5.5.1 what\r\n",
        }
    }

    async fn take(&self, mail: &[u8]) {
        let start = memmem::find(mail, b"Message-ID: <").map_or(0, |at| at + 13);
        let name = &mail[start..];
        let length = memchr::memchr(b'>', name).unwrap_or(0);
        assert!(start > 0 && length > 0, "a mail without a name");
        let mut taken = self.taken.lock().await;
        let name = taken.hasher.hash_one(&name[..length]);
        taken.names.insert(name);
        taken.mails += 1;
        taken.bytes += mail.len() as u64;
    }
}
