//! The guard of senders, as a configuration changes it.

use pregon::{Bounds, Guard};

use super::file::{BoundsTable, GuardTable};

/// The usual guard with what the table says; none when it is off.
pub(super) fn guard(table: &GuardTable) -> Option<Guard> {
    if table.on == Some(false) {
        return None;
    }
    let usual = Guard::default();
    let bounds = |table: Option<BoundsTable>, usual| match table {
        None => usual,
        Some(BoundsTable { alert, stop }) => Bounds { alert, stop },
    };
    Some(Guard {
        window: table.window.unwrap_or(usual.window),
        floor: table.floor.unwrap_or(usual.floor),
        complaints: bounds(table.complaints, usual.complaints),
        bounces: bounds(table.bounces, usual.bounces),
        refusals: bounds(table.refusals, usual.refusals),
    })
}
