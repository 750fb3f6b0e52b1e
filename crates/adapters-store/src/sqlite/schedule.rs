//! Keeping a page of the plan.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use pregon_core::{Planned, PlannedPage, Progress, Reason, Scheduled};
use sqlx::Row as _;

use super::batch::{Batch, Bound};
use super::conn::Writer;
use super::desk;
use super::error::Error;
use super::wire;
use crate::kept::desk::Life;

/// A row to be inserted.
struct New<'a> {
    plan: &'a Planned,
    key: [u8; 16],
    address_key: Option<[u8; 16]>,
    state: i64,
    reason: Option<Reason>,
    route: i64,
}

pub(super) static KNOWN_KEYS: Batch = Batch::new(
    "WITH v(\"key\") AS (VALUES ",
    "(?)",
    ") SELECT d.\"key\" FROM v CROSS JOIN dispatch d ON d.\"key\" = v.\"key\"",
);

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
) -> Result<Scheduled, Error> {
    saw(writer, now).await?;
    let keys: Vec<[u8; 16]> = page
        .dispatches
        .iter()
        .map(|plan| *plan.key.id().as_bytes())
        .collect();
    let address_keys: Vec<Option<[u8; 16]>> =
        page.dispatches.iter().map(Planned::address_key).collect();
    let mut known = found(writer, &KNOWN_KEYS, keys.iter()).await?;
    let mut taken = found(writer, &ADDRESS_KEYS, address_keys.iter().flatten()).await?;

    let lives = desk::lives(writer).await?;
    let over = lives.get(page.campaign.as_str()) == Some(&Life::Over);
    let over = over.then_some(Reason::Cancelled);
    let mut answer = Scheduled::default();
    let mut rows = Vec::with_capacity(keys.len());
    let places = page
        .dispatches
        .iter()
        .zip(keys.into_iter().zip(address_keys));
    for (place, (plan, (key, address_key))) in places.enumerate() {
        if !known.insert(key) {
            answer.known += 1;
            continue;
        }
        let refused = plan.refused.or(over);
        // What ends at once takes no address from others.
        let address_key = address_key.filter(|_| refused.is_none());
        let free = address_key.is_none_or(|key| taken.insert(key));
        let reason = refused.or((!free).then_some(Reason::DuplicateAddress));
        match reason {
            None => answer.new.push(place),
            Some(reason) => *answer.refused.entry(reason).or_default() += 1,
        }
        rows.push(New {
            plan,
            key,
            address_key: address_key.filter(|_| free),
            state: wire::first_state(reason)?,
            reason,
            route: writer.interned.route(&mut writer.on, plan).await?,
        });
    }
    let bind = |to: Bound, new: &New<'_>| bind_new(to, new, now);
    INSERT.run(&mut writer.on, &rows, bind).await?;
    keep_progress(writer, page).await?;
    Ok(answer)
}

/// Moves the high-water mark; time does not go back behind it.
pub(super) async fn saw(writer: &mut Writer, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query("UPDATE store SET high_water = max(high_water, ?1) WHERE one = 1")
        .bind(wire::micros(now))
        .execute(&mut writer.on)
        .await?;
    Ok(())
}

/// Which of these are in the table.
async fn found(
    writer: &mut Writer,
    query: &Batch,
    keys: impl Iterator<Item = &[u8; 16]>,
) -> Result<HashSet<[u8; 16]>, Error> {
    let keys: Vec<&[u8; 16]> = keys.collect();
    let bind = |to: Bound, key: &&[u8; 16]| to.bind(key.to_vec());
    let rows = query.run(&mut writer.on, &keys, bind).await?;
    let key = |row: &sqlx::sqlite::SqliteRow| Ok(wire::bytes16(row.try_get(0)?)?);
    rows.iter().map(key).collect()
}

fn bind_new(to: Bound, new: &New<'_>, now: DateTime<Utc>) -> Bound {
    let plan = new.plan;
    let record = plan.record.as_ref().map(|it| it.id.as_str().to_owned());
    to.bind(new.state)
        .bind(new.route)
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
    let Progress { closed_at, open } = &page.progress;
    let span = open.as_ref().map(|open| open.span);
    let after = open.as_ref().and_then(|open| open.after.as_ref());
    sqlx::query(
        "INSERT INTO progress (campaign, journey, closed_at, span_from, span_to, after) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET \
         closed_at = excluded.closed_at, span_from = excluded.span_from, \
         span_to = excluded.span_to, after = excluded.after",
    )
    .bind(page.campaign.as_str())
    .bind(page.journey.as_str())
    .bind(wire::micros(*closed_at))
    .bind(span.map(|span| wire::micros(span.from)))
    .bind(span.map(|span| wire::micros(span.to)))
    .bind(after.map(|cursor| cursor.as_str().to_owned()))
    .execute(&mut writer.on)
    .await?;
    Ok(())
}
