//! Numbers for the stretches between the bounds of all tests of a column.
//!
//! Where many tests ask one column, the stretch that a code lies in is found once, and is one byte:
//! of these thirty-two are compared at a time.

use super::super::code_set::CodeSet;
use super::super::population::Codes;
use super::kernel::{Buckets, Level, Slice};
use super::lower::{byte_work, short_work};

/// How the bins of a column are found.
#[derive(Debug)]
pub(super) struct Bins {
    /// The column's place among the inputs.
    pub(super) input: usize,
    /// The first code of each bin but the first.
    bounds: Vec<i64>,
    way: Way,
}

/// How wide bins are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    Bytes,
    Shorts,
}

/// Bins of some rows.
#[derive(Debug, Default)]
pub(super) struct Binned {
    pub(super) bytes: Vec<u8>,
    pub(super) shorts: Vec<u16>,
}

#[derive(Debug)]
enum Way {
    /// The code itself, at most 255: no test tells greater ones apart.
    Clamp,
    /// By a table of all codes.
    Table(Box<[u8]>),
    Bytes(Buckets<u8>),
    Shorts(Buckets<u16>),
}

impl Bins {
    /// The bins between these bounds, which are in order; nothing when bins would not help.
    pub(super) fn new(input: usize, codes: &Codes, bounds: Vec<i64>) -> Option<Self> {
        let last = *bounds.last()?;
        let are_few = bounds.len() <= 255;
        let way = match codes {
            Codes::U8(_) => return None,
            Codes::U16(_) if last <= 255 => Way::Clamp,
            Codes::U16(_) if are_few => {
                let table = (0..=u16::MAX).map(|code| not_after(&bounds, code.into()) as u8);
                Way::Table(table.collect())
            }
            Codes::U16(_) => return None,
            Codes::I32(_) | Codes::I64(_) if are_few => Way::Bytes(Buckets::new(&bounds)?),
            Codes::I32(_) | Codes::I64(_) => Way::Shorts(Buckets::new(&bounds)?),
        };
        Some(Self { input, bounds, way })
    }

    pub(super) fn width(&self) -> Width {
        match self.way {
            Way::Clamp | Way::Table(_) | Way::Bytes(_) => Width::Bytes,
            Way::Shorts(_) => Width::Shorts,
        }
    }

    /// About how many instructions it takes at least to find 32 bins and to test them.
    pub(super) fn least_work(codes: &Codes, sets: usize) -> usize {
        match codes {
            Codes::U8(_) => usize::MAX,
            Codes::U16(_) => 6 + 4 * sets,
            Codes::I32(_) | Codes::I64(_) => 32 * 4 + 4 * sets,
        }
    }

    /// About how many instructions it takes to find 32 bins.
    pub(super) fn work(&self) -> usize {
        match &self.way {
            Way::Clamp => 6,
            Way::Table(_) => 32 * 3,
            Way::Bytes(buckets) => 32 * (4 + 3 * buckets.most()),
            Way::Shorts(buckets) => 32 * (4 + 3 * buckets.most()),
        }
    }

    /// About how many instructions it takes to test 32 bins.
    pub(super) fn work_of(&self, set: &CodeSet) -> usize {
        match self.width() {
            Width::Bytes => byte_work(set.ranges().len()),
            Width::Shorts => short_work(set.ranges().len()),
        }
    }

    /// The bins of a set of codes, whose bounds are among those of the bins.
    pub(super) fn of(&self, set: &CodeSet) -> CodeSet {
        let bin = |code: i64| match self.way {
            Way::Clamp => code.min(255),
            Way::Table(_) | Way::Bytes(_) | Way::Shorts(_) => not_after(&self.bounds, code) as i64,
        };
        let ranges = set.ranges().iter();
        CodeSet::of(ranges.map(|(low, high)| (bin(*low), bin(*high))))
    }

    /// Finds the bins of some codes.
    pub(super) fn find(&self, level: Level, codes: Slice<'_>, binned: &mut Binned) {
        match (&self.way, codes) {
            (Way::Clamp, Slice::U16(codes)) => {
                binned.bytes.resize(codes.len(), 0);
                for (bin, code) in binned.bytes.iter_mut().zip(codes) {
                    *bin = (*code).min(255) as u8;
                }
            }
            (Way::Table(table), Slice::U16(codes)) => {
                binned.bytes.resize(codes.len(), 0);
                for (bin, code) in binned.bytes.iter_mut().zip(codes) {
                    *bin = table[usize::from(*code)];
                }
            }
            (Way::Bytes(buckets), codes) => {
                binned.bytes.resize(codes.len(), 0);
                level.bins(buckets, codes, &mut binned.bytes);
            }
            (Way::Shorts(buckets), codes) => {
                binned.shorts.resize(codes.len(), 0);
                level.bins(buckets, codes, &mut binned.shorts);
            }
            _ => unreachable!("the way was chosen for the width"),
        }
    }
}

/// How many bounds are not after a code.
fn not_after(bounds: &[i64], code: i64) -> usize {
    bounds.partition_point(|bound| *bound <= code)
}
