//! Laying out the rows of a turn, and writing what was changed of them.

use chrono::{DateTime, Utc};
use pregon_core::{Ask, Settlement};
use sqlx::sqlite::SqliteConnection;

use super::batch::Batch;
use super::conn::Writer;
use super::error::Error;
use super::json::numbers;
use super::row::{columns, read_rows};
use super::written::write_changed;
use super::{budget, events};
use crate::kept::by_row::ByRow;
use crate::kept::desk::{Desk, Life, Lives};
use crate::kept::wire;

/// `CROSS JOIN` keeps the order of the loops: numbers first, each row by its number.
pub(super) const READ: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM json_each(?1) n CROSS JOIN dispatch d ON d.row = n.value"
);

/// Lays out the rows that a turn speaks of.
pub(super) async fn lay(
    writer: &mut Writer,
    done: &[Settlement],
    ask: &Ask,
    now: DateTime<Utc>,
) -> Result<Desk, Error> {
    let settled = done.iter().map(|settlement| settlement.ticket.row);
    let ready = ask.begin.iter().map(|ready| ready.ticket.row);
    let mut rows = ByRow::default();
    rows.reserve(done.len() + ask.begin.len());
    let mut unread = Vec::new();
    for number in settled.chain(ready) {
        match writer.held.remove(&number) {
            Some(row) => drop(rows.insert(number, row)),
            None if !rows.contains_key(&number) => unread.push(number),
            None => {}
        }
    }
    if !unread.is_empty() {
        let read = sqlx::query(READ).bind(numbers(unread));
        let read = read.fetch_all(&mut writer.on).await?;
        let read = read_rows(&read, &writer.interned.names)?;
        rows.extend(read.into_iter().map(|row| (row.row, row)));
    }
    let epoch = wire::epoch(ask.epoch)?;
    let news = events::news(&mut writer.on).await?;
    Ok(Desk::of(epoch, now, rows, lives(&mut writer.on).await?).telling(news))
}

/// Gives back the places that were released.
pub(super) async fn release(writer: &mut Writer, desk: &mut Desk) -> Result<(), Error> {
    let released = desk.take_released();
    let bind = |to: super::batch::Bound, (place, at, row): &(Vec<u8>, i64, i64)| {
        to.bind(place.clone()).bind(*at).bind(*row)
    };
    RELEASE.run(&mut writer.on, &released, bind).await.map(drop)
}

/// Writes what was changed.
pub(super) async fn write(writer: &mut Writer, desk: &mut Desk) -> Result<(), Error> {
    let names = &writer.interned.names;
    write_changed(&mut writer.on, names, &desk.take_changed()).await?;
    budget::write(&mut writer.on, desk).await
}

/// Each place by all parts of its key.
pub(super) static RELEASE: Batch = Batch::new(
    "WITH v(subject, at, row) AS (VALUES ",
    "(?,?,?)",
    ") DELETE FROM hold WHERE (subject, at, row) IN (SELECT subject, at, row FROM v)",
);

/// What the state of each campaign means now.
pub(super) async fn lives(on: &mut SqliteConnection) -> Result<Lives, Error> {
    let read = sqlx::query_as("SELECT id, state, version FROM campaign");
    let rows: Vec<(String, String, i64)> = read.fetch_all(on).await?;
    let rows = rows.into_iter();
    let lives = rows.map(|(id, state, version)| (id, (Life::of(&state), version)));
    Ok(lives.collect())
}
