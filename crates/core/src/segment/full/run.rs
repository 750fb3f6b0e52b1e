//! A plan, run over all rows block by block.

use std::sync::{Mutex, PoisonError};

use crate::Bitmap;

use super::super::population::Codes;
use super::Threads;
use super::bins::{Binned, Width};
use super::few;
use super::kernel::{Level, Merge, Slice};
use super::lower::{Bits, Code, How, Part, Source, Step, Test, To, lower};
use super::plan::Plan;

/// Rows of a block: what a block reads and keeps stays in the nearest caches.
const MOST_ROWS: usize = 8192;
const LEAST_ROWS: usize = 1024;

/// How many bytes are kept between steps at most, where blocks need not be smaller for that.
const KEPT: usize = 128 * 1024;

/// Each segment's members, and how many there are.
pub(super) fn run(plan: &Plan<'_>, threads: Threads) -> Vec<(Bitmap, u64)> {
    let mut members = Vec::new();
    let counts = run_into(plan, threads, Level::best(), &mut members);
    members.into_iter().zip(counts).collect()
}

/// Replaces the members of each segment; gives their counts.
///
/// Bitmaps of the right length are written again, which saves asking for memory.
pub(super) fn run_into(
    plan: &Plan<'_>,
    threads: Threads,
    level: Level,
    members: &mut Vec<Bitmap>,
) -> Vec<u64> {
    members.retain(|bitmap| bitmap.len() == plan.rows);
    members.resize_with(plan.members.len(), || Bitmap::none(plan.rows));
    let code = lower(plan);
    let mut rows = MOST_ROWS;
    while rows > LEAST_ROWS && code.slots * rows / 8 > KEPT {
        rows /= 2;
    }
    let threads = threads.number().min(plan.rows.div_ceil(rows)).max(1);
    let tasks = tasks(plan.rows, rows, threads, members);
    let job = Job {
        plan,
        code: &code,
        level,
        rows,
        tasks: Mutex::new(tasks),
    };
    let counts: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| job.work())).collect();
        let own = job.work();
        let others = others.into_iter().map(|other| {
            other
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        others.chain([own]).collect()
    });
    let sum = |member: usize| counts.iter().map(|of_one| of_one[member]).sum();
    (0..plan.members.len()).map(sum).collect()
}

/// Some neighbouring blocks, and where each segment's members of them go.
struct Task<'m> {
    first_row: usize,
    members: Vec<&'m mut [u64]>,
}

/// Many more tasks than threads, for threads are not equally fast.
fn tasks<'m>(
    rows: usize,
    block: usize,
    threads: usize,
    members: &'m mut [Bitmap],
) -> Vec<Task<'m>> {
    let blocks = rows.div_ceil(block);
    let each = if threads == 1 {
        blocks
    } else {
        blocks.div_ceil(threads * 16)
    };
    let words = each.max(1) * block / 64;
    let mut tasks: Vec<Task<'m>> = (0..rows.div_ceil(words * 64))
        .map(|n| Task {
            first_row: n * words * 64,
            members: Vec::with_capacity(members.len()),
        })
        .collect();
    for bitmap in members {
        let parts = bitmap.words_mut().chunks_mut(words);
        for (task, part) in tasks.iter_mut().zip(parts) {
            task.members.push(part);
        }
    }
    tasks.reverse(); // They are taken from the end.
    tasks
}

struct Job<'j, 'p, 'm> {
    plan: &'j Plan<'p>,
    code: &'j Code,
    level: Level,
    rows: usize,
    tasks: Mutex<Vec<Task<'m>>>,
}

/// What one thread keeps between steps.
struct Scratch {
    slots: Vec<Vec<u64>>,
    bins: Vec<Binned>,
}

impl Job<'_, '_, '_> {
    /// Does tasks until none is left; gives the counts of each segment.
    fn work(&self) -> Vec<u64> {
        let mut counts = vec![0; self.plan.members.len()];
        let mut scratch = Scratch {
            slots: vec![vec![0; self.rows / 64]; self.code.slots],
            bins: self.code.bins.iter().map(|_| Binned::default()).collect(),
        };
        loop {
            // A poisoned lock is that of a thread that panicked, which is passed on anyway.
            let next = self
                .tasks
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop();
            let Some(mut task) = next else {
                return counts;
            };
            let words = task.members.first().map_or(0, |words| words.len());
            for from in (0..words).step_by(self.rows / 64) {
                let first = task.first_row + from * 64;
                let block = Block {
                    job: self,
                    first,
                    last: (first + self.rows).min(self.plan.rows),
                };
                block.run(from, &mut task.members, &mut scratch, &mut counts);
            }
        }
    }
}

/// Some rows that are dealt with together.
struct Block<'b, 'j, 'p, 'm> {
    job: &'b Job<'j, 'p, 'm>,
    first: usize,
    last: usize,
}

