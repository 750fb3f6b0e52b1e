//! What must hold between dispatches and their campaigns.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::entry::{Finding, began_at};
use crate::{BookEntry, CampaignId, CampaignState, CampaignStore, Cap, PortError, State};

/// The campaigns of a store as they were at one moment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Campaigns(BTreeMap<CampaignId, Seen>);

#[derive(Debug, Clone, PartialEq)]
struct Seen {
    version: u64,
    state: CampaignState,
    since: DateTime<Utc>,
    /// Its own limits, each bound to it.
    own: Vec<Cap>,
}

impl Campaigns {
    pub(super) async fn read<S: CampaignStore + ?Sized>(store: &S) -> Result<Self, PortError> {
        let seen = store.campaigns().await?.into_iter().map(|stored| {
            let (record, campaign) = (&stored.record, stored.record.campaign());
            let own = campaign.limits.iter().map(|cap| {
                let mut cap = cap.clone();
                cap.scope.campaign = Some(campaign.id.clone());
                cap
            });
            let seen = Seen {
                version: record.version(),
                state: record.state(),
                since: record.updated_at(),
                own: own.collect(),
            };
            (campaign.id.clone(), seen)
        });
        Ok(Self(seen.collect()))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The limits of a campaign's own.
    pub(super) fn own(&self, campaign: &CampaignId) -> &[Cap] {
        self.0.get(campaign).map_or(&[], |seen| &seen.own)
    }

    /// Whether nobody changed the campaign between the two: its version grows with each change.
    pub(super) fn is_as_in(&self, later: &Self, campaign: &CampaignId) -> bool {
        let version = |all: &Self| all.0.get(campaign).map(|seen| seen.version);
        version(self) == version(later)
    }

    /// What a dispatch would break if its campaign was so when the dispatch was read.
    ///
    /// It is broken only when the campaign was the same before and after that: no version of it
    /// lies between, so it was so at that moment. A campaign that is kept is never forgotten. Its
    /// last change is dated not before what the ledger had begun by then; where it was changed
    /// again while it stood still, the stop is older, and less is asked.
    pub(super) fn suspect(&self, it: &BookEntry) -> Option<Finding> {
        use CampaignState::{Active, Cancelled, Draft, Finished, Paused, Scheduled};
        let waits = matches!(it.view.standing.state, State::Scheduled | State::Resend);
        let say = |invariant, what: &str| Some((invariant, what.to_owned()));
        let Some(seen) = self.0.get(&it.view.key.campaign) else {
            return waits
                .then_some(())
                .and_then(|()| say("I2", "it waits for a campaign that is not there"));
        };
        match seen.state {
            Active => None,
            Finished | Cancelled if waits => say("I2", "it waits, and its campaign is over"),
            Draft | Scheduled if it.first_at.is_some() => {
                say("I8", "it began, and its campaign never did")
            }
            Paused | Finished | Cancelled if began_at(it) > Some(seen.since) => {
                let what = format!("it began after its campaign was {}", seen.state);
                Some(("I8", what))
            }
            Draft | Scheduled | Paused | Finished | Cancelled => None,
        }
    }
}
