//! What goes over the socket of the provider: a line of JSON each way; a message is answered by a
//! line that begins with a number, as HTTP would.

use serde::{Deserialize, Serialize};

/// A message as it is handed to the provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Letter {
    /// The dispatch: the key of all of its attempts.
    pub(crate) id: String,
    /// Whom it is for, as its text says.
    pub(crate) customer: String,
    /// Where it goes.
    pub(crate) address: String,
    /// What it is, as its text says.
    pub(crate) campaign: String,
    /// Whether the sender says that an earlier attempt may have arrived.
    pub(crate) again: bool,
    /// When it was prepared, in microseconds of the storm's clock.
    pub(crate) prepared: i64,
}

/// What the provider is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    /// To take a message.
    Send(Letter),
    /// Which of these it has taken.
    Find(Vec<String>),
    /// To answer when so many messages have arrived, whatever became of them.
    Watch(u64),
    /// To give the next number of the order in which it hears of things.
    Mark,
    /// To tell all that arrived.
    Dump,
}

/// What the provider made of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// The person got it.
    Taken,
    /// It had it already and did nothing.
    Repeated,
    /// The person did not get it.
    Refused,
}

/// Something that arrived.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Arrival {
    /// Its place in the order in which the provider heard of things.
    pub(crate) order: u64,
    /// When, in microseconds of the storm's clock.
    pub(crate) at: i64,
    /// What.
    pub(crate) letter: Letter,
    /// What became of it.
    pub(crate) effect: Effect,
}
