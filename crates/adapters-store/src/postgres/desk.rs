//! Laying out the rows of a turn, and writing what was changed of them.
//!
//! **The order of locks**, the same for everybody: worker, the forgotten, campaigns, members of
//! audiences, rows of `dispatch` by number, gates by subject, budgets by campaign, the chain of
//! words, clock. Nobody waits for a row of `dispatch` once it has taken a gate: claims pass by what
//! others hold. No turn takes the chain.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use pregon_core::{Ask, Outcome, Settlement};
use sqlx::postgres::PgConnection;

use super::error::Error;
use super::names::Names;
use super::row::{columns, read_rows, write_changed};
use super::statement::{query, query_as};
use super::{budget, events};
use crate::kept::desk::{Desk, Life, Lives};
use crate::kept::wire;

/// A change of a campaign that is under way: see `campaigns.rs`.
macro_rules! stopped {
    ($campaign:literal, $now:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM campaign_stop x WHERE x.campaign = ",
            $campaign,
            " AND x.at > ",
            $now,
            " - 60000000 AND x.at < ",
            $now,
            " + 60000000)"
        )
    };
}
pub(super) use stopped;

/// The campaigns of rows, held so that none is changed before this transaction has ended.
///
/// One that is being changed is held only for rows that may come to wait again (`$2`), because the
/// change withdraws what waits; for those that want to begin (`$1`) it is left alone.
const LIVES: &str = concat!(
    "SELECT c.id, c.state, c.version, ",
    stopped!("c.id", "$3"),
    " FROM campaign c WHERE c.id IN (SELECT r.campaign FROM dispatch d \
     JOIN route r ON r.route = d.route WHERE d.row = ANY($2)) OR c.id IN (SELECT r.campaign \
     FROM dispatch d JOIN route r ON r.route = d.route WHERE d.row = ANY($1)) AND NOT ",
    stopped!("c.id", "$3"),
    " ORDER BY c.id FOR SHARE OF c"
);

pub(super) const READ: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.row = ANY($1) ORDER BY d.row FOR UPDATE"
);

const RELEASE: &str = "DELETE FROM hold h USING unnest($1::bytea[], $2::bigint[], $3::bigint[]) \
     AS v(subject, at, row) WHERE h.subject = v.subject AND h.at = v.at AND h.row = v.row";

/// Lays out the rows that a turn speaks of, and locks them.
pub(super) async fn lay(
    on: &mut PgConnection,
    names: &Names,
    done: &[Settlement],
    ask: &Ask,
    now: DateTime<Utc>,
) -> Result<Desk, Error> {
    let epoch = wire::epoch(ask.epoch)?;
    let waits = |it: &&Settlement| !matches!(it.outcome, Outcome::Accepted { .. });
    let waiting: Vec<i64> = done.iter().filter(waits).map(|it| it.ticket.row).collect();
    let ready: Vec<i64> = ask.begin.iter().map(|it| it.ticket.row).collect();
    let settled = done.iter().map(|it| it.ticket.row);
    let mut numbers: Vec<i64> = settled.chain(ready.iter().copied()).collect();
    if numbers.is_empty() {
        let empty = Desk::of(epoch, now, Default::default(), HashMap::new());
        return Ok(empty.telling(events::news(on).await?));
    }
    numbers.sort_unstable();
    numbers.dedup();
    let lives = lives(on, &ready, &waiting, now).await?;
    let rows = query(READ).bind(&numbers).fetch_all(&mut *on).await?;
    let rows = read_rows(on, names, &rows).await?;
    let rows = rows.into_iter().map(|row| (row.row, row)).collect();
    Ok(Desk::of(epoch, now, rows, lives).telling(events::news(on).await?))
}

/// Gives back the places that were released.
pub(super) async fn release(on: &mut PgConnection, desk: &mut Desk) -> Result<(), Error> {
    let released = desk.take_released();
    if released.is_empty() {
        return Ok(());
    }
    let (places, ats, rows): (Vec<_>, Vec<_>, Vec<_>) = released.into_iter().collect();
    query(RELEASE)
        .bind(places)
        .bind(ats)
        .bind(rows)
        .execute(on)
        .await?;
    Ok(())
}

/// Writes what was changed; nothing is locked after this.
pub(super) async fn write(
    on: &mut PgConnection,
    names: &Names,
    desk: &mut Desk,
) -> Result<(), Error> {
    rows(on, names, desk).await?;
    budget::write(on, desk).await
}

/// Writes the rows that were changed.
pub(super) async fn rows(
    on: &mut PgConnection,
    names: &Names,
    desk: &mut Desk,
) -> Result<(), Error> {
    write_changed(on, names, &desk.take_changed()).await
}

/// What the states of the campaigns of some rows mean until this transaction has ended.
pub(super) async fn lives(
    on: &mut PgConnection,
    ready: &[i64],
    waiting: &[i64],
    now: DateTime<Utc>,
) -> Result<Lives, Error> {
    let rows: Vec<(String, String, i64, bool)> = query_as(LIVES)
        .bind(ready)
        .bind(waiting)
        .bind(wire::micros(now))
        .fetch_all(on)
        .await?;
    let life = |(id, state, version, stopped): (String, String, i64, bool)| {
        let life = match Life::of(&state) {
            Life::Active if stopped => Life::Asleep,
            life => life,
        };
        (id, (life, version))
    };
    Ok(rows.into_iter().map(life).collect())
}
