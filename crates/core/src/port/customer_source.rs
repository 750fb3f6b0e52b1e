//! Reads people.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Cursor, Page, PortError};
use crate::{Customer, CustomerId, Schema, rule::Rule};

/// Which customers are asked for.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CustomerQuery {
    /// Only those that may match; a source that cannot tell gives more.
    pub rule: Option<Rule>,
}

/// Reads people from where a business keeps them. Nothing is written and nothing is stored.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerSource: Debug + Send + Sync + 'static {
    /// The attributes that its customers can have.
    ///
    /// # Errors
    /// When the source cannot be asked.
    async fn schema(&self) -> Result<Schema, PortError>;

    /// A page of the customers that a query asks for: a superset of them, never less.
    ///
    /// Following `next` from `None` gives every customer that was there all the time exactly once,
    /// in a fixed order, whatever is added or removed meanwhile. A page has at most `limit` items.
    ///
    /// # Errors
    /// When the source cannot be asked, or the cursor is not one of its own.
    async fn page<'a>(
        &self,
        query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError>;

    /// The customers of these ids, as they are now; those that are gone are left out.
    ///
    /// # Errors
    /// When the source cannot be asked.
    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError>;
}
