//! The loops with vectors of 32 bytes.
//!
//! `pulp` says whether the processor has AVX2, and its functions, which exist only then, are the
//! instructions; nothing here is unsafe.

use std::arch::x86_64::__m256i;

use pulp::NullaryFnOnce;
use pulp::x86::V3;

use super::buckets::{self, Bin, Buckets, Spread};
use super::{ByteSet, Merge, Slice, merged, merged_words, plain};

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
            Slice::I32(codes) => self.0.vectorize(FindInts(self.0, buckets, codes, bins)),
            Slice::I64(codes) => self.0.vectorize(FindLongs(self.0, buckets, codes, bins)),
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

struct FindInts<'a, B>(V3, &'a Buckets<B>, &'a [i32], &'a mut [B]);

impl<B: Bin> NullaryFnOnce for FindInts<'_, B> {
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
                let base = simd.avx._mm256_set1_epi32(buckets.base as i32);
                let limit = simd.avx._mm256_set1_epi32(buckets.limit as i32);
                for n in 0..8 {
                    let codes = simd.avx2._mm256_max_epi32(ints(chunk, n), base);
                    let codes = simd.avx2._mm256_min_epi32(codes, limit);
                    let counted = simd.avx2._mm256_sub_epi32(codes, base);
                    spread.counted.as_chunks_mut::<8>().0[n] = pulp::cast(counted);
                }
                in_buckets(simd, &mut spread, buckets.shift);
                spread
            },
        );
    }
}

struct FindLongs<'a, B>(V3, &'a Buckets<B>, &'a [i64], &'a mut [B]);

impl<B: Bin> NullaryFnOnce for FindLongs<'_, B> {
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
                let base = simd.avx._mm256_set1_epi64x(buckets.base);
                let limit = simd.avx._mm256_set1_epi64x(buckets.limit);
                for n in 0..8 {
                    let first = counted(simd, longs(chunk, 2 * n), base, limit);
                    let second = counted(simd, longs(chunk, 2 * n + 1), base, limit);
                    let both = simd
                        .avx2
                        ._mm256_permute4x64_epi64::<0b11_01_10_00>(two(simd, first, second));
                    spread.counted.as_chunks_mut::<8>().0[n] = pulp::cast(both);
                }
                in_buckets(simd, &mut spread, buckets.shift);
                spread
            },
        );
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

/// A question, asked of 64 codes at a time.
trait Ask<T>: Copy {
    fn word(self, simd: V3, chunk: &[T; 64]) -> u64;
}

/// The bytes as a vector.
#[inline(always)]
fn vector(bytes: [u8; 32]) -> __m256i {
    pulp::cast(bytes)
}

/// The vector of that number, of the codes of each width.
macro_rules! vectors {
    ($($name:ident: $code:ty => $lanes:literal),*) => {$(
        #[inline(always)]
        fn $name(chunk: &[$code; 64], n: usize) -> __m256i {
            pulp::cast(chunk.as_chunks::<$lanes>().0[n])
        }
    )*};
}
vectors!(bytes: u8 => 32, shorts: u16 => 16, ints: i32 => 8, longs: i64 => 4);

/// The word of two halves.
#[inline(always)]
fn halves(half: impl Fn(usize) -> i32) -> u64 {
    u64::from(half(0) as u32) | u64::from(half(1) as u32) << 32
}

/// Between two codes, both included.
#[derive(Clone, Copy)]
struct Bytes {
    low: u8,
    high: u8,
}

impl Ask<u8> for Bytes {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[u8; 64]) -> u64 {
        let low = simd.avx._mm256_set1_epi8(self.low as i8);
        let span = simd
            .avx
            ._mm256_set1_epi8(self.high.wrapping_sub(self.low) as i8);
        halves(
            #[inline(always)]
            |n| {
                let over = simd.avx2._mm256_sub_epi8(bytes(chunk, n), low);
                let within = simd.avx2._mm256_min_epu8(over, span);
                simd.avx2
                    ._mm256_movemask_epi8(simd.avx2._mm256_cmpeq_epi8(within, over))
            },
        )
    }
}

#[derive(Clone, Copy)]
struct InSet {
    low: __m256i,
    high: __m256i,
    /// Whether there is any in the upper half.
    upper: bool,
}

