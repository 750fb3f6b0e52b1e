//! The innermost loops: from codes to words of bits.
//!
//! Every loop is there twice: in plain Rust, which the compiler makes vectors of as it can, and
//! with the AVX2 of x86-64 where the processor has it. Both say the same.

mod plain;
mod buckets;
#[cfg(all(feature = "simd", target_arch = "x86_64"))]
mod avx2;
#[cfg(test)]
mod tests;

pub(super) use buckets::{Bin, Buckets};

/// How the processor is used.
#[derive(Debug, Clone, Copy)]
pub(super) enum Level {
    /// As every processor can be.
    Plain,
    /// With vectors of 32 bytes.
    #[cfg(all(feature = "simd", target_arch = "x86_64"))]
    Avx2(avx2::Avx2),
}

/// What becomes of the words that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// They are replaced by the bits, or by their complement.
    Set { negated: bool },
    /// They keep what is in the bits too, or in their complement.
    And { negated: bool },
}

/// Codes of one width.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slice<'a> {
    U8(&'a [u8]),
    U16(&'a [u16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
}

/// A set of codes of one byte.
#[derive(Debug, Clone)]
pub(super) struct ByteSet {
    /// Of all codes that end in four certain bits, which belong to it: by their other four bits,
    /// the lower half of those codes and the upper.
    pub(super) halves: [[u8; 16]; 2],
}

/// A set of codes of two bytes: a bit for each.
#[derive(Debug, Clone)]
pub(super) struct ShortSet {
    pub(super) words: Box<[u64]>,
}

/// A set of codes of any width, by halving.
#[derive(Debug, Clone)]
pub(super) struct AnySet {
    pub(super) ranges: Box<[(i64, i64)]>,
}

impl Slice<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len(),
            Self::I32(codes) => codes.len(),
            Self::I64(codes) => codes.len(),
        }
    }
}

impl Level {
    /// The best that this processor has.
    pub(super) fn best() -> Self {
        #[cfg(all(feature = "simd", target_arch = "x86_64"))]
        if let Some(avx2) = avx2::Avx2::detect() {
            return Self::Avx2(avx2);
        }
        Self::Plain
    }

    /// Which codes lie between two, both included.
    pub(super) fn range(
        self,
        codes: Slice<'_>,
        low: i64,
        high: i64,
        merge: Merge,
        out: &mut [u64],
    ) {
        match self {
            Self::Plain => plain::range(codes, low, high, merge, out),
            #[cfg(all(feature = "simd", target_arch = "x86_64"))]
            Self::Avx2(avx2) => avx2.range(codes, low, high, merge, out),
        }
    }

    /// Which codes are in a set.
    pub(super) fn bytes(self, codes: &[u8], set: &ByteSet, merge: Merge, out: &mut [u64]) {
        match self {
            Self::Plain => plain::each(codes, merge, out, |code| set.has(code)),
            #[cfg(all(feature = "simd", target_arch = "x86_64"))]
            Self::Avx2(avx2) => avx2.bytes(codes, set, merge, out),
        }
    }

    /// Which codes are in a set.
    pub(super) fn shorts(self, codes: &[u16], set: &ShortSet, merge: Merge, out: &mut [u64]) {
        plain::each(codes, merge, out, |code| set.has(code));
    }

    /// Which codes are in a set.
    pub(super) fn any(self, codes: Slice<'_>, set: &AnySet, merge: Merge, out: &mut [u64]) {
        match codes {
            Slice::U8(codes) => plain::each(codes, merge, out, |code| set.has(code.into())),
            Slice::U16(codes) => plain::each(codes, merge, out, |code| set.has(code.into())),
            Slice::I32(codes) => plain::each(codes, merge, out, |code| set.has(code.into())),
            Slice::I64(codes) => plain::each(codes, merge, out, |code| set.has(code)),
        }
    }

    /// The bins of codes.
    pub(super) fn bins<B: Bin>(self, buckets: &Buckets<B>, codes: Slice<'_>, bins: &mut [B]) {
        match self {
            Self::Plain => buckets::find(buckets, codes, bins),
            #[cfg(all(feature = "simd", target_arch = "x86_64"))]
            Self::Avx2(avx2) => avx2.bins(buckets, codes, bins),
        }
    }

    /// Merges words that are there already.
    pub(super) fn words(self, words: &[u64], merge: Merge, out: &mut [u64]) {
        match self {
            Self::Plain => plain::words(words, merge, out),
            #[cfg(all(feature = "simd", target_arch = "x86_64"))]
            Self::Avx2(avx2) => avx2.words(words, merge, out),
        }
    }

