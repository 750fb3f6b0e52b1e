//! Numbers for the stretches between the bounds of all tests of a column.
//!
//! Where many tests ask one column, the stretch that a code lies in is found once, and is one byte:
//! of these thirty-two are compared at a time.

use super::super::code_set::CodeSet;
use super::super::population::Codes;
use super::kernel::Slice;
use super::lower::{byte_work, short_work};

/// How the bins of a column are found.
#[derive(Debug)]
pub(super) struct Bins {
    /// The column's place among the inputs.
    pub(super) input: usize,
    /// The first code of each bin but the first.
    bounds: Vec<i64>,
    width: Width,
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
    Table(Vec<u16>),
    /// By a table of stretches of equal length, then a few comparisons.
    Buckets(Buckets),
}

/// Codes are counted from one before the first bound.
#[derive(Debug)]
struct Buckets {
    base: i64,
    shift: u32,
    /// How many bounds are not after the bucket's first code.
    first: Vec<u16>,
    /// The bounds, counted from the base, and some that no code reaches.
    bounds: Vec<u64>,
    /// How many bounds lie in one bucket at most.
    most: usize,
}

impl Bins {
    /// The bins between these bounds, which are in order; nothing when bins would not help.
    pub(super) fn new(input: usize, codes: &Codes, bounds: Vec<i64>) -> Option<Self> {
        let last = *bounds.last()?;
        let width = if bounds.len() <= 255 {
            Width::Bytes
        } else {
            Width::Shorts
        };
        let way = match codes {
            Codes::U8(_) => return None,
            Codes::U16(_) if last <= 255 => Way::Clamp,
            Codes::U16(_) if width == Width::Shorts => return None,
            Codes::U16(_) => Way::Table(
                (0..=u16::MAX)
                    .map(|code| not_after(&bounds, code.into()))
                    .collect(),
            ),
            Codes::I32(_) | Codes::I64(_) if bounds.len() > 60_000 => return None,
            Codes::I32(_) | Codes::I64(_) => Way::Buckets(Buckets::new(&bounds)),
        };
        Some(Self {
            input,
            bounds,
            width,
            way,
        })
    }

    pub(super) fn width(&self) -> Width {
        self.width
    }

    /// About how many instructions it takes at least to find 32 bins and to test them.
    pub(super) fn least_work(codes: &Codes, sets: usize) -> usize {
        match codes {
            Codes::U8(_) => usize::MAX,
            Codes::U16(_) => 6 + 4 * sets,
            Codes::I32(_) | Codes::I64(_) => 32 * 6 + 4 * sets,
        }
    }

    /// About how many instructions it takes to find 32 bins.
    pub(super) fn work(&self) -> usize {
        match &self.way {
            Way::Clamp => 6,
            Way::Table(_) => 32 * 3,
            Way::Buckets(buckets) => 32 * (6 + 3 * buckets.most),
        }
    }

    /// About how many instructions it takes to test 32 bins.
    pub(super) fn work_of(&self, set: &CodeSet) -> usize {
        match self.width {
            Width::Bytes => byte_work(set.ranges().len()),
            Width::Shorts => short_work(set.ranges().len()),
        }
    }

    /// The bins of a set of codes, whose bounds are among those of the bins.
    pub(super) fn of(&self, set: &CodeSet) -> CodeSet {
        let bin = |code: i64| match self.way {
            Way::Clamp => code.min(255),
            Way::Table(_) | Way::Buckets(_) => not_after(&self.bounds, code).into(),
        };
        let ranges = set.ranges().iter();
        CodeSet::of(ranges.map(|(low, high)| (bin(*low), bin(*high))))
    }

    /// Finds the bins of some codes.
    pub(super) fn find(&self, codes: Slice<'_>, binned: &mut Binned) {
        match self.width {
            Width::Bytes => self.fill(codes, &mut binned.bytes, |bin| bin as u8),
            Width::Shorts => self.fill(codes, &mut binned.shorts, |bin| bin),
        }
    }

    #[inline(always)]
    fn fill<B: Copy + Default>(
        &self,
        codes: Slice<'_>,
        bins: &mut Vec<B>,
        cast: impl Fn(u16) -> B,
    ) {
        fn each<T: Copy, B: Copy + Default>(codes: &[T], bins: &mut Vec<B>, bin: impl Fn(T) -> B) {
            bins.resize(codes.len(), B::default());
            for (bin_of, code) in bins.iter_mut().zip(codes) {
                *bin_of = bin(*code);
            }
        }
        match (&self.way, codes) {
            (Way::Clamp, Slice::U16(codes)) => each(codes, bins, |code| cast(code.min(255))),
            (Way::Table(table), Slice::U16(codes)) => {
                each(codes, bins, |code| cast(table[usize::from(code)]));
            }
            (Way::Buckets(buckets), Slice::I32(codes)) => {
                each(codes, bins, |code| cast(buckets.bin(code.into())));
            }
            (Way::Buckets(buckets), Slice::I64(codes)) => {
                each(codes, bins, |code| cast(buckets.bin(code)));
            }
            _ => unreachable!("the way was chosen for the width"),
        }
    }
}

/// How many bounds are not after a code.
fn not_after(bounds: &[i64], code: i64) -> u16 {
    bounds.partition_point(|bound| *bound <= code) as u16
}

impl Buckets {
    fn new(bounds: &[i64]) -> Self {
        let base = bounds[0] - 1; // No set has the least of all codes.
        let counted: Vec<u64> = bounds
            .iter()
            .map(|bound| bound.wrapping_sub(base) as u64)
            .collect();
        let span = counted[counted.len() - 1];
        let sizes = [12, 14, 16].into_iter();
        let mut best: Option<Self> = None;
        for bits in sizes {
            // After the last bound comes one bucket more, for all that is greater.
            let shift = (u64::BITS - span.leading_zeros()).saturating_sub(bits);
            let found = Self::of_shift(base, shift, counted.clone());
            if best.as_ref().is_none_or(|best| found.most < best.most) {
                best = Some(found);
            }
            if shift == 0 || best.as_ref().is_some_and(|best| best.most <= 1) {
                break;
            }
        }
        best.expect("there was one size")
    }

    fn of_shift(base: i64, shift: u32, mut bounds: Vec<u64>) -> Self {
        let last = bounds[bounds.len() - 1] >> shift;
        let mut first = Vec::with_capacity(last as usize + 2);
        let (mut before, mut most) = (0, 0);
        for bucket in 0..=last {
            let start = bucket << shift;
            let until = |bound: &&u64| **bound >> shift <= bucket;
            let here = bounds[before..].iter().take_while(until).count();
            // One on the first code of a bucket is behind every code in it.
            let on_first = usize::from(here > 0 && bounds[before] == start);
            first.push((before + on_first) as u16);
            most = most.max(here - on_first);
            before += here;
        }
        first.push(bounds.len() as u16);
        bounds.resize(bounds.len() + most.max(1), u64::MAX);
        Self {
            base,
            shift,
            first,
            bounds,
            most,
        }
    }

    #[inline(always)]
    fn bin(&self, code: i64) -> u16 {
        let counted = code.max(self.base).wrapping_sub(self.base) as u64;
        let bucket = ((counted >> self.shift) as usize).min(self.first.len() - 1);
        let mut bin = self.first[bucket];
        for _ in 0..self.most {
            bin += u16::from(self.bounds[usize::from(bin)] <= counted);
        }
        // The greatest code of all reaches the bounds that no other does.
        bin.min((self.bounds.len() - self.most.max(1)) as u16)
    }
}
