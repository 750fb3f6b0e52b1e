//! Carries it out.

use std::fmt;
use std::fmt::Debug;
use std::marker::PhantomData;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::PortError;
use crate::{
    Address, AddressKind, ChannelName, Class, Counted, DispatchId, DispatchKey, DispatchRef,
    Message, Part, Promise, Purpose, Remark, Rendered,
};

/// What may have become of a message whose sending failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It definitely did not arrive; it may be tried again.
    NotSent,
    /// It definitely never will arrive.
    Rejected,
    /// It did not leave, and no other will: a wrong password, a closed account.
    ChannelDown,
    /// It may have arrived.
    Unknown,
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "message not sent",
            Self::Rejected => "message rejected",
            Self::ChannelDown => "channel down",
            Self::Unknown => "message not confirmed",
        })
    }
}

/// A message was not accepted, and what may have become of it.
#[derive(Debug, thiserror::Error)]
#[error("{fate}")]
pub struct SendError {
    fate: Fate,
    source: PortError,
    remark: Option<Remark>,
}

impl SendError {
    /// A failed sending with its fate.
    #[must_use]
    pub fn new(fate: Fate, source: PortError) -> Self {
        Self {
            fate,
            source,
            remark: None,
        }
    }

    /// With what the provider says of the address. It is heard only with [`Fate::Rejected`]: a
    /// provider that knows the address for dead has not taken the message.
    #[must_use]
    pub fn with_remark(mut self, remark: Remark) -> Self {
        self.remark = Some(remark);
        self
    }

    /// What the provider says of the address, if it says anything.
    #[must_use]
    pub fn remark(&self) -> Option<&Remark> {
        self.remark.as_ref()
    }

    /// What may have become of the message.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.fate
    }

    /// The port's error itself.
    #[must_use]
    pub fn into_port(self) -> PortError {
        self.source
    }

    /// The port's error.
    #[must_use]
    pub fn port(&self) -> &PortError {
        &self.source
    }
}

/// The provider's answer that it has the message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The provider's own name for it.
    pub reference: Option<String>,
}

/// What an action needs to be given: what publishing a campaign compiles and checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The name of its channel and of its table in a step.
    pub kind: ChannelName,
    /// The kind of address it goes to.
    pub address: AddressKind,
    /// The parts that a step writes.
    pub parts: &'static [Part],
    /// How its providers count one, and hence what it costs.
    pub counted: Counted,
}

/// One thing to be done for one person once. Its `Debug` hides address and texts.
#[derive(Clone)]
pub struct Order {
    /// The name of the dispatch: the idempotency key of every attempt.
    pub id: DispatchId,
    /// Where the ledger keeps it.
    pub row: i64,
    /// Whom it is about, and of which campaign, journey and step it is.
    pub key: DispatchKey,
    /// Whether an earlier attempt may have arrived.
    pub again: bool,
    /// Why we write.
    pub purpose: Purpose,
    /// What class of writing that is.
    pub class: Class,
    /// The address, canonical.
    pub to: String,
    /// The rendered parts.
    pub parts: Rendered,
    /// The signed text by which the person can refuse this kind of message.
    pub unsubscribe: Option<String>,
    /// The present.
    pub now: DateTime<Utc>,
}

impl Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order")
            .field("id", &self.id)
            .field("again", &self.again)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// Does one thing for one person once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Action: Debug + Send + Sync + 'static {
    /// What it can do for us when an answer is lost.
    fn promise(&self) -> Promise;

    /// What it needs to be given.
    fn shape(&self) -> Shape;

    /// Does it.
    ///
    /// # Errors
    /// With the truth about the message's [`Fate`]: `Unknown` whenever it may have arrived.
    async fn perform(&self, order: &Order) -> Result<Receipt, SendError>;
}

/// A message on its way, with what its channel needs to know beside it.
#[derive(Debug, Clone)]
pub struct Outbound<M> {
    /// The message.
    pub message: M,
    /// The name of the dispatch: the idempotency key of every attempt.
    pub id: DispatchId,
    /// Where the ledger keeps it.
    pub row: i64,
    /// Whether an earlier attempt may have arrived.
    pub again: bool,
    /// Why we write.
    pub purpose: Purpose,
    /// What class of writing that is.
    pub class: Class,
    /// The signed text by which the person can refuse this kind of message.
    pub unsubscribe: Option<String>,
    /// The present.
    pub now: DateTime<Utc>,
}

impl<M> Outbound<M> {
    /// What a provider is given as our name for the message, for what comes back of it.
    #[must_use]
    pub fn name(&self) -> DispatchRef {
        DispatchRef {
            id: self.id,
            row: self.row,
        }
    }
}

/// Carries a kind of message to its recipient.
#[async_trait]
pub trait Channel<M: Message>: Debug + Send + Sync + 'static {
    /// What the provider can do for us when an answer is lost.
    fn promise(&self) -> Promise;

    /// Hands the message to the provider.
    ///
    /// # Errors
    /// With the truth about the message's [`Fate`]: `Unknown` whenever it may have arrived.
    async fn send(&self, out: &Outbound<M>) -> Result<Receipt, SendError>;
}

/// Makes a channel an action.
pub struct Carry<M, C> {
    channel: C,
    message: PhantomData<fn() -> M>,
}

impl<M: Message, C: Channel<M>> Carry<M, C> {
    /// The action that carries messages of kind `M` by this channel.
    #[must_use]
    pub fn new(channel: C) -> Self {
        Self {
            channel,
            message: PhantomData,
        }
    }
}

impl<M, C: Debug> Debug for Carry<M, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Carry").field(&self.channel).finish()
    }
}

#[async_trait]
impl<M: Message, C: Channel<M>> Action for Carry<M, C> {
    fn promise(&self) -> Promise {
        self.channel.promise()
    }

    fn shape(&self) -> Shape {
        Shape {
            kind: ChannelName::new(M::KIND).expect("a message's kind is a name"),
            address: AddressKind::new(M::Address::KIND).expect("an address's kind is a name"),
            parts: M::PARTS,
            counted: M::COUNTED,
        }
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        let refused = |source: super::BoxError| {
            let error = PortError::new("message", "build", super::PortErrorKind::Invalid);
            SendError::new(Fate::Rejected, error.with_source(source))
        };
        let to = M::Address::parse(&order.to).map_err(|error| refused(error.into()))?;
        let message = M::build(to, &order.parts).map_err(|error| refused(error.into()))?;
        let out = Outbound {
            message,
            id: order.id,
            row: order.row,
            again: order.again,
            purpose: order.purpose.clone(),
            class: order.class,
            unsubscribe: order.unsubscribe.clone(),
            now: order.now,
        };
        self.channel.send(&out).await
    }
}
