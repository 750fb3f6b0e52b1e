//! What happened, until somebody has it: a row for the facts of each decision.

use chrono::{DateTime, Utc};
use pregon_core::{Cursor, CustomerId, Event, HashKey, Mark, Page, Waiting};
use sqlx::sqlite::SqliteConnection;

use super::error::Error;
use super::json::numbers;
use crate::kept::log;
use crate::kept::news::{self, News, Told};
use crate::kept::wire;

const WANTED: &str = "SELECT events FROM store WHERE one = 1";

const WANT: &str = "UPDATE store SET events = ?1 WHERE one = 1 AND events <> ?1";

const TELL: &str = "INSERT INTO outbox (at, body) VALUES (?1, ?2)";

/// All of them: their numbers begin with one.
pub(super) const WAITING: &str = "SELECT decision, at, body FROM outbox WHERE decision > 0 \
     ORDER BY decision LIMIT ?1";

pub(super) const AFTER: &str = "SELECT decision, at, body FROM outbox WHERE decision > ?1 \
     ORDER BY decision LIMIT ?2";

pub(super) const PASSED_ON: &str =
    "DELETE FROM outbox WHERE decision IN (SELECT value FROM json_each(?1))";

const ABOUT: &str = "SELECT decision, body FROM outbox WHERE instr(body, ?1) > 0";

pub(super) const REWRITE: &str = "UPDATE outbox SET body = ?2 WHERE decision = ?1";

/// What this transaction tells, if anybody wants to hear it.
pub(super) async fn news(on: &mut SqliteConnection) -> Result<News, Error> {
    let wanted: bool = sqlx::query_scalar(WANTED).fetch_one(on).await?;
    Ok(News::new(wanted))
}

/// Says whether anybody wants to hear what happens from here on.
pub(super) async fn want(on: &mut SqliteConnection, wanted: bool) -> Result<(), Error> {
    sqlx::query(WANT).bind(wanted).execute(on).await?;
    Ok(())
}

/// Keeps what this transaction tells.
pub(super) async fn tell(
    on: &mut SqliteConnection,
    news: &News,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    if let Some(body) = news.body()? {
        let told = sqlx::query(TELL).bind(wire::micros(at)).bind(body);
        told.execute(on).await?;
    }
    Ok(())
}

/// The oldest events that wait, of so many decisions at most.
pub(super) async fn waiting(
    on: &mut SqliteConnection,
    decisions: u32,
    key: &HashKey,
) -> Result<Waiting, Error> {
    let rows: Vec<Told<String>> = sqlx::query_as(WAITING)
        .bind(decisions)
        .fetch_all(on)
        .await?;
    Ok(news::waiting(&rows, key)?)
}

/// A page of what waits, after a decision.
pub(super) async fn untold(
    on: &mut SqliteConnection,
    key: &HashKey,
    after: Option<&Cursor>,
    decisions: u32,
) -> Result<Page<Event>, Error> {
    let rows: Vec<Told<String>> = sqlx::query_as(AFTER)
        .bind(log::after(after)?)
        .bind(decisions)
        .fetch_all(on)
        .await?;
    Ok(news::page(&rows, decisions, key)?)
}

/// Forgets what a sink has.
pub(super) async fn passed_on(on: &mut SqliteConnection, these: &Mark) -> Result<(), Error> {
    let these = numbers(these.decisions().iter().copied());
    sqlx::query(PASSED_ON).bind(these).execute(on).await?;
    Ok(())
}

/// Puts the tombstone of somebody who is forgotten into what waits.
pub(super) async fn forget(
    on: &mut SqliteConnection,
    customer: &CustomerId,
    tombstone: &CustomerId,
) -> Result<(), Error> {
    let about: Vec<(i64, String)> = sqlx::query_as(ABOUT)
        .bind(news::written(customer)?)
        .fetch_all(&mut *on)
        .await?;
    for (decision, body) in about {
        sqlx::query(REWRITE)
            .bind(decision)
            .bind(news::forget(body.as_ref(), customer, tombstone)?)
            .execute(&mut *on)
            .await?;
    }
    Ok(())
}
