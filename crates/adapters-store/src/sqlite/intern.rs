//! What many rows share, kept once and known to the writer.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use pregon_core::{
    BrandId, CampaignId, ChannelName, Class, JourneyId, Planned, Purpose, RecordKind, StepId,
};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::error::Error;
use super::wire;

/// What all dispatches of a step share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Route {
    pub(super) campaign: CampaignId,
    pub(super) journey: JourneyId,
    pub(super) step: StepId,
    pub(super) trigger: String,
    pub(super) channel: ChannelName,
    pub(super) purpose: Purpose,
    pub(super) class: Class,
    pub(super) brand: Option<BrandId>,
    pub(super) record_kind: Option<RecordKind>,
    pub(super) shared: bool,
    pub(super) priority: i32,
}

impl Route {
    fn of(plan: &Planned) -> Self {
        let key = &plan.key;
        Self {
            campaign: key.campaign.clone(),
            journey: key.journey.clone(),
            step: key.step.clone(),
            trigger: key.trigger.clone(),
            channel: key.channel.clone(),
            purpose: plan.purpose.clone(),
            class: plan.class,
            brand: plan.brand.clone(),
            record_kind: plan.record.as_ref().map(|record| record.kind.clone()),
            shared: plan.shared,
            priority: plan.priority,
        }
    }

    fn is_of(&self, plan: &Planned) -> bool {
        let key = &plan.key;
        self.step == key.step
            && self.journey == key.journey
            && self.campaign == key.campaign
            && self.trigger == key.trigger
            && self.channel == key.channel
            && self.purpose == plan.purpose
            && self.class == plan.class
            && self.brand == plan.brand
            && self.record_kind.as_ref() == plan.record.as_ref().map(|record| &record.kind)
            && self.shared == plan.shared
            && self.priority == plan.priority
    }

    fn read(row: &SqliteRow) -> Result<(i64, Self), Error> {
        let wrong = |_| Error::Damaged("a route has a name that is none");
        let text = |n: usize| row.try_get::<String, _>(n);
        let (brand, kind) = (text(8)?, text(9)?);
        let some = |name: String| (!name.is_empty()).then_some(name);
        let route = Self {
            campaign: CampaignId::new(text(1)?).map_err(wrong)?,
            journey: JourneyId::new(text(2)?).map_err(wrong)?,
            step: StepId::new(text(3)?).map_err(wrong)?,
            trigger: text(4)?,
            channel: ChannelName::new(text(5)?).map_err(wrong)?,
            purpose: Purpose::new(text(6)?).map_err(wrong)?,
            class: wire::class(row.try_get(7)?),
            brand: some(brand).map(BrandId::new).transpose().map_err(wrong)?,
            record_kind: some(kind).map(RecordKind::new).transpose().map_err(wrong)?,
            shared: row.try_get(10)?,
            priority: row.try_get(11)?,
        };
        Ok((row.try_get(0)?, route))
    }
}

const ROUTES: &str = "SELECT route, campaign, journey, step, \"trigger\", channel, purpose, class, \
    brand, record_kind, shared, priority FROM route";

/// Every route by its number.
#[derive(Debug, Default)]
pub(super) struct Routes(HashMap<i64, Arc<Route>>);

impl Routes {
    pub(super) async fn read(on: &mut SqliteConnection) -> Result<Self, Error> {
        let rows = sqlx::query(ROUTES).fetch_all(on).await?;
        let routes = rows.iter().map(|row| {
            let (number, route) = Route::read(row)?;
            Ok((number, Arc::new(route)))
        });
        routes.collect::<Result<_, Error>>().map(Self)
    }

    pub(super) fn get(&self, number: i64) -> Result<&Arc<Route>, Error> {
        self.0
            .get(&number)
            .ok_or(Error::Damaged("a dispatch names no route"))
    }

    pub(super) fn knows(&self, number: i64) -> bool {
        self.0.contains_key(&number)
    }
}

/// The routes and sets of limits that the writer knows.
///
/// They are forgotten with the writer whenever a transaction does not commit, so a number that was
/// given out inside one is never used after it.
#[derive(Debug, Default)]
pub(super) struct Interned {
    pub(super) routes: Routes,
    latest: Option<i64>,
    sets: HashMap<i64, Arc<str>>,
    numbers: HashMap<Arc<str>, i64>,
}

impl Interned {
    pub(super) async fn read(on: &mut SqliteConnection) -> Result<Self, Error> {
        let mut interned = Self {
            routes: Routes::read(&mut *on).await?,
            ..Self::default()
        };
        let sets: Vec<(i64, String)> = sqlx::query_as("SELECT rules, names FROM ruleset")
            .fetch_all(on)
            .await?;
        for (number, names) in sets {
            interned.know(number, names.into());
        }
        Ok(interned)
    }

    fn know(&mut self, number: i64, names: Arc<str>) {
        self.sets.insert(number, Arc::clone(&names));
        self.numbers.insert(names, number);
    }

    /// The number of a plan's route, made when it is new.
    pub(super) async fn route(
        &mut self,
        on: &mut SqliteConnection,
        plan: &Planned,
    ) -> Result<i64, Error> {
        let fits = |number: &i64| self.routes.0.get(number).is_some_and(|it| it.is_of(plan));
        // A page is of one journey, so it is nearly always the one of the dispatch before.
        if let Some(number) = self.latest.filter(fits) {
            return Ok(number);
        }
        let found = self.routes.0.iter().find(|(_, it)| it.is_of(plan));
        let number = match found {
            Some((number, _)) => *number,
            None => {
                let route = Route::of(plan);
                let number = insert_route(on, &route).await?;
                self.routes.0.insert(number, Arc::new(route));
                number
            }
        };
        self.latest = Some(number);
        Ok(number)
    }

    /// The number of a set of limits, made when it is new.
    pub(super) async fn set(
        &mut self,
        on: &mut SqliteConnection,
        names: &BTreeSet<&str>,
    ) -> Result<i64, Error> {
        let names: Vec<&str> = names.iter().copied().collect();
        let names: Arc<str> = names.join(" ").into();
        if let Some(number) = self.numbers.get(&names) {
            return Ok(*number);
        }
        let number: i64 =
            sqlx::query_scalar("INSERT INTO ruleset (names) VALUES (?1) RETURNING rules")
                .bind(names.to_string())
                .fetch_one(on)
                .await?;
        self.know(number, names);
        Ok(number)
    }

    /// Whether a set has a limit.
    pub(super) fn has(&self, set: i64, limit: &str) -> bool {
        let names = self.sets.get(&set);
        names.is_some_and(|names| names.split(' ').any(|name| name == limit))
    }
}

async fn insert_route(on: &mut SqliteConnection, it: &Route) -> Result<i64, Error> {
    let brand = it.brand.as_ref().map_or("", BrandId::as_str);
    let kind = it.record_kind.as_ref().map_or("", RecordKind::as_str);
    let number = sqlx::query_scalar(
        "INSERT INTO route (campaign, journey, step, \"trigger\", channel, purpose, class, brand, \
         record_kind, shared, priority) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
         RETURNING route",
    )
    .bind(it.campaign.as_str())
    .bind(it.journey.as_str())
    .bind(it.step.as_str())
    .bind(&it.trigger)
    .bind(it.channel.as_str())
    .bind(it.purpose.as_str())
    .bind(wire::class_code(it.class))
    .bind(brand)
    .bind(kind)
    .bind(it.shared)
    .bind(it.priority)
    .fetch_one(on)
    .await?;
    Ok(number)
}
