//! Stops a sender that harms itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Engine, EngineError};
use crate::{
    CampaignId, CampaignRecord, CampaignState, Class, Feedback, FeedbackKind, Finding, Guard, Move,
    SenderName, Trouble,
};

/// How often senders are judged at most: judging reads what there is of bad ends.
const EVERY: Duration = Duration::from_secs(30);

/// What the engine knows between two judgements.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) rules: Option<Guard>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Whether something bad came back since the last judgement.
    due: bool,
    judged: Option<Duration>,
    /// What the next pass tells.
    untold: Vec<Trouble>,
    /// Alerts that were told, by what they were about: once until it is over.
    told: BTreeMap<(SenderName, FeedbackKind), bool>,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            rules: Some(Guard::default()),
            seen: Mutex::default(),
        }
    }
}

impl Watch {
    /// Takes note of what came back.
    pub(super) fn hears(&self, reports: &[Feedback]) {
        if reports.iter().any(|it| Guard::WATCHED.contains(&it.kind)) {
            self.seen().due = true;
        }
    }

    /// What is to be told that has not been yet.
    pub(super) fn take(&self) -> Vec<Trouble> {
        std::mem::take(&mut self.seen().untold)
    }

    /// Whether senders are to be judged at this moment; if so they are not again for a while.
    fn is_due(&self, moment: Duration) -> bool {
        let mut seen = self.seen();
        let early = seen.judged.is_some_and(|at| moment < at + EVERY);
        if !seen.due || early {
            return false;
        }
        (seen.due, seen.judged) = (false, Some(moment));
        true
    }

    /// Keeps what was found of a sender, unless it was told as it is.
    fn note(&self, sender: &SenderName, found: Vec<(Finding, Vec<CampaignId>)>) {
        let mut seen = self.seen();
        let is_found = |kind: FeedbackKind| found.iter().any(|(it, _)| it.kind == kind);
        seen.told
            .retain(|(of, kind), _| of != sender || is_found(*kind));
        for (finding, paused) in found {
            let about = (sender.clone(), finding.kind);
            let before = seen.told.insert(about, finding.stops);
            if before == Some(finding.stops) && paused.is_empty() {
                continue;
            }
            tracing::warn!(%finding, paused = paused.len(), "a sender harms itself");
            seen.untold.push(Trouble::Sender { finding, paused });
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Judges the senders, if something bad came back since the last time: too many complaints or
    /// dead addresses pause a sender's promotional campaigns, durably, until somebody resumes them.
    ///
    /// When it fails, reports and pass are not undone: it is tried again a little later.
    pub(super) async fn guard_senders(&self, now: DateTime<Utc>) {
        let Some(rules) = self.guard.rules else {
            return;
        };
        if !self.guard.is_due(self.clock.monotonic()) {
            return;
        }
        if let Err(error) = self.judge_senders(rules, now).await {
            tracing::warn!(%error, "the senders are judged again later");
            self.guard.seen().due = true;
        }
    }

    async fn judge_senders(&self, rules: Guard, now: DateTime<Utc>) -> Result<(), EngineError> {
        let campaigns = self.store.campaigns().await?;
        let records: Vec<CampaignRecord> = campaigns.into_iter().map(|it| it.record).collect();
        for (sender, theirs) in self.senders_of(&records) {
            let resumed = theirs.iter().filter_map(|it| it.resumed_at()).max();
            let since = now - rules.window.duration();
            let since = resumed.map_or(since, |at| at.max(since));
            let tally = self.store.tally(&sender, since).await?;
            let enough = rules.enough(tally);
            let taken = self.store.taken(&sender, since, enough).await?;
            let mut found = Vec::new();
            for finding in rules.judge(&sender, tally, taken) {
                let paused = match finding.stops {
                    true => self.pause_all(&theirs).await?,
                    false => Vec::new(),
                };
                found.push((finding, paused));
            }
            self.guard.note(&sender, found);
        }
        Ok(())
    }

    /// The senders of promotional messages, each with its campaigns.
    fn senders_of<'r>(
        &self,
        records: &'r [CampaignRecord],
    ) -> BTreeMap<SenderName, Vec<&'r CampaignRecord>> {
        let mut senders: BTreeMap<SenderName, Vec<&CampaignRecord>> = BTreeMap::new();
        for record in records {
            let campaign = record.campaign();
            if self.purposes.class(&campaign.purpose) != Some(Class::Promotional) {
                continue;
            }
            let steps = campaign.journeys.iter().flat_map(|it| &it.steps);
            for step in steps {
                let sender = SenderName {
                    channel: step.action.kind.clone(),
                    brand: campaign.brand.clone(),
                };
                let theirs = senders.entry(sender).or_default();
                if !theirs.iter().any(|it| it.campaign().id == campaign.id) {
                    theirs.push(record);
                }
            }
        }
        senders
    }

    /// Pauses those that are active; which they were.
    async fn pause_all(&self, these: &[&CampaignRecord]) -> Result<Vec<CampaignId>, EngineError> {
        let mut paused = Vec::new();
        for record in these {
            let id = &record.campaign().id;
            // Read again: somebody may have moved it on meanwhile, or a finding before this one.
            let known = self.known(id).await?;
            if known.state() == CampaignState::Active {
                self.change(id, Move::Pause).await?;
                paused.push(id.clone());
            }
        }
        Ok(paused)
    }
}
