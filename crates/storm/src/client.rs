//! The channel: hands messages to the provider over kept connections.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use pregon::{
    Action, AddressKind, ChannelName, DispatchId, Email, Fate, Lookup, Message as _, Order,
    PortError, PortErrorKind, Promise, Receipt, SendError, Shape,
};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::args::{Mode, PATIENCE};
use crate::wire::{Letter, Request};

/// Hands messages to the provider; keeps connections that ended well.
#[derive(Debug)]
pub(crate) struct Client {
    to: SocketAddr,
    idle: Mutex<Vec<BufReader<TcpStream>>>,
}

impl Client {
    /// One for the provider at an address.
    pub(crate) fn new(to: SocketAddr) -> Self {
        Self {
            to,
            idle: Mutex::default(),
        }
    }

    /// Hands over a message and says what is known of its fate.
    pub(crate) async fn send(&self, letter: Letter) -> Result<Receipt, SendError> {
        let kept = self.idle().pop();
        let on = match kept {
            Some(kept) => kept,
            None => self
                .connect()
                .await
                .map_err(|error| failed(Fate::NotSent, PortErrorKind::Unavailable, error))?,
        };
        // Whatever fails from here on, the message may have arrived.
        let (answer, broken) = self.ask(on, &Request::Send(letter)).await;
        judge(&answer, broken)
    }

    /// Asks on a connection, which is kept when the answer came whole.
    async fn ask(
        &self,
        mut on: BufReader<TcpStream>,
        request: &Request,
    ) -> (String, Option<crate::Failure>) {
        let mut answer = String::new();
        let exchange = async {
            let line = serde_json::to_string(request)? + "\n";
            on.write_all(line.as_bytes()).await?;
            on.read_line(&mut answer).await?;
            Ok(())
        };
        let ended: crate::Result = match timeout(PATIENCE, exchange).await {
            Ok(ended) => ended,
            Err(late) => Err(late.into()),
        };
        if answer.ends_with('\n') {
            self.idle().push(on);
        }
        (answer, ended.err())
    }

    async fn connect(&self) -> std::io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(self.to).await?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<BufReader<TcpStream>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an answer, or what came of it, says of the message.
fn judge(answer: &str, broken: Option<crate::Failure>) -> Result<Receipt, SendError> {
    let status = answer.get(..4).map(str::trim_end);
    let whole = answer.strip_suffix('\n');
    match status {
        // A status that was read is believed, however the rest of the answer ends.
        Some("200") => Ok(Receipt {
            reference: whole.and_then(|it| it.get(4..)).map(str::to_owned),
        }),
        Some("429") => Err(failed(
            Fate::NotSent,
            PortErrorKind::RateLimited { retry_after: None },
            "429",
        )),
        Some("422") => Err(failed(Fate::Rejected, PortErrorKind::Invalid, "422")),
        _ => {
            let why = broken.unwrap_or_else(|| "no answer".into());
            Err(failed(Fate::Unknown, PortErrorKind::Unavailable, why))
        }
    }
}

fn failed(fate: Fate, kind: PortErrorKind, why: impl Into<crate::Failure>) -> SendError {
    let error = PortError::new("storm", "send", kind);
    SendError::new(fate, error.with_source(why))
}

/// The channel of the engine: e-mail, over the client.
#[derive(Debug)]
pub(crate) struct Post {
    client: Client,
    mode: Mode,
}

impl Post {
    /// The channel to a provider of this kind.
    pub(crate) fn new(to: SocketAddr, mode: Mode) -> Self {
        let client = Client::new(to);
        Self { client, mode }
    }
}

#[async_trait]
impl Action for Post {
    fn promise(&self) -> Promise {
        self.mode.promise()
    }

    fn shape(&self) -> Shape {
        Shape {
            kind: ChannelName::new(Email::KIND).expect("a message's kind is a name"),
            address: AddressKind::new("email").expect("a kind of address"),
            parts: Email::PARTS,
            counted: Email::COUNTED,
        }
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        let part = |name| order.parts.get(name).unwrap_or_default().to_owned();
        let letter = Letter {
            id: order.id.to_string(),
            customer: part("text"),
            address: order.to.clone(),
            campaign: part("subject"),
            again: order.again,
            prepared: order.now.timestamp_micros(),
        };
        self.client.send(letter).await
    }
}

#[async_trait]
impl Lookup for Client {
    async fn find(&self, ids: &[DispatchId]) -> Result<Vec<Option<Receipt>>, PortError> {
        let wrong = |why: crate::Failure| {
            PortError::new("storm", "find", PortErrorKind::Unavailable).with_source(why)
        };
        let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let on = self.connect().await.map_err(|error| wrong(error.into()))?;
        let (answer, broken) = self.ask(on, &Request::Find(names)).await;
        if let Some(broken) = broken {
            return Err(wrong(broken));
        }
        let has: Vec<bool> = serde_json::from_str(&answer).map_err(|error| wrong(error.into()))?;
        let receipt = |(has, id): (bool, &DispatchId)| {
            has.then(|| Receipt {
                reference: Some(id.to_string()),
            })
        };
        Ok(has.into_iter().zip(ids).map(receipt).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, expected: Result<Option<&str>, Fate>) {
        let said = judge(answer, None).map(|receipt| receipt.reference);
        let expected = expected.map(|reference| reference.map(str::to_owned));
        assert_eq!(said.map_err(|error| error.fate()), expected);
    }

    #[test]
    fn a_whole_answer_is_a_receipt() {
        check("200 abc\n", Ok(Some("abc")));
    }
    #[test]
    fn a_status_is_believed_without_the_rest() {
        check("200 ab", Ok(None));
    }
    #[test]
    fn half_a_status_says_nothing() {
        check("200", Err(Fate::Unknown));
        check("20", Err(Fate::Unknown));
        check("", Err(Fate::Unknown));
    }
    #[test]
    fn definite_answers_are_definite() {
        check("429 later\n", Err(Fate::NotSent));
        check("422 never\n", Err(Fate::Rejected));
        check("500 sorry\n", Err(Fate::Unknown));
    }
}
