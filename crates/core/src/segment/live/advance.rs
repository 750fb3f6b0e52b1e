//! Days pass.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::day_index::CHUNK;
use super::pace::Pace;
use super::plan::{bits, bits_of, set};
use super::row::{Scratch, Seen, World};
use super::span::Span;
use super::table::Table;
use super::tables::SlotTables;
use super::{Live, Turn};
use crate::Bitmap;
use crate::rule::Moment;

/// What turning days make other than it was.
struct Passing {
    moments: Vec<Moment>,
    /// By the number of the zone, whether its day turns.
    turned: Vec<bool>,
    /// The tables of the slots whose answers the passing of days changes.
    fresh: Vec<Option<SlotTables>>,
}

/// Codes of a column that are decided otherwise in some zones.
pub(super) struct Stretch {
    pub(super) slot: usize,
    pub(super) low: i64,
    pub(super) high: i64,
    /// By the number of the zone.
    zones: Vec<bool>,
    /// Segments that ask for nothing else, and whether these codes are members now.
    pub(super) direct: Vec<(u32, bool)>,
    /// Whether there are segments that ask for more.
    pub(super) more: bool,
}

/// The rows of a chunk that must be looked at.
struct Marks {
    /// For the values that they have.
    values: Vec<u64>,
    /// For what happened to them.
    answers: Vec<u64>,
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
        let mut turn = Turn::new(Arc::clone(&self.names));
        let moments = self.moments_at(now);
        self.now = now;
        let both = self.moments.iter().zip(&moments);
        let turned: Vec<bool> = both.map(|(a, b)| a.today() != b.today()).collect();
        if !turned.contains(&true) {
            self.moments = moments;
            return turn;
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
        if self.is_whole(pace, &stretches, &spans) {
            let members = self.evaluate(now);
            turn = Turn::between(Arc::clone(&self.names), &self.members, &members);
            self.members = members;
        } else {
            self.pass(&passing, (&stretches, &spans), &mut turn);
        }
        for (own, fresh) in self.tables.iter_mut().zip(passing.fresh) {
            if let Some(fresh) = fresh {
                *own = fresh;
            }
        }
        self.moments = passing.moments;
        turn
    }

    /// Goes through the rows chunk by chunk, so that what is written stays in the cache.
    fn pass(
        &mut self,
        passing: &Passing,
        (stretches, spans): (&[Stretch], &[Span]),
        turn: &mut Turn,
    ) {
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut members = std::mem::take(&mut self.members);
        let mut marks = Marks {
            values: vec![0; CHUNK / 64],
            answers: vec![0; CHUNK / 64],
        };
        let mut seen = Vec::new();
        let looks = !spans.is_empty() || stretches.iter().any(|stretch| stretch.more);
        for chunk in 0..self.population.len().div_ceil(CHUNK) {
            for stretch in stretches {
                self.meet(chunk, stretch, &mut marks, (&mut members, turn));
            }
            for span in spans {
                self.meet_span(chunk, span, &mut marks);
            }
            if !looks {
                continue;
            }
            for word in 0..CHUNK / 64 {
                let values = std::mem::take(&mut marks.values[word]);
                let answers = std::mem::take(&mut marks.answers[word]);
                for bit in bits_of(values | answers) {
                    let row = chunk * CHUNK + word * 64 + bit as usize;
                    let happened = answers >> bit & 1 == 1;
                    self.look(row, happened, passing, &mut seen, &mut scratch);
                    for (segment, entered) in &scratch.flips {
                        members[*segment as usize].set(row, *entered);
                        turn.push(*segment, row, *entered);
                    }
                }
            }
        }
        (self.scratch, self.members) = (scratch, members);
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

    /// Moves the rows of a stretch in and out of segments that ask for nothing else; marks them for
    /// the others.
    fn meet(
        &self,
        chunk: usize,
        stretch: &Stretch,
        marks: &mut Marks,
        (members, turn): (&mut [Bitmap], &mut Turn),
    ) {
        let (Some(days), Some(column)) =
            (&self.days[stretch.slot], self.tables[stretch.slot].column)
        else {
            return;
        };
        let column = self.population.column(column);
        let zones = self.population.zone_codes();
        let mut see = |row: usize| {
            if !zones.map_or(stretch.zones[0], |codes| {
                stretch.zones[codes.get(row) as usize]
            }) {
                return;
            }
            for (segment, entered) in &stretch.direct {
                if members[*segment as usize].set(row, *entered) {
                    turn.push(*segment, row, *entered);
                }
            }
            if stretch.more {
                set(&mut marks.values, (row % CHUNK) as u32);
            }
        };
        let code = |row| column.code(row);
        days.each(chunk, (stretch.low, stretch.high), &code, &mut see);
    }

    fn meet_span(&self, chunk: usize, span: &Span, marks: &mut Marks) {
        let zones = self.population.zone_codes();
        let mut see = |row: usize| {
            if zones.map_or(0, |codes| codes.get(row) as usize) == span.zone {
                set(&mut marks.answers, (row % CHUNK) as u32);
            }
        };
        self.activity_days[span.index].each(chunk, (span.low, span.high), &mut see);
    }

    /// Leaves in the scratch what a row enters and leaves, segments apart that ask for one value
    /// only. `happened` says whether what happened to it may be decided otherwise.
    fn look<'a>(
        &'a self,
        row: usize,
        happened: bool,
        passing: &'a Passing,
        seen: &mut Vec<Seen<'a>>,
        scratch: &mut Scratch,
    ) {
        seen.clear();
        scratch.flips.clear();
        let world = self.world();
        let zone = world.zone(row);
        if !passing.turned[zone] {
            return;
        }
        for (slot, fresh) in passing.fresh.iter().enumerate() {
            if let Some(fresh) = fresh {
                let code = world.code(slot, row);
                let (old, new) = (self.tables[slot].table(|| zone), fresh.table(|| zone));
                let (old, new) = (old.bits(old.class(code)), new.bits(new.class(code)));
                if old != new {
                    seen.push(Seen { slot, old, new });
                }
            }
        }
        if happened {
            let after = World {
                moments: &passing.moments,
                ..world
            };
            for (slot, _) in self.answers.turning() {
                let (old, new) = (world.bits(slot, row), after.bits(slot, row));
                if old != new {
                    seen.push(Seen { slot, old, new });
                }
            }
        }
        if !seen.is_empty() {
            world.flips(row, seen, Some(&self.plan.single), scratch);
        }
    }
}
