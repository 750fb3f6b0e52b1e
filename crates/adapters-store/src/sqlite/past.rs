//! Giving limits that are new here the places that they would have counted.
//!
//! Part of the turn in which the limit is first asked for: nobody else writes meanwhile, and
//! nothing begins under the limit before its places are there. It reads every dispatch once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use pregon_core::Ask;
use sqlx::Row as _;

use super::batch::{Batch, Bound};
use super::conn::Writer;
use super::desk;
use super::error::Error;
use super::row::{columns, read_rows};
use crate::kept::desk::Desk;
use crate::kept::flaw::Flaw;
use crate::kept::past::{self, Due, Lesson, PAGE, Past, Search, Unions};
use crate::kept::wire;

/// The states in which a dispatch counts; a test in `wire` holds them.
pub(super) const COUNTING: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM dispatch d WHERE d.row > ?1 AND d.state IN (1, 2, 3, 5) ORDER BY d.row LIMIT ?2"
);

pub(super) static SEARCH: Batch = Batch::new(
    "WITH v(subject, first, last, row) AS (VALUES ",
    "(?,?,?,?)",
    ") SELECT h.row, h.at FROM v CROSS JOIN hold h \
     ON h.subject = v.subject AND h.at >= v.first AND h.at <= v.last AND h.row = v.row",
);

pub(super) static HAS: Batch = Batch::new(
    "WITH v(n, subject, at, row) AS (VALUES ",
    "(?,?,?,?)",
    ") SELECT v.n, h.rules FROM v CROSS JOIN hold h \
     ON h.subject = v.subject AND h.at = v.at AND h.row = v.row",
);

pub(super) static GIVE: Batch = Batch::new(
    "INSERT INTO hold (subject, at, row, rules) VALUES ",
    "(?,?,?,?)",
    " ON CONFLICT (subject, at, row) DO UPDATE SET rules = excluded.rules",
);

pub(super) static KNOW: Batch = Batch::new(
    "INSERT INTO known_limit (rule, law, since) VALUES ",
    "(?,?,?)",
    " ON CONFLICT (rule) DO UPDATE SET law = excluded.law, since = excluded.since",
);

const COUNTED: &str = "UPDATE dispatch SET counted = ?2 WHERE row = ?1";

/// Learns limits, and gives those that are new their places.
pub(super) async fn learn(
    writer: &mut Writer,
    desk: &mut Desk,
    ask: &Ask,
    lesson: Lesson,
) -> Result<(), Error> {
    // What was settled in this turn is read below as it stands by now.
    desk::write(writer, desk).await?;
    let since = wire::micros(desk.now);
    let laws: Vec<(&String, &String)> = lesson.laws.iter().collect();
    let bind = |to: Bound, (rule, law): &(&String, &String)| {
        to.bind((*rule).clone()).bind((*law).clone()).bind(since)
    };
    KNOW.run(&mut writer.on, &laws, bind).await?;
    if !lesson.new.is_empty() {
        let past = Past::new(ask, &lesson.new, desk.now);
        fill(writer, desk, &past).await?;
    }
    writer.interned.limits.extend(lesson.laws);
    Ok(())
}

async fn fill(writer: &mut Writer, desk: &mut Desk, past: &Past<'_>) -> Result<(), Error> {
    let (mut after, mut unions) = (i64::MIN, Unions::default());
    loop {
        let page = sqlx::query(COUNTING).bind(after).bind(PAGE as i64);
        let page = page.fetch_all(&mut writer.on).await?;
        let names = &writer.interned.names;
        let rows = read_rows(&page, names)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.row;
        let found = search(writer, &Past::searches(&rows)).await?;
        let mut dues = past.dues(&rows, &found)?;
        // In the order of the tree.
        dues.sort_unstable_by(|a, b| (&a.place, a.at).cmp(&(&b.place, b.at)));
        give(writer, &dues, &mut unions).await?;
        for (row, counted) in past::learnt(&rows, &dues) {
            let learn = sqlx::query(COUNTED).bind(row.row).bind(counted.clone());
            learn.execute(&mut writer.on).await?;
            // Wherever the row lies meanwhile, it is written back as it lies there.
            let held = [desk.get_mut(row.row), writer.held.get_mut(&row.row)];
            for row in held.into_iter().flatten() {
                row.counted = Some(counted.clone());
            }
        }
    }
}

/// The instants of places that rows have, by row.
async fn search(writer: &mut Writer, searches: &[Search]) -> Result<HashMap<i64, i64>, Error> {
    let bind = |to: Bound, (place, first, last, row): &Search| {
        to.bind(place.clone()).bind(*first).bind(*last).bind(*row)
    };
    let found = SEARCH.run(&mut writer.on, searches, bind).await?;
    let found = found.iter().map(|it| Ok((it.try_get(0)?, it.try_get(1)?)));
    found.collect()
}

/// Gives places to limits; a place that is there already keeps those that it has.
async fn give(writer: &mut Writer, dues: &[Due], unions: &mut Unions) -> Result<(), Error> {
    let numbered: Vec<(i64, &Due)> = (0..).zip(dues).collect();
    let bind = |to: Bound, (n, due): &(i64, &Due)| {
        to.bind(*n)
            .bind(due.place.clone())
            .bind(due.at)
            .bind(due.row)
    };
    let mut has: Vec<Option<i64>> = vec![None; dues.len()];
    for row in HAS.run(&mut writer.on, &numbered, bind).await? {
        let n: i64 = row.try_get(0)?;
        let has = usize::try_from(n).ok().and_then(|n| has.get_mut(n));
        *has.ok_or(Flaw::Damaged("an answer to no question"))? = Some(row.try_get(1)?);
    }
    let mut given = Vec::with_capacity(dues.len());
    for (due, has) in dues.iter().zip(has) {
        let names: Arc<str> = unions.names(due, has, &writer.interned.sets)?;
        let set = match writer.interned.sets.number(&names) {
            Some(set) => set,
            None => {
                let names: BTreeSet<&str> = names.split(' ').collect();
                writer.interned.set(&mut writer.on, &names).await?
            }
        };
        given.push((due, set));
    }
    let bind = |to: Bound, (due, set): &(&Due, i64)| {
        to.bind(due.place.clone())
            .bind(due.at)
            .bind(due.row)
            .bind(*set)
    };
    GIVE.run(&mut writer.on, &given, bind).await.map(drop)
}
