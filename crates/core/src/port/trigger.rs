//! When.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Cursor, Page, PortError};
use crate::{OccurrenceId, Row};

/// A stretch of time from one completed run to the next: after `from`, up to and with `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// The end of the last completed run.
    pub from: DateTime<Utc>,
    /// The end of this one.
    pub to: DateTime<Utc>,
}

impl Span {
    /// Whether the instant lies in the span.
    #[must_use]
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from < at && at <= self.to
    }
}

/// The one thing a trigger fired for, with what was read to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// What makes it the same occasion: never the time at which it was found.
    pub id: OccurrenceId,
    /// Customer and record as they were read.
    pub row: Row,
    /// When it arose.
    pub due_at: DateTime<Utc>,
    /// When it no longer makes sense to write about it.
    pub not_after: DateTime<Utc>,
    /// Whether it is everybody's occasion (a newsletter) and not this person's own (a birthday).
    pub shared: bool,
}

/// Makes occasions arise. The built-in ones are data in campaign files; a host can register its
/// own.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Trigger: Debug + Send + Sync + 'static {
    /// A page of what fell due in a span.
    ///
    /// Spans that meet give each occurrence once; asked again for the same span, it gives the same
    /// ids. A calendar fires once in a span, however many of its times lie in it. Following `next`
    /// from `None` ends.
    ///
    /// # Errors
    /// When what it reads from cannot be asked.
    async fn due<'a>(
        &self,
        span: &Span,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Occurrence>, PortError>;
}
