//! What became of dispatches.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Cursor, Page, PortError};
use crate::{AddressHash, CampaignId, Class, CustomerId, DispatchId, DispatchRef, DispatchView};

/// Which dispatches are asked for; what is `None` is not asked for.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct DispatchQuery {
    /// Only this customer's.
    pub customer: Option<CustomerId>,
    /// Only this campaign's.
    pub campaign: Option<CampaignId>,
    /// Only this one.
    pub id: Option<DispatchId>,
    /// Only those that have begun and whose answer is not there yet.
    pub in_flight: bool,
}

impl DispatchQuery {
    /// All dispatches.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only this customer's.
    #[must_use]
    pub fn of_customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }

    /// Only this campaign's.
    #[must_use]
    pub fn of_campaign(mut self, campaign: CampaignId) -> Self {
        self.campaign = Some(campaign);
        self
    }

    /// Only those that have begun and whose answer is not there yet: they may still arrive.
    #[must_use]
    pub fn in_flight(mut self) -> Self {
        self.in_flight = true;
        self
    }

    /// Only this one.
    #[must_use]
    pub fn of_id(mut self, id: DispatchId) -> Self {
        self.id = Some(id);
        self
    }
}

/// A dispatch with whom it was for: what a link in its message leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// What the log shows of it.
    pub view: DispatchView,
    /// What class of writing it is.
    pub class: Class,
    /// The hash of its address, as it was read last; `None` while it was not.
    pub address: Option<AddressHash>,
}

/// Reads what became of dispatches: the side of the ledger that decides nothing.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DispatchLog: Debug + Send + Sync + 'static {
    /// A page of dispatches in the order in which they were planned, each once.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn dispatches<'a>(
        &self,
        query: &DispatchQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<DispatchView>, PortError>;

    /// The dispatch of a name, with whom it was for. It is looked for at its row first, which is
    /// found at once; where another one stands there, by its id.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, PortError>;
}
