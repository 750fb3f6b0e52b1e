//! What many rows share, kept once and known to every transaction of this process.
//!
//! A route, a zone or a set of limits is made in a short transaction of its own, before the one
//! that uses it begins, and learnt once that has ended well. So a number, once known, is true
//! whatever becomes of later transactions; and nobody waits for somebody else's page or turn
//! because both need a new one.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pregon_core::{Planned, Zone};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::error::Error;
use super::statement::{query, query_as};
use super::work::Pool;
use crate::kept::flaw::Flaw;
use crate::kept::gate::Case;
use crate::kept::past::{Laws, Lesson};
use crate::kept::route::Route;
use crate::kept::sets::Sets;
use crate::kept::wire;
use crate::kept::zones::Zones;

const ROUTES: &str = "SELECT route, campaign, journey, step, \"trigger\", channel, purpose, class, \
    brand, record_kind, shared, priority FROM route";

const NEW_ROUTE: &str = "INSERT INTO route (campaign, journey, step, \"trigger\", channel, \
    purpose, class, brand, record_kind, shared, priority) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";

const SETS: &str = "SELECT rules, names FROM ruleset";

const ZONES: &str = "SELECT zone, name FROM zone";

/// Asked first, because numbers are few and one that was not used is gone.
const NEW_ZONES: &str = "INSERT INTO zone (name) SELECT u.name FROM unnest($1::text[]) AS u(name) \
    WHERE NOT EXISTS (SELECT 1 FROM zone z WHERE z.name = u.name) \
    ORDER BY u.name ON CONFLICT DO NOTHING";

const NEW_SETS: &str = "INSERT INTO ruleset (names) SELECT * FROM unnest($1::text[]) AS u(names) \
    ORDER BY names ON CONFLICT DO NOTHING";

/// Every route by its number.
pub(super) type Routes = HashMap<i64, Arc<Route>>;

/// The routes, zones and sets of limits that this process knows.
#[derive(Debug, Default)]
pub(super) struct Names {
    routes: RwLock<Arc<Routes>>,
    sets: RwLock<Sets>,
    zones: RwLock<Zones>,
    limits: RwLock<Laws>,
    /// The server that all this is true of.
    server: Mutex<String>,
}

impl Names {
    /// Whether what is known is true of this server. Of another one, which may have lost commits,
    /// nothing is known yet: what was is forgotten.
    pub(super) fn is_still_at(&self, server: String) -> bool {
        let mut known = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == server {
            return true;
        }
        *known = server;
        forget(&self.routes);
        forget(&self.sets);
        forget(&self.zones);
        forget(&self.limits);
        false
    }

    /// The routes that are known by now.
    pub(super) fn routes(&self) -> Arc<Routes> {
        let routes = self.routes.read();
        Arc::clone(&routes.unwrap_or_else(PoisonError::into_inner))
    }

    /// Every route there is.
    pub(super) async fn read_routes(&self, on: &mut PgConnection) -> Result<Arc<Routes>, Error> {
        let rows = query(ROUTES).fetch_all(on).await?;
        let routes: Result<Routes, Error> = rows.iter().map(read_route).collect();
        let routes = Arc::new(routes?);
        let mut known = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        // Routes are never taken away, so more of them is newer.
        if routes.len() > known.len() {
            *known = Arc::clone(&routes);
        }
        Ok(routes)
    }

    /// The number of each plan's route, made where it is new.
    pub(super) async fn routes_of(
        &self,
        pool: &Pool,
        plans: &[Planned],
    ) -> Result<Vec<i32>, Error> {
        match numbers(&self.routes(), plans) {
            Ok(numbers) => return Ok(numbers),
            Err(new) if new.iter().any(|it| it.trigger.contains('\0')) => {
                return Err(Flaw::Unkeepable("a trigger whose name has a NUL").into());
            }
            Err(new) => {
                let mut work = pool.begin().await?;
                for route in &new {
                    insert_route(work.on()?, route).await?;
                }
                work.commit().await?;
                let mut work = pool.begin().await?;
                self.read_routes(work.on()?).await?;
                work.commit().await?;
            }
        }
        numbers(&self.routes(), plans).map_err(|_| Flaw::Damaged("a route was not kept").into())
    }

    /// The sets that are known by now.
    pub(super) fn sets(&self) -> RwLockReadGuard<'_, Sets> {
        self.sets.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the sets that are new.
    pub(super) async fn make_sets(
        &self,
        pool: &Pool,
        sets: &[BTreeSet<&str>],
    ) -> Result<(), Error> {
        let names: BTreeSet<Arc<str>> = sets.iter().map(Sets::names).collect();
        let new: Vec<String> = {
            let known = self.sets();
            let new = names.iter().filter(|names| known.number(names).is_none());
            new.map(ToString::to_string).collect()
        };
        if new.is_empty() {
            return Ok(());
        }
        let mut work = pool.begin().await?;
        query(NEW_SETS).bind(new).execute(work.on()?).await?;
        work.commit().await?;
        let mut work = pool.begin().await?;
        self.read_sets(work.on()?).await?;
        work.commit().await
    }

