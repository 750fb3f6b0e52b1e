//! Taking the gates of those that want to begin, and reading what has to be known of them.
//!
//! Every decision about a person, an address or what a limit counts updates the gate of that
//! subject first. Who comes second waits there until the first has ended; and because what is read
//! afterwards is read by *new statements*, each with a snapshot of its own, it sees the first one's
//! places and words. (One statement that locks and counts would count by a snapshot that is older
//! than its lock.) Gates are taken in the order of subjects, so nobody waits for who waits for him.

use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};

use super::error::Error;
use super::names::Names;
use super::statement::query;
use crate::kept::desk::Desk;
use crate::kept::flaw::Flaw;
use crate::kept::gate::{Case, Evidence};
use crate::kept::wire;

/// An update, which fails loudly under an isolation level that would make it wrong.
pub(super) const TAKE: &str = "INSERT INTO gate (subject, ver) \
     SELECT u.subject, 1 FROM unnest($1::bytea[]) AS u(subject) ORDER BY u.subject \
     ON CONFLICT (subject) DO UPDATE SET ver = gate.ver + 1";

const OWNERS: &str =
    "SELECT d.address_key, d.row FROM dispatch d WHERE d.address_key = ANY($1::bytea[])";

const HOLDS: &str = "SELECT v.n, h.at, h.rules FROM unnest($1::bytea[], $2::bigint[]) \
     WITH ORDINALITY AS v(subject, since, n) \
     JOIN hold h ON h.subject = v.subject AND h.at >= v.since";

const WORDS: &str = "SELECT v.n, p.word, p.channel, p.purpose FROM unnest($1::bytea[]) \
     WITH ORDINALITY AS v(subject, n) JOIN preference p ON p.subject = v.subject";

/// Takes the gates of all subjects, then reads what the tables say of them.
///
/// Whoever's ticket is void is not asked for: a person who was forgotten meanwhile would get a gate
/// under the old name.
pub(super) async fn gather<'a>(
    on: &mut PgConnection,
    names: &Names,
    desk: &Desk,
    cases: &'a [Case<'_>],
) -> Result<Evidence<'a>, Error> {
    let cases: Vec<&Case<'_>> = cases
        .iter()
        .filter(|it| desk.is_held(it.ready.ticket))
        .collect();
    let asked = Evidence::asked(cases.iter().copied(), desk.now);
    let subjects: Vec<&[u8]> = asked.iter().map(|(place, _)| *place).collect();
    query(TAKE).bind(&subjects).execute(&mut *on).await?;

    let mut evidence = Evidence::default();
    let keys = cases.iter().filter_map(|case| case.ready.address_key);
    let keys: Vec<Vec<u8>> = keys.map(|key| key.to_vec()).collect();
    if !keys.is_empty() {
        for row in query(OWNERS).bind(keys).fetch_all(&mut *on).await? {
            let key = wire::bytes16(row.try_get(0)?)?;
            evidence.owners.insert(key, row.try_get(1)?);
        }
    }
    let words = query(WORDS).bind(&subjects).fetch_all(&mut *on);
    for row in words.await? {
        let said: i16 = row.try_get(1)?;
        let scope = wire::scope(row.try_get(2)?, row.try_get(3)?)?;
        evidence.learn_word(subject(&row, &subjects)?, scope, wire::word(said.into()));
    }
    let counted = asked.iter().filter(|(_, since)| *since < i64::MAX);
    let (counted, since): (Vec<&[u8]>, Vec<i64>) = counted.copied().unzip();
    if counted.is_empty() {
        return Ok(evidence);
    }
    let holds = query(HOLDS).bind(&counted).bind(since);
    let mut unknown = false;
    for row in holds.fetch_all(&mut *on).await? {
        let set = row.try_get::<i32, _>(2)?.into();
        unknown |= !names.sets().knows(set);
        let at = wire::instant(row.try_get(1)?)?;
        evidence.learn_taken(subject(&row, &counted)?, at, set);
    }
    if unknown {
        // A set that another worker has made since; it was made before it was used.
        names.read_sets(on).await?;
    }
    Ok(evidence)
}

fn subject<'a>(row: &PgRow, subjects: &[&'a [u8]]) -> Result<&'a [u8], Error> {
    let n: i64 = row.try_get(0)?;
    let place = usize::try_from(n - 1).ok().and_then(|n| subjects.get(n));
    place
        .copied()
        .ok_or(Flaw::Damaged("an answer to no question").into())
}
