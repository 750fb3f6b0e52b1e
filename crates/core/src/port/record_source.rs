//! Reads what belongs to people.

use std::collections::BTreeMap;
use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use super::{Cursor, Page, PortError};
use crate::{Customer, Record, RecordKind, RecordRef, Schema, rule::Rule};

/// The attributes of each kind of record.
pub type RecordSchemas = BTreeMap<RecordKind, Schema>;

/// Between which dates or instants an attribute of the record must lie.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Due {
    /// A civil date between two, both included.
    On {
        /// The attribute.
        attribute: String,
        /// The first date.
        first: NaiveDate,
        /// The last date.
        last: NaiveDate,
    },
    /// An instant after one and up to another, which is included.
    At {
        /// The attribute.
        attribute: String,
        /// The instant before the first.
        after: DateTime<Utc>,
        /// The last instant.
        until: DateTime<Utc>,
    },
}

/// Which records are asked for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordQuery {
    /// Their kind.
    pub kind: RecordKind,
    /// When they are due.
    pub due: Option<Due>,
    /// Only those that may match; a source that cannot tell gives more.
    pub rule: Option<Rule>,
}

impl RecordQuery {
    /// All records of a kind.
    #[must_use]
    pub fn of(kind: RecordKind) -> Self {
        Self {
            kind,
            due: None,
            rule: None,
        }
    }

    /// Only those due then.
    #[must_use]
    pub fn due(mut self, due: Due) -> Self {
        self.due = Some(due);
        self
    }
}

/// Reads records with their customers from where a business keeps them.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait RecordSource: Debug + Send + Sync + 'static {
    /// The kinds of records that it has, with their attributes.
    ///
    /// # Errors
    /// When the source cannot be asked.
    async fn schemas(&self) -> Result<RecordSchemas, PortError>;

    /// A page of the records that a query asks for, each with its customer: a superset of them,
    /// never less. `due` is kept exactly: what is outside of it, or has no date, is not given.
    ///
    /// Following `next` from `None` gives every record that was there all the time exactly once, in
    /// a fixed order, whatever is added or removed meanwhile. A page has at most `limit` items.
    ///
    /// # Errors
    /// When the source cannot be asked, the kind or the attribute does not exist, or the cursor is
    /// not one of its own.
    async fn page<'a>(
        &self,
        query: &RecordQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(Record, Customer)>, PortError>;

    /// The records of these names with their customers, as they are now; those that are gone, or
    /// belong to nobody any more, are left out.
    ///
    /// # Errors
    /// When the source cannot be asked.
    async fn find(&self, names: &[RecordRef]) -> Result<Vec<(Record, Customer)>, PortError>;
}
