//! Which ids may be there twice, in bounded memory.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher as _};

/// So many ids are compared one by one: 32 megabytes of hashes.
const EXACT: usize = 4 << 20;
/// The words of the filter for more: 64 megabytes.
const WORDS: usize = 8 << 20;
/// So many ids that may be twins are looked at again.
const MOST_SUSPECTS: usize = 4 << 20;

/// Finds the hashes that more than one id has.
///
/// Up to some millions it sorts them. Beyond, a filter of fixed size tells which were probably
/// there before; the suspects are looked at in a second reading, and nobody else is.
#[derive(Debug)]
pub(super) struct Twins {
    exact: usize,
    hashes: Vec<u64>,
    filter: Vec<u64>,
    suspects: HashSet<u64>,
}

impl Twins {
    pub(super) fn new() -> Self {
        Self::with_room(EXACT)
    }

    fn with_room(exact: usize) -> Self {
        Self {
            exact,
            hashes: Vec::new(),
            filter: Vec::new(),
            suspects: HashSet::new(),
        }
    }

    pub(super) fn see(&mut self, id: &[u8]) {
        let hash = hash(id);
        if !self.filter.is_empty() {
            self.filter(hash);
            return;
        }
        self.hashes.push(hash);
        if self.hashes.len() > self.exact {
            self.filter = vec![0; WORDS];
            for hash in std::mem::take(&mut self.hashes) {
                self.filter(hash);
            }
        }
    }

    /// The hashes of ids that may be there twice; nothing when they are too many to tell.
    pub(super) fn suspects(mut self) -> Option<Suspects> {
        self.hashes.sort_unstable();
        let twins = self.hashes.windows(2).filter(|pair| pair[0] == pair[1]);
        self.suspects.extend(twins.map(|pair| pair[0]));
        (self.suspects.len() <= MOST_SUSPECTS).then(|| Suspects {
            hashes: self.suspects,
            lines: HashMap::new(),
        })
    }

    fn filter(&mut self, hash: u64) {
        // Three bits of one word, so that an id costs one look into the memory.
        let bits = (0..3).fold(0, |bits, n| bits | 1_u64 << (hash >> (40 + 6 * n) & 63));
        let word = &mut self.filter[hash as usize % WORDS];
        if *word & bits == bits && self.suspects.len() <= MOST_SUSPECTS {
            self.suspects.insert(hash);
        }
        *word |= bits;
    }
}

/// The ids that may be there twice.
#[derive(Debug)]
pub(super) struct Suspects {
    hashes: HashSet<u64>,
    lines: HashMap<Vec<u8>, u64>,
}

impl Suspects {
    pub(super) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The line of the first row with this id, when there was one.
    pub(super) fn first(&mut self, id: &[u8], line: u64) -> Option<u64> {
        if !self.hashes.contains(&hash(id)) {
            return None;
        }
        if let Some(first) = self.lines.get(id) {
            return Some(*first);
        }
        self.lines.insert(id.to_vec(), line);
        None
    }
}

fn hash(id: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(id);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(room: usize, ids: &[&str], expected: &[(&str, u64)]) {
        let mut twins = Twins::with_room(room);
        ids.iter().for_each(|id| twins.see(id.as_bytes()));
        let mut suspects = twins.suspects().unwrap();
        let found = ids.iter().zip(2..).filter_map(|(id, line)| {
            let first = suspects.first(id.as_bytes(), line)?;
            Some((*id, first))
        });
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn twins_are_found_whatever_the_room() {
        for room in [0, 1, 2, 100] {
            check(room, &[], &[]);
            check(room, &["a", "b", "c"], &[]);
            check(
                room,
                &["a", "b", "a", "c", "b", "a"],
                &[("a", 2), ("b", 3), ("a", 2)],
            );
        }
    }

    #[test]
    fn few_are_suspected_in_vain() {
        let mut twins = Twins::with_room(1000);
        (0..200_000).for_each(|n: u32| twins.see(&n.to_le_bytes()));
        assert!(twins.suspects().unwrap().hashes.len() < 100);
    }
}
