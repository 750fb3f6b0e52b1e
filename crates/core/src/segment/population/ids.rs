//! The customers' ids: a row has one, and an id finds its row.

use super::hash::Seed;
use super::index::{Gap, Index};

/// How many rows share one far offset.
const BLOCK: usize = 1 << 16;

/// The ids in the order of rows, one text after the other, and an index over them.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    text: String,
    /// Where each id ends, seen from where its block begins: an id is short, four bytes do.
    ends: Vec<u32>,
    /// Where each block of rows begins.
    blocks: Vec<usize>,
    index: Index,
    seed: Seed,
}

/// Where an id that is not there yet belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vacancy {
    gap: Gap,
    hash: u64,
}

impl Ids {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The id of a row.
    pub(super) fn get(&self, row: usize) -> &str {
        let block = self.blocks[row / BLOCK];
        let start = if row.is_multiple_of(BLOCK) {
            0
        } else {
            self.ends[row - 1]
        };
        &self.text[block + start as usize..block + self.ends[row] as usize]
    }

    /// The row of an id.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.index
            .find(self.seed.text(id), |row| self.get(row) == id)
            .ok()
    }

    /// Where an id belongs, or the row that has it already.
    pub(super) fn vacancy(&mut self, id: &str) -> Result<Vacancy, usize> {
        self.make_room(self.len() + 1);
        let hash = self.seed.text(id);
        match self.index.find(hash, |row| self.get(row) == id) {
            Ok(row) => Err(row),
            Err(gap) => Ok(Vacancy { gap, hash }),
        }
    }

    /// Adds an id whose vacancy was found last.
    pub(super) fn push(&mut self, Vacancy { gap, hash }: Vacancy, id: &str) {
        if self.len().is_multiple_of(BLOCK) {
            self.blocks.push(self.text.len());
        }
        self.text.push_str(id);
        let block = self.blocks[self.len() / BLOCK];
        let end = self.text.len() - block;
        self.ends.push(u32::try_from(end).expect("ids are short"));
        self.index.fill(gap, hash);
    }

    /// Room for so many ids in all, where their number is known.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.ends.reserve(rows.saturating_sub(self.len()));
        self.make_room(rows);
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.blocks.shrink_to_fit();
    }

    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity()
            + self.ends.capacity() * size_of::<u32>()
            + self.blocks.capacity() * size_of::<usize>()
            + self.index.bytes()
    }

    fn make_room(&mut self, rows: usize) {
        if self.index.has_room(rows) {
            return;
        }
        let mut index = std::mem::take(&mut self.index);
        index.reserve(rows, |row| self.seed.text(self.get(row)));
        self.index = index;
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Ids};

    #[test]
    fn ids_are_found_beyond_the_first_block() {
        let mut ids = Ids::default();
        for row in 0..2 * BLOCK + 3 {
            let id = format!("C-{row}");
            let vacancy = ids.vacancy(&id).unwrap();
            ids.push(vacancy, &id);
        }
        for row in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 2] {
            assert_eq!(ids.get(row), format!("C-{row}"));
            assert_eq!(ids.find(&format!("C-{row}")), Some(row));
            assert_eq!(ids.vacancy(&format!("C-{row}")).err(), Some(row));
        }
        assert_eq!((ids.find("C-x"), ids.len()), (None, 2 * BLOCK + 3));
        ids.shrink();
        assert!(ids.bytes() < 2 * BLOCK * 24);
    }
}
