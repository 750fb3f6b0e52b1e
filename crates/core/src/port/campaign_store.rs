//! Campaigns and their progress.

use std::fmt::Debug;

use async_trait::async_trait;

use super::PortError;
use crate::{CampaignRecord, StoredCampaign};

/// Keeps campaigns.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CampaignStore: Debug + Send + Sync + 'static {
    /// Keeps a campaign, if what is kept has the version before this one (none before version 1).
    ///
    /// Once it returns with a state that is not active, no dispatch of the campaign begins. The
    /// frozen audiences that the campaign names become part of it, and all others of it go.
    ///
    /// The change is dated as the record says, or by the latest instant that the ledger has seen
    /// where that is later: what began before a stop began before its instant.
    ///
    /// # Errors
    /// `Conflict` when somebody else was faster, or an audience that it names is not there;
    /// otherwise when the store cannot be written.
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError>;

    /// All campaigns in the order of their ids, with how far their journeys have come.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError>;
}
