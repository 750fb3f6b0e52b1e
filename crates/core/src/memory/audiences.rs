//! Frozen audiences in memory.

use std::collections::BTreeMap;
use std::ops::Bound;

use async_trait::async_trait;

use super::MemoryStore;
use super::state::Tables;
use crate::{
    AudienceStore, CampaignId, CampaignRecord, Cursor, CustomerId, FrozenId, FrozenMember,
    JourneyId, Page, PortError, PortErrorKind, Profile,
};

/// An audience, of a campaign that may not name it yet.
#[derive(Debug)]
pub(super) struct Kept {
    campaign: CampaignId,
    in_use: bool,
    members: BTreeMap<CustomerId, Profile>,
}

impl Kept {
    /// Takes somebody out; whether they were in it.
    pub(super) fn forget(&mut self, customer: &CustomerId) -> bool {
        self.members.remove(customer).is_some()
    }
}

impl Tables {
    /// Makes the audiences that a campaign names its own, and lets its others go; `false` when one
    /// is not there.
    pub(super) fn keep_audiences(&mut self, campaign: &CampaignRecord) -> bool {
        let id = &campaign.campaign().id;
        let named: Vec<FrozenId> = campaign.frozen().values().map(|frozen| frozen.id).collect();
        let own = |kept: &Kept| kept.campaign == *id;
        if !named
            .iter()
            .all(|id| self.audiences.get(id).is_some_and(own))
        {
            return false;
        }
        self.audiences
            .retain(|number, kept| !own(kept) || named.contains(number));
        for kept in self.audiences.values_mut().filter(|kept| own(kept)) {
            kept.in_use = true;
        }
        true
    }
}

fn member((customer, profile): (&CustomerId, &Profile)) -> FrozenMember {
    FrozenMember {
        customer: customer.clone(),
        profile: profile.clone(),
    }
}

#[async_trait]
impl AudienceStore for MemoryStore {
    async fn begin_audience(
        &self,
        campaign: &CampaignId,
        _journey: &JourneyId,
    ) -> Result<FrozenId, PortError> {
        let mut tables = self.tables();
        tables.audiences_begun += 1;
        let id = FrozenId::new(tables.audiences_begun);
        let kept = Kept {
            campaign: campaign.clone(),
            in_use: false,
            members: BTreeMap::new(),
        };
        tables.audiences.insert(id, kept);
        Ok(id)
    }

    async fn add_members(&self, to: FrozenId, members: &[FrozenMember]) -> Result<u64, PortError> {
        let mut tables = self.tables();
        let open = tables.audiences.get_mut(&to).filter(|kept| !kept.in_use);
        let Some(kept) = open else {
            let operation = "keeping members";
            return Err(PortError::new("memory", operation, PortErrorKind::Conflict));
        };
        let before = kept.members.len();
        for member in members {
            let known = kept.members.entry(member.customer.clone());
            known.or_insert_with(|| member.profile.clone());
        }
        Ok((kept.members.len() - before) as u64)
    }

    async fn members<'a>(
        &self,
        of: FrozenId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<FrozenMember>, PortError> {
        let after = after.map(|cursor| CustomerId::new(cursor.as_str()));
        let after = after.transpose().map_err(|error| {
            PortError::new("memory", "page of members", PortErrorKind::Invalid).with_source(error)
        })?;
        let tables = self.tables();
        let Some(kept) = tables.audiences.get(&of) else {
            return Ok(Page::last(Vec::new()));
        };
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = kept.members.range((from, Bound::Unbounded));
        let items: Vec<FrozenMember> = rest.by_ref().take(limit as usize).map(member).collect();
        let last = items.last().map(|last| Cursor::new(last.customer.as_str()));
        let next = rest.next().and(last);
        Ok(Page { items, next })
    }

    async fn find_members(
        &self,
        of: FrozenId,
        ids: &[CustomerId],
    ) -> Result<Vec<FrozenMember>, PortError> {
        let tables = self.tables();
        let Some(kept) = tables.audiences.get(&of) else {
            return Ok(Vec::new());
        };
        let found = ids.iter().filter_map(|id| kept.members.get_key_value(id));
        Ok(found.map(member).collect())
    }
}
