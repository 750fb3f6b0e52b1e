//! Keeps what came back.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Cursor, Page, PortError};
use crate::{Awaited, ChannelName, DispatchRef, Feedback, Heard, Hearing};

/// How many days a message is found by its provider's own reference; by our name, always.
///
/// An index of references would be written by every message, and no provider needs it that gives
/// our name back.
pub const REFERENCES_KEPT: i64 = 35;

/// Keeps what came back about messages, and does what follows from it.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait FeedbackStore: Debug + Send + Sync + 'static {
    /// Keeps reports, all or none; once it returns they are durable. One that is told again, by
    /// [`Feedback::id`], changes nothing.
    ///
    /// What follows is kept with them. A message whose answer was lost and of which something came
    /// back is accepted ([`FeedbackKind::confirms`](crate::FeedbackKind::confirms)): no other copy
    /// leaves. A dead address, a complaint or a refusal is a word ([`Feedback::word`]), and holds
    /// as one that [`record`](super::PreferenceStore::record) keeps: no dispatch begins against it
    /// any more.
    ///
    /// A report about a message that is not known is kept aside until it is: with each call, which
    /// may be without reports, those kept aside are tried again. A word whose address the report
    /// itself names holds at once. A provider's own reference is looked for among the messages that
    /// its channel took in the last [`REFERENCES_KEPT`] days.
    ///
    /// # Errors
    /// When the store cannot be written.
    async fn hear(&self, reports: &[Feedback], now: DateTime<Utc>) -> Result<Hearing, PortError>;

    /// A page of the messages of a channel that a provider took after an instant under a name of
    /// its own, and of which more may come back, in the order in which they were taken.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn awaited<'a>(
        &self,
        channel: &ChannelName,
        since: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Awaited>, PortError>;

    /// What came back of these dispatches by now, in the same order; nothing of those that are not
    /// known.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn heard(&self, of: &[DispatchRef]) -> Result<Vec<Heard>, PortError>;
}
