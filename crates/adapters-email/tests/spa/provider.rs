//! What the story asks of a provider, whoever it is.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_adapters_email::CallbackError;
use pregon_core::{Action, DispatchRef, Feedback, FeedbackKind};

/// A mail that a provider took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) to: String,
    pub(crate) subject: String,
    /// Our name for it, as the mail carries it.
    pub(crate) name: DispatchRef,
}

/// What became of a mail, or what somebody did with it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) mail: Sent,
    pub(crate) kind: FeedbackKind,
    pub(crate) at: DateTime<Utc>,
}

/// In which order a provider calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    AsItHappened,
    Backwards,
}

/// Whoever takes mails and tells what became of them.
pub(crate) trait Provider {
    /// The channel, as the spa uses it.
    fn action(&self) -> Arc<dyn Action>;

    /// The mails that it took.
    fn mails(&self) -> Vec<Sent>;

    /// Whether it tells of such things at all.
    fn tells(&self, kind: FeedbackKind) -> bool;

    /// How many events it tells in one call.
    fn at_once(&self) -> usize;

    /// Calls with these events: what the adapter reads.
    fn call(&self, events: &[Event], now: DateTime<Utc>) -> Result<Vec<Feedback>, CallbackError>;

    /// The host has kept what the last call told.
    fn kept(&self) {}

    /// The same call by somebody who has not its key.
    fn forge(&self, events: &[Event], now: DateTime<Utc>) -> Result<Vec<Feedback>, CallbackError>;
}

impl Order {
    pub(crate) const BOTH: [Self; 2] = [Self::AsItHappened, Self::Backwards];
}

impl Sent {
    /// Whether it is somebody's mail of this subject.
    pub(crate) fn is(&self, who: &str, subject: &str) -> bool {
        self.who() == who && self.subject == subject
    }

    /// Whose it is.
    pub(crate) fn who(&self) -> &str {
        self.to.split('@').next().unwrap()
    }
}
