//! Keeps events until somebody has them.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::PortError;
use crate::Event;

/// The events of a store that nobody has yet: its transactional outbox.
///
/// A store writes what happens in the transaction in which it happens, while the pass that opened
/// it last said so ([`Opening::events`](super::Opening)); others that write meanwhile (a program
/// that records an opt-out) write their events too. What was not written then is never told.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait EventQueue: Debug + Send + Sync + 'static {
    /// The oldest events that wait, of so many decisions of the store at most; none, when somebody
    /// else passes them on at this time.
    ///
    /// They wait until they are said to be passed on: after a kill they come again, with the same
    /// names.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn waiting(&self, decisions: u32, now: DateTime<Utc>) -> Result<Waiting, PortError>;

    /// Forgets events that a sink has. Again it changes nothing.
    ///
    /// # Errors
    /// When the store cannot be written.
    async fn passed_on(&self, these: &Mark) -> Result<(), PortError>;
}

/// Events that wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The events, the oldest first.
    pub events: Vec<Event>,
    /// What to say when a sink has them.
    pub mark: Mark,
}

/// Which events are meant: a store's own numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark(Vec<i64>);

impl Mark {
    /// The events of these decisions, by the numbers that a store gave them.
    #[must_use]
    pub fn new(decisions: Vec<i64>) -> Self {
        Self(decisions)
    }

    /// The numbers.
    #[must_use]
    pub fn decisions(&self) -> &[i64] {
        &self.0
    }

    /// Whether nothing is meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
