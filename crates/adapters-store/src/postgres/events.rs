//! What happened, until somebody has it: a row for the facts of each decision.
//!
//! **Invariant:** what is told of one dispatch, campaign or person is read in the order in which it
//! happened. Numbers are drawn while the decision holds the rows or gates that it is about, so of
//! two decisions about the same the later one has the greater number and is committed later.
//!
//! One worker at a time passes events on, under a lease. One that was frozen meanwhile may pass the
//! same on again; its names are the same.

use chrono::{DateTime, Utc};
use pregon_core::{Cursor, CustomerId, Event, HashKey, Mark, Page, Waiting};
use sqlx::postgres::PgConnection;

use super::error::Error;
use super::statement::{query, query_as, query_scalar};
use crate::kept::log;
use crate::kept::news::{self, News, Told};
use crate::kept::wire;

/// How long nobody else passes events on once somebody did, in microseconds.
const LEASE: i64 = 60_000_000;

const WANTED: &str = "SELECT events FROM store WHERE one = 1";

const WANT: &str = "UPDATE store SET events = $1 WHERE one = 1 AND events <> $1";

const TELL: &str = "INSERT INTO outbox (at, body) VALUES ($1, $2)";

/// Nothing is written while nothing waits, or the lease is still good for half its length.
const NEEDS_LEASE: &str = "SELECT EXISTS (SELECT 1 FROM outbox) \
     AND NOT EXISTS (SELECT 1 FROM relay WHERE worker = $1 AND until > $2)";

const TAKE_LEASE: &str = "INSERT INTO relay (one, worker, until) VALUES (1, $1, $2) \
     ON CONFLICT (one) DO UPDATE SET worker = excluded.worker, until = excluded.until \
     WHERE relay.worker = excluded.worker OR relay.until <= $3";

const GIVE_LEASE_BACK: &str = "DELETE FROM relay WHERE worker = $1";

/// Nothing for whoever has no lease.
const WAITING: &str = "SELECT o.decision, o.at, o.body FROM outbox o WHERE EXISTS \
     (SELECT 1 FROM relay r WHERE r.worker = $2 AND r.until > $3) ORDER BY o.decision LIMIT $1";

const AFTER: &str = "SELECT decision, at, body FROM outbox WHERE decision > $1 \
     ORDER BY decision LIMIT $2";

const PASSED_ON: &str = "DELETE FROM outbox WHERE decision IN (SELECT o.decision FROM outbox o \
     WHERE o.decision = ANY($1) ORDER BY o.decision FOR UPDATE)";

const ABOUT: &str = "SELECT decision, body FROM outbox \
     WHERE position(convert_to($1, 'UTF8') IN body) > 0 ORDER BY decision FOR UPDATE";

const REWRITE: &str = "UPDATE outbox SET body = $2 WHERE decision = $1";

/// What this transaction tells, if anybody wants to hear it.
pub(super) async fn news(on: &mut PgConnection) -> Result<News, Error> {
    let wanted: bool = query_scalar(WANTED).fetch_one(on).await?;
    Ok(News::new(wanted))
}

/// Says whether anybody wants to hear what happens from here on.
pub(super) async fn want(on: &mut PgConnection, wanted: bool) -> Result<(), Error> {
    query(WANT).bind(wanted).execute(on).await?;
    Ok(())
}

/// Keeps what this transaction tells. Nobody waits here: it is a new row.
pub(super) async fn tell(
    on: &mut PgConnection,
    news: &News,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    if let Some(body) = news.body()? {
        let told = query(TELL).bind(wire::micros(at)).bind(body.into_bytes());
        told.execute(on).await?;
    }
    Ok(())
}

/// Whether a worker must take the lease before it reads what waits.
pub(super) async fn needs_lease(
    on: &mut PgConnection,
    worker: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let half = wire::micros(now).saturating_add(LEASE / 2);
    let needs = query_scalar(NEEDS_LEASE).bind(worker).bind(half);
    Ok(needs.fetch_one(on).await?)
}

/// Takes the lease, or takes it for longer, unless somebody else has it.
pub(super) async fn take_lease(
    on: &mut PgConnection,
    worker: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let now = wire::micros(now);
    query(TAKE_LEASE)
        .bind(worker)
        .bind(now.saturating_add(LEASE))
        .bind(now)
        .execute(on)
        .await?;
    Ok(())
}

/// Lets others pass events on.
pub(super) async fn give_lease_back(on: &mut PgConnection, worker: &str) -> Result<(), Error> {
    query(GIVE_LEASE_BACK).bind(worker).execute(on).await?;
    Ok(())
}

/// The oldest events that wait, of so many decisions at most.
pub(super) async fn waiting(
    on: &mut PgConnection,
    worker: &str,
    decisions: u32,
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Waiting, Error> {
    let rows: Vec<Told<Vec<u8>>> = query_as(WAITING)
        .bind(i64::from(decisions))
        .bind(worker)
        .bind(wire::micros(now))
        .fetch_all(on)
        .await?;
    Ok(news::waiting(&rows, key)?)
}

/// A page of what waits, after a decision.
pub(super) async fn untold(
    on: &mut PgConnection,
    key: &HashKey,
    after: Option<&Cursor>,
    decisions: u32,
) -> Result<Page<Event>, Error> {
    let rows: Vec<Told<Vec<u8>>> = query_as(AFTER)
        .bind(log::after(after)?)
        .bind(i64::from(decisions))
        .fetch_all(on)
        .await?;
    Ok(news::page(&rows, decisions, key)?)
}

/// Forgets what a sink has.
pub(super) async fn passed_on(on: &mut PgConnection, these: &Mark) -> Result<(), Error> {
    query(PASSED_ON).bind(these.decisions()).execute(on).await?;
    Ok(())
}

/// Puts the tombstone of somebody who is forgotten into what waits. Whoever forgets has their rows
/// and gates, so nothing more is told under the old name.
pub(super) async fn forget(
    on: &mut PgConnection,
    customer: &CustomerId,
    tombstone: &CustomerId,
) -> Result<(), Error> {
    let about: Vec<(i64, Vec<u8>)> = query_as(ABOUT)
        .bind(news::written(customer)?)
        .fetch_all(&mut *on)
        .await?;
    for (decision, body) in about {
        let body = news::forget(&body, customer, tombstone)?;
        query(REWRITE)
            .bind(decision)
            .bind(body.into_bytes())
            .execute(&mut *on)
            .await?;
    }
    Ok(())
}
