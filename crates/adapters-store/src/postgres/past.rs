//! Giving limits that are new here the places that they would have counted.
//!
//! In a transaction of its own, before the first turn under the limit, one at a time: who needs the
//! same limit waits for `known_limit` and then finds it there. No gates are taken. Nobody decides
//! under the limit before this is committed, and other limits do not look at what is added here.
//! What could go wrong is only a dispatch that gives its places back meanwhile; so those that still
//! may are done last, each locked and read anew, and they learn which places they have. (Places of
//! one dispatch are otherwise written once, by the turn in which it begins.)
//!
//! What a worker begins meanwhile that has not been told of the limit takes no place in it, as long
//! as that worker runs.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use pregon_core::Ask;
use sqlx::Row as _;
use sqlx::postgres::PgConnection;

use super::desk::READ;
use super::erase;
use super::error::Error;
use super::names::{Names, read_sets};
use super::row::{columns, read_rows};
use super::statement::{query, query_as, query_scalar};
use crate::kept::flaw::Flaw;
use crate::kept::past::{self, Due, Laws, Lesson, PAGE, Past, Search, Unions};
use crate::kept::row::Row;
use crate::kept::sets::Sets;
use crate::kept::wire;

/// Others may read what is known.
const ONE_AT_A_TIME: &str = "LOCK TABLE known_limit IN EXCLUSIVE MODE";

const KNOWN: &str = "SELECT rule, law FROM known_limit";

const KNOW: &str = "INSERT INTO known_limit (rule, law, since) SELECT v.rule, v.law, $3 \
     FROM unnest($1::text[], $2::text[]) AS v(rule, law) \
     ON CONFLICT (rule) DO UPDATE SET law = excluded.law, since = excluded.since";

/// The states in which a dispatch counts; a test in `wire` holds them.
const COUNTING: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.row > $1 AND d.state IN (1, 2, 3, 5) ORDER BY d.row LIMIT $2"
);

const IN_FLIGHT: &str = "SELECT d.row FROM dispatch d WHERE d.epoch IS NOT NULL AND d.state = 2";

const SEARCH: &str = "SELECT h.row, h.at FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], \
     $4::bigint[]) AS v(subject, first, last, row) JOIN hold h ON h.subject = v.subject \
     AND h.at >= v.first AND h.at <= v.last AND h.row = v.row";

const HAS: &str = "SELECT v.n, h.rules FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) \
     WITH ORDINALITY AS v(subject, at, row, n) \
     JOIN hold h ON h.subject = v.subject AND h.at = v.at AND h.row = v.row";

const GIVE: &str = "INSERT INTO hold (subject, at, row, rules) SELECT v.* \
     FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::integer[]) \
     AS v(subject, at, row, rules) \
     ON CONFLICT (subject, at, row) DO UPDATE SET rules = excluded.rules";

const COUNTED: &str = "UPDATE dispatch d SET counted = v.counted \
     FROM unnest($1::bigint[], $2::bytea[]) AS v(row, counted) WHERE d.row = v.row";

const NEW_SET: &str = "INSERT INTO ruleset (names) VALUES ($1) ON CONFLICT DO NOTHING";

/// Learns limits, gives those that are new their places, and says what is known then.
pub(super) async fn learn(
    on: &mut PgConnection,
    names: &Names,
    ask: &Ask,
    lesson: &Lesson,
    now: DateTime<Utc>,
) -> Result<Laws, Error> {
    // Nobody is forgotten between the reading of a name and the writing of its place.
    erase::hold_off(on).await?;
    query(ONE_AT_A_TIME).execute(&mut *on).await?;
    let known: Vec<(String, String)> = query_as(KNOWN).fetch_all(&mut *on).await?;
    let mut known: Laws = known.into_iter().collect();
    let lesson = lesson.again(&known);
    let (rules, laws): (Vec<&String>, Vec<&String>) = lesson.laws.iter().unzip();
    let know = query(KNOW).bind(rules).bind(laws).bind(wire::micros(now));
    know.execute(&mut *on).await?;
    if !lesson.new.is_empty() {
        let past = Past::new(ask, &lesson.new, now);
        let sets = read_sets(&mut *on).await?;
        let unions = Unions::default();
        let mut filling = Filling { past, sets, unions };
        filling.fill(on, names).await?;
    }
    known.extend(lesson.laws);
    Ok(known)
}

