//! The loops as every processor can run them.

use super::{Merge, Slice, merged, merged_words};

pub(super) fn range(codes: Slice<'_>, low: i64, high: i64, merge: Merge, out: &mut [u64]) {
    // What lies outside the width's codes does so on the same side of all of them.
    match codes {
        Slice::U8(codes) => {
            let (low, high) = (low.clamp(0, 255) as u8, high.clamp(0, 255) as u8);
            each(codes, merge, out, |code| (low <= code) & (code <= high));
        }
        Slice::U16(codes) => {
            let (low, high) = (low.clamp(0, 65_535) as u16, high.clamp(0, 65_535) as u16);
            each(codes, merge, out, |code| (low <= code) & (code <= high));
        }
        Slice::I32(codes) => {
            let least = i64::from(i32::MIN);
            let most = i64::from(i32::MAX);
            let (low, high) = (
                low.clamp(least, most) as i32,
                high.clamp(least, most) as i32,
            );
            each(codes, merge, out, |code| (low <= code) & (code <= high));
        }
        Slice::I64(codes) => each(codes, merge, out, |code| (low <= code) & (code <= high)),
    }
}

#[inline(always)]
pub(super) fn each<T: Copy + Default>(
    codes: &[T],
    merge: Merge,
    out: &mut [u64],
    test: impl Fn(T) -> bool,
) {
    merged(codes, merge, out, |chunk| {
        let mut bytes = [0_u8; 64];
        for (byte, code) in bytes.iter_mut().zip(chunk) {
            *byte = test(*code).into();
        }
        packed(&bytes)
    });
}

/// The lowest bits of 64 bytes.
#[inline(always)]
fn packed(bytes: &[u8; 64]) -> u64 {
    let mut word = 0;
    for (n, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        // Each byte's bit is moved to the highest byte, to where its place is there.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= bits << (8 * n);
    }
    word
}

pub(super) fn words(words: &[u64], merge: Merge, out: &mut [u64]) {
    merged_words(words, merge, out);
}

#[inline(always)]
pub(super) fn count(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}
