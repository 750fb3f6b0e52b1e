//! A store that gives way before and after everything it does.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::breath;
use crate::{
    Addressed, Ask, AudienceStore, Awaited, CampaignId, CampaignRecord, CampaignStore, ChannelName,
    Cursor, CustomerId, DispatchLog, DispatchQuery, DispatchRef, DispatchView, EventQueue,
    Feedback, FeedbackStore, FrozenId, FrozenMember, HashKey, Heard, Hearing, JourneyId, Ledger,
    Mark, Opened, Opening, Page, PlannedPage, PortError, Preference, PreferenceEntry,
    PreferenceStore, Recorded, Scheduled, SenderName, Settlement, Store, StoredCampaign, Subject,
    Tallies, Tally, Turned, Waiting,
};

/// A store that gives way before and after everything it does, so that a future over it can be
/// dropped between a commit and its acknowledgement.
#[derive(Debug, Clone)]
pub struct Breathing(Arc<dyn Store>);

impl Breathing {
    /// The store, with breaths around each call.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self(store)
    }
}

async fn around<T>(call: impl Future<Output = T>) -> T {
    breath().await;
    let done = call.await;
    breath().await;
    done
}

#[async_trait]
impl Ledger for Breathing {
    async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Opened, PortError> {
        around(self.0.open(opening, now)).await
    }
    async fn schedule(&self, p: &PlannedPage, now: DateTime<Utc>) -> Result<Scheduled, PortError> {
        around(self.0.schedule(p, now)).await
    }
    async fn turn(
        &self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        around(self.0.turn(done, ask, now)).await
    }
}

#[async_trait]
impl DispatchLog for Breathing {
    async fn dispatches<'a>(
        &self,
        query: &DispatchQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<DispatchView>, PortError> {
        around(self.0.dispatches(query, after, limit)).await
    }
    async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, PortError> {
        around(self.0.addressed(name)).await
    }
}

#[async_trait]
impl CampaignStore for Breathing {
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError> {
        around(self.0.save(campaign)).await
    }
    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError> {
        around(self.0.campaigns()).await
    }
}

#[async_trait]
impl PreferenceStore for Breathing {
    async fn record(
        &self,
        words: &[Preference],
        now: DateTime<Utc>,
    ) -> Result<Recorded, PortError> {
        around(self.0.record(words, now)).await
    }
    async fn history(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, PortError> {
        around(self.0.history(subject)).await
    }
    async fn hash_key(&self) -> Result<HashKey, PortError> {
        around(self.0.hash_key()).await
    }
}

#[async_trait]
impl FeedbackStore for Breathing {
    async fn hear(&self, reports: &[Feedback], now: DateTime<Utc>) -> Result<Hearing, PortError> {
        around(self.0.hear(reports, now)).await
    }
    async fn awaited<'a>(
        &self,
        channel: &ChannelName,
        since: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Awaited>, PortError> {
        around(self.0.awaited(channel, since, after, limit)).await
    }
    async fn heard(&self, of: &[DispatchRef]) -> Result<Vec<Heard>, PortError> {
        around(self.0.heard(of)).await
    }
}

#[async_trait]
impl Tallies for Breathing {
    async fn tally(&self, by: &SenderName, since: DateTime<Utc>) -> Result<Tally, PortError> {
        around(self.0.tally(by, since)).await
    }
    async fn taken(
        &self,
        by: &SenderName,
        since: DateTime<Utc>,
        most: u64,
    ) -> Result<u64, PortError> {
        around(self.0.taken(by, since, most)).await
    }
}

#[async_trait]
impl EventQueue for Breathing {
    async fn waiting(&self, decisions: u32, now: DateTime<Utc>) -> Result<Waiting, PortError> {
        around(self.0.waiting(decisions, now)).await
    }
    async fn passed_on(&self, these: &Mark) -> Result<(), PortError> {
        around(self.0.passed_on(these)).await
    }
}

#[async_trait]
impl AudienceStore for Breathing {
    async fn begin_audience(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Result<FrozenId, PortError> {
        around(self.0.begin_audience(campaign, journey)).await
    }
    async fn add_members(&self, to: FrozenId, members: &[FrozenMember]) -> Result<u64, PortError> {
        around(self.0.add_members(to, members)).await
    }
    async fn members<'a>(
        &self,
        of: FrozenId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<FrozenMember>, PortError> {
        around(self.0.members(of, after, limit)).await
    }
    async fn find_members(
        &self,
        of: FrozenId,
        ids: &[CustomerId],
    ) -> Result<Vec<FrozenMember>, PortError> {
        around(self.0.find_members(of, ids)).await
    }
}
