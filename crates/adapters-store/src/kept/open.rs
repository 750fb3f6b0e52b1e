//! Beginning a pass: what older ones that are dead had begun, and what the new one is told.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use pregon_core::{Opened, Opening, Promise, Reason, in_doubt};

use super::desk::Life;
use super::flaw::Flaw;
use super::row::Row;
use super::wire;

/// Puts in doubt what a dead pass had begun, by the promises of its channels.
pub(crate) fn doubt(
    rows: &mut [Row],
    opening: &Opening,
    lives: &HashMap<String, Life>,
    now: DateTime<Utc>,
) {
    for row in rows {
        let promise = opening.promises.get(&row.route.channel).copied();
        let promise = promise.unwrap_or(Promise::Blind);
        let first_at = row.first_at.unwrap_or(now);
        let resent = row.standing.in_doubt;
        let doubt = in_doubt(promise, row.route.class, resent, first_at, now);
        row.doubt(doubt, now, now);
        let life = lives.get(row.route.campaign.as_str());
        if row.waits() && life == Some(&Life::Over) {
            row.withdraw(Reason::Cancelled, now);
        }
    }
}

/// What a new pass is told.
pub(crate) fn opened(
    epoch: i64,
    high_water: i64,
    doubts: &[Row],
    now: DateTime<Utc>,
) -> Result<Opened, Flaw> {
    Ok(Opened {
        epoch: u64::try_from(epoch).map_err(|_| Flaw::Damaged("the epoch is negative"))?,
        // What is kept is whole microseconds; an instant that was just given comes back as it was.
        high_water: match high_water == wire::micros(now) {
            true => now,
            false => wire::instant(high_water)?,
        },
        doubts: doubts.len() as u64,
    })
}
