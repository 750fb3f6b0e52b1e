//! A web server in this process: whole answers to whole requests, and every way of not giving one.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio_rustls::TlsAcceptor;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find_map(|(of, value)| (of == name).then_some(value.as_str()))
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answers and waits for the next request.
    Say(Vec<u8>),
    /// Sends these bytes, as many at a time as said, and hangs up.
    SayAndCut(Vec<u8>, usize),
    /// Sends these bytes and nothing more.
    SayAndHang(Vec<u8>),
    /// Answers when so many requests wait as the barrier is for.
    SayTogether(Vec<u8>, Arc<Barrier>),
    /// Hangs up after so many bytes of the request's body, unread or not.
    CutAfter(usize),
}

/// An answer with a body and headers.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut said = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        said.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{said}\r\n{body}").into_bytes()
}

/// Whatever answers requests.
type Handler = dyn Fn(&Asked) -> Act + Send + Sync;

struct State {
    handler: Box<Handler>,
    /// What comes before the handler is asked.
    next: Mutex<VecDeque<Act>>,
    asked: AtomicUsize,
    connections: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

/// The server; it stops with its runtime.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) port: u16,
    state: Arc<State>,
    tls: bool,
}

impl Web {
    pub(crate) async fn plain(handler: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        Self::start(None, Box::new(handler)).await
    }

    pub(crate) async fn tls(
        acceptor: TlsAcceptor,
        handler: impl Fn(&Asked) -> Act + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(acceptor), Box::new(handler)).await
    }

    async fn start(acceptor: Option<TlsAcceptor>, handler: Box<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            handler,
            next: Mutex::default(),
            asked: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
        });
        let (shared, tls) = (Arc::clone(&state), acceptor.is_some());
        tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                tcp.set_nodelay(true).unwrap();
                let (state, acceptor) = (Arc::clone(&shared), acceptor.clone());
                tokio::spawn(async move {
                    state.connections.fetch_add(1, Ordering::SeqCst);
                    let open = state.open.fetch_add(1, Ordering::SeqCst) + 1;
                    state.most_open.fetch_max(open, Ordering::SeqCst);
                    match acceptor {
                        None => state.serve(tcp).await,
                        Some(acceptor) => match acceptor.accept(tcp).await {
                            Ok(stream) => state.serve(stream).await,
                            Err(_) => None,
                        },
                    };
                    state.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { port, state, tls }
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// What it does with the next request in the place of its handler.
    pub(crate) fn next(&self, act: Act) {
        self.state.next.lock().unwrap().push_back(act);
    }

    /// How many requests came to their end.
    pub(crate) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn most_open(&self) -> usize {
        self.state.most_open.load(Ordering::SeqCst)
    }
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Web").field("port", &self.port).finish()
    }
}

impl State {
    /// Serves until one of the two hangs up; `None` says only that.
    async fn serve(&self, stream: impl AsyncRead + AsyncWrite + Unpin) -> Option<()> {
        let mut talk = BufReader::new(stream);
        loop {
            let (mut asked, length) = head(&mut talk).await?;
            let next = self.next.lock().unwrap().pop_front();
            if let Some(Act::CutAfter(bytes)) = next {
                let mut some = vec![0; bytes.min(length)];
                talk.read_exact(&mut some).await.ok()?;
                return None;
            }
            asked.body = vec![0; length];
            talk.read_exact(&mut asked.body).await.ok()?;
            self.asked.fetch_add(1, Ordering::SeqCst);
            match next.unwrap_or_else(|| (self.handler)(&asked)) {
                Act::Say(bytes) => talk.get_mut().write_all(&bytes).await.ok()?,
                Act::SayTogether(bytes, barrier) => {
                    barrier.wait().await;
                    talk.get_mut().write_all(&bytes).await.ok()?;
                }
                Act::SayAndCut(bytes, at_a_time) => {
                    for some in bytes.chunks(at_a_time.max(1)) {
                        talk.get_mut().write_all(some).await.ok()?;
                        talk.get_mut().flush().await.ok()?;
                    }
                    talk.get_mut().shutdown().await.ok()?;
                    return None;
                }
                Act::SayAndHang(bytes) => {
                    talk.get_mut().write_all(&bytes).await.ok()?;
                    talk.get_mut().flush().await.ok()?;
                    return std::future::pending().await;
                }
                Act::CutAfter(_) => return None,
            }
            talk.get_mut().flush().await.ok()?;
        }
    }
}

/// The head of a request, and how long its body is.
async fn head(talk: &mut (impl AsyncBufReadExt + Unpin)) -> Option<(Asked, usize)> {
    let mut line = String::new();
    talk.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut asked = Asked {
        method: words.next()?,
        path: words.next()?,
        headers: Vec::new(),
        body: Vec::new(),
    };
    loop {
        line.clear();
        talk.read_line(&mut line).await.ok().filter(|n| *n > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let header = (name.to_ascii_lowercase(), value.trim().to_owned());
        asked.headers.push(header);
    }
    let length = asked.header("content-length")?.parse().ok()?;
    Some((asked, length))
}