    /// The zones that are known by now.
    pub(super) fn zones(&self) -> RwLockReadGuard<'_, Zones> {
        self.zones.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether all of these are known by now.
    pub(super) fn know_zones(&self, mut numbers: impl Iterator<Item = i64>) -> bool {
        let zones = self.zones();
        numbers.all(|number| zones.knows(number))
    }

    /// Makes the zones that are new.
    pub(super) async fn make_zones(
        &self,
        pool: &Pool,
        zones: impl Iterator<Item = Zone>,
    ) -> Result<(), Error> {
        let new: BTreeSet<&'static str> = {
            let known = self.zones();
            let new = zones.filter(|zone| known.number(*zone).is_none());
            new.map(Zone::name).collect()
        };
        if new.is_empty() {
            return Ok(());
        }
        let new: Vec<&str> = new.into_iter().collect();
        let mut work = pool.begin().await?;
        query(NEW_ZONES).bind(new).execute(work.on()?).await?;
        work.commit().await?;
        let mut work = pool.begin().await?;
        self.read_zones(work.on()?).await?;
        work.commit().await
    }

    /// Learns every zone there is.
    pub(super) async fn read_zones(&self, on: &mut PgConnection) -> Result<(), Error> {
        let rows: Vec<(i16, String)> = query_as(ZONES).fetch_all(on).await?;
        let mut known: RwLockWriteGuard<'_, Zones> =
            self.zones.write().unwrap_or_else(PoisonError::into_inner);
        for (number, name) in rows {
            known.know(number.into(), &name)?;
        }
        Ok(())
    }

    /// Learns every set there is.
    pub(super) async fn read_sets(&self, on: &mut PgConnection) -> Result<(), Error> {
        let sets = read_sets(on).await?;
        let mut known = self.sets.write().unwrap_or_else(PoisonError::into_inner);
        known.know_all(sets);
        Ok(())
    }

    /// What these cases say of limits that nobody has said yet, as far as this process knows.
    pub(super) fn lesson(&self, cases: &[Case<'_>]) -> Lesson {
        let known = self.limits.read().unwrap_or_else(PoisonError::into_inner);
        Lesson::of(cases, &known)
    }

    /// Learns limits that are kept.
    pub(super) fn know_limits(&self, laws: Laws) {
        let mut known = self.limits.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(laws);
    }
}

fn forget<T: Default>(known: &RwLock<T>) {
    *known.write().unwrap_or_else(PoisonError::into_inner) = T::default();
}

/// Every set of limits there is.
pub(super) async fn read_sets(on: &mut PgConnection) -> Result<Sets, Error> {
    let rows: Vec<(i32, String)> = query_as(SETS).fetch_all(on).await?;
    let mut sets = Sets::default();
    for (number, names) in rows {
        sets.know(i64::from(number), names.into());
    }
    Ok(sets)
}

/// The number of each plan's route, or the routes that have none yet.
fn numbers(routes: &Routes, plans: &[Planned]) -> Result<Vec<i32>, Vec<Route>> {
    let mut numbers = Vec::with_capacity(plans.len());
    let mut new: Vec<Route> = Vec::new();
    let mut latest: Option<(&i64, &Arc<Route>)> = None;
    for plan in plans {
        // A page is of one journey, so it is nearly always the one of the dispatch before.
        if !latest.is_some_and(|(_, route)| route.is_of(plan)) {
            latest = routes.iter().find(|(_, route)| route.is_of(plan));
        }
        match latest.and_then(|(number, _)| i32::try_from(*number).ok()) {
            Some(number) => numbers.push(number),
            None if new.iter().any(|route| route.is_of(plan)) => {}
            None => new.push(Route::of(plan)),
        }
    }
    if new.is_empty() {
        Ok(numbers)
    } else {
        Err(new)
    }
}

fn read_route(row: &PgRow) -> Result<(i64, Arc<Route>), Error> {
    let class = wire::class(row.try_get::<i16, _>("class")?.into());
    let text = |name| Ok::<_, Error>(row.try_get(name)?);
    let route = Route::read(
        text,
        class,
        row.try_get("shared")?,
        row.try_get("priority")?,
    )?;
    Ok((row.try_get::<i32, _>("route")?.into(), Arc::new(route)))
}

async fn insert_route(on: &mut PgConnection, it: &Route) -> Result<(), Error> {
    query(NEW_ROUTE)
        .bind(it.campaign.as_str())
        .bind(it.journey.as_str())
        .bind(it.step.as_str())
        .bind(&it.trigger)
        .bind(it.channel.as_str())
        .bind(it.purpose.as_str())
        .bind(wire::class_code(it.class) as i16)
        .bind(it.brand())
        .bind(it.record_kind())
        .bind(it.shared)
        .bind(it.priority)
        .execute(on)
        .await?;
    Ok(())
}
