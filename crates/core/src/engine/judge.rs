//! The engine's limits and hours as the ledger asks for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use crate::{
    Allowance, Budget, CampaignId, Candidate, Cap, ChannelName, Decimal, Judge, Limit, Openings,
    Quota,
};

/// Applies the limits of all campaigns, those of the candidate's own, and the hours.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) limits: Vec<Arc<dyn Limit>>,
    pub(super) own: BTreeMap<CampaignId, Vec<Cap>>,
    pub(super) hours: Arc<[Openings]>,
    /// With the version of the campaign that has it.
    pub(super) budgets: BTreeMap<CampaignId, (u64, Budget)>,
    pub(super) prices: BTreeMap<ChannelName, Decimal>,
}

/// How far the openings of one morning are spread, so that it is not one second's load.
const SPREAD_SECS: i64 = 300;

impl Judge for Rules {
    fn quotas(&self, it: &Candidate, at: DateTime<Utc>) -> Vec<Quota> {
        let own = self.own.get(&it.campaign).map_or(&[][..], Vec::as_slice);
        let general = self.limits.iter().filter_map(|limit| limit.quota(it, at));
        general
            .chain(own.iter().filter_map(|cap| cap.quota(it, at)))
            .collect()
    }

    fn quiet_until(&self, it: &Candidate, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // An opening may be closed by other hours: ask again until all are open, a fortnight long.
        let mut open_at = at;
        for _ in 0..28 {
            let own = it.hours.and_then(|hours| hours.closed_until(it, open_at));
            let general = self.hours.iter();
            let general = general.filter_map(|hours| hours.closed_until(it, open_at));
            let closed = general.chain(own).max();
            match closed {
                Some(opens) => open_at = opens,
                None if open_at == at => return None,
                None => return Some(open_at + spread(it)),
            }
        }
        Some(open_at)
    }

    fn allowance(&self, it: &Candidate) -> Option<Allowance> {
        let (version, budget) = self.budgets.get(&it.campaign)?;
        let price = self.prices.get(&it.channel).copied().unwrap_or_default();
        let allowance = Allowance::of(budget, price).times(it.parts);
        Some(allowance.of_version(*version))
    }
}

/// The same for the same person everywhere, so that a run is repeated exactly.
fn spread(it: &Candidate) -> Duration {
    let byte = |n: usize| i64::from(it.address.as_bytes()[n]);
    Duration::seconds((byte(0) * 256 + byte(1)) % SPREAD_SECS)
}
