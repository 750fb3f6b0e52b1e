//! Keeping a page of the plan.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use pregon_core::{HashKey, PlannedPage, Reason, Scheduled};
use sqlx::postgres::PgConnection;

use super::error::Error;
use super::lost;
use super::names::Names;
use super::row::each;
use super::statement::{query, query_scalar};
use super::turn::{Worker, check_server, saw};
use super::{erase, events};
use crate::kept::campaign::Columns;
use crate::kept::desk::Life;
use crate::kept::plan::{self, Keys, New};
use crate::kept::wire;

/// Two who plan the same journey come one after another.
const PROGRESS: &str = "INSERT INTO progress (campaign, journey, closed_at, span_from, span_to, \
     after) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (campaign, journey) DO UPDATE SET \
     closed_at = excluded.closed_at, span_from = excluded.span_from, \
     span_to = excluded.span_to, after = excluded.after";

/// Held, so that the campaign does not end before its new rows can be seen.
const LIFE: &str = "SELECT state FROM campaign WHERE id = $1 FOR SHARE";

const KNOWN_KEYS: &str = "SELECT \"key\" FROM dispatch WHERE \"key\" = ANY($1::bytea[])";

const ADDRESS_KEYS: &str = "SELECT address_key FROM dispatch WHERE address_key = ANY($1::bytea[])";

/// In the order of the page. What vanishes was there already: another worker was faster.
const INSERT: &str = "INSERT INTO dispatch (state, in_doubt, claims, fence, attempts, hidden, \
     route, not_before, not_after, at, reason, \"key\", customer, occurrence, record, address, \
     address_key) SELECT v.state, false, 0, 0, 0, false, v.route, v.not_before, v.not_after, $12, \
     v.reason, v.\"key\", v.customer, v.occurrence, v.record, v.address, v.address_key \
     FROM unnest($1::smallint[], $2::integer[], $3::bigint[], $4::bigint[], $5::text[], \
     $6::bytea[], $7::text[], $8::text[], $9::text[], $10::bytea[], $11::bytea[]) WITH ORDINALITY \
     AS v(state, route, not_before, not_after, reason, \"key\", customer, occurrence, record, \
     address, address_key, n) ORDER BY v.n ON CONFLICT DO NOTHING";

/// Keeps the page and the progress.
pub(super) async fn schedule(
    on: &mut PgConnection,
    worker: &Worker,
    names: &Names,
    page: &PlannedPage,
    routes: &[i32],
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Scheduled, Error> {
    check_server(on, names).await?;
    keep_progress(on, page).await?;
    let answer = keep(on, names, page, routes, now, key).await?;
    saw(on, worker, now).await?;
    Ok(answer)
}

/// Keeps the dispatches of a page that have these routes.
pub(super) async fn keep(
    on: &mut PgConnection,
    names: &Names,
    page: &PlannedPage,
    routes: &[i32],
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Scheduled, Error> {
    // Before anything is read: nobody is forgotten between that and the new rows.
    erase::hold_off(on).await?;
    let state: Option<String> = query_scalar(LIFE)
        .bind(page.campaign.as_str())
        .fetch_optional(&mut *on)
        .await?;
    let keys = Keys::of(page);
    let known = found(on, KNOWN_KEYS, keys.own.iter()).await?;
    let taken = found(on, ADDRESS_KEYS, keys.of_addresses()).await?;
    let life = state.as_deref().map(Life::of);
    let forgotten = erase::forgotten(on, page, key).await?;
    let (mut answer, new) = plan::choose(page, &keys, (known, taken), &forgotten, life)?;
    insert(on, &new, routes, now).await?;
    lost::doubt_new(on, names, &new, &mut answer).await?;
    let mut news = events::news(on).await?;
    news.of_plan(&new, now)?;
    events::tell(on, &news, now).await?;
    Ok(answer)
}

/// Which of these are in the table.
pub(super) async fn found(
    on: &mut PgConnection,
    query: &'static str,
    keys: impl Iterator<Item = &[u8; 16]>,
) -> Result<HashSet<[u8; 16]>, Error> {
    let keys: Vec<&[u8]> = keys.map(<[u8; 16]>::as_slice).collect();
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let found: Vec<Vec<u8>> = query_scalar(query).bind(keys).fetch_all(on).await?;
    let key = |key: &Vec<u8>| Ok(wire::bytes16(key)?);
    found.iter().map(key).collect()
}

/// Inserts what is new of a page whose dispatches have these routes.
async fn insert(
    on: &mut PgConnection,
    new: &[New<'_>],
    routes: &[i32],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    let rows: Vec<&New<'_>> = new.iter().collect();
    let record = |it: &New<'_>| it.plan.record.as_ref().map(|it| it.id.as_str().to_owned());
    let kept = query(INSERT)
        .bind(each(&rows, |it| it.state as i16))
        .bind(each(&rows, |it| routes[it.place]))
        .bind(each(&rows, |it| wire::micros(it.plan.not_before)))
        .bind(each(&rows, |it| wire::micros(it.plan.not_after)))
        .bind(each(&rows, |it| it.reason.map(Reason::as_str)))
        .bind(each(&rows, |it| it.key.as_slice()))
        .bind(each(&rows, |it| it.plan.key.customer.as_str()))
        .bind(each(&rows, |it| it.plan.key.occurrence.as_str()))
        .bind(each(&rows, record))
        .bind(each(&rows, |it| {
            it.plan.address.map(|it| it.as_bytes().to_vec())
        }))
        .bind(each(&rows, |it| it.address_key.map(|key| key.to_vec())))
        .bind(wire::micros(now))
        .execute(on)
        .await?;
    let all = kept.rows_affected() == rows.len() as u64;
    all.then_some(()).ok_or(Error::Race)
}

async fn keep_progress(on: &mut PgConnection, page: &PlannedPage) -> Result<(), Error> {
    let progress = Columns::of(&page.progress);
    query(PROGRESS)
        .bind(page.campaign.as_str())
        .bind(page.journey.as_str())
        .bind(progress.closed_at)
        .bind(progress.span_from)
        .bind(progress.span_to)
        .bind(progress.after.map(String::into_bytes))
        .execute(on)
        .await?;
    Ok(())
}
