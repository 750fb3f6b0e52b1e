//! The customers' ids: a row has one, and an id finds its row.

use super::hash::Seed;
use super::index::{Gap, Index};

/// How many rows a block has: so few that its ids, of at most 255 characters, end within two bytes.
const BLOCK: usize = 64;

/// The ids in the order of rows, one text after the other, and an index over them.
///
/// Where an id lies costs two bytes, and next to nothing in blocks whose ids are equally long, as
/// most are: a look-up then finds its id with one miss of the cache.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    text: String,
    blocks: Vec<Block>,
    /// Where the ids of blocks end in which they are not equally long, from where the block begins.
    ends: Vec<[u16; BLOCK]>,
    /// The same of the ids after the last full block.
    open: Vec<u16>,
    index: Index,
    seed: Seed,
}

/// A full block of ids.
#[derive(Debug, Clone, Copy)]
struct Block {
    start: usize,
    lengths: Lengths,
}

/// How long the ids of a block are.
#[derive(Debug, Clone, Copy)]
enum Lengths {
    Equal(u16),
    /// The place of where they end.
    Various(u32),
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
        self.blocks.len() * BLOCK + self.open.len()
    }

    /// The id of a row.
    pub(super) fn get(&self, row: usize) -> &str {
        let place = row % BLOCK;
        let (start, from, to) = match self.blocks.get(row / BLOCK) {
            Some(block) => {
                let (from, to) = match block.lengths {
                    Lengths::Equal(length) => {
                        let length = usize::from(length);
                        (place * length, place * length + length)
                    }
                    Lengths::Various(at) => between(&self.ends[at as usize], place),
                };
                (block.start, from, to)
            }
            None => {
                let (from, to) = between(&self.open, place);
                (self.open_start(), from, to)
            }
        };
        &self.text[start + from..start + to]
    }

    /// The row of an id.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.index
            .find(self.seed.id(id), |row| self.get(row) == id)
            .ok()
    }

    /// Where an id belongs, or the row that has it already.
    pub(super) fn vacancy(&mut self, id: &str) -> Result<Vacancy, usize> {
        self.make_room(self.len() + 1);
        let hash = self.seed.id(id);
        match self.index.find(hash, |row| self.get(row) == id) {
            Ok(row) => Err(row),
            Err(gap) => Ok(Vacancy { gap, hash }),
        }
    }

    /// Adds an id whose vacancy was found last.
    pub(super) fn push(&mut self, Vacancy { gap, hash }: Vacancy, id: &str) {
        let end = usize::from(self.open.last().copied().unwrap_or(0)) + id.len();
        self.open.push(u16::try_from(end).expect("ids are short"));
        self.text.push_str(id);
        self.index.fill(gap, hash);
        if self.open.len() == BLOCK {
            self.close();
        }
    }

    /// Room for so many ids in all, where their number is known.
    pub(super) fn reserve(&mut self, rows: usize) {
        let blocks = rows / BLOCK;
        self.blocks
            .reserve(blocks.saturating_sub(self.blocks.len()));
        self.make_room(rows);
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.blocks.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity()
            + self.blocks.capacity() * size_of::<Block>()
            + self.ends.capacity() * size_of::<[u16; BLOCK]>()
            + self.open.capacity() * size_of::<u16>()
            + self.index.bytes()
    }

    /// Where the ids after the last full block begin.
    fn open_start(&self) -> usize {
        self.text.len() - usize::from(self.open.last().copied().unwrap_or(0))
    }

    /// Makes a block of the last ids.
    fn close(&mut self) {
        let start = self.open_start();
        let first = self.open[0];
        let equal = (1_u16..).zip(&self.open).all(|(n, end)| n * first == *end);
        let lengths = if equal {
            Lengths::Equal(first)
        } else {
            let at = u32::try_from(self.ends.len()).expect("fewer blocks than rows");
            self.ends
                .push(*self.open.first_chunk().expect("the block is full"));
            Lengths::Various(at)
        };
        self.blocks.push(Block { start, lengths });
        self.open.clear();
    }

    fn make_room(&mut self, rows: usize) {
        if self.index.has_room(rows) {
            return;
        }
        let mut index = std::mem::take(&mut self.index);
        index.reserve(rows, |row| self.seed.id(self.get(row)));
        self.index = index;
    }
}

/// From where to where the id of a place goes.
fn between(ends: &[u16], place: usize) -> (usize, usize) {
    let from = place.checked_sub(1).map_or(0, |before| ends[before]);
    (from.into(), ends[place].into())
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Ids};

    fn ids(all: impl Iterator<Item = String>) -> Ids {
        let mut ids = Ids::default();
        for id in all {
            let vacancy = ids.vacancy(&id).unwrap();
            ids.push(vacancy, &id);
        }
        ids
    }

    #[track_caller]
    fn check(id: impl Fn(usize) -> String, rows: usize) {
        let mut found = ids((0..rows).map(&id));
        assert_eq!(found.len(), rows);
        for row in 0..rows {
            assert_eq!(found.get(row), id(row));
            assert_eq!(found.find(&id(row)), Some(row));
            assert_eq!(found.vacancy(&id(row)).err(), Some(row));
        }
        assert_eq!((found.find(&id(rows)), found.find("")), (None, None));
    }

    #[test]
    fn equally_long() {
        check(|row| format!("C-{row:07}"), 10 * BLOCK + 7);
    }
    #[test]
    fn of_various_lengths() {
        check(|row| format!("C-{row}"), 20 * BLOCK);
    }
    #[test]
    fn the_longest_fill_a_block() {
        check(|row| format!("{}{row:03}", "𝓒".repeat(252)), 2 * BLOCK + 1);
    }
    #[test]
    fn few() {
        (0..3).for_each(|rows| check(|row| format!("ñ{row}"), rows));
    }

    #[test]
    fn equal_lengths_take_next_to_nothing() {
        let mut equal = ids((0..100 * BLOCK).map(|row| format!("C-{row:07}")));
        equal.shrink();
        assert!(equal.ends.is_empty());
        let index = 16 * 1024 * size_of::<u32>();
        assert!(
            equal.bytes() < 100 * BLOCK * 10 + index,
            "{}",
            equal.bytes()
        );
    }
}
