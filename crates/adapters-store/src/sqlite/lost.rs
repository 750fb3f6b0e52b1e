//! An older copy that was put back: what its rows may have become where nobody remembers it.
//!
//! As in PostgreSQL after a failover, with one process and one recorder. Numbers of rows do not
//! jump: who remembers the lost ones remembers their pass as well.

use std::collections::HashSet;

use pregon_core::{Flights, Reason, Scheduled};
use sqlx::sqlite::SqliteConnection;

use super::batch::{Batch, Bound};
use super::books;
use super::error::Error;
use super::intern::Names;
use super::json::hexed_texts;
use super::row::{columns, read_rows};
use super::turn::FREE_CLAIMS;
use crate::kept::books::entry;
use crate::kept::lost::{Accept, Lost};
use crate::kept::past::PAGE;
use crate::kept::plan::New;
use crate::kept::row::Row;
use crate::moved::Moved;

const NEXT: &str = "SELECT epoch + 1 FROM store WHERE one = 1";

const FENCE: &str = "SELECT fence FROM dispatch WHERE row = ?1";

/// Numbers that were given where nobody remembers it are not given again.
const LEAP_EPOCH: &str = "UPDATE store SET epoch = epoch + ?1 WHERE one = 1";

/// Of events and audiences; a table that never had a row has no number yet.
const NAMED: &str = "INSERT INTO sqlite_sequence (name, seq) SELECT v.column1, 0 \
     FROM (VALUES ('outbox'), ('audience')) v \
     WHERE v.column1 NOT IN (SELECT s.name FROM sqlite_sequence s)";

const LEAP_NAMED: &str =
    "UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name IN ('outbox', 'audience')";

const KEEP: &str = "INSERT INTO lost (until, since) VALUES (?1, ?2) \
     ON CONFLICT (until) DO UPDATE SET since = min(since, excluded.since)";

const KEPT: &str = "SELECT since, until FROM lost ORDER BY until";

/// What has begun and was not settled may have been settled, and begun again, by intents that are
/// lost: what a flight recorder knows of the first beginning is no proof any more.
const BEGUN: &str = "UPDATE dispatch SET epoch = 0 WHERE epoch IS NOT NULL AND state = 2";

const WAITING: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.row > ?1 AND d.state IN (0, 1) AND d.not_before <= ?2 \
     AND d.not_after > ?3 ORDER BY d.row LIMIT ?4"
);

const OF_KEYS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM json_each(?1) n CROSS JOIN dispatch d ON d.customer = n.value \
     AND d.\"key\" = unhex(n.key)"
);

/// Two fences on: no ticket of a lost beginning is valid, and nobody takes its first instant for
/// the one since when it has its places.
static MARK: Batch = Batch::new(
    "WITH v(row, at) AS (VALUES ",
    "(?,?)",
    ") UPDATE dispatch SET state = 2, epoch = 0, claims = 0, hidden = 0, \
     fence = dispatch.fence + 2, attempts = dispatch.attempts + 1, at = v.at, \
     first_at = coalesce(dispatch.first_at, v.at), reason = NULL, rule = NULL \
     FROM v WHERE dispatch.row = v.row",
);

/// After all that: those that stood before the hidden ones may be gone; limits and budgets count
/// anew what may have arrived, before anything begins under them.
const AFTERWARDS: [&str; 3] = [
    "UPDATE dispatch SET hidden = 0 WHERE hidden = 1",
    "DELETE FROM known_limit",
    "DELETE FROM spent",
];

/// Whether a flight recorder proves that the file is older than what was done with it.
pub(super) async fn is_behind(on: &mut SqliteConnection, flights: &Flights) -> Result<bool, Error> {
    let fence: Option<u32> = match flights.last_left() {
        None => None,
        Some((row, _)) => {
            let fence = sqlx::query_scalar(FENCE).bind(row);
            fence.fetch_optional(&mut *on).await?
        }
    };
    let next: i64 = sqlx::query_scalar(NEXT).fetch_one(on).await?;
    Ok(flights.are_ahead_of(next.unsigned_abs(), fence))
}

