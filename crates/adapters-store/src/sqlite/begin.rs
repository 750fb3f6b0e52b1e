//! The second part of a turn: which of those that want to begin may.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pregon_core::{Ask, Begun};

use super::conn::Writer;
use super::error::Error;
use super::json::{numbered_hexes, numbers};
use super::past;
use super::{budget, gate};
use crate::kept::begin::{Gate, Taken};
use crate::kept::desk::Desk;
use crate::kept::gate::Case;
use crate::kept::past::Lesson;
use crate::kept::wire;

/// The bytes of each place in hex, in a JSON object under the number of its row: one that takes
/// several has several.
pub(super) const TAKE: &str = "INSERT INTO hold (subject, at, row, rules) \
     SELECT unhex(n.value), ?2, CAST(n.key AS INTEGER), ?3 FROM json_each(?1) n";

/// A key that moves to another row is given up before it is taken, whatever the order of writing.
pub(super) const GIVE_UP: &str = "UPDATE dispatch SET address_key = NULL \
     WHERE row IN (SELECT value FROM json_each(?1)) AND address_key IS NOT NULL";

/// Lets begin what may, and answers for each in order. A row that is not there has no answer.
pub(super) async fn begin(
    writer: &mut Writer,
    desk: &mut Desk,
    ask: &Ask,
    cases: &[Case<'_>],
) -> Result<Vec<Begun>, Error> {
    let now = desk.now;
    for case in cases {
        let zone = case.ready.candidate.zone;
        writer.interned.zone(&mut writer.on, zone).await?;
    }
    let lesson = Lesson::of(cases, &writer.interned.limits);
    if !lesson.is_empty() {
        past::learn(writer, desk, ask, lesson).await?;
    }
    let evidence = gate::gather(writer, cases, now).await?;
    budget::learn(writer, desk, ask, cases).await?;
    let mut gate = Gate::new(desk, ask, &writer.interned.sets, evidence);
    let begun = cases.iter().filter_map(|case| gate.answer(case)).collect();
    let (taken, moved) = (gate.taken, gate.moved);
    take(writer, &taken, now).await?;
    if !moved.is_empty() {
        let rows = numbers(moved);
        let give_up = sqlx::query(GIVE_UP).bind(rows);
        give_up.execute(&mut writer.on).await?;
    }
    Ok(begun)
}

async fn take(writer: &mut Writer, taken: &[Taken<'_>], now: DateTime<Utc>) -> Result<(), Error> {
    let mut by_set: BTreeMap<i64, Vec<(&[u8], i64)>> = BTreeMap::new();
    for (place, row, rules) in taken {
        let set = writer.interned.set(&mut writer.on, rules).await?;
        by_set.entry(set).or_default().push((place, *row));
    }
    for (set, mut places) in by_set {
        // In the order of the tree.
        places.sort_unstable();
        let take = sqlx::query(TAKE).bind(numbered_hexes(
            places.iter().map(|(place, row)| (*row, *place)),
        ));
        let take = take.bind(wire::micros(now)).bind(set);
        take.execute(&mut writer.on).await?;
    }
    Ok(())
}
