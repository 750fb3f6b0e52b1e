//! What came back, as its port asks for it.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{
    Awaited, ChannelName, Cursor, DispatchRef, Feedback, FeedbackId, FeedbackStore, HashKey, Heard,
    Hearing, Page, PortError,
};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::batch::{Batch, Bound};
use super::claim::SHOW;
use super::conn::Writer;
use super::desk::READ;
use super::error::{During as _, Error};
use super::intern::Names;
use super::json::{hexes, numbers};
use super::row::{columns, hash, read_rows};
use super::turn::high_water;
use super::written::write_rows;
use super::{SqliteStore, events, preferences};
use crate::kept::by_row::ByRow;
use crate::kept::flaw::Flaw;
use crate::kept::hear::{self, Aside, Columns, Ear, Wanted};
use crate::kept::row::Row;
use crate::kept::wire;

pub(super) static TELL: Batch = Batch::new(
    "INSERT INTO told (id, at) VALUES ",
    "(?,?)",
    " ON CONFLICT DO NOTHING RETURNING id",
);

pub(super) static HEARD: Batch = Batch::new(
    "INSERT INTO heard (row, kinds) VALUES ",
    "(?,?)",
    " ON CONFLICT DO UPDATE SET kinds = kinds | excluded.kinds",
);

pub(super) static PUT_ASIDE: Batch = Batch::new(
    "INSERT INTO aside (told_at, provider, channel, name, reference, kind, at, refuses, code, \
     spoken) VALUES ",
    "(?,?,?,?,?,?,?,?,?,?)",
    "",
);

pub(super) const GIVE_UP: &str = "DELETE FROM aside WHERE told_at < ?1";

/// All of them, which are few: those that waited too long were given up.
pub(super) const ASIDE: &str = "SELECT entry, provider, channel, name, reference, kind, at, \
     refuses, code, spoken FROM aside WHERE entry > 0 ORDER BY entry";

pub(super) const JOINED: &str =
    "DELETE FROM aside WHERE entry IN (SELECT value FROM json_each(?1))";

/// Of the store's own names those that are not at their rows: it reads an index, as the log does.
const ASTRAY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.row IN (SELECT i.row FROM dispatch i INDEXED BY dispatch_customer \
     WHERE i.\"key\" IN (SELECT unhex(value) FROM json_each(?1)))"
);

pub(super) const REFERRED: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d INDEXED BY dispatch_taken WHERE d.state = 3 AND d.reference IS NOT NULL \
     AND d.at > ?1 AND d.reference IN (SELECT value FROM json_each(?2))"
);

pub(super) const UNHIDE: &str =
    "UPDATE dispatch SET hidden = 0 WHERE row IN (SELECT value FROM json_each(?1)) AND hidden = 1";

pub(super) const AWAITED: &str = "SELECT d.row, d.\"key\", d.reference, d.at, \
     coalesce(h.kinds, 0) FROM dispatch d INDEXED BY dispatch_taken \
     CROSS JOIN route r ON r.route = d.route LEFT JOIN heard h ON h.row = d.row \
     WHERE d.state = 3 AND d.reference IS NOT NULL AND d.at > ?2 AND d.at >= ?3 \
     AND (d.at > ?3 OR d.row > ?4) AND r.channel = ?1 AND coalesce(h.kinds, 0) & ?5 = 0 \
     ORDER BY d.at, d.row LIMIT ?6";

pub(super) const HEARD_OF: &str = "SELECT hex(d.\"key\"), coalesce(h.kinds, 0) \
     FROM json_each(?1) n CROSS JOIN dispatch d ON d.row = n.value \
     LEFT JOIN heard h ON h.row = d.row";

/// Of those that are not at their rows: it reads an index, as the log does.
const HEARD_ASTRAY: &str = "SELECT hex(d.\"key\"), h.kinds FROM dispatch d \
     INDEXED BY dispatch_customer CROSS JOIN heard h ON h.row = d.row \
     WHERE d.\"key\" IN (SELECT unhex(value) FROM json_each(?1))";

