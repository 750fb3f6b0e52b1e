//! Frozen audiences: taken when a campaign is published, read instead of the rule from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::compile::{Compiled, CompiledJourney, Freezing, Who};
use super::{Engine, EngineError};
use crate::{
    Attributes, Audience, AudienceSpec, Campaign, CampaignId, Cursor, Customer, CustomerId,
    FrozenAudience, FrozenId, FrozenMember, JourneyId, Page, PortError, Problem, Profile, Row,
    Severity, Store,
};

impl Engine {
    /// The journeys of a campaign that would freeze an audience of nobody, as problems: with one
    /// of them [`publish`](Self::publish) refuses. A campaign that is kept exactly so already has
    /// its audiences, and none is asked again.
    ///
    /// It asks the source for people until it finds the first of each audience.
    ///
    /// # Errors
    /// When the store or a source fails.
    pub async fn check_audiences(&self, campaign: &Campaign) -> Result<Vec<Problem>, EngineError> {
        let kept = self.stored(&campaign.id).await?;
        if kept.is_some_and(|kept| kept.record.campaign() == campaign) {
            return Ok(Vec::new());
        }
        let schemas = self.schemas().await?;
        match super::compile::compile(self, campaign, &schemas, None) {
            Ok(compiled) => self.nobody(campaign, &compiled, self.now().await?).await,
            Err(problems) => Ok(errors(problems)),
        }
    }

    async fn nobody(
        &self,
        campaign: &Campaign,
        compiled: &Compiled,
        now: DateTime<Utc>,
    ) -> Result<Vec<Problem>, EngineError> {
        let mut problems = Vec::new();
        for (audience, _, journey) in frozen(compiled) {
            if !self.has_somebody(audience, now).await? {
                problems.push(nobody_in(campaign, &journey.id));
            }
        }
        Ok(problems)
    }

    async fn has_somebody(
        &self,
        audience: &Arc<dyn Audience>,
        now: DateTime<Utc>,
    ) -> Result<bool, EngineError> {
        let mut after = None;
        loop {
            let page = audience.page(now, after.as_ref(), self.pace.page).await?;
            if !page.items.is_empty() || page.next.is_none() {
                return Ok(!page.items.is_empty());
            }
            after = page.next;
        }
    }

    /// Takes the audiences that a campaign freezes. They are in the store, and nobody uses them
    /// before a record names them.
    pub(super) async fn freeze(
        &self,
        campaign: &Campaign,
        compiled: &Compiled,
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<JourneyId, FrozenAudience>, EngineError> {
        // Before anything is written: of several journeys one may have nobody.
        let mut nobody = self.nobody(campaign, compiled, now).await?;
        let mut taken = BTreeMap::new();
        if nobody.is_empty() {
            for (audience, freezing, journey) in frozen(compiled) {
                let id = (&campaign.id, &journey.id);
                match self.take(id, audience, freezing, now).await? {
                    Some(frozen) => drop(taken.insert(journey.id.clone(), frozen)),
                    None => nobody.push(nobody_in(campaign, &journey.id)),
                }
            }
        }
        if nobody.is_empty() {
            Ok(taken)
        } else {
            Err(EngineError::nobody(&campaign.id, nobody))
        }
    }

    /// Takes one audience, page by page; `None` when nobody belongs to it.
    async fn take(
        &self,
        (campaign, journey): (&CampaignId, &JourneyId),
        audience: &Arc<dyn Audience>,
        freezing: &Freezing,
        at: DateTime<Utc>,
    ) -> Result<Option<FrozenAudience>, EngineError> {
        let (mut begun, mut members, mut after) = (None, 0, None);
        loop {
            let page = audience.page(at, after.as_ref(), self.pace.page).await?;
            let those: Vec<FrozenMember> = page
                .items
                .into_iter()
                .map(|it| member(it, freezing))
                .collect();
            if !those.is_empty() {
                let id = match begun {
                    Some(id) => id,
                    None => self.store.begin_audience(campaign, journey).await?,
                };
                begun = Some(id);
                members += self.store.add_members(id, &those).await?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(begun.map(|id| FrozenAudience { id, at, members }));
            }
        }
    }
}

fn errors(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.retain(|problem| problem.severity == Severity::Error);
    problems
}

/// The journeys that freeze their audience when they are published, with how.
fn frozen(
    compiled: &Compiled,
) -> impl Iterator<Item = (&Arc<dyn Audience>, &Freezing, &CompiledJourney)> {
    compiled
        .journeys
        .iter()
        .filter_map(|journey| match &journey.who {
            Who::ToFreeze(audience, freezing) => Some((audience, freezing, journey)),
            Who::Open(_) | Who::Frozen(_) => None,
        })
}

fn nobody_in(campaign: &Campaign, journey: &JourneyId) -> Problem {
    let place = campaign.journeys.iter().position(|it| it.id == *journey);
    let place = place.unwrap_or_default();
    let said = match campaign.journeys.get(place).map(|it| &it.audience) {
        Some(Some(AudienceSpec::Rule(_) | AudienceSpec::Custom { .. })) => ".audience",
        _ => ".freeze",
    };
    let message = format!("nobody is in the audience of {journey}: there is nobody to freeze");
    Problem::error(format!("journey[{place}]{said}"), message)
        .hint(Some("the campaign was not published; try a wider rule"))
}

/// What is kept of a person: the id, and the values that the rule reads where they are to be kept.
fn member(customer: Customer, freezing: &Freezing) -> FrozenMember {
    let row = Row::of(customer);
    let mut values = Attributes::new();
    for name in &freezing.keep {
        if let Some(value) = row.value(name) {
            values.insert(name, value.into_owned());
        }
    }
    FrozenMember {
        customer: row.customer.id,
        profile: Profile::from(values),
    }
}

/// The people of a frozen audience, by their ids alone.
#[derive(Debug, Clone)]
pub(super) struct FrozenPeople {
    pub(super) store: Arc<dyn Store>,
    pub(super) id: FrozenId,
}

impl FrozenPeople {
    /// Which of some people belong.
    pub(super) async fn of(&self, ids: &[CustomerId]) -> Result<BTreeSet<CustomerId>, PortError> {
        let found = self.store.find_members(self.id, ids).await?;
        Ok(found.into_iter().map(|member| member.customer).collect())
    }
}

/// Its pages have customers of whom nothing but the id is known: who asks for them reads them from
/// the source, many at once, and learns who is gone.
#[async_trait]
impl Audience for FrozenPeople {
    async fn page<'a>(
        &self,
        _now: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let page = self.store.members(self.id, after, limit).await?;
        Ok(page.map(|member| Customer::with_id(member.customer)))
    }

    async fn holds(&self, row: &Row, _now: DateTime<Utc>) -> Result<bool, PortError> {
        let ids = std::slice::from_ref(&row.customer.id);
        Ok(!self.of(ids).await?.is_empty())
    }
}
