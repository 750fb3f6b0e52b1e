//! A channel that records what it is given.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::{
    Action, Address, AddressKind, ChannelName, DispatchId, Email, Fate, FeedbackKind, Lookup,
    Message, Order, PortError, PortErrorKind, Promise, PurposeScope, Receipt, Remark, SendError,
    Shape, Sms,
};

/// What a [`Recording`] answers to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It has the message and says so.
    Accept,
    /// It has the message and its answer is lost.
    AcceptUnheard,
    /// It does not have the message, and says so with this fate (`Unknown`: says nothing).
    Refuse(Fate),
    /// It rejects the message and says this of its address.
    RejectSaying(FeedbackKind),
}

/// A message that a [`Recording`] has.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// The dispatch.
    pub id: DispatchId,
    /// The address.
    pub to: String,
    /// The parts, by name.
    pub parts: BTreeMap<String, String>,
    /// Whether it was flagged as possibly a second copy.
    pub again: bool,
}

impl Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent")
            .field("id", &self.id)
            .field("again", &self.again)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct State {
    sent: Vec<Sent>,
    replies: VecDeque<Reply>,
    orders: usize,
}

/// A channel that keeps every message it is given; its copies are the same channel.
///
/// With an idempotent promise the same dispatch again has no second effect, as with a provider
/// that keeps its word.
#[derive(Debug, Clone)]
pub struct Recording {
    shape: Shape,
    promise: Promise,
    state: Arc<Mutex<State>>,
}

impl Recording {
    /// A channel for e-mail that is blind.
    #[must_use]
    pub fn email() -> Self {
        Self::of::<Email>()
    }

    /// A channel for short messages that is blind.
    #[must_use]
    pub fn sms() -> Self {
        Self::of::<Sms>()
    }

    /// A channel for a kind of message that is blind.
    ///
    /// # Panics
    /// When the kind's name is not one.
    #[must_use]
    pub fn of<M: Message>() -> Self {
        let shape = Shape {
            kind: ChannelName::new(M::KIND).expect("a message's kind is a name"),
            address: AddressKind::new(M::Address::KIND).expect("an address's kind is a name"),
            parts: M::PARTS,
            counted: M::COUNTED,
        };
        Self {
            shape,
            promise: Promise::Blind,
            state: Arc::default(),
        }
    }

    /// With another promise, which it keeps.
    #[must_use]
    pub fn promising(mut self, promise: Promise) -> Self {
        self.promise = promise;
        self
    }

    /// Answers the next orders so, and accepts all after them.
    pub fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state().replies.extend(replies);
    }

    /// The messages it has, in the order in which they came.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    /// How many orders it was given, accepted or not.
    #[must_use]
    pub fn orders(&self) -> usize {
        self.state().orders
    }

    /// Asserts that exactly these addresses have been written to, in any order, each as often as
    /// it is named.
    ///
    /// # Panics
    /// When it is not so.
    #[track_caller]
    pub fn assert_sent(&self, to: &[&str]) {
        let mut expected: Vec<String> = to.iter().map(|text| (*text).to_owned()).collect();
        let mut got: Vec<String> = self.sent().into_iter().map(|sent| sent.to).collect();
        expected.sort_unstable();
        got.sort_unstable();
        assert_eq!(got, expected, "the addresses that were written to");
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, state: &mut State, order: &Order) {
        let idempotent = matches!(self.promise, Promise::Idempotent { .. });
        if idempotent && state.sent.iter().any(|sent| sent.id == order.id) {
            return;
        }
        let parts = self.shape.parts.iter();
        let parts =
            parts.filter_map(|p| Some((p.name.to_owned(), order.parts.get(p.name)?.to_owned())));
        let parts = parts.collect();
        state.sent.push(Sent {
            id: order.id,
            to: order.to.clone(),
            parts,
            again: order.again,
        });
    }
}

#[async_trait]
impl Action for Recording {
    fn promise(&self) -> Promise {
        self.promise
    }

    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        super::breath().await;
        let reply = {
            let mut state = self.state();
            state.orders += 1;
            let reply = state.replies.pop_front().unwrap_or(Reply::Accept);
            if matches!(reply, Reply::Accept | Reply::AcceptUnheard) {
                self.keep(&mut state, order);
            }
            reply
        };
        super::breath().await;
        let unavailable = PortError::new("recording", "perform", PortErrorKind::Unavailable);
        let fate = match reply {
            Reply::Accept => {
                return Ok(Receipt {
                    reference: Some(format!("rec-{}", order.id)),
                });
            }
            Reply::AcceptUnheard => Fate::Unknown,
            Reply::Refuse(fate) => fate,
            Reply::RejectSaying(kind) => {
                let refuses = PurposeScope::Everything;
                let error = SendError::new(Fate::Rejected, unavailable);
                return Err(error.with_remark(Remark { kind, refuses }));
            }
        };
        Err(SendError::new(fate, unavailable))
    }
}

/// It says what it has, as a provider with a search by our names.
#[async_trait]
impl Lookup for Recording {
    async fn find(&self, ids: &[DispatchId]) -> Result<Vec<Option<Receipt>>, PortError> {
        let sent = self.sent();
        let has = |id: &DispatchId| sent.iter().any(|sent| sent.id == *id);
        Ok(ids
            .iter()
            .map(|id| has(id).then(Receipt::default))
            .collect())
    }
}
