//! What many rows share, kept once and known to the writer.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use pregon_core::{Planned, Zone};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::error::Error;
use crate::kept::flaw::Flaw;
use crate::kept::past::Laws;
use crate::kept::route::Route;
use crate::kept::sets::Sets;
use crate::kept::wire;
use crate::kept::zones::Zones;

const ROUTES: &str = "SELECT route, campaign, journey, step, \"trigger\", channel, purpose, class, \
    brand, record_kind, shared, priority FROM route";

const ZONES: &str = "SELECT zone, name FROM zone";

/// Every route and every zone by its number.
#[derive(Debug, Default)]
pub(super) struct Names {
    routes: HashMap<i64, Arc<Route>>,
    pub(super) zones: Zones,
}

impl Names {
    pub(super) async fn read(on: &mut SqliteConnection) -> Result<Self, Error> {
        let rows = sqlx::query(ROUTES).fetch_all(&mut *on).await?;
        let routes: Result<_, Error> = rows.iter().map(read_route).collect();
        let mut zones = Zones::default();
        let kept: Vec<(i64, String)> = sqlx::query_as(ZONES).fetch_all(on).await?;
        for (number, name) in kept {
            zones.know(number, &name)?;
        }
        let routes = routes?;
        Ok(Self { routes, zones })
    }

    pub(super) fn route(&self, number: i64) -> Result<&Arc<Route>, Flaw> {
        let route = self.routes.get(&number);
        route.ok_or(Flaw::Damaged("a dispatch names no route"))
    }

    pub(super) fn knows(&self, route: i64, zone: Option<i64>) -> bool {
        self.routes.contains_key(&route) && zone.is_none_or(|zone| self.zones.knows(zone))
    }
}

/// The names, sets of limits and limits that the writer knows.
///
/// They are forgotten with the writer whenever a transaction does not commit, so a number that was
/// given out inside one is never used after it.
#[derive(Debug, Default)]
pub(super) struct Interned {
    pub(super) names: Names,
    latest: Option<i64>,
    pub(super) sets: Sets,
    /// The law of each limit that is known.
    pub(super) limits: Laws,
}

impl Interned {
    pub(super) async fn read(on: &mut SqliteConnection) -> Result<Self, Error> {
        let mut interned = Self {
            names: Names::read(&mut *on).await?,
            ..Self::default()
        };
        interned.sets = read_sets(&mut *on).await?;
        let limits: Vec<(String, String)> = sqlx::query_as("SELECT rule, law FROM known_limit")
            .fetch_all(on)
            .await?;
        interned.limits.extend(limits);
        Ok(interned)
    }

    /// The number of a plan's route, made when it is new.
    pub(super) async fn route(
        &mut self,
        on: &mut SqliteConnection,
        plan: &Planned,
    ) -> Result<i64, Error> {
        let fits = |number: &i64| {
            self.names
                .routes
                .get(number)
                .is_some_and(|it| it.is_of(plan))
        };
        // A page is of one journey, so it is nearly always the one of the dispatch before.
        if let Some(number) = self.latest.filter(fits) {
            return Ok(number);
        }
        let found = self.names.routes.iter().find(|(_, it)| it.is_of(plan));
        let number = match found {
            Some((number, _)) => *number,
            None => {
                let route = Route::of(plan);
                let number = insert_route(on, &route).await?;
                self.names.routes.insert(number, Arc::new(route));
                number
            }
        };
        self.latest = Some(number);
        Ok(number)
    }

    /// Gives a zone a number, when it has none.
    pub(super) async fn zone(
        &mut self,
        on: &mut SqliteConnection,
        zone: Zone,
    ) -> Result<(), Error> {
        if self.names.zones.number(zone).is_some() {
            return Ok(());
        }
        let number = sqlx::query_scalar("INSERT INTO zone (name) VALUES (?1) RETURNING zone");
        let number = number.bind(zone.name()).fetch_one(on).await?;
        Ok(self.names.zones.know(number, zone.name())?)
    }

    /// The number of a set of limits, made when it is new.
    pub(super) async fn set(
        &mut self,
        on: &mut SqliteConnection,
        names: &BTreeSet<&str>,
    ) -> Result<i64, Error> {
        let names = Sets::names(names);
        if let Some(number) = self.sets.number(&names) {
            return Ok(number);
        }
        let number: i64 =
            sqlx::query_scalar("INSERT INTO ruleset (names) VALUES (?1) RETURNING rules")
                .bind(names.to_string())
                .fetch_one(on)
                .await?;
        self.sets.know(number, names);
        Ok(number)
    }
}

/// Every set of limits.
pub(super) async fn read_sets(on: &mut SqliteConnection) -> Result<Sets, Error> {
    let kept: Vec<(i64, String)> = sqlx::query_as("SELECT rules, names FROM ruleset")
        .fetch_all(on)
        .await?;
    let mut sets = Sets::default();
    for (number, names) in kept {
        sets.know(number, names.into());
    }
    Ok(sets)
}

fn read_route(row: &SqliteRow) -> Result<(i64, Arc<Route>), Error> {
    let class = wire::class(row.try_get("class")?);
    let text = |name| Ok::<_, Error>(row.try_get(name)?);
    let route = Route::read(
        text,
        class,
        row.try_get("shared")?,
        row.try_get("priority")?,
    )?;
    Ok((row.try_get("route")?, Arc::new(route)))
}

async fn insert_route(on: &mut SqliteConnection, it: &Route) -> Result<i64, Error> {
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
    .bind(it.brand())
    .bind(it.record_kind())
    .bind(it.shared)
    .bind(it.priority)
    .fetch_one(on)
    .await?;
    Ok(number)
}
