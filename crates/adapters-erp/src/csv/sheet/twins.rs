//! Which ids may be there twice, in bounded memory.

use std::collections::{HashMap, HashSet};

/// So many ids are compared one by one: 32 megabytes of hashes.
const EXACT: usize = 4 << 20;
/// The words of the filter for more: 64 megabytes.
const WORDS: usize = 8 << 20;
/// So many ids that may be twins are looked at again.
const MOST_SUSPECTS: usize = 4 << 20;

/// Finds the hashes that more than one id has.
///
/// Ids that ascend, as in most exports, need no more than to be seen. Up to some millions of others
/// it sorts them. Beyond, a filter of fixed size tells which were probably there before; the
/// suspects are looked at in a second reading, and nobody else is.
#[derive(Debug)]
pub(super) struct Twins {
    exact: usize,
    hashes: Vec<u64>,
    filter: Vec<u64>,
    suspects: HashSet<u64>,
    /// The greatest id, while they ascend.
    greatest: Option<Vec<u8>>,
}

/// The ids of some rows.
#[derive(Debug)]
pub(super) struct Ids {
    hashes: Vec<u64>,
    /// The first and the last one, while they ascend.
    ends: Option<(Vec<u8>, Vec<u8>)>,
    ascend: bool,
}

impl Ids {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self {
            hashes: Vec::with_capacity(rows),
            ends: None,
            ascend: true,
        }
    }

    pub(super) fn push(&mut self, id: &[u8]) {
        self.hashes.push(hash(id));
        match &mut self.ends {
            _ if !self.ascend => {}
            None => self.ends = Some((id.to_vec(), id.to_vec())),
            Some((_, last)) if ascends(last, id) => id.clone_into(last),
            Some(_) => self.ascend = false,
        }
    }
}

/// Whether one id is greater than another: a longer one is, so that numbers are in their order.
fn ascends(before: &[u8], after: &[u8]) -> bool {
    (before.len(), before) < (after.len(), after)
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
            greatest: Some(Vec::new()),
        }
    }

    /// Takes the ids of the next rows.
    pub(super) fn see(&mut self, ids: Ids) {
        if let Some((first, last)) = ids.ends {
            let greatest = self.greatest.take();
            let ascend = greatest.is_some_and(|greatest| ids.ascend && ascends(&greatest, &first));
            self.greatest = ascend.then_some(last);
        }
        ids.hashes.into_iter().for_each(|hash| self.hash(hash));
    }

    fn hash(&mut self, hash: u64) {
        if !self.filter.is_empty() {
            self.filter(hash);
            return;
        }
        // They are no more than a power of two, beyond which their room would double.
        if self.hashes.len() < self.exact {
            self.hashes.push(hash);
            return;
        }
        self.filter = vec![0; WORDS];
        for hash in std::mem::take(&mut self.hashes) {
            self.filter(hash);
        }
        self.filter(hash);
    }

    /// The hashes of ids that may be there twice; nothing when they are too many to tell.
    pub(super) fn suspects(mut self) -> Option<Suspects> {
        if self.greatest.is_some() {
            self.hashes.clear();
            self.suspects.clear();
        }
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

/// A hash of an id. It need not withstand an adversary: who is suspected is looked at again.
fn hash(id: &[u8]) -> u64 {
    let (words, rest) = id.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = words
        .iter()
        .chain([&last])
        .map(|word| u64::from_le_bytes(*word));
    words.fold(id.len() as u64, |hash, word| {
        // Both halves of a product depend on all bits of what is multiplied.
        let product = u128::from(hash ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0xd134_2543_de82_ef95;
        (product as u64) ^ (product >> 64) as u64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(room: usize, ids: &[&str], expected: &[(&str, u64)]) {
        let mut twins = Twins::with_room(room);
        for some in ids.chunks(room.clamp(1, 2)) {
            let mut seen = Ids::with_capacity(some.len());
            some.iter().for_each(|id| seen.push(id.as_bytes()));
            twins.see(seen);
        }
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
            check(room, &["9", "10", "11", "10"], &[("10", 3)]);
            check(room, &["1", "2", "2", "3"], &[("2", 3)]);
            check(room, &["1", "3", "2", "3"], &[("3", 3)]);
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
        let mut ids = Ids::with_capacity(200_000);
        (0..200_000).for_each(|n: u32| ids.push(&n.to_le_bytes()));
        assert!(!ids.ascend);
        twins.see(ids);
        assert!(twins.suspects().unwrap().hashes.len() < 100);
    }
}