impl Ask<u8> for InSet {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[u8; 64]) -> u64 {
        const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
        let bits = simd.avx2._mm256_broadcastsi128_si256(pulp::cast(BITS));
        let nibble = simd.avx._mm256_set1_epi8(0x0f);
        let index = simd.avx._mm256_set1_epi8(0x8f_u8 as i8);
        let top = simd.avx._mm256_set1_epi8(0x80_u8 as i8);
        halves(
            #[inline(always)]
            |n| {
                let codes = bytes(chunk, n);
                // An index with its top bit set finds 0: so each half finds its own codes only.
                let own = simd.avx2._mm256_and_si256(codes, index);
                let mut those = simd.avx2._mm256_shuffle_epi8(self.low, own);
                if self.upper {
                    let other = simd.avx2._mm256_xor_si256(own, top);
                    let found = simd.avx2._mm256_shuffle_epi8(self.high, other);
                    those = simd.avx2._mm256_or_si256(those, found);
                }
                let upper = simd.avx2._mm256_srli_epi16::<4>(codes);
                let bit = simd
                    .avx2
                    ._mm256_shuffle_epi8(bits, simd.avx2._mm256_and_si256(upper, nibble));
                let has = simd.avx2._mm256_and_si256(those, bit);
                simd.avx2
                    ._mm256_movemask_epi8(simd.avx2._mm256_cmpeq_epi8(has, bit))
            },
        )
    }
}

/// Between two codes, both included.
#[derive(Clone, Copy)]
struct Shorts {
    low: u16,
    high: u16,
}

impl Shorts {
    #[inline(always)]
    fn within(self, simd: V3, codes: __m256i, low: __m256i, span: __m256i) -> __m256i {
        let over = simd.avx2._mm256_sub_epi16(codes, low);
        simd.avx2
            ._mm256_cmpeq_epi16(simd.avx2._mm256_min_epu16(over, span), over)
    }
}

impl Ask<u16> for Shorts {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[u16; 64]) -> u64 {
        let low = simd.avx._mm256_set1_epi16(self.low as i16);
        let span = simd
            .avx
            ._mm256_set1_epi16(self.high.wrapping_sub(self.low) as i16);
        halves(
            #[inline(always)]
            |n| {
                let first = self.within(simd, shorts(chunk, 2 * n), low, span);
                let second = self.within(simd, shorts(chunk, 2 * n + 1), low, span);
                let packed = simd.avx2._mm256_packs_epi16(first, second);
                // Packing goes by halves: the quarters come in the order 0, 2, 1, 3.
                let ordered = simd.avx2._mm256_permute4x64_epi64::<0b11_01_10_00>(packed);
                simd.avx2._mm256_movemask_epi8(ordered)
            },
        )
    }
}

/// The word of four-byte answers: eight vectors of all ones or zeros.
#[inline(always)]
fn of_ints(simd: V3, chunk: &[i32; 64], ask: impl Fn(__m256i) -> __m256i) -> u64 {
    const ORDER: [i32; 8] = [0, 4, 1, 5, 2, 6, 3, 7];
    let order: __m256i = pulp::cast(ORDER);
    halves(
        #[inline(always)]
        |n| {
            let n = 4 * n;
            let (a, b) = (ask(ints(chunk, n)), ask(ints(chunk, n + 1)));
            let (c, d) = (ask(ints(chunk, n + 2)), ask(ints(chunk, n + 3)));
            let first = simd.avx2._mm256_packs_epi32(a, b);
            let second = simd.avx2._mm256_packs_epi32(c, d);
            let packed = simd.avx2._mm256_packs_epi16(first, second);
            // Packing goes by halves, twice.
            let ordered = simd.avx2._mm256_permutevar8x32_epi32(packed, order);
            simd.avx2._mm256_movemask_epi8(ordered)
        },
    )
}

#[derive(Clone, Copy)]
struct Int(i32);

impl Ask<i32> for Int {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[i32; 64]) -> u64 {
        let one = simd.avx._mm256_set1_epi32(self.0);
        of_ints(
            simd,
            chunk,
            #[inline(always)]
            |codes| simd.avx2._mm256_cmpeq_epi32(codes, one),
        )
    }
}

#[derive(Clone, Copy)]
struct IntsAbove(i32);

