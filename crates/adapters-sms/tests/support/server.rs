//! A server with a desk that answers rightly, and faults that it is told.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::wire::{self, Answer, Request};

/// Who answers rightly.
pub(crate) trait Desk: Send + Sync + 'static {
    fn answer(&self, request: &Request) -> Answer;
}

/// What happens instead of a right answer. What the desk does is done where it says so.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The desk is not asked; this is said.
    Says(Answer),
    /// The desk is not asked; these bytes are sent and the line is closed.
    Bytes(Vec<u8>),
    /// The desk is not asked; the line is closed without a word.
    HangsUp,
    /// The desk is not asked; nothing is ever said.
    Silent,
    /// The desk is not asked; a body without an end begins.
    Endless,
    /// The desk does its work; so many bytes of its answer are sent and the line is closed.
    Cut(usize),
    /// The desk does its work and nothing is ever said.
    Late,
    /// The desk does its work and answers a byte at a time.
    Slowly,
}

struct State<D> {
    desk: D,
    faults: Mutex<VecDeque<Fault>>,
    paths: Mutex<Vec<String>>,
}

/// The server; it stops when it is dropped.
pub(crate) struct Server<D> {
    state: Arc<State<D>>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl<D> Drop for Server<D> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<D> std::fmt::Debug for Server<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({})", self.address)
    }
}

impl<D: Desk> Server<D> {
    /// A server with this desk, on a free port of this machine.
    pub(crate) async fn start(desk: D) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            desk,
            faults: Mutex::default(),
            paths: Mutex::default(),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self {
            state,
            address,
            task,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn desk(&self) -> &D {
        &self.state.desk
    }

    /// The next call without a fault of its own gets this one.
    pub(crate) fn next(&self, fault: Fault) {
        lock(&self.state.faults).push_back(fault);
    }

    /// Faults that nobody met are forgotten.
    pub(crate) fn forgive(&self) {
        lock(&self.state.faults).clear();
    }

    /// Methods and paths of the calls since this was asked last.
    pub(crate) fn paths(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.state.paths))
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept<D: Desk>(listener: TcpListener, state: Arc<State<D>>) {
    // The connections end with the server.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&state)));
    }
}

async fn serve<D: Desk>(mut stream: TcpStream, state: Arc<State<D>>) {
    let mut rest = Vec::new();
    while let Ok(Some(request)) = wire::read(&mut stream, &mut rest).await {
        lock(&state.paths).push(format!("{} {}", request.method, request.target));
        let fault = lock(&state.faults).pop_front();
        // Whoever hangs up while we speak is left alone.
        match reply(&mut stream, fault, || state.desk.answer(&request)).await {
            Ok(true) => {}
            Ok(false) | Err(_) => return,
        }
    }
}

/// Answers one call; whether the connection stays open.
async fn reply(
    stream: &mut TcpStream,
    fault: Option<Fault>,
    right: impl FnOnce() -> Answer,
) -> io::Result<bool> {
    match fault {
        None => stream.write_all(&right().bytes().1).await?,
        Some(Fault::Says(answer)) => stream.write_all(&answer.bytes().1).await?,
        Some(Fault::Bytes(bytes)) => {
            stream.write_all(&bytes).await?;
            return Ok(false);
        }
        Some(Fault::HangsUp) => return Ok(false),
        Some(Fault::Silent) => return std::future::pending().await,
        Some(Fault::Late) => {
            right();
            return std::future::pending().await;
        }
        Some(Fault::Cut(bytes)) => {
            let (_, all) = right().bytes();
            stream.write_all(&all[..bytes.min(all.len())]).await?;
            return Ok(false);
        }
        Some(Fault::Slowly) => {
            stream.set_nodelay(true)?;
            for byte in right().bytes().1 {
                stream.write_all(&[byte]).await?;
                tokio::task::yield_now().await;
            }
        }
        Some(Fault::Endless) => {
            let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                         Content-Length: 104857600\r\n\r\n";
            stream.write_all(head).await?;
            loop {
                stream.write_all(&[b' '; 16 * 1024]).await?;
            }
        }
    }
    Ok(true)
}
