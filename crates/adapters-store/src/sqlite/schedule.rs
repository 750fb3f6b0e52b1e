//! Keeping a page of the plan.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use pregon_core::{CustomerId, HashKey, PlannedPage, Reason, Scheduled};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::batch::{Batch, Bound};
use super::conn::Writer;
use super::error::Error;
use super::intern::Interned;
use super::json::hexed_texts;
use super::row::hash;
use super::{desk, erase, events, lost};
use crate::kept::campaign::Columns;
use crate::kept::flaw::Flaw;
use crate::kept::plan::{self, Keys, New};
use crate::kept::wire;

/// Each key in hex, with its customer: rows of neighbours lie together, those of keys anywhere.
pub(super) const KNOWN_KEYS: &str = "SELECT group_concat(n.key, ' ') FROM json_each(?1) n \
     CROSS JOIN dispatch d ON d.customer = n.value AND d.\"key\" = unhex(n.key)";

pub(super) static ADDRESS_KEYS: Batch = Batch::new(
    "WITH v(address_key) AS (VALUES ",
    "(?)",
    ") SELECT d.address_key, d.row FROM v CROSS JOIN dispatch d \
     ON d.address_key = v.address_key AND d.address_key IS NOT NULL",
);

pub(super) static INSERT: Batch = Batch::new(
    "INSERT INTO dispatch (state, in_doubt, claims, fence, attempts, hidden, route, not_before, \
     not_after, at, reason, \"key\", customer, occurrence, record, address, address_key) VALUES ",
    "(?,0,0,0,0,0,?,?,?,?,?,?,?,?,?,?,?)",
    "",
);

/// Keeps the page and the progress.
pub(super) async fn schedule(
    writer: &mut Writer,
    page: &PlannedPage,
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Scheduled, Error> {
    saw(writer, now).await?;
    let answer = keep(&mut writer.on, &mut writer.interned, page, now, key).await?;
    keep_progress(writer, page).await?;
    Ok(answer)
}

/// Keeps the dispatches of a page.
pub(super) async fn keep(
    on: &mut SqliteConnection,
    interned: &mut Interned,
    page: &PlannedPage,
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Scheduled, Error> {
    let keys = Keys::of(page);
    let forgotten = erase::forgotten(on, page, key).await?;
    let known = known(on, page, &keys, (&forgotten, key)).await?;
    let taken = found(on, &ADDRESS_KEYS, keys.of_addresses()).await?;
    let lives = desk::lives(on).await?;
    let life = lives.get(page.campaign.as_str()).map(|(life, _)| *life);
    let (mut answer, new) = plan::choose(page, &keys, (known, taken), &forgotten, life)?;
    let mut news = events::news(on).await?;
    news.of_plan(&new, now)?;
    events::tell(on, &news, now).await?;
    let mut rows = Vec::with_capacity(new.len());
    for new in &new {
        let route = interned.route(on, new.plan).await?;
        rows.push((new, route));
    }
    let bind = |to: Bound, (new, route): &(&New<'_>, i64)| bind_new(to, new, *route, now);
    INSERT.run(on, &rows, bind).await?;
    lost::doubt_new(on, &interned.names, &new, &mut answer).await?;
    Ok(answer)
}

const SAW: &str = "UPDATE store SET high_water = max(high_water, ?1) WHERE one = 1 \
     RETURNING high_water";

/// Moves the high-water mark, and gives it: time does not go back behind it.
pub(super) async fn saw(writer: &mut Writer, now: DateTime<Utc>) -> Result<i64, Error> {
    let saw = sqlx::query_scalar(SAW).bind(wire::micros(now));
    Ok(saw.fetch_one(&mut writer.on).await?)
}

/// Which of the keys of a page are in the table. Those of who is forgotten are there under the
/// tombstone.
async fn known(
    on: &mut SqliteConnection,
    page: &PlannedPage,
    keys: &Keys,
    (forgotten, secret): (&HashSet<usize>, &HashKey),
) -> Result<HashSet<[u8; 16]>, Error> {
    let plans = page.dispatches.iter().map(|plan| &plan.key.customer);
    let stone = |place: usize| secret.tombstone(&page.dispatches[place].key.customer);
    let stones: HashMap<usize, CustomerId> = forgotten
        .iter()
        .map(|place| (*place, stone(*place)))
        .collect();
    let customers = plans.enumerate();
    let customers = customers.map(|(place, it)| stones.get(&place).unwrap_or(it).as_str());
    let own = keys.own.iter().map(<[u8; 16]>::as_slice);
    let asked = sqlx::query_scalar(KNOWN_KEYS).bind(hexed_texts(own.zip(customers)));
    let known: Option<String> = asked.fetch_one(on).await?;
    let known = known.iter().flat_map(|keys| keys.split(' '));
    let known: Result<_, Flaw> = known.filter_map(|key| hash(key).transpose()).collect();
    Ok(known?)
}

/// Which of these are in the table.
pub(super) async fn found(
    on: &mut SqliteConnection,
    query: &Batch,
    keys: impl Iterator<Item = &[u8; 16]>,
) -> Result<HashSet<[u8; 16]>, Error> {
    let keys: Vec<&[u8; 16]> = keys.collect();
    let bind = |to: Bound, key: &&[u8; 16]| to.bind(key.to_vec());
    let rows = query.run(on, &keys, bind).await?;
    let key = |row: &sqlx::sqlite::SqliteRow| Ok(wire::bytes16(row.try_get(0)?)?);
    rows.iter().map(key).collect()
}

fn bind_new(to: Bound, new: &New<'_>, route: i64, now: DateTime<Utc>) -> Bound {
    let plan = new.plan;
    let record = plan.record.as_ref().map(|it| it.id.as_str().to_owned());
    to.bind(new.state)
        .bind(route)
        .bind(wire::micros(plan.not_before))
        .bind(wire::micros(plan.not_after))
        .bind(wire::micros(now))
        .bind(new.reason.map(Reason::as_str))
        .bind(new.key.to_vec())
        .bind(plan.key.customer.as_str().to_owned())
        .bind(plan.key.occurrence.as_str().to_owned())
        .bind(record)
        .bind(plan.address.map(|hash| hash.as_bytes().to_vec()))
        .bind(new.address_key.map(|key| key.to_vec()))
}

async fn keep_progress(writer: &mut Writer, page: &PlannedPage) -> Result<(), Error> {
    let progress = Columns::of(&page.progress);
    sqlx::query(
        "INSERT INTO progress (campaign, journey, closed_at, span_from, span_to, after) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET \
         closed_at = excluded.closed_at, span_from = excluded.span_from, \
         span_to = excluded.span_to, after = excluded.after",
    )
    .bind(page.campaign.as_str())
    .bind(page.journey.as_str())
    .bind(progress.closed_at)
    .bind(progress.span_from)
    .bind(progress.span_to)
    .bind(progress.after)
    .execute(&mut writer.on)
    .await?;
    Ok(())
}