#[async_trait]
impl FeedbackStore for SqliteStore {
    async fn hear(&self, reports: &[Feedback], now: DateTime<Utc>) -> Result<Hearing, PortError> {
        let is_guest = self.writer.as_ref().is_some_and(|seat| seat.is_guest);
        write!(self, begin_beside, "keeping what came back", |writer| {
            hear(writer, is_guest, reports, now, &self.hash_key)
        })
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
    writer: &mut Writer,
    is_guest: bool,
    reports: &[Feedback],
    now: DateTime<Utc>,
    key: &HashKey,
) -> Result<Hearing, Error> {
    let seen = high_water(&mut writer.on).await?;
    let at = seen.map_or(now, |seen| seen.max(now));
    let ids: Vec<FeedbackId> = reports.iter().map(|it| it.id(key)).collect();
    let untold = tell(&mut writer.on, &ids, at).await?;
    let new = hear::new(reports, &ids, &untold);
    let aside = aside(&mut writer.on, at).await?;
    let wanted = Wanted::of(aside.iter().map(|it| &it.report).chain(new.iter().copied()));
    // A guest does not know what names the other process has made since; the owner does. Should
    // anything fail before they are put back, the writer goes with them.
    let names = match is_guest {
        true => Names::read(&mut writer.on).await?,
        false => std::mem::take(&mut writer.interned.names),
    };
    let rows = found(&mut writer.on, &names, &wanted, at).await?;
    let news = events::news(&mut writer.on).await?;
    let mut ear = Ear::of(key, at, rows, news);
    ear.answer.known = (reports.len() - new.len()) as u64;
    aside.iter().for_each(|it| ear.join(it));
    new.into_iter().for_each(|it| ear.hear(it));
    let answer = write(writer, &names, ear, at, key).await?;
    if !is_guest {
        writer.interned.names = names;
    }
    Ok(answer)
}

/// Notes reports as told; those that nobody had told before.
async fn tell(
    on: &mut SqliteConnection,
    ids: &[FeedbackId],
    at: DateTime<Utc>,
) -> Result<HashSet<[u8; 16]>, Error> {
    let at = wire::micros(at);
    let bind = |to: Bound, id: &FeedbackId| to.bind(id.as_bytes().to_vec()).bind(at);
    let rows = TELL.run(on, ids, bind).await?;
    let id = |row: &SqliteRow| Ok(wire::bytes16(row.try_get(0)?)?);
    rows.iter().map(id).collect()
}

/// What waits, but for what has waited too long.
async fn aside(on: &mut SqliteConnection, at: DateTime<Utc>) -> Result<Vec<Aside>, Error> {
    let given_up = sqlx::query(GIVE_UP).bind(hear::since(at));
    given_up.execute(&mut *on).await?;
    let rows = sqlx::query(ASIDE).fetch_all(on).await?;
    rows.iter().map(read_aside).collect()
}

fn read_aside(row: &SqliteRow) -> Result<Aside, Error> {
    let columns = Columns {
        entry: row.try_get(0)?,
        provider: row.try_get(1)?,
        channel: row.try_get(2)?,
        name: row.try_get(3)?,
        reference: row.try_get(4)?,
        kind: row.try_get(5)?,
        at: row.try_get(6)?,
        refuses: row.try_get(7)?,
        code: row.try_get(8)?,
        spoken: row.try_get(9)?,
    };
    Ok(columns.read()?)
}

/// The rows that reports may be about.
async fn found(
    on: &mut SqliteConnection,
    names: &Names,
    wanted: &Wanted,
    at: DateTime<Utc>,
) -> Result<ByRow<Row>, Error> {
    let mut rows = ByRow::default();
    let mut keep = |read: Vec<Row>| rows.extend(read.into_iter().map(|row| (row.row, row)));
    let numbered = wanted.rows();
    if !numbered.is_empty() {
        let read = sqlx::query(READ).bind(numbers(numbered));
        keep(read_rows(&read.fetch_all(&mut *on).await?, names)?);
    }
    if !wanted.references.is_empty() {
        let texts = serde_json::to_string(&wanted.references);
        let texts = texts.map_err(|_| Flaw::Unkeepable("a reference"))?;
        let read = sqlx::query(REFERRED).bind(hear::since(at)).bind(texts);
        keep(read_rows(&read.fetch_all(&mut *on).await?, names)?);
    }
    let astray = wanted.astray(&rows);
    if !astray.is_empty() {
        let keys = hexes(astray.iter().map(|id| id.as_bytes().as_slice()));
        let read = sqlx::query(ASTRAY).bind(keys);
        let read = read_rows(&read.fetch_all(on).await?, names)?;
        rows.extend(read.into_iter().map(|row| (row.row, row)));
    }
    Ok(rows)
}

/// Writes what follows.
async fn write(
    writer: &mut Writer,
    names: &Names,
    mut ear: Ear<'_>,
    at: DateTime<Utc>,
    key: &HashKey,
) -> Result<Hearing, Error> {
    let heard: Vec<(i64, i64)> = ear
        .heard
        .iter()
        .map(|(row, kinds)| (*row, i64::from(kinds.bits())))
        .collect();
    let bind = |to: Bound, (row, kinds): &(i64, i64)| to.bind(*row).bind(*kinds);
    HEARD.run(&mut writer.on, &heard, bind).await?;
    let confirmed = ear.confirmed()?;
    accept(writer, names, &confirmed).await?;
    put_aside(&mut writer.on, &ear.aside, at).await?;
    if !ear.joined.is_empty() {
        let joined = sqlx::query(JOINED).bind(numbers(ear.joined.iter().copied()));
        joined.execute(&mut writer.on).await?;
    }
    events::tell(&mut writer.on, &ear.news, at).await?;
    if !ear.words.is_empty() {
        preferences::say(writer, &ear.words, at, key).await?;
    }
    Ok(ear.answer)
}

/// Writes the rows that are accepted now; whoever stood behind them takes their places.
async fn accept(writer: &mut Writer, names: &Names, rows: &[Row]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let refs: Vec<&Row> = rows.iter().collect();
    write_rows(&mut writer.on, names, &refs).await?;
    let unhide = sqlx::query(UNHIDE).bind(numbers(rows.iter().map(|row| row.row)));
    unhide.execute(&mut writer.on).await?;
    let bind = |to: Bound, row: &Row| {
        to.bind(row.route_number)
            .bind(row.customer.as_str().to_owned())
    };
    SHOW.run(&mut writer.on, rows, bind).await?;
    for row in rows {
        writer.held.remove(&row.row);
    }
    Ok(())
}

async fn put_aside(
    on: &mut SqliteConnection,
    aside: &[(Feedback, bool)],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let told_at = wire::micros(at);
    let bind = |to: Bound, (it, spoken): &(Feedback, bool)| {
        let (name, reference) = hear::about(it);
        to.bind(told_at)
            .bind(it.provider.clone().into_owned())
            .bind(it.channel.as_str().to_owned())
            .bind(name)
            .bind(reference)
            .bind(it.kind.as_str())
            .bind(wire::micros(it.at))
            .bind(it.refuses.as_str().to_owned())
            .bind(it.code.clone())
            .bind(*spoken)
    };
    PUT_ASIDE.run(on, aside, bind).await?;
    Ok(())
}

async fn awaited(
    on: &mut SqliteConnection,
    channel: &ChannelName,
    since: DateTime<Utc>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Awaited>, Error> {
    let (at, row) = hear::after(after)?;
    let open: Vec<hear::Open> = sqlx::query_as(AWAITED)
        .bind(channel.as_str().to_owned())
        .bind(wire::micros(since))
        .bind(at)
        .bind(row)
        .bind(hear::closing())
        .bind(i64::from(limit) + 1)
        .fetch_all(on)
        .await?;
    Ok(hear::page(open, limit)?)
}

async fn heard(on: &mut SqliteConnection, of: &[DispatchRef]) -> Result<Vec<Heard>, Error> {
    let rows = numbers(of.iter().map(|name| name.row));
    let mut by_key = kinds(&mut *on, HEARD_OF, rows).await?;
    let ids = of.iter().map(|name| name.id.as_bytes());
    let astray: Vec<&[u8]> = ids
        .filter(|id| !by_key.contains_key(*id))
        .map(<[u8; 16]>::as_slice)
        .collect();
    if !astray.is_empty() {
        by_key.extend(kinds(on, HEARD_ASTRAY, hexes(astray)).await?);
    }
    let of = of.iter().map(|name| by_key.get(name.id.as_bytes()));
    Ok(of.map(|heard| heard.copied().unwrap_or_default()).collect())
}

async fn kinds(
    on: &mut SqliteConnection,
    statement: &'static str,
    which: String,
) -> Result<HashMap<[u8; 16], Heard>, Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as(statement).bind(which).fetch_all(on).await?;
    let understood = |(key, kinds): &(String, i64)| {
        let key = hash(key)?.ok_or(Flaw::Damaged("a dispatch has no key"))?;
        Ok((key, hear::heard(*kinds)?))
    };
    rows.iter().map(understood).collect()
}
