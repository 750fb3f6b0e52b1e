//! A server that lost commits: what its rows may have become where nobody remembers it.

use pregon_core::{Flights, Reason, Scheduled};
use sqlx::postgres::PgConnection;

use super::books;
use super::error::Error;
use super::names::Names;
use super::row::{columns, read_rows};
use super::statement::{query, query_as, query_scalar};
use crate::kept::books::entry;
use crate::kept::lost::{Accept, Lost};
use crate::kept::past::PAGE;
use crate::kept::plan::New;
use crate::kept::row::Row;
use crate::moved::Moved;

/// The number of the next pass, without taking it.
const NEXT: &str = "SELECT last_value + is_called::int FROM epoch";

const FENCE: &str = "SELECT fence FROM dispatch WHERE row = $1";

const KEEP: &str = "INSERT INTO lost (until, since) VALUES ($1, $2) \
     ON CONFLICT (until) DO UPDATE SET since = least(lost.since, excluded.since)";

const KEPT: &str = "SELECT since, until FROM lost ORDER BY until";

/// What has begun and was not settled may have been settled, and begun again, by intents that are
/// lost: what a flight recorder knows of the first beginning is no proof any more.
const BEGUN: &str = "UPDATE dispatch SET epoch = 0 WHERE epoch IS NOT NULL AND state = 2";

const WAITING: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.row > $1 AND d.state <= 1 AND d.not_before <= $2 \
     AND d.not_after > $3 ORDER BY d.row LIMIT $4 FOR UPDATE"
);

const OF_KEYS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.\"key\" = ANY($1::bytea[]) ORDER BY d.row FOR UPDATE"
);

/// Two fences on: no ticket of a lost beginning is valid, and nobody takes its first instant for
/// the one since when it has its places.
const MARK: &str = "UPDATE dispatch d SET state = 2, epoch = 0, claims = 0, hidden = false, \
     fence = d.fence + 2, attempts = d.attempts + 1, at = v.at, \
     first_at = coalesce(d.first_at, v.at), reason = NULL, rule = NULL \
     FROM unnest($1::bigint[], $2::bigint[]) AS v(row, at) WHERE d.row = v.row";

/// Those that stood before them may be gone.
const SHOW: &str = "UPDATE dispatch SET hidden = false WHERE hidden";

/// Numbers that were given where nobody remembers it are not given again. Of zones there are few
/// hundred, and few numbers.
const JUMP: &str = "SELECT setval(s, nextval(s) + n) FROM (VALUES ('epoch'::regclass, 1000000000), \
     (pg_get_serial_sequence('dispatch', 'row')::regclass, 1000000000), \
     (pg_get_serial_sequence('outbox', 'decision')::regclass, 1000000000), \
     (pg_get_serial_sequence('audience', 'audience')::regclass, 1000000000), \
     (pg_get_serial_sequence('route', 'route')::regclass, 1000000), \
     (pg_get_serial_sequence('ruleset', 'rules')::regclass, 1000000), \
     (pg_get_serial_sequence('zone', 'zone')::regclass, 100)) AS v(s, n)";

/// Limits and budgets count anew what may have arrived, before anything begins under them.
const COUNT_ANEW: [&str; 2] = ["DELETE FROM known_limit", "DELETE FROM spent"];

/// Whether a flight recorder proves that the store is older than what was done with it: a dump was
/// put back where it was made. `old` is the worker's pass that the store knows, if there was one.
///
/// Nothing is taken from the sequence for this: who is refused asks again.
pub(super) async fn is_behind(
    on: &mut PgConnection,
    flights: &Flights,
    old: i64,
) -> Result<bool, Error> {
    let fence: Option<i32> = match flights.last_left() {
        None => None,
        Some((row, _)) => {
            query_scalar(FENCE)
                .bind(row)
                .fetch_optional(&mut *on)
                .await?
        }
    };
    let next: i64 = query_scalar(NEXT).fetch_one(on).await?;
    let (old, next) = (old.unsigned_abs(), next.unsigned_abs());
    // What a worker has recorded was a pass of its own, unless somebody has accepted a loss since.
    let is_its = old > 0 && next.saturating_sub(old) < Flights::LEAP / 2;
    let next = if is_its { old + 1 } else { next };
    Ok(flights.are_ahead_of(next, fence.map(i32::unsigned_abs)))
}

