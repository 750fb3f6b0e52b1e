//! Frozen audiences as their port asks for them.

use async_trait::async_trait;
use pregon_core::{
    AudienceStore, CampaignId, Cursor, CustomerId, FrozenId, FrozenMember, JourneyId, Page,
    PortError,
};

use super::error::{During as _, Error};
use super::work::TRIES;
use super::{PostgresStore, audiences};

#[async_trait]
impl AudienceStore for PostgresStore {
    async fn begin_audience(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Result<FrozenId, PortError> {
        write!(self, "begin of an audience", |on| audiences::begin(
            on, campaign, journey
        ))
    }

    async fn add_members(&self, to: FrozenId, members: &[FrozenMember]) -> Result<u64, PortError> {
        write!(self, "keeping members", |on| audiences::add(
            on, to, members
        ))
    }

    async fn members<'a>(
        &self,
        of: FrozenId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<FrozenMember>, PortError> {
        read!(self, "page of members", |on| audiences::page(
            on, of, after, limit
        ))
    }

    async fn find_members(
        &self,
        of: FrozenId,
        ids: &[CustomerId],
    ) -> Result<Vec<FrozenMember>, PortError> {
        read!(self, "look for members", |on| audiences::find(on, of, ids))
    }
}
