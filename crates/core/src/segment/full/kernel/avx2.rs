//! The loops with vectors of 32 bytes.
//!
//! `pulp` says whether the processor has AVX2, and its functions, which exist only then, are the
//! instructions; nothing here is unsafe.

mod ask;

use std::arch::x86_64::__m256i;

use pulp::NullaryFnOnce;
use pulp::x86::V3;

use super::buckets::{self, Bin, Buckets, Spread};
use super::{ByteSet, Merge, Slice, merged, merged_words, plain};
use ask::{
    Ask, Bytes, InSet, Int, IntsAbove, IntsBetween, Long, LongsAbove, LongsBetween, Shorts, ints,
    longs, two, vector,
};

/// The proof that the processor has what is used here.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Avx2(V3);

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        V3::try_new().map(Self)
    }

    pub(super) fn range(
        self,
        codes: Slice<'_>,
        low: i64,
        high: i64,
        merge: Merge,
        out: &mut [u64],
    ) {
        match codes {
            Slice::U8(codes) => {
                let (low, high) = (low.clamp(0, 255) as u8, high.clamp(0, 255) as u8);
                self.each(codes, merge, out, Bytes { low, high });
            }
            Slice::U16(codes) => {
                let (low, high) = (low.clamp(0, 65_535) as u16, high.clamp(0, 65_535) as u16);
                self.each(codes, merge, out, Shorts { low, high });
            }
            Slice::I32(codes) => {
                let ends = |code: i64| code.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
                let (low, high) = (ends(low), ends(high));
                match (low.checked_sub(1), high.checked_add(1)) {
                    _ if low == high => self.each(codes, merge, out, Int(low)),
                    (Some(below), None) => self.each(codes, merge, out, IntsAbove(below)),
                    (Some(below), Some(above)) => {
                        self.each(codes, merge, out, IntsBetween(below, above));
                    }
                    (None, _) => {
                        plain::range(Slice::I32(codes), low.into(), high.into(), merge, out)
                    }
                }
            }
            Slice::I64(codes) => match (low.checked_sub(1), high.checked_add(1)) {
                _ if low == high => self.each(codes, merge, out, Long(low)),
                (Some(below), None) => self.each(codes, merge, out, LongsAbove(below)),
                (Some(below), Some(above)) => {
                    self.each(codes, merge, out, LongsBetween(below, above));
                }
                (None, _) => plain::range(Slice::I64(codes), low, high, merge, out),
            },
        }
    }

    pub(super) fn bytes(self, codes: &[u8], set: &ByteSet, merge: Merge, out: &mut [u64]) {
        let double = |half: [u8; 16]| vector([half, half].concat().try_into().unwrap_or([0; 32]));
        let [low, high] = set.halves.map(double);
        let upper = set.halves[1] != [0; 16];
        self.each(codes, merge, out, InSet { low, high, upper });
    }

    pub(super) fn bins<B: Bin>(self, buckets: &Buckets<B>, codes: Slice<'_>, bins: &mut [B]) {
        match codes {
            Slice::I32(codes) => self.0.vectorize(Find(self.0, buckets, codes, bins)),
            Slice::I64(codes) => self.0.vectorize(Find(self.0, buckets, codes, bins)),
            Slice::U8(_) | Slice::U16(_) => buckets::find(buckets, codes, bins),
        }
    }

    pub(super) fn words(self, words: &[u64], merge: Merge, out: &mut [u64]) {
        self.0.vectorize(Words(words, merge, out));
    }

    pub(super) fn count(self, words: &[u64]) -> u64 {
        self.0.vectorize(Count(words))
    }

    fn each<T: Copy + Default>(self, codes: &[T], merge: Merge, out: &mut [u64], ask: impl Ask<T>) {
        self.0.vectorize(Each(self.0, codes, merge, out, ask));
    }
}

/// What is run with the vectors. These are types and not closures, for all of it must be inlined
/// into the one function that may use them.
struct Each<'a, T, A>(V3, &'a [T], Merge, &'a mut [u64], A);

impl<T: Copy + Default, A: Ask<T>> NullaryFnOnce for Each<'_, T, A> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self(simd, codes, merge, out, ask) = self;
        merged(
            codes,
            merge,
            out,
            #[inline(always)]
            |chunk| ask.word(simd, chunk),
        );
    }
}

