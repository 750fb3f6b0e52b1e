//! Reading the books, for whoever audits them. A page is one moment: what it needs is read in one
//! transaction.

use pregon_core::{
    BookEntry, Cursor, CustomerId, HashKey, KnownLimit, Link, Page, Place, SealedWord, Standing,
    Subject,
};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::batch::{Batch, Bound};
use super::error::Error;
use super::intern::{Names, read_sets};
use super::log::{OF_ALL, OF_CUSTOMER};
use super::row::read_rows;
use crate::kept::books::{self, Beside, Held};
use crate::kept::flaw::Flaw;
use crate::kept::log;
use crate::kept::row::Row;
use crate::kept::wire;
use crate::kept::word;

pub(super) static WORDS: Batch = Batch::new(
    "WITH v(subject) AS (VALUES ",
    "(?)",
    ") SELECT p.subject, p.channel, p.purpose, p.word, p.at \
     FROM v CROSS JOIN preference p ON p.subject = v.subject",
);

pub(super) static CAME_BACK: Batch = Batch::new(
    "WITH v(row) AS (VALUES ",
    "(?)",
    ") SELECT h.row, h.kinds FROM v CROSS JOIN heard h ON h.row = v.row",
);

pub(super) const PLACES: &str = "SELECT h.subject, h.at, h.row, h.rules, d.\"key\", d.state, \
     d.in_doubt, d.zone FROM hold h LEFT JOIN dispatch d ON d.row = h.row \
     WHERE (h.subject, h.at, h.row) > (?1, ?2, ?3) ORDER BY h.subject, h.at, h.row LIMIT ?4";

pub(super) const KNOWN: &str = "SELECT rule, law, since FROM known_limit ORDER BY rule";

pub(super) const PLACES_OF: &str = "SELECT h.subject, h.at, h.row, h.rules, d.\"key\", d.state, \
     d.in_doubt, d.zone FROM hold h LEFT JOIN dispatch d ON d.row = h.row \
     WHERE h.subject = ?1 AND (h.at, h.row) > (?2, ?3) ORDER BY h.at, h.row LIMIT ?4";

pub(super) const SAID: &str = "SELECT entry, subject, channel, purpose, word, source, wording, \
     at, link FROM word WHERE entry > ?1 ORDER BY entry LIMIT ?2";

/// A page of dispatches, all or one person's, in the order of the rows.
pub(super) async fn entries(
    on: &mut SqliteConnection,
    of: Option<&CustomerId>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<BookEntry>, Error> {
    let after = log::after(after)?;
    sqlx::query("BEGIN").execute(&mut *on).await?;
    let names = Names::read(&mut *on).await?;
    let query = match of {
        None => sqlx::query(OF_ALL).bind(None::<i64>),
        Some(customer) => sqlx::query(OF_CUSTOMER).bind(customer.as_str()),
    };
    let rows = query
        .bind(after)
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *on)
        .await?;
    let rows = read_rows(&rows, &names);
    let rows = rows?;
    let (these, next) = books::these(&rows, limit);
    let beside = beside(on, these).await?;
    sqlx::query("COMMIT").execute(on).await?;
    let items: Result<_, Flaw> = these.iter().map(|row| books::entry(row, &beside)).collect();
    Ok(Page {
        items: items?,
        next,
    })
}

/// What other tables have of rows.
pub(super) async fn beside(on: &mut SqliteConnection, rows: &[Row]) -> Result<Beside, Error> {
    let asked = Beside::asked(rows);
    let bind = |to: Bound, place: &Vec<u8>| to.bind(place.clone());
    let mut beside = Beside::default();
    for row in WORDS.run(&mut *on, &asked, bind).await? {
        let scope = wire::scope(row.try_get(1)?, row.try_get(2)?)?;
        let (word, at) = (wire::word(row.try_get(3)?), wire::instant(row.try_get(4)?)?);
        beside.said(row.try_get(0)?, (scope, word, at));
    }
    let bind = |to: Bound, row: &Row| to.bind(row.row);
    for row in CAME_BACK.run(on, rows, bind).await? {
        beside.came_back(row.try_get(0)?, row.try_get(1)?)?;
    }
    Ok(beside)
}

/// A page of places, those of a subject together; of all subjects or of one.
pub(super) async fn places(
    on: &mut SqliteConnection,
    of: Option<&Subject>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Place>, Error> {
    let (place, at, row) = books::after(after)?;
    sqlx::query("BEGIN").execute(&mut *on).await?;
    let names = Names::read(&mut *on).await?;
    let sets = read_sets(&mut *on).await?;
    let (statement, place) = match of {
        None => (PLACES, place),
        Some(subject) => (PLACES_OF, wire::place(subject)),
    };
    let rows = sqlx::query(statement)
        .bind(place)
        .bind(at)
        .bind(row)
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *on)
        .await?;
    sqlx::query("COMMIT").execute(on).await?;
    let held: Result<Vec<Held>, Error> = rows.iter().map(|row| held(row, &names)).collect();
    Ok(books::places(&held?, limit, &sets)?)
}

fn held(row: &SqliteRow, names: &Names) -> Result<Held, Error> {
    let key: Option<&[u8]> = row.try_get(4)?;
    let dispatch = match key {
        None => None,
        Some(key) => {
            let zone: Option<i64> = row.try_get(7)?;
            let standing = Standing {
                state: wire::state(row.try_get(5)?)?,
                in_doubt: row.try_get(6)?,
            };
            let zone = zone.map(|zone| names.zones.zone(zone)).transpose()?;
            Some((wire::bytes16(key)?, standing, zone))
        }
    };
    Ok(Held {
        place: row.try_get(0)?,
        at: row.try_get(1)?,
        row: row.try_get(2)?,
        set: row.try_get(3)?,
        dispatch,
    })
}

/// The limits that are known, in the order of their names.
pub(super) async fn known_limits(on: &mut SqliteConnection) -> Result<Vec<KnownLimit>, Error> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(KNOWN).fetch_all(on).await?;
    let known = rows.into_iter();
    let known: Result<_, Flaw> = known
        .map(|(rule, law, since)| books::known(rule, law, since))
        .collect();
    Ok(known?)
}

/// A page of the words of all people.
pub(super) async fn said(
    on: &mut SqliteConnection,
    key: &HashKey,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<(SealedWord, Option<Link>)>, Error> {
    let rows = sqlx::query(SAID)
        .bind(log::after(after)?)
        .bind(i64::from(limit) + 1)
        .fetch_all(on)
        .await?;
    let kept: Result<Vec<word::Kept>, Error> = rows.iter().map(kept_word).collect();
    Ok(word::page(kept?, limit, key)?)
}

fn kept_word(row: &SqliteRow) -> Result<word::Kept, Error> {
    Ok(word::Kept {
        entry: row.try_get(0)?,
        place: row.try_get(1)?,
        scope: wire::scope(row.try_get(2)?, row.try_get(3)?)?,
        word: wire::word(row.try_get(4)?),
        source: row.try_get(5)?,
        wording: row.try_get(6)?,
        at: wire::instant(row.try_get(7)?)?,
        link: word::link(row.try_get(8)?)?,
    })
}
