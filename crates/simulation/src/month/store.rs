//! The store as the engine sees it: it fails before and after what it does, and the witness hears
//! what took effect.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::testing::breath;
use pregon_core::{
    Addressed, Ask, AudienceStore, Awaited, CampaignId, CampaignRecord, CampaignStore, ChannelName,
    Cursor, CustomerId, DispatchLog, DispatchQuery, DispatchRef, DispatchView, EventQueue,
    Feedback, FeedbackStore, FrozenId, FrozenMember, HashKey, Heard, Hearing, JourneyId, Ledger,
    Mark, Opened, Opening, Page, PlannedPage, PortError, Preference, PreferenceEntry,
    PreferenceStore, Recorded, Scheduled, SenderName, Settlement, Store, StoredCampaign, Subject,
    Tallies, Tally, Turned, Waiting,
};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::Sabotage;
use super::sabotage::Retold;
use super::trouble::{Trouble, away};
use super::witness::Witness;

/// A store that is watched.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) honest: Arc<dyn Store>,
    pub(super) trouble: Trouble,
    pub(super) witness: Witness,
    pub(super) sabotage: Option<Sabotage>,
    pub(super) retold: Retold,
}

impl Watched {
    /// A call with breaths around it; it may fail before it begins, and after it took effect.
    async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, PortError>>,
        tell: impl FnOnce(&T),
    ) -> Result<T, PortError> {
        breath().await;
        if self.trouble.happens(|rates| rates.store_before) {
            self.witness.count("store: fails before");
            return Err(away("store"));
        }
        // A database takes its time: if the rest of a pass went on meanwhile, the machine's load
        // and not the seed would say what comes first.
        let done = block_in_place(|| Handle::current().block_on(call))?;
        tell(&done);
        if self.trouble.happens(|rates| rates.store_after) {
            self.witness.count("store: fails after");
            return Err(away("store"));
        }
        breath().await;
        Ok(done)
    }

    fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }
}

#[async_trait]
impl Ledger for Watched {
    async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Opened, PortError> {
        let tell = |opened: &Opened| {
            let mut facts = self.witness.facts();
            facts.note(&format_args!(
                "{now} epoch {}, {} doubts",
                opened.epoch, opened.doubts
            ));
            if opened.doubts > 0 {
                facts.count("doubts of the dead");
            }
        };
        self.call(self.honest.open(opening, now), tell).await
    }

    async fn schedule(&self, p: &PlannedPage, now: DateTime<Utc>) -> Result<Scheduled, PortError> {
        let mut page = p.clone();
        if self.is(Sabotage::LostPages) {
            page.dispatches.clear();
        }
        let tell = |scheduled: &Scheduled| {
            let mut facts = self.witness.facts();
            let (new, known) = (scheduled.new.len(), scheduled.known);
            facts.note(&format_args!("{now} {} {new} new {known} known", p.journey));
        };
        self.call(self.honest.schedule(&page, now), tell).await
    }

    async fn turn(
        &self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        let mut told = done.to_vec();
        if self.is(Sabotage::UnfencedSettlement) {
            told = self.retold.before(done);
        }
        let tell = |turned: &Turned| {
            self.retold.after(turned);
            self.witness.facts().turned(ask, turned, now);
        };
        self.call(self.honest.turn(&told, ask, now), tell).await
    }
}

#[async_trait]
impl DispatchLog for Watched {
    async fn dispatches<'a>(
        &self,
        query: &DispatchQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<DispatchView>, PortError> {
        self.call(self.honest.dispatches(query, after, limit), |_| {})
            .await
    }

    async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, PortError> {
        self.call(self.honest.addressed(name), |_| {}).await
    }
}

#[async_trait]
impl CampaignStore for Watched {
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError> {
        let stops = campaign.state() == pregon_core::CampaignState::Paused;
        let save = async {
            if stops && self.is(Sabotage::EndlessCampaigns) {
                return Ok(());
            }
            self.honest.save(campaign).await
        };
        self.call(save, |()| self.witness.kept(campaign)).await
    }

    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError> {
        self.call(self.honest.campaigns(), |_| {}).await
    }
}

#[async_trait]
impl PreferenceStore for Watched {
    async fn record(
        &self,
        words: &[Preference],
        now: DateTime<Utc>,
    ) -> Result<Recorded, PortError> {
        let record = async {
            if self.is(Sabotage::DeafStore) {
                return Ok(Recorded { in_flight: 0 });
            }
            self.honest.record(words, now).await
        };
        self.call(record, |_| self.witness.heard(words)).await
    }

    async fn history(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, PortError> {
        self.call(self.honest.history(subject), |_| {}).await
    }

    async fn hash_key(&self) -> Result<HashKey, PortError> {
        self.call(self.honest.hash_key(), |_| {}).await
    }
}

#[async_trait]
impl FeedbackStore for Watched {
    async fn hear(&self, reports: &[Feedback], now: DateTime<Utc>) -> Result<Hearing, PortError> {
        self.call(self.honest.hear(reports, now), |_| {}).await
    }

    async fn awaited<'a>(
        &self,
        channel: &ChannelName,
        since: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Awaited>, PortError> {
        let awaited = self.honest.awaited(channel, since, after, limit);
        self.call(awaited, |_| {}).await
    }

    async fn heard(&self, of: &[DispatchRef]) -> Result<Vec<Heard>, PortError> {
        self.call(self.honest.heard(of), |_| {}).await
    }
}

#[async_trait]
impl Tallies for Watched {
    async fn tally(&self, by: &SenderName, since: DateTime<Utc>) -> Result<Tally, PortError> {
        self.call(self.honest.tally(by, since), |_| {}).await
    }

    async fn taken(
        &self,
        by: &SenderName,
        since: DateTime<Utc>,
        most: u64,
    ) -> Result<u64, PortError> {
        self.call(self.honest.taken(by, since, most), |_| {}).await
    }
}

#[async_trait]
impl EventQueue for Watched {
    async fn waiting(&self, decisions: u32, now: DateTime<Utc>) -> Result<Waiting, PortError> {
        self.call(self.honest.waiting(decisions, now), |_| {}).await
    }

    async fn passed_on(&self, these: &Mark) -> Result<(), PortError> {
        self.call(self.honest.passed_on(these), |()| {}).await
    }
}

#[async_trait]
impl AudienceStore for Watched {
    async fn begin_audience(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Result<FrozenId, PortError> {
        self.call(self.honest.begin_audience(campaign, journey), |_| {})
            .await
    }

    async fn add_members(&self, to: FrozenId, members: &[FrozenMember]) -> Result<u64, PortError> {
        self.call(self.honest.add_members(to, members), |_| {})
            .await
    }

    async fn members<'a>(
        &self,
        of: FrozenId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<FrozenMember>, PortError> {
        self.call(self.honest.members(of, after, limit), |_| {})
            .await
    }

    async fn find_members(
        &self,
        of: FrozenId,
        ids: &[CustomerId],
    ) -> Result<Vec<FrozenMember>, PortError> {
        self.call(self.honest.find_members(of, ids), |_| {}).await
    }
}
