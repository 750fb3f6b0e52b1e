//! The store as the engine sees it, with the crash points of its calls.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{
    Addressed, Ask, AudienceStore, Awaited, CampaignId, CampaignRecord, CampaignState,
    CampaignStore, ChannelName, Cursor, CustomerId, DispatchLog, DispatchQuery, DispatchRef,
    DispatchView, EventQueue, Feedback, FeedbackStore, FrozenId, FrozenMember, HashKey, Heard,
    Hearing, JourneyId, Ledger, Mark, Opened, Opening, Outcome, Page, PlannedPage, PortError,
    Preference, PreferenceEntry, PreferenceStore, Recorded, Scheduled, SenderName, Settlement,
    Store, StoredCampaign, Subject, Tallies, Tally, Turned, Verdict, Waiting,
};

use super::Point;
use super::switch::Life;

/// After how many waits a transaction is in its beginning, and further on.
const EARLY: usize = 1;
const LATER: usize = 3;

/// A store with crash points.
#[derive(Debug, Clone)]
pub(super) struct Tripped {
    pub(super) honest: Arc<dyn Store>,
    pub(super) life: Life,
}

#[async_trait]
impl Ledger for Tripped {
    async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Opened, PortError> {
        self.life.alive().await;
        self.honest.open(opening, now).await
    }

    async fn schedule(&self, p: &PlannedPage, now: DateTime<Utc>) -> Result<Scheduled, PortError> {
        let life = &self.life;
        if !p.dispatches.is_empty() {
            life.at(Point::PAGE_BEFORE).await?;
            // The page that closes its span keeps with it when the next one begins.
            if p.progress.open.is_none() {
                life.at(Point::FIRED).await?;
            }
        }
        let call = self.honest.schedule(p, now);
        if p.dispatches.is_empty() {
            return call.await;
        }
        let done = life.within(Point::PAGE_DURING, EARLY, call).await?;
        life.at(Point::PAGE_AFTER).await?;
        Ok(done)
    }

    async fn turn(
        &self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        let life = &self.life;
        life.alive().await;
        let call = self.honest.turn(done, ask, now);
        let turned = if ask.begin.is_empty() {
            call.await?
        } else {
            life.at(Point::TURN_BEFORE).await?;
            let call = life.within(Point::TURN_LATER, LATER, call);
            life.within(Point::TURN_DURING, EARLY, call).await?
        };
        if turned.begun.iter().any(|it| it.verdict == Verdict::Go) {
            life.at(Point::TURN_UNHEARD).await?;
        }
        let accepted = |it: &Settlement| matches!(it.outcome, Outcome::Accepted { .. });
        if done.iter().any(accepted) {
            life.at(Point::SETTLE_UNHEARD).await?;
        }
        Ok(turned)
    }
}

#[async_trait]
impl DispatchLog for Tripped {
    async fn dispatches<'a>(
        &self,
        query: &DispatchQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<DispatchView>, PortError> {
        self.life.alive().await;
        self.honest.dispatches(query, after, limit).await
    }

    async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, PortError> {
        self.life.alive().await;
        self.honest.addressed(name).await
    }
}

#[async_trait]
impl CampaignStore for Tripped {
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError> {
        self.life.alive().await;
        self.honest.save(campaign).await?;
        match campaign.state() {
            CampaignState::Finished => self.life.at(Point::FINISH_UNHEARD).await,
            _ => Ok(()),
        }
    }

    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError> {
        self.life.alive().await;
        self.honest.campaigns().await
    }
}

#[async_trait]
impl PreferenceStore for Tripped {
    async fn record(
        &self,
        words: &[Preference],
        now: DateTime<Utc>,
    ) -> Result<Recorded, PortError> {
        self.life.alive().await;
        let recorded = self.honest.record(words, now).await?;
        self.life.at(Point::WORD_UNHEARD).await?;
        Ok(recorded)
    }

    async fn history(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, PortError> {
        self.life.alive().await;
        self.honest.history(subject).await
    }

    async fn hash_key(&self) -> Result<HashKey, PortError> {
        self.life.alive().await;
        self.honest.hash_key().await
    }
}

#[async_trait]
impl FeedbackStore for Tripped {
    async fn hear(&self, reports: &[Feedback], now: DateTime<Utc>) -> Result<Hearing, PortError> {
        self.life.alive().await;
        self.honest.hear(reports, now).await
    }

    async fn awaited<'a>(
        &self,
        channel: &ChannelName,
        since: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Awaited>, PortError> {
        self.life.alive().await;
        self.honest.awaited(channel, since, after, limit).await
    }

    async fn heard(&self, of: &[DispatchRef]) -> Result<Vec<Heard>, PortError> {
        self.life.alive().await;
        self.honest.heard(of).await
    }
}

#[async_trait]
impl Tallies for Tripped {
    async fn tally(&self, by: &SenderName, since: DateTime<Utc>) -> Result<Tally, PortError> {
        self.life.alive().await;
        self.honest.tally(by, since).await
    }

    async fn taken(
        &self,
        by: &SenderName,
        since: DateTime<Utc>,
        most: u64,
    ) -> Result<u64, PortError> {
        self.life.alive().await;
        self.honest.taken(by, since, most).await
    }
}

#[async_trait]
impl EventQueue for Tripped {
    async fn waiting(&self, decisions: u32, now: DateTime<Utc>) -> Result<Waiting, PortError> {
        self.life.alive().await;
        self.honest.waiting(decisions, now).await
    }

    async fn passed_on(&self, these: &Mark) -> Result<(), PortError> {
        self.life.alive().await;
        self.honest.passed_on(these).await
    }
}

#[async_trait]
impl AudienceStore for Tripped {
    async fn begin_audience(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Result<FrozenId, PortError> {
        self.life.alive().await;
        self.honest.begin_audience(campaign, journey).await
    }

    async fn add_members(&self, to: FrozenId, members: &[FrozenMember]) -> Result<u64, PortError> {
        self.life.alive().await;
        self.honest.add_members(to, members).await
    }

    async fn members<'a>(
        &self,
        of: FrozenId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<FrozenMember>, PortError> {
        self.life.alive().await;
        self.honest.members(of, after, limit).await
    }

    async fn find_members(
        &self,
        of: FrozenId,
        ids: &[CustomerId],
    ) -> Result<Vec<FrozenMember>, PortError> {
        self.life.alive().await;
        self.honest.find_members(of, ids).await
    }
}