struct Filling<'a> {
    past: Past<'a>,
    /// With those that this transaction has made: nobody else may know them before it has ended.
    sets: Sets,
    unions: Unions,
}

impl Filling<'_> {
    async fn fill(&mut self, on: &mut PgConnection, names: &Names) -> Result<(), Error> {
        let (mut after, mut last) = (i64::MIN, BTreeSet::new());
        loop {
            let page = query(COUNTING).bind(after).bind(PAGE as i64);
            let page = page.fetch_all(&mut *on).await?;
            let rows = read_rows(on, names, &page).await?;
            let Some(row) = rows.last() else {
                break;
            };
            after = row.row;
            let (moving, rows): (Vec<Row>, Vec<Row>) =
                rows.into_iter().partition(past::may_release);
            last.extend(moving.iter().map(|row| row.row));
            self.give(on, &rows).await?;
        }
        let moving: Vec<i64> = query_scalar(IN_FLIGHT).fetch_all(&mut *on).await?;
        last.extend(moving);
        let numbers: Vec<i64> = last.into_iter().collect();
        for numbers in numbers.chunks(PAGE) {
            let rows = query(READ).bind(numbers).fetch_all(&mut *on).await?;
            let rows = read_rows(on, names, &rows).await?;
            let dues = self.give(on, &rows).await?;
            let learnt = past::learnt(&rows, &dues).into_iter();
            let (rows, counted): (Vec<i64>, Vec<Vec<u8>>) =
                learnt.map(|(row, counted)| (row.row, counted)).unzip();
            let learn = query(COUNTED).bind(rows).bind(counted);
            learn.execute(&mut *on).await?;
        }
        Ok(())
    }

    /// Gives places to limits; a place that is there already keeps those that it has.
    async fn give(&mut self, on: &mut PgConnection, rows: &[Row]) -> Result<Vec<Due>, Error> {
        let found = search(on, Past::searches(rows)).await?;
        let dues = self.past.dues(rows, &found)?;
        let (mut places, mut ats, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for due in &dues {
            places.push(due.place.as_slice());
            ats.push(due.at);
            numbers.push(due.row);
        }
        let mut has: Vec<Option<i64>> = vec![None; dues.len()];
        let asked = query(HAS).bind(&places).bind(&ats).bind(&numbers);
        for row in asked.fetch_all(&mut *on).await? {
            let n: i64 = row.try_get(0)?;
            let has = usize::try_from(n - 1).ok().and_then(|n| has.get_mut(n));
            let has = has.ok_or(Flaw::Damaged("an answer to no question"))?;
            *has = Some(row.try_get::<i32, _>(1)?.into());
        }
        let mut sets = Vec::with_capacity(dues.len());
        for (due, has) in dues.iter().zip(has) {
            let names = self.unions.names(due, has, &self.sets)?;
            sets.push(self.set(on, &names).await?);
        }
        let give = query(GIVE).bind(places).bind(ats).bind(numbers).bind(sets);
        give.execute(on).await?;
        Ok(dues)
    }

    /// The number of a set of limits, made when it is new.
    async fn set(&mut self, on: &mut PgConnection, names: &str) -> Result<i32, Error> {
        if self.sets.number(names).is_none() {
            query(NEW_SET).bind(names).execute(&mut *on).await?;
            self.sets = read_sets(on).await?;
        }
        let number = self.sets.number(names);
        let number = number.and_then(|number| i32::try_from(number).ok());
        Ok(number.ok_or(Flaw::Damaged("a set of limits was not kept"))?)
    }
}

/// The instants of places that rows have, by row.
async fn search(on: &mut PgConnection, searches: Vec<Search>) -> Result<HashMap<i64, i64>, Error> {
    if searches.is_empty() {
        return Ok(HashMap::new());
    }
    let (mut places, mut firsts, mut lasts, mut rows) = (vec![], vec![], vec![], vec![]);
    for (place, first, last, row) in searches {
        places.push(place);
        firsts.push(first);
        lasts.push(last);
        rows.push(row);
    }
    let search = query_as(SEARCH).bind(places).bind(firsts);
    let found: Vec<(i64, i64)> = search.bind(lasts).bind(rows).fetch_all(on).await?;
    Ok(found.into_iter().collect())
}
