//! Which rows a file has: ids, and where each row begins. About thirty bytes a row.

use std::ops::Range;

/// The rows of a file, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Index {
    offsets: Vec<u64>,
    /// The ids one after the other, and where each ends.
    ids: String,
    ends: Vec<u32>,
    /// For records, the row of the customer; for customers, empty.
    owners: Vec<u32>,
    /// The rows in the order of their ids.
    sorted: Vec<u32>,
}

/// A row whose id a row before has.
pub(super) struct Twin {
    pub(super) id: String,
    pub(super) row: u32,
    pub(super) first: u32,
}

impl Index {
    pub(super) fn len(&self) -> u32 {
        // `push` lets no more in.
        self.offsets.len() as u32
    }

    /// Adds a row; `false` when there are too many.
    pub(super) fn push(&mut self, id: &str, offset: u64, owner: Option<u32>) -> bool {
        let end = u32::try_from(self.ids.len() + id.len());
        let (Ok(end), true) = (end, self.offsets.len() < u32::MAX as usize) else {
            return false;
        };
        self.ids.push_str(id);
        self.ends.push(end);
        self.offsets.push(offset);
        self.owners.extend(owner);
        true
    }

    pub(super) fn id(&self, row: u32) -> &str {
        self.ids.get(self.id_range(row)).unwrap_or_default()
    }

    pub(super) fn offset(&self, row: u32) -> Option<u64> {
        self.offsets.get(row as usize).copied()
    }

    pub(super) fn owner(&self, row: u32) -> Option<u32> {
        self.owners.get(row as usize).copied()
    }

    /// The row of an id.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let at = self.sorted.binary_search_by(|row| self.id(*row).cmp(id));
        at.ok().map(|at| self.sorted[at])
    }

    /// Makes `find` work; takes the rows out whose id a row before has, and gives them back as they
    /// were numbered until now.
    pub(super) fn finish(&mut self) -> Vec<Twin> {
        self.sort();
        let mut twins: Vec<Twin> = Vec::new();
        let mut first: Option<u32> = None;
        for row in self.sorted.iter().copied() {
            match first {
                Some(first) if self.id(first) == self.id(row) => {
                    let id = self.id(row).to_owned();
                    twins.push(Twin { id, row, first });
                }
                _ => first = Some(row),
            }
        }
        if !twins.is_empty() {
            self.remove(&twins);
        }
        self.offsets.shrink_to_fit();
        self.ids.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.owners.shrink_to_fit();
        twins
    }

    fn sort(&mut self) {
        let mut sorted: Vec<u32> = (0..self.len()).collect();
        // Exports are often in the order of their ids, which costs one comparison a row then.
        let in_order = |pair: &[u32]| self.id(pair[0]) < self.id(pair[1]);
        if !sorted.windows(2).all(in_order) {
            sorted.sort_unstable_by(|a, b| self.id(*a).cmp(self.id(*b)).then(a.cmp(b)));
        }
        self.sorted = sorted;
    }

    fn remove(&mut self, twins: &[Twin]) {
        let mut kept = vec![true; self.offsets.len()];
        for twin in twins {
            kept[twin.row as usize] = false;
        }
        let mut without = Self::default();
        for row in (0..self.len()).filter(|row| kept[*row as usize]) {
            let offset = self.offsets[row as usize];
            without.push(self.id(row), offset, self.owner(row));
        }
        without.sort();
        *self = without;
    }

    fn id_range(&self, row: u32) -> Range<usize> {
        let end = |row: u32| self.ends.get(row as usize).copied().unwrap_or_default() as usize;
        let begin = row.checked_sub(1).map_or(0, end);
        begin..end(row).max(begin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_and_twins_taken_out() {
        let mut index = Index::default();
        for (at, id) in ["b", "a", "ñ", "a", "c", "a"].into_iter().enumerate() {
            assert!(index.push(id, at as u64 * 10, Some(at as u32)));
        }
        let twins: Vec<_> = index.finish().iter().map(|t| (t.row, t.first)).collect();
        assert_eq!(twins, [(3, 1), (5, 1)]);
        let rows: Vec<_> = (0..index.len())
            .map(|row| {
                (
                    index.id(row),
                    index.offset(row).unwrap(),
                    index.owner(row).unwrap(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [("b", 0, 0), ("a", 10, 1), ("ñ", 20, 2), ("c", 40, 4)]
        );
        for row in 0..index.len() {
            assert_eq!(index.find(index.id(row)), Some(row));
        }
        assert_eq!((index.find("d"), index.find("")), (None, None));
        assert_eq!((index.id(9), index.offset(9)), ("", None));
    }
}
