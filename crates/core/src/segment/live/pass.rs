//! The rows that turning days may move, chunk by chunk, on all processors.

use std::ops::Range;
use std::sync::Arc;

use super::advance::{Passing, Stretch};
use super::day_index::CHUNK;
use super::plan::{bits_of, set};
use super::row::{Scratch, Seen, World};
use super::span::Span;
use super::{Live, Turn};
use crate::{Bitmap, Threads};

/// For fewer chunks another thread is not worth its start.
const LEAST: usize = if cfg!(test) { 2 } else { 16 };

/// What one thread goes through: neighbouring chunks, and the members among their rows.
struct Part<'m> {
    chunks: Range<usize>,
    /// By segment, the words of these chunks.
    members: Vec<&'m mut [u64]>,
    turn: Turn,
}

/// The rows of a chunk that must be looked at.
struct Marks {
    /// For the values that they have.
    values: Vec<u64>,
    /// For what happened to them.
    answers: Vec<u64>,
}

impl Live {
    /// Moves whom turning days move; says whom.
    pub(super) fn pass(
        &mut self,
        passing: &Passing,
        stretches: &[Stretch],
        spans: &[Span],
    ) -> Turn {
        let mut members = std::mem::take(&mut self.members);
        let parts = self.parts(&mut members);
        let work = |mut part: Part<'_>| {
            self.go_through(&mut part, passing, stretches, spans);
            part.turn
        };
        let turns: Vec<Turn> = std::thread::scope(|scope| {
            let mut parts = parts.into_iter();
            let own = parts.next();
            let others: Vec<_> = parts.map(|part| scope.spawn(|| work(part))).collect();
            let own = own.map(&work);
            let others = others.into_iter().map(|other| {
                other
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            own.into_iter().chain(others).collect()
        });
        self.members = members;
        let none = Turn::new(Arc::clone(&self.names));
        turns.into_iter().reduce(Turn::and).unwrap_or(none)
    }

    /// The rows shared among threads.
    fn parts<'m>(&self, members: &'m mut [Bitmap]) -> Vec<Part<'m>> {
        let chunks = self.population.len().div_ceil(CHUNK);
        let threads = threads(chunks, Threads::default().number());
        let each = chunks.div_ceil(threads).max(1);
        let mut parts: Vec<Part<'m>> = (0..chunks)
            .step_by(each)
            .map(|first| Part {
                chunks: first..chunks.min(first + each),
                members: Vec::with_capacity(members.len()),
                turn: Turn::new(Arc::clone(&self.names)),
            })
            .collect();
        for bitmap in members {
            let words = bitmap.words_mut().chunks_mut(each * CHUNK / 64);
            for (part, words) in parts.iter_mut().zip(words) {
                part.members.push(words);
            }
        }
        parts
    }

    /// Goes through the rows chunk by chunk, so that what is written stays in the cache.
    fn go_through(
        &self,
        part: &mut Part<'_>,
        passing: &Passing,
        stretches: &[Stretch],
        spans: &[Span],
    ) {
        let (mut scratch, mut seen) = (Scratch::default(), Vec::new());
        let mut marks = Marks {
            values: vec![0; CHUNK / 64],
            answers: vec![0; CHUNK / 64],
        };
        let mut near = vec![0; stretches.len()];
        let looks = !spans.is_empty() || stretches.iter().any(|stretch| stretch.more);
        for chunk in part.chunks.clone() {
            for (stretch, near) in stretches.iter().zip(&mut near) {
                self.meet((chunk, near), stretch, &mut marks, part);
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
                        part.put(*segment, row, *entered);
                    }
                }
            }
        }
    }

    /// Moves the rows of a stretch in and out of segments that ask for nothing else; marks them for
    /// the others. `near` is about where the stretch was in the chunk before.
    fn meet(
        &self,
        (chunk, near): (usize, &mut usize),
        stretch: &Stretch,
        marks: &mut Marks,
        part: &mut Part<'_>,
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
                part.put(*segment, row, *entered);
            }
            if stretch.more {
                set(&mut marks.values, (row % CHUNK) as u32);
            }
        };
        let code = |row| column.code(row);
        days.each((chunk, near), (stretch.low, stretch.high), &code, &mut see);
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

/// How many threads share so many chunks, of those that there are.
pub(super) fn threads(chunks: usize, all: usize) -> usize {
    all.min(chunks / LEAST).max(1)
}

impl Part<'_> {
    /// Makes a row a member of a segment, or none, and remembers when that is a change.
    fn put(&mut self, segment: u32, row: usize, entered: bool) {
        let local = row - self.chunks.start * CHUNK;
        let word = &mut self.members[segment as usize][local / 64];
        let bit = 1 << (local % 64);
        if (*word & bit != 0) != entered {
            *word ^= bit;
            self.turn.push(segment, row, entered);
        }
    }
}