impl Ask<i32> for IntsAbove {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[i32; 64]) -> u64 {
        let below = simd.avx._mm256_set1_epi32(self.0);
        of_ints(
            simd,
            chunk,
            #[inline(always)]
            |codes| simd.avx2._mm256_cmpgt_epi32(codes, below),
        )
    }
}

/// Above the one and below the other.
#[derive(Clone, Copy)]
struct IntsBetween(i32, i32);

impl Ask<i32> for IntsBetween {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[i32; 64]) -> u64 {
        let below = simd.avx._mm256_set1_epi32(self.0);
        let above = simd.avx._mm256_set1_epi32(self.1);
        of_ints(
            simd,
            chunk,
            #[inline(always)]
            |codes| {
                let over = simd.avx2._mm256_cmpgt_epi32(codes, below);
                simd.avx2
                    ._mm256_and_si256(over, simd.avx2._mm256_cmpgt_epi32(above, codes))
            },
        )
    }
}

/// The word of eight-byte answers: sixteen vectors of all ones or zeros.
#[inline(always)]
fn of_longs(simd: V3, chunk: &[i64; 64], ask: impl Fn(__m256i) -> __m256i + Copy) -> u64 {
    // Of each half of a vector two bytes, one after the other.
    const ORDER: [u8; 16] = [0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15];
    let order = simd.avx2._mm256_broadcastsi128_si256(pulp::cast(ORDER));
    halves(
        #[inline(always)]
        |n| {
            let first = four(simd, chunk, 8 * n, ask);
            let second = four(simd, chunk, 8 * n + 4, ask);
            let packed = simd.avx2._mm256_packs_epi16(first, second);
            let quarters = simd.avx2._mm256_permute4x64_epi64::<0b11_01_10_00>(packed);
            let ordered = simd.avx2._mm256_shuffle_epi8(quarters, order);
            simd.avx2._mm256_movemask_epi8(ordered)
        },
    )
}

/// The answers of four vectors, two bytes each.
#[inline(always)]
fn four(simd: V3, chunk: &[i64; 64], n: usize, ask: impl Fn(__m256i) -> __m256i) -> __m256i {
    let (a, b) = (ask(longs(chunk, n)), ask(longs(chunk, n + 1)));
    let (c, d) = (ask(longs(chunk, n + 2)), ask(longs(chunk, n + 3)));
    simd.avx2
        ._mm256_packs_epi32(two(simd, a, b), two(simd, c, d))
}

/// The answers of two vectors, four bytes each.
#[inline(always)]
fn two(simd: V3, a: __m256i, b: __m256i) -> __m256i {
    let (a, b) = (
        simd.avx._mm256_castsi256_ps(a),
        simd.avx._mm256_castsi256_ps(b),
    );
    simd.avx
        ._mm256_castps_si256(simd.avx._mm256_shuffle_ps::<0b10_00_10_00>(a, b))
}

#[derive(Clone, Copy)]
struct Long(i64);

impl Ask<i64> for Long {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[i64; 64]) -> u64 {
        let one = simd.avx._mm256_set1_epi64x(self.0);
        of_longs(
            simd,
            chunk,
            #[inline(always)]
            |codes| simd.avx2._mm256_cmpeq_epi64(codes, one),
        )
    }
}

#[derive(Clone, Copy)]
struct LongsAbove(i64);

impl Ask<i64> for LongsAbove {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[i64; 64]) -> u64 {
        let below = simd.avx._mm256_set1_epi64x(self.0);
        of_longs(
            simd,
            chunk,
            #[inline(always)]
            |codes| simd.avx2._mm256_cmpgt_epi64(codes, below),
        )
    }
}

/// Above the one and below the other.
#[derive(Clone, Copy)]
struct LongsBetween(i64, i64);

impl Ask<i64> for LongsBetween {
    #[inline(always)]
    fn word(self, simd: V3, chunk: &[i64; 64]) -> u64 {
        let below = simd.avx._mm256_set1_epi64x(self.0);
        let above = simd.avx._mm256_set1_epi64x(self.1);
        of_longs(
            simd,
            chunk,
            #[inline(always)]
            |codes| {
                let over = simd.avx2._mm256_cmpgt_epi64(codes, below);
                simd.avx2
                    ._mm256_and_si256(over, simd.avx2._mm256_cmpgt_epi64(above, codes))
            },
        )
    }
}
