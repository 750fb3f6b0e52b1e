//! Some members, drawn by chance.

use std::collections::BTreeSet;

use crate::Bitmap;

/// So many of the members, each choice equally likely.
pub(super) fn of(rows: &Bitmap, count: usize, n: usize, seed: u64) -> Vec<usize> {
    let mut chance = Chance(seed);
    // Floyd's way: as many draws as members are wanted, however many there are.
    let mut drawn = BTreeSet::new();
    for last in count.saturating_sub(n)..count {
        let rank = chance.below(last as u64 + 1) as usize;
        if !drawn.insert(rank) {
            drawn.insert(last);
        }
    }
    ranked(rows, drawn)
}

/// The members of these ranks, counted from 0.
fn ranked(rows: &Bitmap, ranks: BTreeSet<usize>) -> Vec<usize> {
    let mut found = Vec::with_capacity(ranks.len());
    let mut ranks = ranks.into_iter().peekable();
    let mut before = 0;
    for (n, word) in rows.words().iter().enumerate() {
        let after = before + word.count_ones() as usize;
        while let Some(rank) = ranks.next_if(|rank| *rank < after) {
            // Without its lowest bits, one for each member before.
            let left = (before..rank).fold(*word, |word, _| word & (word - 1));
            found.push(n * 64 + left.trailing_zeros() as usize);
        }
        if ranks.peek().is_none() {
            break;
        }
        before = after;
    }
    found
}

/// Numbers without a pattern: SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below the limit, each equally likely (Lemire's way).
    fn below(&mut self, limit: u64) -> u64 {
        loop {
            let product = u128::from(self.next()) * u128::from(limit);
            // Of the lowest products some are too many; they are drawn again.
            if product as u64 >= limit.wrapping_neg() % limit {
                return (product >> 64) as u64;
            }
        }
    }
}