    /// Turns the bits that are also in the words.
    pub(super) fn turn(self, words: &[u64], out: &mut [u64]) {
        for (out, word) in out.iter_mut().zip(words) {
            *out ^= word;
        }
    }

    /// How many bits there are.
    pub(super) fn count(self, words: &[u64]) -> u64 {
        match self {
            Self::Plain => plain::count(words),
            #[cfg(all(feature = "simd", target_arch = "x86_64"))]
            Self::Avx2(avx2) => avx2.count(words),
        }
    }
}

impl ByteSet {
    pub(super) fn new(has: impl Fn(u8) -> bool) -> Self {
        let mut halves = [[0; 16]; 2];
        for code in (0..=u8::MAX).filter(|code| has(*code)) {
            halves[usize::from(code >> 7)][usize::from(code & 15)] |= 1 << (code >> 4 & 7);
        }
        Self { halves }
    }

    #[inline(always)]
    pub(super) fn has(&self, code: u8) -> bool {
        self.halves[usize::from(code >> 7)][usize::from(code & 15)] >> (code >> 4 & 7) & 1 == 1
    }
}

impl ShortSet {
    pub(super) fn new(has: impl Fn(u16) -> bool) -> Self {
        let mut words = vec![0; 1024].into_boxed_slice();
        for code in (0..=u16::MAX).filter(|code| has(*code)) {
            words[usize::from(code >> 6)] |= 1_u64 << (code & 63);
        }
        Self { words }
    }

    #[inline(always)]
    pub(super) fn has(&self, code: u16) -> bool {
        self.words[usize::from(code >> 6)] >> (code & 63) & 1 == 1
    }
}

impl AnySet {
    #[inline(always)]
    pub(super) fn has(&self, code: i64) -> bool {
        let after = self.ranges.partition_point(|(low, _)| *low <= code);
        after > 0 && code <= self.ranges[after - 1].1
    }
}

/// Whether each of the last codes, fewer than 64, is followed by codes that mean nothing: words are
/// always made of 64.
#[inline(always)]
fn padded<T: Copy + Default>(codes: &[T]) -> [T; 64] {
    let mut all = [T::default(); 64];
    all[..codes.len()].copy_from_slice(codes);
    all
}

/// Makes a word of each 64 codes, and merges it.
#[inline(always)]
fn merged<T: Copy + Default>(
    codes: &[T],
    merge: Merge,
    out: &mut [u64],
    word: impl Fn(&[T; 64]) -> u64,
) {
    #[inline(always)]
    fn all<T: Copy + Default>(
        codes: &[T],
        out: &mut [u64],
        word: impl Fn(&[T; 64]) -> u64,
        put: impl Fn(&mut u64, u64),
    ) {
        let (chunks, rest) = codes.as_chunks::<64>();
        for (out, chunk) in out.iter_mut().zip(chunks) {
            put(out, word(chunk));
        }
        if !rest.is_empty()
            && let Some(out) = out.get_mut(chunks.len())
        {
            put(out, word(&padded(rest)));
        }
    }
    match merge {
        Merge::Set { negated: false } => all(
            codes,
            out,
            word,
            #[inline(always)]
            |out, word| *out = word,
        ),
        Merge::Set { negated: true } => all(
            codes,
            out,
            word,
            #[inline(always)]
            |out, word| *out = !word,
        ),
        Merge::And { negated: false } => all(
            codes,
            out,
            word,
            #[inline(always)]
            |out, word| *out &= word,
        ),
        Merge::And { negated: true } => all(
            codes,
            out,
            word,
            #[inline(always)]
            |out, word| *out &= !word,
        ),
    }
}

/// Merges words.
#[inline(always)]
fn merged_words(words: &[u64], merge: Merge, out: &mut [u64]) {
    let pairs = out.iter_mut().zip(words);
    match merge {
        Merge::Set { negated: false } => pairs.for_each(
            #[inline(always)]
            |(out, word)| *out = *word,
        ),
        Merge::Set { negated: true } => pairs.for_each(
            #[inline(always)]
            |(out, word)| *out = !*word,
        ),
        Merge::And { negated: false } => pairs.for_each(
            #[inline(always)]
            |(out, word)| *out &= *word,
        ),
        Merge::And { negated: true } => pairs.for_each(
            #[inline(always)]
            |(out, word)| *out &= !*word,
        ),
    }
}
