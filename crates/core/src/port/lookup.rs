//! Asks a provider what it has.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{PortError, Receipt};
use crate::DispatchId;

/// Asks a provider for messages by our own names, when their answers were lost.
///
/// Whoever promises [`Promise::Lookup`](crate::Promise) has one.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Lookup: Debug + Send + Sync + 'static {
    /// What the provider has, one answer for each name, in the same order. `None` says that it
    /// does not have it, and is believed once the promise's `settle` has passed.
    ///
    /// # Errors
    /// When the provider cannot be asked.
    async fn find(&self, ids: &[DispatchId]) -> Result<Vec<Option<Receipt>>, PortError>;
}
