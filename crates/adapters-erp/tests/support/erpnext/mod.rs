//! A small server that answers as ERPNext does, for tests.
//!
//! It has tables made from recorded rows, and answers questions about them by the rules that were
//! seen on a running site, traps included: a list without an order comes back shuffled, `<=` on a
//! date lets rows without a date through, a join over two doctypes is left out without a word. A
//! test changes the tables between two calls, counts the calls, and tells the server to fail: with
//! a recorded answer, with one of its own, by silence, by hanging up.
//!
//! Plain modules over std, tokio and serde_json, so that other packages' tests can include them:
//! `#[path = "…/tests/support/erpnext/mod.rs"] mod erpnext_server;`

mod data;
mod query;
mod recorded;
mod site;
mod wire;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};

pub(crate) use data::recorded_site;
pub(crate) use recorded::recorded;
pub(crate) use site::Site;
use wire::{Answer, Request};

/// What the server does instead of answering a call.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Answers as a site once did.
    Recorded(&'static str),
    /// Answers this, as this type.
    Says {
        status: u16,
        kind: &'static str,
        body: String,
    },
    /// Says that the limit is used up, and for how many seconds.
    Limits(Option<u32>),
    /// Answers rightly, one byte at a time.
    Slowly,
    /// Answers rightly and hangs up after so many bytes of the body.
    Cut(usize),
    /// Hangs up before it answers.
    HangsUp,
    /// Takes the call and never answers.
    Silent,
}

/// A call that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// `GET` or `POST`.
    pub(crate) method: String,
    /// The doctype of a list, or the last part of the path.
    pub(crate) of: String,
    /// How long the request's target was.
    pub(crate) target: usize,
}

struct State {
    site: Mutex<Site>,
    faults: Mutex<VecDeque<Fault>>,
    calls: Mutex<Vec<Call>>,
    /// How many calls are being answered, and how many ever were at once.
    busy: Mutex<(usize, usize)>,
    changed: Notify,
    open: watch::Sender<bool>,
}

/// The server; it stops when it is dropped.
pub(crate) struct Server {
    state: Arc<State>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// A server of this site, on a free port of this machine.
    pub(crate) async fn start(site: Site) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            site: Mutex::new(site),
            faults: Mutex::default(),
            calls: Mutex::default(),
            busy: Mutex::default(),
            changed: Notify::new(),
            open: watch::Sender::new(true),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self {
            state,
            address,
            task,
        }
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The site, to change it.
    pub(crate) fn site(&self) -> MutexGuard<'_, Site> {
        lock(&self.state.site)
    }

    /// The next call without a fault of its own gets this one.
    pub(crate) fn next(&self, fault: Fault) {
        lock(&self.state.faults).push_back(fault);
    }

    /// The calls since this was asked last.
    pub(crate) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *lock(&self.state.calls))
    }

    /// From now on no call is answered.
    pub(crate) fn hold(&self) {
        self.state.open.send_replace(false);
    }

    /// All calls are answered again.
    pub(crate) fn release(&self) {
        self.state.open.send_replace(true);
    }

    /// Waits until so many calls wait for an answer.
    pub(crate) async fn until_busy(&self, calls: usize) {
        loop {
            let changed = self.state.changed.notified();
            if lock(&self.state.busy).0 >= calls {
                return;
            }
            changed.await;
        }
    }

    /// How many calls there ever were at once.
    pub(crate) fn most_at_once(&self) -> usize {
        lock(&self.state.busy).1
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    // The connections end with the server.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&state)));
    }
}

/// Answers the calls of one connection until it ends; whoever hangs up is left alone.
async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let mut rest = Vec::new();
    while let Ok(Some(request)) = wire::read(&mut stream, &mut rest).await {
        {
            let mut busy = lock(&state.busy);
            busy.0 += 1;
            busy.1 = busy.1.max(busy.0);
        }
        state.changed.notify_waiters();
        let mut gate = state.open.subscribe();
        let waited = gate.wait_for(|open| *open).await.is_ok();
        let open = waited && reply(&mut stream, &request, &state).await;
        lock(&state.busy).0 -= 1;
        if !open {
            return;
        }
    }
}

/// Answers one call; whether the connection stays open.
async fn reply(stream: &mut TcpStream, request: &Request, state: &State) -> bool {
    let fault = lock(&state.faults).pop_front();
    lock(&state.calls).push(call(request));
    let right = || lock(&state.site).answer(request);
    let (answer, fault) = match fault {
        Some(Fault::Recorded(name)) => (recorded(name).answer(), None),
        Some(Fault::Says { status, kind, body }) => (Answer::new(status, kind, body), None),
        Some(Fault::Limits(seconds)) => (limited(seconds), None),
        Some(Fault::HangsUp) => return false,
        Some(Fault::Silent) => return std::future::pending().await,
        fault => (right(), fault),
    };
    let sent = match fault {
        Some(Fault::Cut(bytes)) => wire::write_part(stream, &answer, bytes)
            .await
            .map(|()| false),
        Some(Fault::Slowly) => wire::write_slowly(stream, &answer).await.map(|()| true),
        _ => wire::write(stream, &answer).await.map(|()| true),
    };
    sent.unwrap_or(false)
}

fn limited(seconds: Option<u32>) -> Answer {
    let body = r#"{"exc_type":"TooManyRequestsError"}"#;
    let mut answer = Answer::new(429, "application/json", body);
    let header = |seconds: u32| ("Retry-After".to_owned(), seconds.to_string());
    answer.headers.extend(seconds.map(header));
    answer
}

fn call(request: &Request) -> Call {
    let posted = request
        .body
        .as_ref()
        .and_then(|body| body.get("doctype")?.as_str());
    let last = request.path.last().map(String::as_str).unwrap_or_default();
    Call {
        method: request.method.clone(),
        of: posted.unwrap_or(last).to_owned(),
        target: request.target.len(),
    }
}
