//! Who.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Cursor, Page, PortError};
use crate::{Customer, Row};

/// Says who belongs. A rule in a campaign file is one; a host can register its own.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Audience: Debug + Send + Sync + 'static {
    /// A page of the members: exactly they, each once, in a fixed order.
    ///
    /// # Errors
    /// When what it reads from cannot be asked.
    async fn page<'a>(
        &self,
        now: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError>;

    /// Whether the row belongs: the same answer that [`page`](Self::page) is made by.
    ///
    /// # Errors
    /// When what it reads from cannot be asked.
    async fn holds(&self, row: &Row, now: DateTime<Utc>) -> Result<bool, PortError>;
}
