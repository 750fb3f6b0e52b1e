//! Hashes of texts, fast, and other in each process.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

/// What hashes depend on beside the text: whoever chooses texts cannot know which collide.
#[derive(Debug, Clone)]
pub(super) struct Seed {
    own: u64,
    std: RandomState,
}

impl Default for Seed {
    fn default() -> Self {
        let std = RandomState::new();
        Self {
            own: std.hash_one(0_u8),
            std,
        }
    }
}

/// The first digits of pi after the point: bits without a pattern.
const PI: [u64; 3] = [
    0x243f_6a88_85a3_08d3,
    0x1319_8a2e_0370_7344,
    0xa409_3822_299f_31d0,
];

impl Seed {
    /// The hash of a text.
    #[inline]
    pub(super) fn text(&self, text: &str) -> u64 {
        self.bytes(text.as_bytes())
    }

    /// The hash of an id, which puts those beside each other that differ in the last character
    /// only, as consecutive ones do: then a population is built, and its index made larger, with a
    /// tenth of the misses of the cache.
    ///
    /// The upper half and the last four bits say where, what is between tells apart: see `Index`.
    #[inline]
    pub(super) fn id(&self, id: &str) -> u64 {
        let Some((last, head)) = id.as_bytes().split_last() else {
            return 0;
        };
        let line = self.bytes(head);
        let tag = fold(line ^ u64::from(*last), self.own ^ PI[2]);
        let slot = (line & 0xf).wrapping_add((*last).into()) & 0xf;
        (line & !0xffff_ffff) | (tag & 0xffff_fff0) | slot
    }

    /// The hash of bytes: two words at a time are multiplied, and the halves of the product joined.
    #[inline]
    fn bytes(&self, bytes: &[u8]) -> u64 {
        let mut state = self.own ^ (bytes.len() as u64).wrapping_mul(PI[2]);
        let mut rest = bytes;
        while rest.len() > 16 {
            state = fold(word(rest, 0) ^ state, word(rest, 8) ^ PI[0]);
            rest = &rest[16..];
        }
        // The last words may overlap with each other, and with what was read before.
        let (first, last) = match rest.len() {
            8.. => (word(rest, 0), word(rest, rest.len() - 8)),
            4..8 => (half(rest, 0), half(rest, rest.len() - 4)),
            1..4 => {
                let ends = u64::from(rest[0]) << 8 | u64::from(rest[rest.len() - 1]);
                (ends, rest[rest.len() / 2].into())
            }
            0 => (0, 0),
        };
        fold(first ^ state, last ^ PI[1])
    }

    /// The hash of anything else.
    pub(super) fn any(&self, value: impl Hash) -> u64 {
        self.std.hash_one(value)
    }
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |word| u64::from_le_bytes(*word))
}

#[inline]
fn half(bytes: &[u8], at: usize) -> u64 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |half| u32::from_le_bytes(*half).into())
}

#[cfg(test)]
mod tests {
    use super::Seed;
    use std::collections::BTreeSet;

    #[test]
    fn texts_that_differ_anywhere_have_other_hashes() {
        let seed = Seed::default();
        let mut texts = BTreeSet::from([String::new()]);
        for length in 1..70 {
            for at in 0..length {
                let mut text = vec![b'a'; length];
                texts.insert(String::from_utf8(text.clone()).unwrap());
                text[at] = b'b';
                texts.insert(String::from_utf8(text).unwrap());
            }
        }
        let hashes: BTreeSet<u64> = texts.iter().map(|text| seed.text(text)).collect();
        assert_eq!(hashes.len(), texts.len());
    }

    #[test]
    fn ids_that_differ_at_the_end_are_neighbours_and_others_are_spread() {
        let seed = Seed::default();
        let (mut lines, mut slots, mut tags) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for n in 0..40_960 {
            let hash = seed.id(&format!("C-{n:07}"));
            lines.insert(hash >> 52);
            slots.insert((hash >> 52, hash & 0xf));
            tags.insert(hash as u32 >> 4 & 0xfff);
        }
        // By chance 4096 × (1 − 1/e) = 2589 lines, and every tag.
        assert!((2_400..2_800).contains(&lines.len()), "{}", lines.len());
        assert!(slots.len() > lines.len() * 10, "{}", slots.len());
        assert!(tags.len() > 4_000, "{}", tags.len());
        assert_eq!(seed.id("Ñ"), seed.id("Ñ"));
    }
}
