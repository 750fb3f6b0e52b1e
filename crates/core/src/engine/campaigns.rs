//! What a host does with campaigns.

use std::sync::Arc;

use super::compile::{self, Compiled};
use super::{Engine, EngineError, EngineErrorKind};
use crate::{
    Broadcast, Campaign, CampaignId, CampaignRecord, CampaignState, Increment, JourneyId, Move,
    OccurrenceId, Problem, StoredCampaign,
};

impl Engine {
    /// Everything that is wrong with a campaign and can be known before it is published.
    ///
    /// # Errors
    /// When a source cannot be asked for its schema.
    pub async fn check(&self, campaign: &Campaign) -> Result<Vec<Problem>, EngineError> {
        let schemas = self.schemas().await?;
        Ok(match compile::compile(self, campaign, &schemas, None) {
            Ok(compiled) => compiled.warnings,
            Err(problems) => problems,
        })
    }

    /// Keeps a campaign: a new one as a draft, a changed one as a new version of what it was.
    /// A campaign that is kept exactly so already is left as it is.
    ///
    /// Audiences that it freezes are taken now, with the campaign or not at all: they, and nobody
    /// else, are written to until a changed campaign freezes anew.
    ///
    /// # Errors
    /// When it has problems, or is over, or nobody is in an audience that it freezes, or the store
    /// or a source fails.
    pub async fn publish(&self, campaign: Campaign) -> Result<CampaignRecord, EngineError> {
        let schemas = self.schemas().await?;
        let compiled = compile::compile(self, &campaign, &schemas, None)
            .map_err(|problems| EngineError::campaign(&campaign.id, problems))?;
        let now = self.now().await?;
        let record = match self.stored(&campaign.id).await? {
            None => CampaignRecord::draft(campaign, now)?,
            Some(kept) if *kept.record.campaign() == campaign => return Ok(kept.record),
            Some(kept) => kept.record.rewritten(campaign, now)?,
        };
        let frozen = self.freeze(record.campaign(), &compiled, now).await?;
        let record = record.with_frozen(frozen);
        self.store.save(&record).await?;
        Ok(record)
    }

    /// Publishes a campaign and makes it active at once, unless it was paused by somebody.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    pub async fn activate(&self, campaign: Campaign) -> Result<CampaignRecord, EngineError> {
        let id = campaign.id.clone();
        let mut record = self.publish(campaign).await?;
        if record.state() == CampaignState::Draft {
            record = self
                .advance(&id, CampaignState::Draft, Move::Schedule)
                .await?;
        }
        let waits = record.campaign().starts_at.is_some();
        if record.state() == CampaignState::Scheduled && !waits {
            let scheduled = CampaignState::Scheduled;
            record = self.advance(&id, scheduled, Move::Activate).await?;
        }
        Ok(record)
    }

    /// Moves a campaign on that is in a state, unless somebody has moved it on meanwhile.
    async fn advance(
        &self,
        id: &CampaignId,
        from: CampaignState,
        r#move: Move,
    ) -> Result<CampaignRecord, EngineError> {
        let now = self.now().await?;
        let known = self.known(id).await?;
        if known.state() != from {
            return Ok(known);
        }
        let record = known.moved(r#move, now)?;
        self.store.save(&record).await?;
        Ok(record)
    }

    /// Moves a campaign on in its life. Once a pause returns, no message of it begins.
    ///
    /// # Errors
    /// When there is no such campaign, the move is not allowed, or the store fails.
    pub async fn change(
        &self,
        id: &CampaignId,
        r#move: Move,
    ) -> Result<CampaignRecord, EngineError> {
        let now = self.now().await?;
        let record = self.known(id).await?.moved(r#move, now)?;
        self.store.save(&record).await?;
        Ok(record)
    }

    /// Adds to a campaign's metrics, which change only while it is active.
    ///
    /// # Errors
    /// When there is no such campaign, it is not active, or the store fails.
    pub async fn measure(&self, id: &CampaignId, more: Increment) -> Result<(), EngineError> {
        let now = self.now().await?;
        let record = self.known(id).await?.measured(more, now)?;
        Ok(self.store.save(&record).await?)
    }

    /// Starts a broadcast of a journey that is started on demand. The same id again changes
    /// nothing.
    ///
    /// # Errors
    /// When there is no such journey, or the store fails.
    pub async fn broadcast(
        &self,
        id: &CampaignId,
        journey: JourneyId,
        broadcast: OccurrenceId,
    ) -> Result<(), EngineError> {
        let started_at = self.now().await?;
        let broadcast = Broadcast {
            journey,
            id: broadcast,
            started_at,
        };
        if let Some(record) = self.known(id).await?.broadcast(broadcast)? {
            self.store.save(&record).await?;
        }
        Ok(())
    }

    /// The store that the engine decides in: for reports.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn crate::Store> {
        &self.store
    }

    pub(super) async fn stored(
        &self,
        id: &CampaignId,
    ) -> Result<Option<StoredCampaign>, EngineError> {
        let all = self.store.campaigns().await?;
        Ok(all
            .into_iter()
            .find(|stored| stored.record.campaign().id == *id))
    }

    pub(super) async fn known(&self, id: &CampaignId) -> Result<CampaignRecord, EngineError> {
        let unknown = || EngineError::new(EngineErrorKind::Unknown, format!("no campaign {id}"));
        Ok(self.stored(id).await?.ok_or_else(unknown)?.record)
    }

    pub(super) async fn schemas(&self) -> Result<compile::Schemas, EngineError> {
        let customer = self.customers.schema().await?;
        let records = match &self.records {
            Some(records) => records.schemas().await?,
            None => crate::RecordSchemas::new(),
        };
        Ok(compile::Schemas { customer, records })
    }

    /// The campaign compiled, from the cache when its version is there.
    pub(super) fn compiled(
        &self,
        record: &CampaignRecord,
        schemas: &compile::Schemas,
    ) -> Result<Arc<Compiled>, Vec<Problem>> {
        let id = &record.campaign().id;
        let mut cache = self
            .compiled
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((version, compiled)) = cache.get(id)
            && *version == record.version()
        {
            return Ok(Arc::clone(compiled));
        }
        let made = compile::compile(self, record.campaign(), schemas, Some(record))?;
        let made = Arc::new(made);
        cache.insert(id.clone(), (record.version(), Arc::clone(&made)));
        Ok(made)
    }
}
