//! The bin of a code: first the bucket, by its distance from the first bound, then what is left.

use super::Slice;

/// How codes are told apart by some bounds, fewer than a bin of that width can say.
///
/// Codes are counted from one before the first bound; those before it and after the last one are
/// taken as that one and the last one, which no bound tells from them.
#[derive(Debug)]
pub(in super::super) struct Buckets<B> {
    pub(super) base: i64,
    pub(super) limit: i64,
    pub(super) shift: u32,
    /// How many bounds are not after the first code of each bucket.
    first: Box<[B]>,
    /// The bounds, counted from the base, and then some that no code reaches.
    bounds: Box<[u32]>,
    /// How many bounds lie in one bucket at most, behind its first code.
    most: usize,
}

/// A number of a bin.
pub(in super::super) trait Bin: Copy + Default {
    /// How many there are.
    const NUMBER: usize;
    fn of(n: usize) -> Self;
    fn index(self) -> usize;
    fn plus(self, more: bool) -> Self;
}

macro_rules! bins {
    ($($name:ty),*) => {$(
        impl Bin for $name {
            const NUMBER: usize = 1 << <$name>::BITS;

            #[inline(always)]
            fn of(n: usize) -> Self {
                n as Self
            }

            #[inline(always)]
            fn index(self) -> usize {
                self.into()
            }

            #[inline(always)]
            fn plus(self, more: bool) -> Self {
                self.wrapping_add(more.into())
            }
        }
    )*};
}
bins!(u8, u16);

/// The bucket of each of 64 codes, and how far they are from the base.
pub(super) struct Spread {
    pub(super) buckets: [u16; 64],
    pub(super) counted: [u32; 64],
}

impl Default for Spread {
    #[inline(always)]
    fn default() -> Self {
        Self {
            buckets: [0; 64],
            counted: [0; 64],
        }
    }
}

impl<B: Bin> Buckets<B> {
    /// The buckets for these bounds, which are in order; nothing when they are too far apart, or a
    /// bin has no room for their number.
    pub(in super::super) fn new(bounds: &[i64]) -> Option<Self> {
        let (first, limit) = (*bounds.first()?, *bounds.last()?);
        let base = first.checked_sub(1)?;
        let counted = bounds.iter().map(|bound| bound.wrapping_sub(base) as u64);
        let counted: Option<Vec<u32>> = counted
            // The greatest is left for what no code reaches.
            .map(|bound| u32::try_from(bound).ok().filter(|bound| *bound != u32::MAX))
            .collect();
        let counted = counted.filter(|bounds| bounds.len() < B::NUMBER)?;
        let span = *counted.last()?;
        let mut best: Option<Self> = None;
        // Few buckets stay in the nearest cache; more of them tell more bounds apart.
        for bits in [12, 14, 16] {
            let shift = (u32::BITS - span.leading_zeros()).saturating_sub(bits);
            let found = Self::of_shift(base, limit, shift, &counted);
            if best.as_ref().is_none_or(|best| found.most < best.most) {
                best = Some(found);
            }
            if shift == 0 || best.as_ref().is_some_and(|best| best.most <= 1) {
                break;
            }
        }
        best
    }

    fn of_shift(base: i64, limit: i64, shift: u32, counted: &[u32]) -> Self {
        // As many as an index can be, so that none needs to be checked.
        let mut first = vec![B::of(counted.len()); 1 << 16].into_boxed_slice();
        let last = counted.last().map_or(0, |bound| bound >> shift);
        let (mut before, mut most) = (0, 0);
        for bucket in 0..=last {
            let until = |bound: &&u32| **bound >> shift <= bucket;
            let here = counted[before..].iter().take_while(until).count();
            // One on the first code of a bucket is behind no code in it.
            let on_first = usize::from(here > 0 && counted[before] == bucket << shift);
            first[bucket as usize] = B::of(before + on_first);
            most = most.max(here - on_first);
            before += here;
        }
        let mut bounds = counted.to_vec();
        bounds.resize(B::NUMBER, u32::MAX);
        Self {
            base,
            limit,
            shift,
            first,
            bounds: bounds.into(),
            most,
        }
    }

    /// How many comparisons follow the look-up.
    pub(in super::super) fn most(&self) -> usize {
        self.most
    }

    /// Finds the bins of all codes, in which `spread` finds the buckets.
    #[inline(always)]
    pub(super) fn find<T: Copy + Default>(
        &self,
        codes: &[T],
        bins: &mut [B],
        spread: impl Fn(&[T; 64]) -> Spread,
    ) {
        // The number of comparisons is known where it is used: nearly always there is one at most.
        match self.most {
            0 => self.find_all(codes, bins, spread, 0),
            1 => self.find_all(codes, bins, spread, 1),
            2 => self.find_all(codes, bins, spread, 2),
            most => self.find_all(codes, bins, spread, most),
        }
    }

    #[inline(always)]
    fn find_all<T: Copy + Default>(
        &self,
        codes: &[T],
        bins: &mut [B],
        spread: impl Fn(&[T; 64]) -> Spread,
        most: usize,
    ) {
        let (chunks, rest) = codes.as_chunks::<64>();
        let (bin_chunks, bin_rest) = bins.as_chunks_mut::<64>();
        for (chunk, bins) in chunks.iter().zip(bin_chunks) {
            self.find_chunk(&spread(chunk), bins, most);
        }
        if !rest.is_empty() {
            let mut last = [B::default(); 64];
            self.find_chunk(&spread(&super::padded(rest)), &mut last, most);
            bin_rest.copy_from_slice(&last[..bin_rest.len()]);
        }
    }

    #[inline(always)]
    fn find_chunk(&self, spread: &Spread, bins: &mut [B; 64], most: usize) {
        let first: &[B; 1 << 16] = self.first.as_array().expect("as many as an index can be");
        let bounds = &self.bounds[..B::NUMBER];
        let spread = spread.buckets.iter().zip(&spread.counted);
        for (bin, (bucket, counted)) in bins.iter_mut().zip(spread) {
            let mut found = first[usize::from(*bucket)];
            for _ in 0..most {
                found = found.plus(bounds[found.index()] <= *counted);
            }
            *bin = found;
        }
    }

    /// The buckets of 64 codes as every processor finds them.
    #[inline(always)]
    pub(super) fn plain<T: Copy + Into<i64>>(&self, chunk: &[T; 64]) -> Spread {
        let mut spread = Spread::default();
        let found = spread.buckets.iter_mut().zip(&mut spread.counted);
        for ((bucket, counted), code) in found.zip(chunk) {
            let code: i64 = (*code).into();
            *counted = code.clamp(self.base, self.limit).wrapping_sub(self.base) as u32;
            *bucket = (*counted >> self.shift) as u16;
        }
        spread
    }
}

/// Finds bins as every processor can.
pub(super) fn find<B: Bin>(buckets: &Buckets<B>, codes: Slice<'_>, bins: &mut [B]) {
    match codes {
        Slice::U8(codes) => buckets.find(codes, bins, |chunk| buckets.plain(chunk)),
        Slice::U16(codes) => buckets.find(codes, bins, |chunk| buckets.plain(chunk)),
        Slice::I32(codes) => buckets.find(codes, bins, |chunk| buckets.plain(chunk)),
        Slice::I64(codes) => buckets.find(codes, bins, |chunk| buckets.plain(chunk)),
    }
}