/// Takes a store that may have forgotten what was sent, if somebody has looked. No number is given
/// again that may have been given.
pub(super) async fn accept(
    on: &mut PgConnection,
    names: &Names,
    accept: Accept,
    moved: Moved,
) -> Result<(), Error> {
    let lost = match accept {
        Accept::Nobody => return Err(Error::Moved(moved)),
        Accept::Whole => None,
        Accept::Lost(lost) => Some(lost),
    };
    query(JUMP).fetch_all(&mut *on).await?;
    match lost {
        None => Ok(()),
        Some(lost) => doubt(on, names, lost).await,
    }
}

/// Takes what may have begun by intents that are lost for begun.
async fn doubt(on: &mut PgConnection, names: &Names, lost: Lost) -> Result<(), Error> {
    let keep = query(KEEP).bind(lost.until).bind(lost.since);
    keep.execute(&mut *on).await?;
    query(BEGUN).execute(&mut *on).await?;
    let mut after = i64::MIN;
    loop {
        let page = query(WAITING).bind(after).bind(lost.until);
        let page = page.bind(lost.since).bind(PAGE as i64);
        let page = page.fetch_all(&mut *on).await?;
        let rows = read_rows(on, names, &page).await?;
        let Some(row) = rows.last() else {
            break;
        };
        after = row.row;
        mark(on, lost, rows).await?;
    }
    query(SHOW).execute(&mut *on).await?;
    for statement in COUNT_ANEW {
        query(statement).execute(&mut *on).await?;
    }
    Ok(())
}

/// Takes those that are planned anew for a time in which intents are lost for begun.
pub(super) async fn doubt_new(
    on: &mut PgConnection,
    names: &Names,
    new: &[New<'_>],
    answer: &mut Scheduled,
) -> Result<(), Error> {
    let kept: Vec<(i64, i64)> = query_as(KEPT).fetch_all(&mut *on).await?;
    for (since, until) in kept {
        let lost = Lost { since, until };
        let waiting = new.iter().filter(|it| it.reason.is_none());
        let due = waiting.filter(|it| lost.first(it.plan.not_before) <= until);
        let keys: Vec<&[u8]> = due.map(|it| it.key.as_slice()).collect();
        if keys.is_empty() {
            continue;
        }
        let rows = query(OF_KEYS).bind(keys).fetch_all(&mut *on).await?;
        let rows = read_rows(on, names, &rows).await?;
        let marked = mark(on, lost, rows).await?;
        let is_marked = |place: &usize| {
            let it = new.iter().find(|it| it.place == *place);
            it.is_some_and(|it| marked.contains(&it.key))
        };
        answer.new.retain(|place| !is_marked(place));
        if !marked.is_empty() {
            *answer.refused.entry(Reason::InDoubt).or_default() += marked.len() as u64;
        }
    }
    Ok(())
}

/// Takes those of the rows that may have begun for begun; gives their keys.
async fn mark(on: &mut PgConnection, lost: Lost, rows: Vec<Row>) -> Result<Vec<[u8; 16]>, Error> {
    let beside = books::beside(on, &rows).await?;
    let (mut numbers, mut ats, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        if lost.may_have_begun(row, &entry(row, &beside)?) {
            numbers.push(row.row);
            ats.push(lost.first(row.not_before));
            keys.push(row.key);
        }
    }
    if !numbers.is_empty() {
        let mark = query(MARK).bind(numbers).bind(ats);
        mark.execute(on).await?;
    }
    Ok(keys)
}