/// Takes a file that is older than what was done with it, if somebody has looked.
pub(super) async fn accept(on: &mut SqliteConnection, accept: Accept) -> Result<(), Error> {
    let lost = match accept {
        Accept::Nobody => return Err(Error::Moved(Moved::Back)),
        Accept::Whole => None,
        Accept::Lost(lost) => Some(lost),
    };
    sqlx::query(NAMED).execute(&mut *on).await?;
    for statement in [LEAP_EPOCH, LEAP_NAMED] {
        let leap = sqlx::query(statement).bind(Flights::LEAP.cast_signed());
        leap.execute(&mut *on).await?;
    }
    match lost {
        None => Ok(()),
        Some(lost) => doubt(on, lost).await,
    }
}

/// Takes what may have begun by intents that are lost for begun.
async fn doubt(on: &mut SqliteConnection, lost: Lost) -> Result<(), Error> {
    let keep = sqlx::query(KEEP).bind(lost.until).bind(lost.since);
    keep.execute(&mut *on).await?;
    for statement in [BEGUN, FREE_CLAIMS] {
        sqlx::query(statement).execute(&mut *on).await?;
    }
    let names = Names::read(&mut *on).await?;
    let mut after = i64::MIN;
    loop {
        let page = sqlx::query(WAITING).bind(after).bind(lost.until);
        let page = page.bind(lost.since).bind(PAGE as i64);
        let page = page.fetch_all(&mut *on).await?;
        let rows = read_rows(&page, &names)?;
        let Some(row) = rows.last() else {
            break;
        };
        after = row.row;
        mark(on, lost, rows).await?;
    }
    for statement in AFTERWARDS {
        sqlx::query(statement).execute(&mut *on).await?;
    }
    Ok(())
}

/// Takes those that are planned anew for a time in which intents are lost for begun.
pub(super) async fn doubt_new(
    on: &mut SqliteConnection,
    names: &Names,
    new: &[New<'_>],
    answer: &mut Scheduled,
) -> Result<(), Error> {
    let kept: Vec<(i64, i64)> = sqlx::query_as(KEPT).fetch_all(&mut *on).await?;
    for (since, until) in kept {
        let lost = Lost { since, until };
        let waiting = new.iter().filter(|it| it.reason.is_none());
        let due = waiting.filter(|it| lost.first(it.plan.not_before) <= until);
        let keys: Vec<_> = due
            .map(|it| (it.key.as_slice(), it.plan.key.customer.as_str()))
            .collect();
        if keys.is_empty() {
            continue;
        }
        let rows = sqlx::query(OF_KEYS).bind(hexed_texts(keys));
        let rows = rows.fetch_all(&mut *on).await?;
        let marked = mark(on, lost, read_rows(&rows, names)?).await?;
        let places = new.iter().filter(|it| marked.contains(&it.key));
        let places: HashSet<usize> = places.map(|it| it.place).collect();
        answer.new.retain(|place| !places.contains(place));
        if !marked.is_empty() {
            *answer.refused.entry(Reason::InDoubt).or_default() += marked.len() as u64;
        }
    }
    Ok(())
}

/// Takes those of the rows that may have begun for begun; gives their keys.
async fn mark(
    on: &mut SqliteConnection,
    lost: Lost,
    rows: Vec<Row>,
) -> Result<HashSet<[u8; 16]>, Error> {
    let beside = books::beside(on, &rows).await?;
    let (mut marks, mut keys) = (Vec::new(), HashSet::new());
    for row in &rows {
        if lost.may_have_begun(row, &entry(row, &beside)?) {
            marks.push((row.row, lost.first(row.not_before)));
            keys.insert(row.key);
        }
    }
    let bind = |to: Bound, (row, at): &(i64, i64)| to.bind(*row).bind(*at);
    MARK.run(on, &marks, bind).await?;
    Ok(keys)
}
