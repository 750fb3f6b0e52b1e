//! What many rows share, kept once and known to the writer.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use pregon_core::Planned;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::error::Error;
use crate::kept::flaw::Flaw;
use crate::kept::route::Route;
use crate::kept::sets::Sets;
use crate::kept::wire;

const ROUTES: &str = "SELECT route, campaign, journey, step, \"trigger\", channel, purpose, class, \
    brand, record_kind, shared, priority FROM route";

/// Every route by its number.
#[derive(Debug, Default)]
pub(super) struct Routes(HashMap<i64, Arc<Route>>);

impl Routes {
    pub(super) async fn read(on: &mut SqliteConnection) -> Result<Self, Error> {
        let rows = sqlx::query(ROUTES).fetch_all(on).await?;
        let routes: Result<_, Error> = rows.iter().map(read_route).collect();
        routes.map(Self)
    }

    pub(super) fn get(&self, number: i64) -> Result<&Arc<Route>, Flaw> {
        self.0
            .get(&number)
            .ok_or(Flaw::Damaged("a dispatch names no route"))
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
    pub(super) sets: Sets,
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
            interned.sets.know(number, names.into());
        }
        Ok(interned)
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
