//! Asks a provider what became of messages.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::PortError;
use crate::{Awaited, Feedback};

/// Asks a provider that calls nobody back what became of messages that it took.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait FeedbackSource: Debug + Send + Sync + 'static {
    /// What the provider knows by now about these messages: receipts, answers, refusals.
    ///
    /// What it knows nothing about is left out; what it told before may be told again, and is then
    /// equal in all that makes its [`id`](Feedback::id). It is asked about a message again and
    /// again, for as long as more may come back.
    ///
    /// # Errors
    /// When the provider cannot be asked, or does not answer in its form. Nothing is lost by it:
    /// the same messages are asked about again.
    async fn ask(&self, about: &[Awaited], now: DateTime<Utc>) -> Result<Vec<Feedback>, PortError>;
}
