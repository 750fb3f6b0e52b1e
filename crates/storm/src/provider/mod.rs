//! The provider: the one process that is never killed, and so knows what people really got.

mod book;
mod fault;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use pregon::{Clock as _, SystemClock};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::Result;
use crate::args::Provider;
use crate::clock::StormClock;
use crate::wire::Request;
use book::{Book, Reply};

/// How long a slow answer takes: some are still waited for, some are not.
const SLOW: [Duration; 2] = [Duration::from_millis(60), Duration::from_millis(250)];

/// What the connections share.
struct Desk {
    book: RefCell<Book>,
    clock: StormClock,
    arrived: watch::Sender<u64>,
}

/// Takes messages until the driver is gone.
pub(crate) async fn serve(asked: Provider) -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let desk = Rc::new(Desk {
        book: RefCell::new(Book::new(asked.seed, asked.mode)),
        clock: StormClock::open(&asked.clock)?,
        arrived: watch::Sender::new(0),
    });
    println!("READY {}", listener.local_addr()?);
    let local = tokio::task::LocalSet::new();
    let serving = local.run_until(async {
        loop {
            let (stream, _) = listener.accept().await?;
            let desk = Rc::clone(&desk);
            // A connection that breaks was a worker's, and workers are killed.
            tokio::task::spawn_local(async move { drop(converse(stream, &desk).await) });
        }
    });
    tokio::select! {
        ended = serving => ended,
        () = crate::work::end_of_stdin() => Ok(()),
    }
}

async fn converse(stream: TcpStream, desk: &Desk) -> Result {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let request = serde_json::from_str(&line)?;
        line.clear();
        let answer = match request {
            Request::Send(letter) => {
                let now = desk.clock.now().await?;
                let reply = desk.book.borrow_mut().take(letter, micros(now));
                desk.arrived.send_modify(|count| *count += 1);
                match carry_out(reply).await {
                    Ok(answer) => answer,
                    Err(rest) => {
                        stream.write_all(rest.as_bytes()).await?;
                        return Ok(());
                    }
                }
            }
            Request::Find(ids) => {
                let now = micros(desk.clock.now().await?);
                let book = desk.book.borrow();
                let has: Vec<bool> = ids.iter().map(|id| book.shows(id, now)).collect();
                serde_json::to_string(&has)? + "\n"
            }
            Request::Watch(count) => {
                let mut arrived = desk.arrived.subscribe();
                arrived.wait_for(|so_far| *so_far >= count).await?;
                "\n".to_owned()
            }
            Request::Mark => format!("{}\n", desk.book.borrow_mut().mark()),
            Request::Dump => serde_json::to_string(desk.book.borrow().arrivals())? + "\n",
        };
        stream.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// What is written as the answer; an error is what is written before the connection breaks.
async fn carry_out(reply: Reply) -> std::result::Result<String, String> {
    match reply {
        Reply::Said(line) => Ok(line),
        Reply::Slow(which, line) => {
            SystemClock::new().sleep(SLOW[which % SLOW.len()]).await;
            Ok(line)
        }
        Reply::Cut(rest) => Err(rest),
    }
}

fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}
