//! The third part of a turn: claiming what is due.
//!
//! Each route has its own run of the index of what waits, in the order of time. A turn asks each
//! route of an active campaign for its first row (one search), then reads from those that are due,
//! the most important priority first, and merges them. Routes of paused campaigns are not visited.
//! What is read is locked, and what somebody else has locked is passed by: workers take different
//! rows, and nobody waits.
//!
//! A turn claims one row a person. When somebody has thousands of due rows in one route, those
//! beyond the first few are *hidden*: out of the index, behind the ones that stay. Each time one of
//! a person's rows leaves the index, the next hidden one takes a place. **Invariant:** while a row
//! is hidden, another one of the same person and route is in the index or held. It holds with many
//! workers, because who hides has locked the ones that stay: whoever claims one of those later
//! looks for hidden ones in a newer statement.

use pregon_core::{Ask, Turned};
use sqlx::Row as _;
use sqlx::postgres::PgConnection;

use super::desk::stopped;
use super::error::Error;
use super::names::Names;
use super::row::{columns, each, read_rows, write_rows};
use super::statement::{query, query_scalar};
use crate::kept::claim::{Found, Lane, first};
use crate::kept::desk::Desk;
use crate::kept::flaw::Flaw;
use crate::kept::row::Row;
use crate::kept::wire;

/// The first row of each route of an active campaign.
const HEADS: &str = concat!(
    "SELECT r.route, r.priority, (SELECT d.not_before FROM dispatch d WHERE d.route = r.route \
     AND d.state <= 1 AND d.epoch IS NULL AND NOT d.hidden ORDER BY d.not_before LIMIT 1) \
     FROM campaign c JOIN route r ON r.campaign = c.id WHERE c.state = 'active' AND NOT ",
    stopped!("c.id", "$1")
);

const DUE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.route = $1 AND d.state <= 1 AND d.epoch IS NULL AND NOT d.hidden \
     AND d.not_before <= $2 AND (d.not_before, d.row) > ($3, $4) \
     ORDER BY d.not_before, d.row LIMIT $5 FOR UPDATE SKIP LOCKED"
);

const CLAIM: &str = "UPDATE dispatch SET claims = claims + 1, epoch = $2 WHERE row = ANY($1)";

const HIDE: &str = "UPDATE dispatch SET hidden = true WHERE row = ANY($1)";

const ANY_HIDDEN: &str = "SELECT EXISTS (SELECT 1 FROM dispatch WHERE hidden)";

/// As many hidden rows of each person and route as have left the index.
const SHOW: &str = "UPDATE dispatch SET hidden = false WHERE row IN (SELECT d.row \
     FROM (SELECT v.route, v.customer, count(*) AS n \
           FROM unnest($1::integer[], $2::text[]) AS v(route, customer) GROUP BY 1, 2) v \
     CROSS JOIN LATERAL (SELECT d.row FROM dispatch d WHERE d.hidden AND d.route = v.route \
           AND d.customer = v.customer COLLATE \"C\" ORDER BY d.not_before, d.row LIMIT v.n \
           FOR UPDATE SKIP LOCKED) d)";

/// Claims up to as many as are asked for.
pub(super) async fn claim(
    on: &mut PgConnection,
    names: &Names,
    desk: &mut Desk,
    ask: &Ask,
    turned: &mut Turned,
) -> Result<(), Error> {
    let mut lanes = lanes(on, desk).await?;
    lanes.sort_by_key(|lane| lane.priority);
    let mut found = Found::default();
    let most = ask.claim as usize;
    for equals in lanes.chunk_by_mut(|a, b| a.priority == b.priority) {
        while let Some(chunk) = found.chunk(most, equals.len()) {
            for lane in equals.iter_mut() {
                fill(lane, on, names, desk, chunk).await?;
            }
            let Some(row) = first(equals) else {
                break;
            };
            found.meet(row, desk);
        }
    }
    write(on, names, desk, &found).await?;
    desk.news.of_rows(&found.ended)?;
    turned.ended = found.counts();
    turned.claimed = found.claimed.iter().map(Row::dispatch).collect();
    Ok(())
}

/// When the first row of an active campaign that nobody holds falls due. A hidden row is never
/// the first: another one of the same person and route stands before it.
pub(super) async fn next_due(on: &mut PgConnection, now: i64) -> Result<Option<i64>, Error> {
    let rows = query(HEADS).bind(now).fetch_all(on).await?;
    let heads: Result<Vec<Option<i64>>, sqlx::Error> =
        rows.iter().map(|row| row.try_get(2)).collect();
    Ok(heads?.into_iter().flatten().min())
}

async fn lanes(on: &mut PgConnection, desk: &Desk) -> Result<Vec<Lane>, Error> {
    let now = wire::micros(desk.now);
    let mut lanes = Vec::new();
    for row in query(HEADS).bind(now).fetch_all(on).await? {
        let head: Option<i64> = row.try_get(2)?;
        if head.is_some_and(|head| head <= now) {
            let route: i32 = row.try_get(0)?;
            lanes.push(Lane::new(route.into(), row.try_get(1)?));
        }
    }
    Ok(lanes)
}

async fn fill(
    lane: &mut Lane,
    on: &mut PgConnection,
    names: &Names,
    desk: &Desk,
    chunk: usize,
) -> Result<(), Error> {
    if !lane.is_unread() {
        return Ok(());
    }
    let rows = query(DUE)
        .bind(route_number(lane.route)?)
        .bind(wire::micros(desk.now))
        .bind(lane.cursor.0)
        .bind(lane.cursor.1)
        .bind(chunk as i64)
        .fetch_all(&mut *on)
        .await?;
    lane.fill(read_rows(on, names, &rows).await?, chunk);
    Ok(())
}

async fn write(
    on: &mut PgConnection,
    names: &Names,
    desk: &Desk,
    found: &Found,
) -> Result<(), Error> {
    let claimed: Vec<&Row> = found.claimed.iter().collect();
    let ended: Vec<&Row> = found.ended.iter().collect();
    if !claimed.is_empty() {
        query(CLAIM)
            .bind(each(&claimed, |row| row.row))
            .bind(desk.epoch)
            .execute(&mut *on)
            .await?;
    }
    write_rows(on, names, &ended).await?;
    let gone: Vec<&Row> = claimed.into_iter().chain(ended).collect();
    show(&mut *on, &gone).await?;
    if !found.hidden.is_empty() {
        query(HIDE).bind(&found.hidden).execute(on).await?;
    }
    Ok(())
}

/// Lets others take the places of rows that have left the index.
pub(super) async fn show(on: &mut PgConnection, gone: &[&Row]) -> Result<(), Error> {
    if gone.is_empty() || !query_scalar(ANY_HIDDEN).fetch_one(&mut *on).await? {
        return Ok(());
    }
    let routes: Result<Vec<i32>, Flaw> = gone
        .iter()
        .map(|row| route_number(row.route_number))
        .collect();
    query(SHOW)
        .bind(routes?)
        .bind(each(gone, |row| row.customer.as_str()))
        .execute(on)
        .await?;
    Ok(())
}

fn route_number(number: i64) -> Result<i32, Flaw> {
    i32::try_from(number).map_err(|_| Flaw::Damaged("a route's number is out of range"))
}
