//! A receiver of webhooks on this machine, which verifies, remembers, and fails when it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use pregon_adapters_webhook::{Egress, Headers, SigningSecret, Verifier, Webhook, WebhookConfig};
use pregon_conformance::action::{Delivered, Probe};
use pregon_core::{Class, DispatchId, DispatchKey, Order, Rendered, SendError};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What the receiver does instead of answering that all is well.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Writes these bytes and hangs up.
    Says(Vec<u8>),
    /// Writes these bytes and says nothing more.
    Stalls(Vec<u8>),
    /// Hangs up before the request is read.
    HangsUpAtOnce,
    /// Hangs up once the request is read.
    HangsUp,
}

impl Act {
    pub(crate) fn status(status: u16, headers: &str) -> Self {
        let text = format!("HTTP/1.1 {status} Said\r\n{headers}Content-Length: 2\r\n\r\n{{}}");
        Self::Says(text.into_bytes())
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Debug, Default)]
struct State {
    acts: VecDeque<Act>,
    requests: Vec<Request>,
    connections: usize,
    remembers: bool,
    /// Accepted ones: by id, once where it remembers.
    taken: Vec<(String, Delivered)>,
}

/// The receiver; it stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Receiver {
    state: Arc<Mutex<State>>,
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        Self::listen("127.0.0.1:0", None).await
    }

    /// At this address, and with TLS where there is somebody to accept it.
    pub(crate) async fn listen(at: &str, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                state.lock().unwrap().connections += 1;
                let tls = tls.clone();
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, state).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, state).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            state,
            address,
            task,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn remembers(&self, remembers: bool) {
        self.state().remembers = remembers;
    }

    pub(crate) fn next(&self, act: Act) {
        self.state().acts.push_back(act);
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.state().connections
    }

    pub(crate) fn config(&self) -> WebhookConfig {
        let url = format!("http://{}/pregon", self.address);
        let egress = Egress::new().and_loopback();
        WebhookConfig::new(url, secrets()).with_egress(egress)
    }

    pub(crate) fn webhook(&self) -> Webhook {
        Webhook::new(self.config()).unwrap()
    }
}

impl Probe for Receiver {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let taken = &self.state().taken;
        let own = taken.iter().filter(|(key, _)| *key == id.to_string());
        own.map(|(_, delivered)| delivered.clone()).collect()
    }

    fn count(&self) -> usize {
        self.state().taken.len()
    }
}

pub(crate) fn secrets() -> Vec<SigningSecret> {
    vec![SigningSecret::parse(SECRET).unwrap()]
}

pub(crate) fn order(body: &str) -> Order {
    Order {
        id: DispatchId::from_bytes([7; 16]),
        row: 31,
        key: DispatchKey {
            campaign: "renovacion".parse().unwrap(),
            journey: "aviso-30-dias".parse().unwrap(),
            step: "aviso".parse().unwrap(),
            trigger: "before_date".to_owned(),
            occurrence: "STR-1".parse().unwrap(),
            customer: "C-1".parse().unwrap(),
            channel: "webhook".parse().unwrap(),
        },
        again: false,
        purpose: "renewal".parse().unwrap(),
        class: Class::Promotional,
        to: "C-1".to_owned(),
        parts: Rendered::new().with("body", body),
        unsubscribe: None,
        now: "2026-11-20T12:00:00Z".parse().unwrap(),
    }
}

/// What an error says, layer by layer.
pub(crate) fn said(error: &SendError) -> String {
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(below) = cause {
        said.push_str(": ");
        said.push_str(&below.to_string());
        cause = below.source();
    }
    said
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, state: Arc<Mutex<State>>) {
    let mut rest = Vec::new();
    loop {
        let at_once = matches!(state.lock().unwrap().acts.front(), Some(Act::HangsUpAtOnce));
        if at_once {
            state.lock().unwrap().acts.pop_front();
            return;
        }
        let Some(request) = read(&mut stream, &mut rest).await else {
            return;
        };
        let act = {
            let mut state = state.lock().unwrap();
            state.requests.push(request.clone());
            state.acts.pop_front()
        };
        let answer = match act {
            None => answer(&mut state.lock().unwrap(), &request).into_bytes(),
            Some(Act::HangsUp | Act::HangsUpAtOnce) => return,
            Some(Act::Says(bytes)) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Some(Act::Stalls(bytes)) => {
                let _ = stream.write_all(&bytes).await;
                return std::future::pending().await;
            }
        };
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// Verifies, remembers, and says yes; nobody is told about.
fn answer(state: &mut State, request: &Request) -> String {
    let header = |name: &str| request.headers.get(name).map(String::as_str).unwrap_or("");
    let headers = Headers {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    let seconds = header("webhook-timestamp").parse().unwrap_or_default();
    let now = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let verified = Verifier::new(secrets()).verify(headers, &request.body, now);
    let told = request.json();
    let to = told["data"]["customer"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let status = match verified {
        Err(_) => 401,
        Ok(()) if to == "nobody" => 422,
        Ok(()) => 204,
    };
    let known = state.taken.iter().any(|(id, _)| id == headers.id);
    if status == 204 && !(known && state.remembers) {
        let parts = [("body".to_owned(), told["data"]["body"].to_string())].into();
        let delivered = Delivered { to, parts };
        state.taken.push((headers.id.to_owned(), delivered));
    }
    match status {
        204 => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        _ => format!("HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n"),
    }
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S, rest: &mut Vec<u8>) -> Option<Request> {
    let head = loop {
        if let Some(at) = rest.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = rest.split_off(at + 4);
            break String::from_utf8_lossy(&std::mem::replace(rest, body)).into_owned();
        }
        if stream.read_buf(rest).await.ok()? == 0 {
            return None;
        }
    };
    let pairs = head.lines().filter_map(|line| line.split_once(':'));
    let headers: BTreeMap<String, String> = pairs
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    while rest.len() < length {
        if stream.read_buf(rest).await.ok()? == 0 {
            return None;
        }
    }
    let after = rest.split_off(length);
    let body = std::mem::replace(rest, after);
    Some(Request { headers, body })
}
