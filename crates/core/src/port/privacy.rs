//! Forgets a person.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::PortError;
use crate::CustomerId;

/// What forgetting a person did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[must_use]
pub struct Erased {
    /// How many dispatches no longer say whose they were.
    pub dispatches: u64,
    /// How many of them waited, and will not be sent.
    pub withdrawn: u64,
    /// How many of them had begun: they may still arrive.
    pub in_flight: u64,
    /// How many words are kept under the tombstone.
    pub words: u64,
    /// In how many frozen audiences the person was.
    pub audiences: u64,
}

/// Forgets people, and remembers only that they are forgotten.
///
/// The right to erasure: LOPDP (Ecuador) art. 15, Ley 1581 (Colombia) art. 8 e, Ley 21.719 (Chile)
/// art. 6, GDPR art. 17.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Privacy: Debug + Send + Sync + 'static {
    /// Forgets a customer, all or nothing; once it returns, nothing of theirs begins.
    ///
    /// * What waits ends as suppressed with [`Reason::Erased`](crate::Reason::Erased); what has
    ///   begun may still arrive, and is settled as any other.
    /// * In every dispatch the customer becomes the [tombstone](crate::HashKey::tombstone); the
    ///   occurrence becomes `erased`, record and reference go. States, reasons, instants and places
    ///   in limits stay, so that the books still prove what they proved; hashes of addresses stay,
    ///   because limits and refusals rest on them and nobody reads an address from them.
    /// * The person's own words stay under the tombstone. Each address that a dispatch of theirs
    ///   had gets a refusal of everything promotional (source `erase`): who comes back under
    ///   another id is not written to.
    /// * They leave every frozen audience.
    /// * The customer is remembered by the tombstone alone: a plan that has them again keeps no row
    ///   of it ([`Scheduled::refused`](crate::Scheduled) counts it as erased).
    ///
    /// Again it changes nothing. A person whom the store has never seen is remembered all the same.
    ///
    /// # Errors
    /// When the store cannot be written.
    async fn erase(&self, customer: &CustomerId, now: DateTime<Utc>) -> Result<Erased, PortError>;
}
