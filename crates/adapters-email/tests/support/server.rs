//! A mail server in this process that does at each step what the test says.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server does when a step is due. The steps are the verbs, `GREETING` and `BODY`.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Says it, as a whole reply.
    Say(String),
    /// Says it as it stands, then hangs up.
    SayAndCut(&'static str),
    /// Hangs up.
    Cut,
    /// Says nothing more.
    Hang,
}

pub(crate) fn say(reply: impl Into<String>) -> Act {
    Act::Say(reply.into())
}

#[derive(Debug, Default)]
struct State {
    always: HashMap<&'static str, Act>,
    once: HashMap<&'static str, VecDeque<Act>>,
    connections: usize,
    open: usize,
    most_open: usize,
    lines: Vec<String>,
    mails: Vec<Vec<u8>>,
}

impl State {
    fn told(&mut self, step: &'static str) -> Option<Act> {
        let once = self.once.get_mut(step).and_then(VecDeque::pop_front);
        once.or_else(|| self.always.get(step).cloned())
    }
}

/// The server; it stops with its runtime.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
    /// Rings whenever a step is due.
    steps: tokio::sync::watch::Receiver<String>,
}

impl Server {
    /// Listens without TLS.
    pub(crate) async fn plain() -> Self {
        Self::start(None, false).await
    }

    /// Listens with TLS from the first byte.
    pub(crate) async fn tls(acceptor: TlsAcceptor) -> Self {
        Self::start(Some(acceptor), true).await
    }

    /// Listens without TLS and offers STARTTLS.
    pub(crate) async fn starttls(acceptor: TlsAcceptor) -> Self {
        Self::start(Some(acceptor), false).await
    }

    async fn start(acceptor: Option<TlsAcceptor>, implicit: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let (ring, steps) = tokio::sync::watch::channel(String::new());
        let (ring, shared) = (Arc::new(ring), Arc::clone(&state));
        tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                tcp.set_nodelay(true).unwrap();
                let (acceptor, ring) = (acceptor.clone(), Arc::clone(&ring));
                let state = Arc::clone(&shared);
                {
                    let mut state = state.lock().unwrap();
                    state.connections += 1;
                    state.open += 1;
                    state.most_open = state.most_open.max(state.open);
                }
                tokio::spawn(async move {
                    let guest = Guest { state, ring };
                    guest.serve(tcp, acceptor, implicit).await;
                    guest.state.lock().unwrap().open -= 1;
                });
            }
        });
        Self { port, state, steps }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub(crate) fn always(&self, step: &'static str, act: Act) {
        self.state().always.insert(step, act);
    }

    /// The next time only.
    pub(crate) fn once(&self, step: &'static str, act: Act) {
        self.state().once.entry(step).or_default().push_back(act);
    }

    /// Forgets what it was told and what it saw.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        let open = state.open;
        *state = State::default();
        state.open = open;
    }

    /// Waits until the step is due.
    pub(crate) async fn reaches(&self, step: &str) {
        let mut steps = self.steps.clone();
        steps.wait_for(|at| at == step).await.unwrap();
    }

    pub(crate) fn connections(&self) -> usize {
        self.state().connections
    }

    pub(crate) fn most_open(&self) -> usize {
        self.state().most_open
    }

    /// The verbs that came, over all connections.
    pub(crate) fn verbs(&self) -> Vec<String> {
        self.lines().iter().map(|line| verb(line)).collect()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.state().lines.clone()
    }

    /// The mails as they came over the wire, without the last dot.
    pub(crate) fn mails(&self) -> Vec<Vec<u8>> {
        self.state().mails.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn verb(line: &str) -> String {
    line.split([' ', ':']).next().unwrap().to_owned()
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
type Talk = BufReader<Box<dyn Stream>>;

/// One connection.
struct Guest {
    state: Arc<Mutex<State>>,
    ring: Arc<tokio::sync::watch::Sender<String>>,
}

impl Guest {
    /// Serves until one of the two hangs up; `None` says only that.
    async fn serve(
        &self,
        tcp: TcpStream,
        mut acceptor: Option<TlsAcceptor>,
        implicit: bool,
    ) -> Option<()> {
        let mut talk: Talk = BufReader::new(Box::new(tcp));
        if implicit {
            talk = encrypted(acceptor.take()?, talk).await?;
        }
        self.act("GREETING", "220 test ready", &mut talk).await?;
        loop {
            let mut line = String::new();
            talk.read_line(&mut line)
                .await
                .ok()
                .filter(|read| *read > 0)?;
            let step = self.note(line.trim_end());
            let usual = match step {
                "EHLO" if acceptor.is_some() => "250-test\r\n250 STARTTLS",
                "EHLO" => "250-test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
                "STARTTLS" => "220 go on",
                "AUTH" => "235 2.7.0 welcome",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 2.0.0 ok",
            };
            let said = self.act(step, usual, &mut talk).await?;
            match (step, &said[..1]) {
                ("STARTTLS", "2") => talk = encrypted(acceptor.take()?, talk).await?,
                ("DATA", "3") => self.take_mail(&mut talk).await?,
                ("QUIT", _) => return None,
                _ => {}
            }
        }
    }

    /// Writes down the line; gives the step.
    fn note(&self, line: &str) -> &'static str {
        self.state.lock().unwrap().lines.push(line.to_owned());
        let known = [
            "EHLO", "STARTTLS", "AUTH", "RSET", "MAIL", "RCPT", "DATA", "QUIT",
        ];
        let verb = verb(line);
        known
            .into_iter()
            .find(|step| *step == verb)
            .unwrap_or("OTHER")
    }

    async fn take_mail(&self, talk: &mut Talk) -> Option<()> {
        let mut mail = Vec::new();
        while !mail.ends_with(b"\r\n.\r\n") {
            let read = talk.read_until(b'\n', &mut mail).await;
            read.ok().filter(|read| *read > 0)?;
        }
        mail.truncate(mail.len() - 3);
        let number = {
            let mut state = self.state.lock().unwrap();
            state.mails.push(mail);
            state.mails.len()
        };
        let usual = format!("250 2.0.0 Ok: queued as Q{number}");
        let said = self.act("BODY", &usual, talk).await;
        said.map(drop)
    }

    /// Does what the test told for the step; gives what was said if the connection goes on.
    async fn act(&self, step: &'static str, usual: &str, talk: &mut Talk) -> Option<String> {
        let act = self.state.lock().unwrap().told(step);
        self.ring.send_replace(step.to_owned());
        let stream = talk.get_mut();
        match act.unwrap_or_else(|| say(usual)) {
            Act::Say(reply) => {
                stream
                    .write_all(format!("{reply}\r\n").as_bytes())
                    .await
                    .ok()?;
                stream.flush().await.ok()?;
                Some(reply).filter(|reply| !reply.starts_with("421"))
            }
            Act::SayAndCut(text) => {
                stream.write_all(text.as_bytes()).await.ok()?;
                stream.shutdown().await.ok()?;
                None
            }
            Act::Cut => None,
            Act::Hang => std::future::pending().await,
        }
    }
}

async fn encrypted(acceptor: TlsAcceptor, talk: Talk) -> Option<Talk> {
    let tls = acceptor.accept(talk.into_inner()).await.ok()?;
    Some(BufReader::new(Box::new(tls)))
}
