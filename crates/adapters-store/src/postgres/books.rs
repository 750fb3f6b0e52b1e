//! Reading the books, for whoever audits them. A page is one moment: what it needs is read by one
//! snapshot.

use pregon_core::{
    BookEntry, Cursor, CustomerId, HashKey, KnownLimit, Link, Page, Place, SealedWord, Standing,
    Subject,
};
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::error::Error;
use super::log::{OF_ALL, OF_CUSTOMER};
use super::names::Names;
use super::row::{free_text, read_rows};
use super::statement::{query, query_as};
use crate::kept::books::{self, Beside, Held};
use crate::kept::flaw::Flaw;
use crate::kept::log;
use crate::kept::row::Row;
use crate::kept::wire;
use crate::kept::word;
use crate::kept::zones::Zones;

/// Before anything is read; a replica lets us too.
const ONE_MOMENT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

const WORDS: &str = "SELECT p.subject, p.channel, p.purpose, p.word, p.at FROM preference p \
     WHERE p.subject = ANY($1::bytea[]) ORDER BY p.subject, p.channel, p.purpose";

const CAME_BACK: &str = "SELECT h.row, h.kinds FROM heard h WHERE h.row = ANY($1::bigint[])";

const PLACES: &str = "SELECT h.subject, h.at, h.row, h.rules, d.\"key\", d.state, d.in_doubt, \
     d.zone FROM hold h LEFT JOIN dispatch d ON d.row = h.row \
     WHERE (h.subject, h.at, h.row) > ($1, $2, $3) ORDER BY h.subject, h.at, h.row LIMIT $4";

const KNOWN: &str = "SELECT rule, law, since FROM known_limit ORDER BY rule";

const PLACES_OF: &str = "SELECT h.subject, h.at, h.row, h.rules, d.\"key\", d.state, d.in_doubt, \
     d.zone FROM hold h LEFT JOIN dispatch d ON d.row = h.row \
     WHERE h.subject = $1 AND (h.at, h.row) > ($2, $3) ORDER BY h.at, h.row LIMIT $4";

const SAID: &str = "SELECT entry, subject, channel, purpose, word, source, wording, at, link \
     FROM word WHERE entry > $1 ORDER BY entry LIMIT $2";

/// A page of dispatches, all or one person's, in the order of the rows.
pub(super) async fn entries(
    on: &mut PgConnection,
    names: &Names,
    of: Option<&CustomerId>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<BookEntry>, Error> {
    let after = log::after(after)?;
    query(ONE_MOMENT).execute(&mut *on).await?;
    let which = match of {
        None => query(OF_ALL).bind(None::<i64>),
        Some(customer) => query(OF_CUSTOMER).bind(customer.as_str()),
    };
    let rows = which
        .bind(after)
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *on)
        .await?;
    let rows = read_rows(on, names, &rows).await?;
    let (these, next) = books::these(&rows, limit);
    let beside = beside(on, these).await?;
    let items: Result<_, Flaw> = these.iter().map(|row| books::entry(row, &beside)).collect();
    Ok(Page {
        items: items?,
        next,
    })
}

/// What other tables have of rows.
pub(super) async fn beside(on: &mut PgConnection, rows: &[Row]) -> Result<Beside, Error> {
    let mut beside = Beside::default();
    let asked = query(WORDS).bind(Beside::asked(rows));
    for row in asked.fetch_all(&mut *on).await? {
        let scope = wire::scope(row.try_get(1)?, row.try_get(2)?)?;
        let said = wire::word(row.try_get::<i16, _>(3)?.into());
        let at = wire::instant(row.try_get(4)?)?;
        beside.said(row.try_get(0)?, (scope, said, at));
    }
    let asked: Vec<i64> = rows.iter().map(|row| row.row).collect();
    for row in query(CAME_BACK).bind(asked).fetch_all(on).await? {
        beside.came_back(row.try_get(0)?, row.try_get::<i32, _>(1)?.into())?;
    }
    Ok(beside)
}

/// A page of places, those of a subject together; of all subjects or of one. One statement is one
/// snapshot, and sets and zones never change.
pub(super) async fn places(
    on: &mut PgConnection,
    names: &Names,
    of: Option<&Subject>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Place>, Error> {
    let (place, at, row) = books::after(after)?;
    let (statement, place) = match of {
        None => (PLACES, place),
        Some(subject) => (PLACES_OF, wire::place(subject)),
    };
    let rows = query(statement)
        .bind(place)
        .bind(at)
        .bind(row)
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *on)
        .await?;
    let zone = |row: &PgRow| row.try_get(7).ok().flatten().map(i16::into);
    if !names.know_zones(rows.iter().filter_map(zone)) {
        names.read_zones(&mut *on).await?;
    }
    let held: Result<Vec<Held>, Error> = {
        let zones = names.zones();
        rows.iter().map(|row| held(row, &zones)).collect()
    };
    let held = held?;
    let known = held.iter().all(|it| names.sets().knows(it.set));
    if !known {
        names.read_sets(on).await?;
    }
    Ok(books::places(&held, limit, &names.sets())?)
}

fn held(row: &PgRow, zones: &Zones) -> Result<Held, Error> {
    let key: Option<&[u8]> = row.try_get(4)?;
    let dispatch = match key {
        None => None,
        Some(key) => {
            let zone: Option<i16> = row.try_get(7)?;
            let standing = Standing {
                state: wire::state(row.try_get::<i16, _>(5)?.into())?,
                in_doubt: row.try_get(6)?,
            };
            let zone = zone.map(|zone| zones.zone(zone.into())).transpose()?;
            Some((wire::bytes16(key)?, standing, zone))
        }
    };
    Ok(Held {
        place: row.try_get(0)?,
        at: row.try_get(1)?,
        row: row.try_get(2)?,
        set: row.try_get::<i32, _>(3)?.into(),
        dispatch,
    })
}

/// The limits that are known, in the order of their names.
pub(super) async fn known_limits(on: &mut PgConnection) -> Result<Vec<KnownLimit>, Error> {
    let rows: Vec<(String, String, i64)> = query_as(KNOWN).fetch_all(on).await?;
    let known = rows.into_iter();
    let known: Result<_, Flaw> = known
        .map(|(rule, law, since)| books::known(rule, law, since))
        .collect();
    Ok(known?)
}

/// A page of the words of all people. Those who say them come one after another, so none appears
/// before one that was read.
pub(super) async fn said(
    on: &mut PgConnection,
    key: &HashKey,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<(SealedWord, Option<Link>)>, Error> {
    let rows = query(SAID)
        .bind(log::after(after)?)
        .bind(i64::from(limit) + 1)
        .fetch_all(on)
        .await?;
    let kept: Result<Vec<word::Kept>, Error> = rows.iter().map(kept_word).collect();
    Ok(word::page(kept?, limit, key)?)
}

fn kept_word(row: &PgRow) -> Result<word::Kept, Error> {
    let source = free_text(row.try_get(5)?)?;
    Ok(word::Kept {
        entry: row.try_get(0)?,
        place: row.try_get(1)?,
        scope: wire::scope(row.try_get(2)?, row.try_get(3)?)?,
        word: wire::word(row.try_get::<i16, _>(4)?.into()),
        source: source.ok_or(Flaw::Damaged("a word has no source"))?,
        wording: free_text(row.try_get(6)?)?,
        at: wire::instant(row.try_get(7)?)?,
        link: word::link(row.try_get(8)?)?,
    })
}
