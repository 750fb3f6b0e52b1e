//! Several providers for one channel.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::rest::Rest;
use crate::{Action, ChannelName, Fate, Order, Promise, Receipt, SendError, Shape};

/// A provider that cannot stand in for the first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a provider of {other} cannot stand in for one of {first}")]
pub struct FailOverError {
    /// What the first carries.
    pub first: ChannelName,
    /// What the other carries.
    pub other: ChannelName,
}

/// Several providers for one channel, in the order in which they are asked.
///
/// The next is asked only when the one before *surely* does not have the message
/// ([`Fate::NotSent`], [`Fate::ChannelDown`]). What may have left ([`Fate::Unknown`]) is in doubt
/// and goes to nobody else, and what was rejected is: another provider does not know better whether
/// the person may be written to.
///
/// One that does not work is left alone for a while: half a minute after a closed account or three
/// failures to reach it, twice as long each time, a quarter of an hour at most; as long as it asks
/// for, up to an hour, when it takes no more.
///
/// A receipt keeps the reference of the provider that gave it; give the engine the
/// [`FeedbackSource`](crate::FeedbackSource) of each of them, which pass over what is not theirs.
///
/// ```
/// # use std::sync::Arc;
/// # use pregon_core::*;
/// # use pregon_core::testing::{Recording, Reply};
/// let (first, second) = (Recording::sms(), Recording::sms());
/// let both = FailOver::new(Arc::new(first.clone())).then(Arc::new(second.clone()))?;
/// assert_eq!(both.shape(), first.shape());
/// assert_eq!(both.promise(), Promise::Blind);
/// # Ok::<(), FailOverError>(())
/// ```
#[derive(Debug)]
pub struct FailOver {
    shape: Shape,
    providers: Vec<Provider>,
}

#[derive(Debug)]
struct Provider {
    action: Arc<dyn Action>,
    rest: Mutex<Rest>,
}

impl FailOver {
    /// One provider, which is asked first.
    #[must_use]
    pub fn new(first: Arc<dyn Action>) -> Self {
        Self {
            shape: first.shape(),
            providers: vec![Provider::of(first)],
        }
    }

    /// With another one, which is asked when those before it surely do not have a message.
    ///
    /// # Errors
    /// When it carries another kind of message, or to another kind of address.
    pub fn then(mut self, next: Arc<dyn Action>) -> Result<Self, FailOverError> {
        let shape = next.shape();
        if shape != self.shape {
            return Err(FailOverError {
                first: self.shape.kind,
                other: shape.kind,
            });
        }
        self.providers.push(Provider::of(next));
        Ok(self)
    }
}

#[async_trait]
impl Action for FailOver {
    /// What all of them promise alike; nothing, when they are several that remember our keys or
    /// can be asked: which of them has a message in doubt is not known.
    fn promise(&self) -> Promise {
        let mut promises = self.providers.iter().map(|it| it.action.promise());
        let first = promises.next().unwrap_or(Promise::Blind);
        match first {
            _ if self.providers.len() == 1 => first,
            Promise::Webhook if promises.all(|it| it == first) => first,
            _ => Promise::Blind,
        }
    }

    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        let mut failed: Option<SendError> = None;
        for provider in &self.providers {
            if provider.rests(order.now) {
                continue;
            }
            let answer = provider.action.perform(order).await;
            provider.fared(&answer, order.now);
            match answer {
                Err(error) if is_free(error.fate()) => failed = Some(worse(failed, error)),
                settled => return settled,
            }
        }
        Err(failed.unwrap_or_else(all_rest))
    }
}

impl Provider {
    fn of(action: Arc<dyn Action>) -> Self {
        Self {
            action,
            rest: Mutex::default(),
        }
    }

    fn rests(&self, now: DateTime<Utc>) -> bool {
        self.rest().holds(now)
    }

    fn fared(&self, answer: &Result<Receipt, SendError>, now: DateTime<Utc>) {
        match answer {
            Err(error) if error.fate() != Fate::Rejected => self.rest().fails(error, now),
            _ => self.rest().works(),
        }
    }

    fn rest(&self) -> std::sync::MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it surely did not leave.
fn is_free(fate: Fate) -> bool {
    matches!(fate, Fate::NotSent | Fate::ChannelDown)
}

/// Which of two failures is told: the channel is down only when every provider is.
fn worse(before: Option<SendError>, now: SendError) -> SendError {
    match before {
        Some(before) if before.fate() == Fate::NotSent => before,
        _ => now,
    }
}

/// Nobody was asked, so nobody is failed because of it.
fn all_rest() -> SendError {
    use crate::{PortError, PortErrorKind};
    let error = PortError::new("fail-over", "perform", PortErrorKind::Unavailable);
    SendError::new(Fate::ChannelDown, error)
}
