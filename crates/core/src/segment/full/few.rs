//! Wide codes of few rows, each read alone.
//!
//! Where what was asked before leaves one row in so many, most of a wide column need not come from
//! memory at all, and memory is what evaluating waits for.

use super::kernel::Merge;
use super::lower::How;

/// Few is one row in so many: then most lines of the cache are not touched.
pub(super) const OF: usize = 32;

/// Takes out the rows whose codes are not as asked, of those that are in.
pub(super) fn ask<T: Copy + Into<i64>>(codes: &[T], how: &How, merge: Merge, out: &mut [u64]) {
    let negated = merge == Merge::And { negated: true };
    for (word, chunk) in out.iter_mut().zip(codes.chunks(64)) {
        let mut left = *word;
        while left != 0 {
            let bit = left.trailing_zeros();
            left &= left - 1;
            // What stands after the last row means nothing and goes.
            let code = chunk.get(bit as usize);
            let stays = code.is_some_and(|code| how.has((*code).into()) != negated);
            *word &= !(u64::from(!stays) << bit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::kernel::{Level, Slice};
    use super::*;

    #[test]
    fn few_rows_are_asked_as_all_are() {
        let codes: Vec<i64> = (0..1000).map(|n| n * 7919 % 1000 - 500).collect();
        for (low, high) in [(-500, -1), (0, 0), (3, 499), (i64::MIN, i64::MAX)] {
            for negated in [false, true] {
                let merge = Merge::And { negated };
                let mut all = vec![0x8000_1000_0040_0001_u64; 1000_usize.div_ceil(64)];
                // The last word has a row for each of its first 40 bits only.
                all[15] &= (1 << 40) - 1;
                let mut few = all.clone();
                Level::Plain.range(Slice::I64(&codes), low, high, merge, &mut all);
                ask(&codes, &How::Range(low, high), merge, &mut few);
                assert_eq!(few, all, "{low} to {high}, negated: {negated}");
            }
        }
    }
}