impl Block<'_, '_, '_, '_> {
    fn run(
        &self,
        from: usize,
        members: &mut [&mut [u64]],
        scratch: &mut Scratch,
        counts: &mut [u64],
    ) {
        let words = (self.last - self.first).div_ceil(64);
        for step in &self.job.code.steps {
            match step {
                Step::Bin(place) => {
                    let bins = &self.job.code.bins[*place];
                    let codes = self.codes(bins.input);
                    bins.find(self.job.level, codes, &mut scratch.bins[*place]);
                }
                Step::All(to, parts) => {
                    self.put(*to, from, members, scratch, counts, |out, scratch| {
                        for (n, part) in parts.iter().enumerate() {
                            let negated = part.negated;
                            let merge = match n {
                                0 => Merge::Set { negated },
                                _ => Merge::And { negated },
                            };
                            self.merge(*part, merge, scratch, &mut out[..words]);
                        }
                    })
                }
                Step::Odd(to, [a, b]) => {
                    self.put(*to, from, members, scratch, counts, |out, scratch| {
                        let out = &mut out[..words];
                        self.merge(*a, Merge::Set { negated: false }, scratch, out);
                        match b.from {
                            Bits::Slot(slot) => {
                                self.job.level.turn(&scratch.slots[slot][..words], out)
                            }
                            Bits::Test(_) => {
                                let mut other = vec![0; words];
                                self.merge(*b, Merge::Set { negated: false }, scratch, &mut other);
                                self.job.level.turn(&other, out);
                            }
                        }
                    })
                }
                Step::Always(to) => self.put(*to, from, members, scratch, counts, |out, _| {
                    out[..words].fill(0);
                }),
            }
        }
    }

    /// Hands out where bits go, and finishes them.
    fn put(
        &self,
        to: To,
        from: usize,
        members: &mut [&mut [u64]],
        scratch: &mut Scratch,
        counts: &mut [u64],
        fill: impl FnOnce(&mut [u64], &Scratch),
    ) {
        match to {
            To::Slot(slot) => {
                // No part of a step is in the slot that it fills.
                let mut out = std::mem::take(&mut scratch.slots[slot]);
                fill(&mut out, scratch);
                scratch.slots[slot] = out;
            }
            To::Member(member, negated) => {
                let words = (self.last - self.first).div_ceil(64);
                let out = &mut members[member][from..from + words];
                fill(out, scratch);
                if negated {
                    out.iter_mut().for_each(|word| *word = !*word);
                }
                let rest = self.last % 64;
                if rest != 0
                    && let Some(last) = out.last_mut()
                {
                    *last &= (1 << rest) - 1;
                }
                counts[member] += self.job.level.count(out);
            }
        }
    }

    fn merge(&self, part: Part, merge: Merge, scratch: &Scratch, out: &mut [u64]) {
        let level = self.job.level;
        let test = match part.from {
            Bits::Slot(slot) => return level.words(&scratch.slots[slot][..out.len()], merge, out),
            Bits::Test(test) => &self.job.code.tests[test],
        };
        match (&test.how, self.read(test, scratch)) {
            (How::Known, _) => {
                let known = self
                    .known(test)
                    .expect("it is asked only where values are missing");
                level.words(&known[..out.len()], merge, out);
            }
            (how, Slice::I32(codes)) if self.is_of_few(merge, codes, out) => {
                few::ask(codes, how, merge, out);
            }
            (how, Slice::I64(codes)) if self.is_of_few(merge, codes, out) => {
                few::ask(codes, how, merge, out);
            }
            (How::Range(low, high), codes) => level.range(codes, *low, *high, merge, out),
            (How::Bytes(set), Slice::U8(codes)) => level.bytes(codes, set, merge, out),
            (How::Shorts(set), Slice::U16(codes)) => level.shorts(codes, set, merge, out),
            (How::Any(set), codes) => level.any(codes, set, merge, out),
            (How::Bytes(_) | How::Shorts(_), _) => unreachable!("the set was made for the width"),
        }
    }

    /// Of wide codes: whether reading only the codes of rows that are still in question reads less.
    fn is_of_few<T>(&self, merge: Merge, codes: &[T], out: &[u64]) -> bool {
        matches!(merge, Merge::And { .. })
            && self.job.level.count(out) as usize <= codes.len() / few::OF
    }

    fn read<'s>(&'s self, test: &Test, scratch: &'s Scratch) -> Slice<'s> {
        match test.of {
            Source::Input(input) => self.codes(input),
            Source::Bins(bins) => match self.job.code.bins[bins].width() {
                Width::Bytes => Slice::U8(&scratch.bins[bins].bytes),
                Width::Shorts => Slice::U16(&scratch.bins[bins].shorts),
            },
        }
    }

    fn codes(&self, input: usize) -> Slice<'_> {
        let rows = self.first..self.last;
        match self.job.plan.inputs[input].codes() {
            Codes::U8(codes) => Slice::U8(&codes[rows]),
            Codes::U16(codes) => Slice::U16(&codes[rows]),
            Codes::I32(codes) => Slice::I32(&codes[rows]),
            Codes::I64(codes) => Slice::I64(&codes[rows]),
        }
    }

    fn known(&self, test: &Test) -> Option<&[u64]> {
        let Source::Input(input) = test.of else {
            return None;
        };
        let known = self.job.plan.inputs[input].known()?;
        Some(&known.words()[self.first / 64..])
    }
}
