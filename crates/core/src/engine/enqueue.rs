//! What a host sends to people of its own choice, kept in a transaction of its own.

use super::{Engine, EngineError, EngineErrorKind};
use crate::{
    CampaignId, Customer, JourneyId, Occurrence, OccurrenceId, Planned, Row, TriggerSpec, plan,
};

impl Engine {
    /// Draws up what a journey that is started on demand sends to some people: a confirmation to
    /// whoever has just booked. Nothing is written; the store keeps it in a transaction of the
    /// host's (`enqueue` of `SqliteStore` and `PostgresStore`), with the booking or not at all, and
    /// the next pass sends it.
    ///
    /// `occasion` is what it is about, by the host's own name for it (the booking's number): the
    /// same again is the same dispatch. The people are those of the host's transaction, whom a
    /// source may not know before it is committed; when the message is sent they are read again,
    /// and limits, preferences and audience hold for it as for any other. It may be sent for seven
    /// days from now on.
    ///
    /// Where campaigns are to say by themselves what they want to hear of, report what happened
    /// instead: [`dispatches_on`](Self::dispatches_on).
    ///
    /// # Errors
    /// When there is no such campaign or journey, the journey is not started on demand, the
    /// campaign is over or has problems, or store, clock or a source fail.
    pub async fn dispatches_for(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
        occasion: &OccurrenceId,
        people: &[Customer],
    ) -> Result<Vec<Planned>, EngineError> {
        let now = self.now().await?;
        let record = self.known(campaign).await?;
        let written = record.campaign().journeys.iter();
        let mut on_demand =
            written.filter(|it| it.id == *journey && matches!(it.trigger, TriggerSpec::OnDemand));
        if on_demand.next().is_none() {
            let message = format!("campaign {campaign} has no journey {journey} on demand");
            return Err(EngineError::new(EngineErrorKind::Unknown, message));
        }
        if record.state().is_over() {
            let message = format!("campaign {campaign} is over");
            return Err(EngineError::new(EngineErrorKind::Move, message));
        }
        let schemas = self.schemas().await?;
        let compiled = self
            .compiled(&record, &schemas)
            .map_err(|problems| EngineError::campaign(campaign, problems))?;
        let Some(what) = compiled.plan_for(&record, journey) else {
            return Ok(Vec::new());
        };
        let occasions = people.iter().map(|customer| Occurrence {
            id: occasion.clone(),
            row: Row::of(customer.clone()),
            due_at: now,
            not_after: now + crate::trigger::on_demand_lasts(),
            // It is theirs: somebody else with the same phone has an occasion of their own.
            shared: false,
        });
        let occasions: Vec<Occurrence> = occasions.collect();
        let key = self.store.hash_key().await?;
        Ok(plan(&what, &occasions, &key))
    }
}
