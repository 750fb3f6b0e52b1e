//! Counts what came back of a sender's messages.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::PortError;
use crate::{SenderName, Tally};

/// Counts a sender's messages and those that came to a bad end, for a [`Guard`](crate::Guard).
///
/// A message belongs to the time in which its provider took it; when the report came does not
/// matter.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Tallies: Debug + Send + Sync + 'static {
    /// Of the messages that the sender's channel took after an instant: how many came to which bad
    /// end. It costs what there are of those, however many messages there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn tally(&self, by: &SenderName, since: DateTime<Utc>) -> Result<Tally, PortError>;

    /// How many messages the sender's channel took after an instant; counted up to `most`.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn taken(
        &self,
        by: &SenderName,
        since: DateTime<Utc>,
        most: u64,
    ) -> Result<u64, PortError>;
}
