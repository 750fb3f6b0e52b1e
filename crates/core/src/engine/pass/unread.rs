//! Claimed dispatches of which this pass has read no campaign, journey or step.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{AFTER_TROUBLE, Pass};
use crate::{CampaignId, Dispatch, Outcome, PortError, Reason, Settlement};

impl Pass<'_> {
    /// Settles those of the claimed of which this pass knows no step; the others come back.
    ///
    /// A pass reads campaigns once, and the ledger hands out what is due by the campaigns of the
    /// moment. One that became active or was changed since then, or does not work in this process,
    /// is left to a later pass. Only what the campaign, as it is kept now, no longer has is
    /// withdrawn.
    pub(super) async fn known_steps(
        &mut self,
        claimed: Vec<Dispatch>,
        now: DateTime<Utc>,
        done: &mut Vec<Settlement>,
    ) -> Vec<Dispatch> {
        let (rest, unread): (Vec<Dispatch>, Vec<Dispatch>) =
            claimed.into_iter().partition(|it| self.has_step_of(it));
        if unread.is_empty() {
            return rest;
        }
        // When the store cannot say it, nothing is withdrawn.
        let kept = self.kept_versions().await.unwrap_or_default();
        for dispatch in unread {
            let campaign = &dispatch.plan.key.campaign;
            let read = self.running.get(campaign);
            let read = read.map(|running| running.stored.record.version());
            let outcome = if read.is_some() && read.as_ref() == kept.get(campaign) {
                let reason = Reason::Cancelled;
                Outcome::Withdrawn { reason }
            } else {
                let (at, reason) = (now + AFTER_TROUBLE, Reason::Stopped);
                Outcome::Again { at, reason }
            };
            self.count(&dispatch, &outcome);
            done.push(Settlement {
                ticket: dispatch.ticket,
                outcome,
            });
        }
        rest
    }

    fn has_step_of(&self, dispatch: &Dispatch) -> bool {
        let key = &dispatch.plan.key;
        let running = self.running.get(&key.campaign);
        let journey = running.and_then(|it| it.compiled.journey(&key.journey));
        let mut steps = journey.iter().flat_map(|it| &it.steps);
        steps.any(|step| step.id == key.step && step.channel == key.channel)
    }

    async fn kept_versions(&self) -> Result<BTreeMap<CampaignId, u64>, PortError> {
        let kept = self.engine.store.campaigns().await?.into_iter();
        let versions = kept.map(|it| (it.record.campaign().id.clone(), it.record.version()));
        Ok(versions.collect())
    }
}
