//! What is known of rows, by their numbers.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by the numbers of rows.
pub(crate) type ByRow<T> = HashMap<i64, T, BuildHasherDefault<RowHasher>>;

/// Spreads numbers that databases give out one after another: nobody outside chooses them, so they
/// need no secret.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct RowHasher(u64);

impl Hasher for RowHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The map looks at the upper bits and at the lower ones; a product is good in the upper.
        let spread = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ (spread >> 32);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::Hash as _;

    #[test]
    fn numbers_in_a_row_are_spread_in_both_ends() {
        let hash = |number: i64| {
            let mut hasher = RowHasher::default();
            number.hash(&mut hasher);
            hasher.finish()
        };
        for bits in [0, 57] {
            let mut counts = [0; 128];
            for number in 0..128 * 64 {
                counts[(hash(number) >> bits) as usize & 127] += 1;
            }
            assert!(
                counts.iter().all(|count| (32..128).contains(count)),
                "{counts:?}"
            );
        }
    }
}
