//! Audiences that were frozen.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Cursor, Page, PortError};
use crate::{CampaignId, CustomerId, FrozenId, FrozenMember, JourneyId};

/// Keeps audiences as they were when their campaign was published.
///
/// An audience is put together page by page beside what is in use, and is part of its campaign
/// once the campaign that names it is saved ([`CampaignStore`](crate::CampaignStore::save)). What
/// nobody came to name goes by itself: a kill in the middle leaves no half of an audience.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AudienceStore: Debug + Send + Sync + 'static {
    /// Begins an audience without members, and gives its number, which is no other's ever.
    ///
    /// # Errors
    /// When the store cannot be written.
    async fn begin_audience(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Result<FrozenId, PortError>;

    /// Adds members, all or none, and gives how many of them are new; those who are in it already
    /// stay as they were kept.
    ///
    /// # Errors
    /// `Conflict` when its campaign was saved since: it is in use and stays as it is, or is gone;
    /// otherwise when the store cannot be written.
    async fn add_members(&self, to: FrozenId, members: &[FrozenMember]) -> Result<u64, PortError>;

    /// A page of the members in the order of their ids, each once. An audience that is gone has
    /// none.
    ///
    /// # Errors
    /// When the store cannot be read, or the cursor is not one of its own.
    async fn members<'a>(
        &self,
        of: FrozenId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<FrozenMember>, PortError>;

    /// Those of some people who are members.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn find_members(
        &self,
        of: FrozenId,
        ids: &[CustomerId],
    ) -> Result<Vec<FrozenMember>, PortError>;
}
