//! Days pass.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::pace::Pace;
use super::plan::bits;
use super::table::Table;
use super::tables::SlotTables;
use super::{Live, Turn};
use crate::rule::Moment;

/// What turning days make other than it was.
pub(super) struct Passing {
    pub(super) moments: Vec<Moment>,
    /// By the number of the zone, whether its day turns.
    pub(super) turned: Vec<bool>,
    /// The tables of the slots whose answers the passing of days changes.
    pub(super) fresh: Vec<Option<SlotTables>>,
}

/// Codes of a column that are decided otherwise in some zones.
pub(super) struct Stretch {
    pub(super) slot: usize,
    pub(super) low: i64,
    pub(super) high: i64,
    /// By the number of the zone.
    pub(super) zones: Vec<bool>,
    /// Segments that ask for nothing else, and whether these codes are members now.
    pub(super) direct: Vec<(u32, bool)>,
    /// Whether there are segments that ask for more.
    pub(super) more: bool,
}

impl Live {
    /// Lets time pass to an instant; says who entered and left what by that.
    ///
    /// Each customer's day turns when it does in its zone. Only those are looked at for whom the
    /// new day makes a difference. An instant before [`now`](Self::now) is as good as one after it:
    /// everything becomes as it is then, for the values that customers have.
    ///
    /// It may work for long when many days pass at once: not to be called on a thread that serves
    /// others.
    pub fn advance(&mut self, now: DateTime<Utc>) -> Turn {
        self.advance_at(now, Pace::Cheapest)
    }

    pub(super) fn advance_at(&mut self, now: DateTime<Utc>, pace: Pace) -> Turn {
        let moments = self.moments_at(now);
        self.now = now;
        let both = self.moments.iter().zip(&moments);
        let turned: Vec<bool> = both.map(|(a, b)| a.today() != b.today()).collect();
        if !turned.contains(&true) {
            self.moments = moments;
            return Turn::new(Arc::clone(&self.names));
        }
        let fresh = self.tables.iter().enumerate().map(|(slot, old)| {
            let fresh = || self.tables_of(slot, &moments, old.bounds());
            old.turns.then(fresh)
        });
        let passing = Passing {
            fresh: fresh.collect(),
            turned,
            moments,
        };
        let stretches = self.stretches(&passing);
        let spans = self.spans(&passing.moments, &passing.turned);
        let turn = if self.is_whole(pace, &stretches, &spans) {
            let before = std::mem::take(&mut self.members);
            self.members = self.evaluate(now);
            Turn::between(Arc::clone(&self.names), &before, &self.members)
        } else {
            self.pass(&passing, &stretches, &spans)
        };
        for (own, fresh) in self.tables.iter_mut().zip(passing.fresh) {
            if let Some(fresh) = fresh {
                *own = fresh;
            }
        }
        self.moments = passing.moments;
        turn
    }

    /// The codes that turning days decide otherwise.
    fn stretches(&self, passing: &Passing) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        for (slot, fresh) in passing.fresh.iter().enumerate() {
            let Some(fresh) = fresh else {
                continue;
            };
            let old = &self.tables[slot];
            let mut alike: HashMap<(u32, u32), Vec<bool>> = HashMap::new();
            for (zone, _) in passing
                .turned
                .iter()
                .enumerate()
                .filter(|(_, turned)| **turned)
            {
                let numbers = (old.number(zone), fresh.number(zone));
                let zones = alike
                    .entry(numbers)
                    .or_insert_with(|| vec![false; passing.turned.len()]);
                zones[zone] = true;
            }
            for ((old_number, number), zones) in alike {
                let tables = (old.numbered(old_number), fresh.numbered(number));
                self.stretches_of(slot, tables, &zones, &mut stretches);
            }
        }
        stretches
    }

    fn stretches_of(
        &self,
        slot: usize,
        (old, new): (&Table, &Table),
        zones: &[bool],
        to: &mut Vec<Stretch>,
    ) {
        for piece in old.differences(new) {
            let (before, after) = (old.bits(piece.old), new.bits(piece.new));
            let other: Vec<u64> = before.iter().zip(after).map(|(a, b)| a ^ b).collect();
            let (segments, answers) = other.split_at(self.plan.width);
            let single = segments.iter().zip(&self.plan.single).map(|(a, b)| a & b);
            let single: Vec<u64> = single.collect();
            let is = |bit: u32| after[bit as usize / 64] >> (bit % 64) & 1 == 1;
            to.push(Stretch {
                slot,
                low: piece.low,
                high: piece.high,
                zones: zones.to_vec(),
                direct: bits(&single).map(|bit| (bit, is(bit))).collect(),
                more: segments != single || answers.iter().any(|word| *word != 0),
            });
        }
    }
}
