//! The questions, each of 64 codes at a time.

use std::arch::x86_64::__m256i;

use pulp::x86::V3;

/// A question, asked of 64 codes at a time.
pub(super) trait Ask<T>: Copy {
    fn word(self, simd: V3, chunk: &[T; 64]) -> u64;
}

/// The bytes as a vector.
#[inline(always)]
pub(super) fn vector(bytes: [u8; 32]) -> __m256i {
    pulp::cast(bytes)
}

/// The vector of that number, of the codes of each width.
macro_rules! vectors {
    ($($name:ident: $code:ty => $lanes:literal),*) => {$(
        #[inline(always)]
        pub(super) fn $name(chunk: &[$code; 64], n: usize) -> __m256i {
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
pub(super) struct Bytes {
    pub(super) low: u8,
    pub(super) high: u8,
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
pub(super) struct InSet {
    pub(super) low: __m256i,
    pub(super) high: __m256i,
    /// Whether there is any in the upper half.
    pub(super) upper: bool,
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
pub(super) struct Shorts {
    pub(super) low: u16,
    pub(super) high: u16,
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
pub(super) struct Int(pub(super) i32);

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
pub(super) struct IntsAbove(pub(super) i32);

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
pub(super) struct IntsBetween(pub(super) i32, pub(super) i32);

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
pub(super) fn two(simd: V3, a: __m256i, b: __m256i) -> __m256i {
    let (a, b) = (
        simd.avx._mm256_castsi256_ps(a),
        simd.avx._mm256_castsi256_ps(b),
    );
    simd.avx
        ._mm256_castps_si256(simd.avx._mm256_shuffle_ps::<0b10_00_10_00>(a, b))
}

#[derive(Clone, Copy)]
pub(super) struct Long(pub(super) i64);

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
pub(super) struct LongsAbove(pub(super) i64);

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
pub(super) struct LongsBetween(pub(super) i64, pub(super) i64);

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
