//! Beginning a pass: what older ones that are dead had begun, and what the new one is told.

use chrono::{DateTime, Utc};
use pregon_core::{Opened, Opening, Settlement};

use super::flaw::Flaw;
use super::row::Row;
use super::wire;

/// What is settled about rows that dead passes had begun.
pub(crate) fn left_behind(
    rows: &[Row],
    opening: &Opening,
    now: DateTime<Utc>,
) -> Result<Vec<Settlement>, Flaw> {
    let settled = |row: &Row| {
        let epoch = row.epoch.unwrap_or_default();
        let epoch = u64::try_from(epoch).map_err(|_| Flaw::Damaged("an epoch is negative"))?;
        let dispatch = row.dispatch();
        let (ticket, outcome) = (dispatch.ticket, opening.outcome_of(&dispatch, epoch, now));
        Ok(Settlement { ticket, outcome })
    };
    rows.iter().map(settled).collect()
}

/// The present of a pass that opens a store which has seen this instant: not behind it.
pub(crate) fn present(high_water: i64, now: DateTime<Utc>) -> Result<DateTime<Utc>, Flaw> {
    // What is kept is whole microseconds; an instant that was just given comes back as it was.
    match high_water > wire::micros(now) {
        true => wire::instant(high_water),
        false => Ok(now),
    }
}

/// What a new pass is told.
pub(crate) fn opened(
    epoch: i64,
    high_water: DateTime<Utc>,
    settled: &[Settlement],
) -> Result<Opened, Flaw> {
    let epoch = u64::try_from(epoch).map_err(|_| Flaw::Damaged("the epoch is negative"))?;
    let mut opened = Opened::new(epoch, high_water);
    settled.iter().for_each(|it| opened.count(&it.outcome));
    Ok(opened)
}
