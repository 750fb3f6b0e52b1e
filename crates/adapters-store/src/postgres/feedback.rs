//! What came back, as its port asks for it.
//!
//! Locks are taken in the order of `desk.rs`: reports by their keys, what waits, rows of `dispatch`
//! by number, gates by subject, the chain of words.

use std::collections::{BTreeSet, HashMap, HashSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{
    Awaited, ChannelName, Cursor, DispatchRef, Feedback, FeedbackId, FeedbackStore, HashKey, Heard,
    Hearing, Page, PortError,
};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::desk::READ;
use super::error::{During as _, Error};
use super::names::Names;
use super::row::{each, free_text, read_rows, write_rows};
use super::statement::{query, query_as, query_scalar};
use super::turn::high_water;
use super::work::TRIES;
use super::{PostgresStore, claim, events, gate, preferences};
use crate::kept::by_row::ByRow;
use crate::kept::flaw::Flaw;
use crate::kept::hear::{self, Aside, Columns, Ear, Wanted};
use crate::kept::row::Row;
use crate::kept::wire;

/// In the order of keys, so that nobody waits for who waits for him.
const TELL: &str = "INSERT INTO told (id, at) SELECT u.id, $2 FROM unnest($1::bytea[]) AS u(id) \
     ORDER BY u.id ON CONFLICT DO NOTHING RETURNING id";

const HEARD: &str = "INSERT INTO heard (row, kinds) \
     SELECT * FROM unnest($1::bigint[], $2::integer[]) AS v(row, kinds) \
     ON CONFLICT (row) DO UPDATE SET kinds = heard.kinds | excluded.kinds";

const PUT_ASIDE: &str = "INSERT INTO aside (told_at, at, provider, channel, name, reference, kind, \
     refuses, code, spoken) SELECT $1, v.* FROM unnest($2::bigint[], $3::text[], $4::text[], \
     $5::text[], $6::bytea[], $7::text[], $8::text[], $9::bytea[], $10::boolean[]) \
     AS v(at, provider, channel, name, reference, kind, refuses, code, spoken)";

const GIVE_UP: &str = "DELETE FROM aside WHERE entry IN (SELECT a.entry FROM aside a \
     WHERE a.told_at < $1 ORDER BY a.entry FOR UPDATE SKIP LOCKED)";

/// All of them, which are few: those that waited too long were given up. What somebody else joins
/// right now is theirs.
const ASIDE: &str = "SELECT entry, at, provider, channel, name, reference, kind, refuses, code, \
     spoken FROM aside ORDER BY entry FOR UPDATE SKIP LOCKED";

const JOINED: &str = "DELETE FROM aside WHERE entry = ANY($1)";

/// The rows of names and of references.
const NUMBERS: &str = "SELECT d.row FROM dispatch d WHERE d.\"key\" = ANY($1) UNION \
     SELECT d.row FROM dispatch d WHERE d.state = 3 AND d.reference IS NOT NULL AND d.at > $2 \
     AND d.reference = ANY($3)";

const UNHIDE: &str = "UPDATE dispatch SET hidden = false WHERE row = ANY($1) AND hidden";

const AWAITED: &str = "SELECT d.row, d.\"key\", d.reference, d.at, coalesce(h.kinds, 0) \
     FROM dispatch d JOIN route r ON r.route = d.route LEFT JOIN heard h ON h.row = d.row \
     WHERE d.state = 3 AND d.reference IS NOT NULL AND d.at > $2 AND (d.at, d.row) > ($3, $4) \
     AND r.channel = $1 AND coalesce(h.kinds, 0) & $5 = 0 ORDER BY d.at, d.row LIMIT $6";

const HEARD_OF: &str = "SELECT d.\"key\", coalesce(h.kinds, 0) FROM dispatch d \
     LEFT JOIN heard h ON h.row = d.row WHERE d.\"key\" = ANY($1)";

#[async_trait]
impl FeedbackStore for PostgresStore {
    async fn hear(&self, reports: &[Feedback], now: DateTime<Utc>) -> Result<Hearing, PortError> {
        let names = &self.names;
        write!(self, "keeping what came back", |on| hear(
            on,
            names,
            reports,
            now,
            &self.hash_key
        ))
    }

    async fn awaited<'a>(
        &self,
        channel: &ChannelName,
        since: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Awaited>, PortError> {
        read!(self, "page of what may come back", |on| awaited(
            on, channel, since, after, limit
        ))
    }

    async fn heard(&self, of: &[DispatchRef]) -> Result<Vec<Heard>, PortError> {
        read!(self, "read of what came back", |on| heard(on, of))
    }
}

async fn hear(
    on: &mut PgConnection,
    names: &Names,
    reports: &[Feedback],
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Hearing, Error> {
    let seen = high_water(on).await?;
    let at = seen.map_or(now, |seen| seen.max(now));
    let ids: Vec<FeedbackId> = reports.iter().map(|it| it.id(key)).collect();
    let untold = tell(on, &ids, at).await?;
    let new = hear::new(reports, &ids, &untold);
    let aside = aside(on, at).await?;
    let wanted = Wanted::of(aside.iter().map(|it| &it.report).chain(new.iter().copied()));
    let rows = found(on, names, &wanted, at).await?;
    let mut ear = Ear::of(key, at, rows, events::news(on).await?);
    ear.answer.known = (reports.len() - new.len()) as u64;
    aside.iter().for_each(|it| ear.join(it));
    new.into_iter().for_each(|it| ear.hear(it));
    write(on, names, ear, at, key).await
}

/// Notes reports as told; those that nobody had told before.
async fn tell(
    on: &mut PgConnection,
    ids: &[FeedbackId],
    at: DateTime<Utc>,
) -> Result<HashSet<[u8; 16]>, Error> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<Vec<u8>> = ids.iter().map(|id| id.as_bytes().to_vec()).collect();
    let told = query_scalar::<Vec<u8>>(TELL)
        .bind(ids)
        .bind(wire::micros(at));
    let told = told.fetch_all(on).await?;
    let told: Result<_, Flaw> = told.iter().map(|id| wire::bytes16(id)).collect();
    Ok(told?)
}

/// What waits, but for what has waited too long.
async fn aside(on: &mut PgConnection, at: DateTime<Utc>) -> Result<Vec<Aside>, Error> {
    let given_up = query(GIVE_UP).bind(hear::since(at));
    given_up.execute(&mut *on).await?;
    let rows = query(ASIDE).fetch_all(on).await?;
    rows.iter().map(read_aside).collect()
}

fn read_aside(row: &PgRow) -> Result<Aside, Error> {
    let columns = Columns {
        entry: row.try_get(0)?,
        at: row.try_get(1)?,
        provider: row.try_get(2)?,
        channel: row.try_get(3)?,
        name: row.try_get(4)?,
        reference: free_text(row.try_get(5)?)?,
        kind: row.try_get(6)?,
        refuses: row.try_get(7)?,
        code: free_text(row.try_get(8)?)?,
        spoken: row.try_get(9)?,
    };
    Ok(columns.read()?)
}

/// The rows that reports may be about, locked.
async fn found(
    on: &mut PgConnection,
    names: &Names,
    wanted: &Wanted,
    at: DateTime<Utc>,
) -> Result<ByRow<Row>, Error> {
    if wanted.names.is_empty() && wanted.references.is_empty() {
        return Ok(ByRow::default());
    }
    // Keys have an index here: nobody needs the numbers that names carry.
    let keys = wanted.names.iter().map(|name| name.id.as_bytes().to_vec());
    let references = wanted.references.iter().map(|it| it.as_bytes().to_vec());
    let numbers = query_scalar::<i64>(NUMBERS)
        .bind(keys.collect::<Vec<_>>())
        .bind(hear::since(at))
        .bind(references.collect::<Vec<_>>());
    let numbers: Vec<i64> = numbers.fetch_all(&mut *on).await?;
    let rows = query(READ).bind(numbers).fetch_all(&mut *on).await?;
    let rows = read_rows(on, names, &rows).await?;
    Ok(rows.into_iter().map(|row| (row.row, row)).collect())
}

/// Writes what follows.
async fn write(
    on: &mut PgConnection,
    names: &Names,
    mut ear: Ear<'_>,
    at: DateTime<Utc>,
    key: &HashKey,
) -> Result<Hearing, Error> {
    if !ear.heard.is_empty() {
        let (rows, kinds): (Vec<i64>, Vec<i32>) = ear
            .heard
            .iter()
            .map(|(row, kinds)| (*row, i32::from(kinds.bits())))
            .unzip();
        query(HEARD)
            .bind(rows)
            .bind(kinds)
            .execute(&mut *on)
            .await?;
    }
    let confirmed = ear.confirmed()?;
    accept(on, names, &confirmed.iter().collect::<Vec<_>>()).await?;
    put_aside(on, &ear.aside, at).await?;
    if !ear.joined.is_empty() {
        query(JOINED).bind(&ear.joined).execute(&mut *on).await?;
    }
    events::tell(on, &ear.news, at).await?;
    if !ear.words.is_empty() {
        let gates: BTreeSet<Vec<u8>> = ear
            .words
            .iter()
            .map(|it| wire::place(&it.subject))
            .collect();
        let gates: Vec<Vec<u8>> = gates.into_iter().collect();
        query(gate::TAKE).bind(gates).execute(&mut *on).await?;
        preferences::say(on, &ear.words, at, key).await?;
    }
    Ok(ear.answer)
}

/// Writes the rows that are accepted now; whoever stood behind them takes their places.
async fn accept(on: &mut PgConnection, names: &Names, rows: &[&Row]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    write_rows(on, names, rows).await?;
    let unhide = query(UNHIDE).bind(each(rows, |row| row.row));
    unhide.execute(&mut *on).await?;
    claim::show(on, rows).await
}

async fn put_aside(
    on: &mut PgConnection,
    aside: &[(Feedback, bool)],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    if aside.is_empty() {
        return Ok(());
    }
    let all: Vec<&Feedback> = aside.iter().map(|(it, _)| it).collect();
    query(PUT_ASIDE)
        .bind(wire::micros(at))
        .bind(each(&all, |it| wire::micros(it.at)))
        .bind(each(&all, |it| it.provider.clone().into_owned()))
        .bind(each(&all, |it| it.channel.as_str().to_owned()))
        .bind(each(&all, |it| hear::about(it).0))
        .bind(each(&all, |it| hear::about(it).1.map(String::into_bytes)))
        .bind(each(&all, |it| it.kind.as_str()))
        .bind(each(&all, |it| it.refuses.as_str().to_owned()))
        .bind(each(&all, |it| {
            it.code.as_ref().map(|it| it.as_bytes().to_vec())
        }))
        .bind(aside.iter().map(|(_, spoken)| *spoken).collect::<Vec<_>>())
        .execute(on)
        .await?;
    Ok(())
}

async fn awaited(
    on: &mut PgConnection,
    channel: &ChannelName,
    since: DateTime<Utc>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Awaited>, Error> {
    let (at, row) = hear::after(after)?;
    let rows = query(AWAITED)
        .bind(channel.as_str())
        .bind(wire::micros(since))
        .bind(at)
        .bind(row)
        .bind(i32::try_from(hear::closing()).unwrap_or(i32::MAX))
        .bind(i64::from(limit) + 1)
        .fetch_all(on)
        .await?;
    let open = |row: &PgRow| {
        let reference = free_text(row.try_get(2)?)?;
        let kinds: i32 = row.try_get(4)?;
        Ok((
            row.try_get(0)?,
            row.try_get(1)?,
            reference.unwrap_or_default(),
            row.try_get(3)?,
            kinds.into(),
        ))
    };
    let open: Result<Vec<hear::Open>, Error> = rows.iter().map(open).collect();
    Ok(hear::page(open?, limit)?)
}

async fn heard(on: &mut PgConnection, of: &[DispatchRef]) -> Result<Vec<Heard>, Error> {
    let keys: Vec<Vec<u8>> = of.iter().map(|name| name.id.as_bytes().to_vec()).collect();
    let rows: Vec<(Vec<u8>, i32)> = query_as(HEARD_OF).bind(keys).fetch_all(on).await?;
    let mut by_key = HashMap::new();
    for (key, kinds) in rows {
        by_key.insert(wire::bytes16(&key)?, hear::heard(kinds.into())?);
    }
    let of = of.iter().map(|name| by_key.get(name.id.as_bytes()));
    Ok(of.map(|heard| heard.copied().unwrap_or_default()).collect())
}
