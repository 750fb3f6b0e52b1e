//! Which rows of a turn change alike: all begin, or all are accepted, at one instant.

use chrono::{DateTime, Utc};
use pregon_core::{Reason, Standing, Zone};

use super::desk::Changed;
use super::row::Row;

/// From so many rows on a statement of their own is less than their share of a larger one.
const FEW: usize = 4;

/// How many ways to change are looked for in a turn.
const WAYS: usize = 8;

/// What rows that change alike have in common: all that can change of a row but what it has of its
/// own, which stays as it was. Only their references, where they changed, are of each.
#[derive(Debug, PartialEq)]
pub(crate) struct Way<'a> {
    pub(crate) is_referred: bool,
    pub(crate) standing: Standing,
    pub(crate) epoch: Option<i64>,
    /// Claims, fence and attempts.
    pub(crate) numbers: [u32; 3],
    pub(crate) at: DateTime<Utc>,
    pub(crate) first_at: Option<DateTime<Utc>>,
    pub(crate) reason: Option<Reason>,
    pub(crate) rule: Option<&'a str>,
    pub(crate) zone: Option<Zone>,
    pub(crate) charged: Option<i64>,
}

impl<'a> Way<'a> {
    fn of(it: &Changed<'a>) -> Self {
        let row = it.row;
        Self {
            is_referred: it.is_referred(),
            standing: row.standing,
            epoch: row.epoch,
            numbers: [row.claims, row.fence, row.attempts],
            at: row.at,
            first_at: row.first_at,
            reason: row.reason,
            rule: row.rule.as_deref(),
            zone: row.zone,
            charged: row.charged,
        }
    }
}

/// Rows by the way in which they change; the second part is those that share it with too few.
pub(crate) fn alike<'a>(changed: &[Changed<'a>]) -> (Vec<(Way<'a>, Vec<&'a Row>)>, Vec<&'a Row>) {
    let mut ways: Vec<(Way<'a>, Vec<&Row>)> = Vec::new();
    let mut others = Vec::new();
    for it in changed {
        let way = Way::of(it);
        match ways.iter().rposition(|(known, _)| *known == way) {
            _ if !it.is_common() => others.push(it.row),
            Some(place) => ways[place].1.push(it.row),
            None if ways.len() < WAYS => ways.push((way, vec![it.row])),
            None => others.push(it.row),
        }
    }
    ways.retain_mut(|(_, rows)| {
        let are_many = rows.len() >= FEW;
        if !are_many {
            others.append(rows);
        }
        are_many
    });
    (ways, others)
}
