//! Writing rows of `dispatch`.
//!
//! The rows of a turn mostly change alike: all begin, or all are accepted, at one instant. Those
//! are written by one statement that carries what they have in common once, and their numbers.

use pregon_core::Reason;
use sqlx::sqlite::SqliteConnection;

use super::batch::{Batch, Bound};
use super::error::Error;
use super::intern::Names;
use super::json::{numbered_texts, numbers};
use crate::kept::desk::Changed;
use crate::kept::flaw::Flaw;
use crate::kept::row::Row;
use crate::kept::ways::{Way, alike};
use crate::kept::wire;

/// Writes all that can change of a row.
pub(super) static WRITE: Batch = Batch::new(
    "WITH v(row, state, in_doubt, epoch, claims, fence, attempts, not_before, at, first_at, \
     reason, rule, address, address_key, counted, reference, zone, charged) AS (VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    ") UPDATE dispatch SET state = v.state, in_doubt = v.in_doubt, epoch = v.epoch, \
     claims = v.claims, fence = v.fence, attempts = v.attempts, not_before = v.not_before, \
     at = v.at, first_at = v.first_at, reason = v.reason, rule = v.rule, address = v.address, \
     address_key = v.address_key, counted = v.counted, reference = v.reference, \
     zone = v.zone, charged = v.charged FROM v WHERE dispatch.row = v.row",
);

pub(super) async fn write_rows(
    on: &mut SqliteConnection,
    names: &Names,
    rows: &[&Row],
) -> Result<(), Error> {
    let coded = |row: &&'_ Row| {
        let zone = names.zones.of_row(row.zone)?;
        Ok::<_, Flaw>((wire::state_code(row.standing.state)?, zone))
    };
    let codes: Result<Vec<_>, Flaw> = rows.iter().map(coded).collect();
    let rows: Vec<_> = codes?.into_iter().zip(rows.iter().copied()).collect();
    let bind = |to: Bound, ((code, zone), it): &((i64, Option<i64>), &Row)| {
        to.bind(it.row)
            .bind(*code)
            .bind(it.standing.in_doubt)
            .bind(it.epoch)
            .bind(it.claims)
            .bind(it.fence)
            .bind(it.attempts)
            .bind(wire::micros(it.not_before))
            .bind(wire::micros(it.at))
            .bind(it.first_at.map(wire::micros))
            .bind(it.reason.map(Reason::as_str))
            .bind(it.rule.clone())
            .bind(it.address.map(|hash| hash.as_bytes().to_vec()))
            .bind(it.address_key.map(|key| key.to_vec()))
            .bind(it.counted.clone())
            .bind(it.reference.clone())
            .bind(*zone)
            .bind(it.charged)
    };
    WRITE.run(on, &rows, bind).await.map(drop)
}

macro_rules! alike {
    ($before:literal, $after:literal) => {
        concat!(
            "UPDATE dispatch SET state = ?2, in_doubt = ?3, epoch = ?4, claims = ?5, fence = ?6, \
             attempts = ?7, at = ?8, first_at = ?9, reason = ?10, rule = ?11, zone = ?12, \
             charged = ?13",
            $before,
            " WHERE ",
            $after
        )
    };
}
/// The numbers of the rows are a JSON array.
pub(super) const ALIKE: &str = alike!("", "row IN (SELECT value FROM json_each(?1))");

/// Each number has its reference in a JSON object.
pub(super) const REFERRED: &str = alike!(
    ", reference = v.reference FROM (SELECT CAST(n.key AS INTEGER) AS row, n.value AS reference \
     FROM json_each(?1) n) v",
    "dispatch.row = v.row"
);

/// Writes rows that were changed, those that change alike together.
pub(super) async fn write_changed(
    on: &mut SqliteConnection,
    names: &Names,
    changed: &[Changed<'_>],
) -> Result<(), Error> {
    let (ways, others) = alike(changed);
    for (way, rows) in ways {
        write_alike(&mut *on, names, &way, &rows).await?;
    }
    write_rows(on, names, &others).await
}

async fn write_alike(
    on: &mut SqliteConnection,
    names: &Names,
    way: &Way<'_>,
    rows: &[&Row],
) -> Result<(), Error> {
    let (statement, rows) = match way.is_referred {
        true => {
            let rows = rows.iter().map(|row| (row.row, row.reference.as_deref()));
            (REFERRED, numbered_texts(rows))
        }
        false => (ALIKE, numbers(rows.iter().map(|row| row.row))),
    };
    let [claims, fence, attempts] = way.numbers;
    sqlx::query(statement)
        .bind(rows)
        .bind(wire::state_code(way.standing.state)?)
        .bind(way.standing.in_doubt)
        .bind(way.epoch)
        .bind(claims)
        .bind(fence)
        .bind(attempts)
        .bind(wire::micros(way.at))
        .bind(way.first_at.map(wire::micros))
        .bind(way.reason.map(Reason::as_str))
        .bind(way.rule.map(str::to_owned))
        .bind(names.zones.of_row(way.zone)?)
        .bind(way.charged)
        .execute(on)
        .await?;
    Ok(())
}