struct Find<'a, T, B>(V3, &'a Buckets<B>, &'a [T], &'a mut [B]);

impl<T: Far, B: Bin> NullaryFnOnce for Find<'_, T, B> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self(simd, buckets, codes, bins) = self;
        buckets.find(
            codes,
            bins,
            #[inline(always)]
            |chunk| {
                let mut spread = Spread::default();
                let ends = (T::all(simd, buckets.base), T::all(simd, buckets.limit));
                for n in 0..8 {
                    let far = T::far(simd, chunk, n, ends);
                    spread.counted.as_chunks_mut::<8>().0[n] = pulp::cast(far);
                }
                in_buckets(simd, &mut spread, buckets.shift);
                spread
            },
        );
    }
}

/// Codes of which one can say how far they are from a base, up to a limit.
trait Far: Copy + Default {
    /// A vector of nothing but this code.
    fn all(simd: V3, code: i64) -> __m256i;
    /// How far the codes of this number of eight are.
    fn far(simd: V3, chunk: &[Self; 64], n: usize, ends: (__m256i, __m256i)) -> __m256i;
}

impl Far for i32 {
    #[inline(always)]
    fn all(simd: V3, code: i64) -> __m256i {
        simd.avx._mm256_set1_epi32(code as i32)
    }

    #[inline(always)]
    fn far(simd: V3, chunk: &[i32; 64], n: usize, (base, limit): (__m256i, __m256i)) -> __m256i {
        let codes = simd.avx2._mm256_max_epi32(ints(chunk, n), base);
        let codes = simd.avx2._mm256_min_epi32(codes, limit);
        simd.avx2._mm256_sub_epi32(codes, base)
    }
}

impl Far for i64 {
    #[inline(always)]
    fn all(simd: V3, code: i64) -> __m256i {
        simd.avx._mm256_set1_epi64x(code)
    }

    #[inline(always)]
    fn far(simd: V3, chunk: &[i64; 64], n: usize, (base, limit): (__m256i, __m256i)) -> __m256i {
        let first = counted(simd, longs(chunk, 2 * n), base, limit);
        let second = counted(simd, longs(chunk, 2 * n + 1), base, limit);
        simd.avx2
            ._mm256_permute4x64_epi64::<0b11_01_10_00>(two(simd, first, second))
    }
}

/// How far codes are from the base, up to the limit.
#[inline(always)]
fn counted(simd: V3, codes: __m256i, base: __m256i, limit: __m256i) -> __m256i {
    let over = simd.avx2._mm256_cmpgt_epi64(codes, base);
    let codes = simd.avx2._mm256_blendv_epi8(base, codes, over);
    let over = simd.avx2._mm256_cmpgt_epi64(codes, limit);
    let codes = simd.avx2._mm256_blendv_epi8(codes, limit, over);
    simd.avx2._mm256_sub_epi64(codes, base)
}

/// The buckets of what was counted.
#[inline(always)]
fn in_buckets(simd: V3, spread: &mut Spread, shift: u32) {
    let shift = simd.avx._mm256_set1_epi32(shift as i32);
    let counted = spread.counted.as_chunks::<8>().0;
    for n in 0..4 {
        let first = simd
            .avx2
            ._mm256_srlv_epi32(pulp::cast(counted[2 * n]), shift);
        let second = simd
            .avx2
            ._mm256_srlv_epi32(pulp::cast(counted[2 * n + 1]), shift);
        let packed = simd.avx2._mm256_packus_epi32(first, second);
        let ordered = simd.avx2._mm256_permute4x64_epi64::<0b11_01_10_00>(packed);
        spread.buckets.as_chunks_mut::<16>().0[n] = pulp::cast(ordered);
    }
}

struct Words<'a>(&'a [u64], Merge, &'a mut [u64]);

impl NullaryFnOnce for Words<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        merged_words(self.0, self.1, self.2);
    }
}

struct Count<'a>(&'a [u64]);

impl NullaryFnOnce for Count<'_> {
    type Output = u64;

    #[inline(always)]
    fn call(self) -> u64 {
        plain::count(self.0)
    }
}
