//! The third part of a turn: claiming what is due.
//!
//! Each route has its own run of the index of what waits, in the order of time. A turn asks each
//! route of an active campaign for its first row (one search), then reads from those that are due,
//! the most important priority first, and merges them. Routes of paused campaigns are not visited.
//!
//! A turn claims one row a person. When somebody has thousands of due rows in one route, the rest
//! would be read again and again in front of everybody else's; so those beyond the first few are
//! *hidden*: out of the index, behind the ones that stay. Each time one of a person's rows leaves
//! the index, the next hidden one takes a place. **Invariant:** while a row is hidden, an earlier
//! one of the same person and route is in the index.

use pregon_core::{Ask, Turned};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::batch::{Batch, Bound};
use super::beside::beside;
use super::conn::Writer;
use super::error::Error;
use super::json::numbers;
use super::row::{columns, read_rows};
use super::written::write_rows;
use crate::kept::claim::{Found, Lane, first};
use crate::kept::desk::Desk;
use crate::kept::row::Row;
use crate::kept::wire;

/// The first row of each route of an active campaign.
pub(super) const HEADS: &str = "SELECT r.route, r.priority, \
     (SELECT min(d.not_before) FROM dispatch d WHERE d.route = r.route \
      AND d.state <= 1 AND d.epoch IS NULL AND d.hidden = 0) \
     FROM campaign c CROSS JOIN route r ON r.campaign = c.id WHERE c.state = 'active'";

/// All that is read, in one text.
pub(super) const DUE: &str = concat!(
    "SELECT group_concat(packed, ' ') FROM (SELECT ",
    columns!(),
    " FROM dispatch d INDEXED BY dispatch_due WHERE d.route = ?1 \
     AND d.state <= 1 AND d.epoch IS NULL AND d.hidden = 0 AND d.not_before <= ?2 \
     AND d.not_before >= ?3 AND (d.not_before > ?3 OR d.row > ?4) \
     ORDER BY d.not_before, d.row LIMIT ?5) AS due"
);

pub(super) const CLAIM: &str = "UPDATE dispatch SET claims = claims + 1, epoch = ?2 \
     WHERE row IN (SELECT value FROM json_each(?1))";

pub(super) const HIDE: &str =
    "UPDATE dispatch SET hidden = 1 WHERE row IN (SELECT value FROM json_each(?1))";

pub(super) const ANY_HIDDEN: &str =
    "SELECT EXISTS (SELECT 1 FROM dispatch INDEXED BY dispatch_hidden WHERE hidden = 1)";

pub(super) static SHOW: Batch = Batch::new(
    "WITH v(route, customer) AS (VALUES ",
    "(?,?)",
    ") UPDATE dispatch SET hidden = 0 WHERE row IN (SELECT (SELECT d.row FROM dispatch d \
     WHERE d.hidden = 1 AND d.route = v.route AND d.customer = v.customer \
     ORDER BY d.not_before, d.row LIMIT 1) FROM v)",
);

/// Claims up to as many as are asked for.
pub(super) async fn claim(
    writer: &mut Writer,
    desk: &mut Desk,
    ask: &Ask,
    turned: &mut Turned,
) -> Result<(), Error> {
    let mut lanes = lanes(writer, desk).await?;
    lanes.sort_by_key(|lane| lane.priority);
    let mut found = Found::default();
    let most = ask.claim as usize;
    for equals in lanes.chunk_by_mut(|a, b| a.priority == b.priority) {
        while let Some(chunk) = found.chunk(most, equals.len()) {
            for lane in equals.iter_mut() {
                fill(lane, writer, desk, chunk).await?;
            }
            let Some(row) = first(equals) else {
                break;
            };
            found.meet(row, desk);
        }
    }
    let dispatches = || found.claimed.iter().map(Row::dispatch).collect();
    let (written, claimed) = beside(write(writer, desk, &found), dispatches).await;
    written?;
    desk.news.of_rows(&found.ended)?;
    (turned.claimed, turned.ended) = (claimed, found.counts());
    let held = found.claimed.into_iter().map(|row| (row.row, row));
    writer.held.extend(held);
    Ok(())
}

/// When the first row of an active campaign that nobody holds falls due. A hidden row is never
/// the first: an earlier one of the same route is not hidden.
pub(super) async fn next_due(on: &mut SqliteConnection) -> Result<Option<i64>, Error> {
    let rows = sqlx::query(HEADS).fetch_all(on).await?;
    let heads: Result<Vec<Option<i64>>, sqlx::Error> =
        rows.iter().map(|row| row.try_get(2)).collect();
    Ok(heads?.into_iter().flatten().min())
}

async fn lanes(writer: &mut Writer, desk: &Desk) -> Result<Vec<Lane>, Error> {
    let now = wire::micros(desk.now);
    let rows = sqlx::query(HEADS).fetch_all(&mut writer.on).await?;
    let mut lanes = Vec::new();
    for row in rows {
        let head: Option<i64> = row.try_get(2)?;
        if head.is_some_and(|head| head <= now) {
            lanes.push(Lane::new(row.try_get(0)?, row.try_get(1)?));
        }
    }
    Ok(lanes)
}

async fn fill(
    lane: &mut Lane,
    writer: &mut Writer,
    desk: &Desk,
    chunk: usize,
) -> Result<(), Error> {
    if !lane.is_unread() {
        return Ok(());
    }
    let rows = sqlx::query(DUE)
        .bind(lane.route)
        .bind(wire::micros(desk.now))
        .bind(lane.cursor.0)
        .bind(lane.cursor.1)
        .bind(chunk as i64)
        .fetch_all(&mut writer.on)
        .await?;
    lane.fill(read_rows(&rows, &writer.interned.names)?, chunk);
    Ok(())
}

async fn write(writer: &mut Writer, desk: &Desk, found: &Found) -> Result<(), Error> {
    if !found.claimed.is_empty() {
        sqlx::query(CLAIM)
            .bind(numbers(found.claimed.iter().map(|row| row.row)))
            .bind(desk.epoch)
            .execute(&mut writer.on)
            .await?;
    }
    let any_hidden: bool = sqlx::query_scalar(ANY_HIDDEN)
        .fetch_one(&mut writer.on)
        .await?;
    let ended: Vec<&Row> = found.ended.iter().collect();
    write_rows(&mut writer.on, &writer.interned.names, &ended).await?;
    if any_hidden {
        let gone = found.claimed.iter().chain(&found.ended);
        let gone: Vec<(i64, &str)> = gone
            .map(|row| (row.route_number, row.customer.as_str()))
            .collect();
        let bind = |to: Bound, (route, customer): &(i64, &str)| {
            to.bind(*route).bind((*customer).to_owned())
        };
        SHOW.run(&mut writer.on, &gone, bind).await?;
    }
    if !found.hidden.is_empty() {
        let hide = sqlx::query(HIDE).bind(numbers(found.hidden.iter().copied()));
        hide.execute(&mut writer.on).await?;
    }
    Ok(())
}
