//! Frozen audiences of a store that breaks one promise.

use async_trait::async_trait;
use pregon_core::{
    AudienceStore, CampaignId, Cursor, CustomerId, FrozenId, FrozenMember, JourneyId, Page,
    PortError, Profile,
};

use super::{SabotagedStore, StoreFault};

impl SabotagedStore {
    fn shown(&self, mut members: Vec<FrozenMember>) -> Vec<FrozenMember> {
        if self.is(StoreFault::ForgetsProfiles) {
            for member in &mut members {
                member.profile = Profile::default();
            }
        }
        members
    }
}

#[async_trait]
impl AudienceStore for SabotagedStore {
    async fn begin_audience(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Result<FrozenId, PortError> {
        let id = self.honest.begin_audience(campaign, journey).await?;
        let first = *self.memory().audience.get_or_insert(id);
        let twice = self.is(StoreFault::GivesANumberTwice);
        Ok(if twice { first } else { id })
    }

    async fn add_members(&self, to: FrozenId, members: &[FrozenMember]) -> Result<u64, PortError> {
        let new = self.honest.add_members(to, members).await;
        if self.is(StoreFault::LetsAudiencesGrow) && new.is_err() {
            return Ok(members.len() as u64);
        }
        let new = new?;
        let mut memory = self.memory();
        let known = memory.members.entry(to).or_default();
        known.extend_from_slice(members);
        let twice = self.is(StoreFault::CountsMembersTwice);
        Ok(if twice { members.len() as u64 } else { new })
    }

    async fn members<'a>(
        &self,
        of: FrozenId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<FrozenMember>, PortError> {
        let mut page = self.honest.members(of, after, limit).await?;
        if self.is(StoreFault::ShowsMembersBackwards) {
            page.items.reverse();
        }
        if self.is(StoreFault::KeepsOldAudiences) && page.items.is_empty() && after.is_none() {
            page.items = self.memory().members.get(&of).cloned().unwrap_or_default();
        }
        Ok(Page {
            items: self.shown(page.items),
            next: page.next,
        })
    }

    async fn find_members(
        &self,
        of: FrozenId,
        ids: &[CustomerId],
    ) -> Result<Vec<FrozenMember>, PortError> {
        let mut found = self.honest.find_members(of, ids).await?;
        if self.is(StoreFault::FindsEverybody) {
            let known = |id: &CustomerId| found.iter().any(|member| member.customer == *id);
            let others: Vec<_> = ids.iter().filter(|id| !known(id)).cloned().collect();
            found.extend(others.into_iter().map(FrozenMember::of));
        }
        Ok(self.shown(found))
    }
}
