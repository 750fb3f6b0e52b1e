//! One bit for each row.

/// A set of rows: one bit for each, sixty-four to a word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// No row of so many.
    #[must_use]
    pub fn none(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            len,
        }
    }

    /// Every row of so many.
    #[must_use]
    pub fn all(len: usize) -> Self {
        let mut all = Self {
            words: vec![u64::MAX; len.div_ceil(64)],
            len,
        };
        all.clear_tail();
        all
    }

    /// How many rows there are, members or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the row is a member; one that is not there is none.
    #[must_use]
    pub fn get(&self, row: usize) -> bool {
        row < self.len && self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Makes the row a member, or none; true when that is a change.
    pub(crate) fn set(&mut self, row: usize, member: bool) -> bool {
        let (word, bit) = (&mut self.words[row / 64], 1 << (row % 64));
        let before = *word & bit != 0;
        if member {
            *word |= bit
        } else {
            *word &= !bit
        }
        before != member
    }

    /// A row more.
    pub(crate) fn push(&mut self, member: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        self.set(self.len - 1, member);
    }

    /// The first so many rows.
    pub(crate) fn truncate(&mut self, len: usize) {
        if len < self.len {
            self.words.truncate(len.div_ceil(64));
            self.len = len;
            self.clear_tail();
        }
    }

    /// Gives back what is not needed.
    pub(crate) fn shrink(&mut self) {
        self.words.shrink_to_fit();
    }

    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }

    /// How many rows are members.
    #[must_use]
    pub fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// The members, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(n, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(n * 64 + bit)
            })
        })
    }

    /// The bits, the first row in the lowest bit of the first word; bits beyond the last row are
    /// zero.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The bits, to be written; [`clear_tail`](Self::clear_tail) must follow when bits beyond the
    /// last row may have been set.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Clears the bits beyond the last row.
    pub(crate) fn clear_tail(&mut self) {
        if let Some(last) = self.words.last_mut()
            && !self.len.is_multiple_of(64)
        {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bitmap;

    #[test]
    fn rows_come_in_order_and_the_tail_is_clear() {
        let mut rows = Bitmap::none(130);
        for row in [129, 0, 63, 64] {
            assert!(rows.set(row, true));
            assert!(!rows.set(row, true), "nothing changed");
        }
        assert_eq!(Vec::from_iter(rows.iter()), [0, 63, 64, 129]);
        assert_eq!((rows.count(), Bitmap::all(130).count()), (4, 130));
        assert!(!rows.get(130) && !Bitmap::all(130).get(130));
    }

    #[test]
    fn what_is_cut_off_does_not_come_back() {
        let mut rows = Bitmap::all(130);
        rows.truncate(65);
        rows.push(false);
        assert_eq!((rows.len(), rows.count(), rows.get(65)), (66, 65, false));
        rows.truncate(64);
        assert_eq!(rows, Bitmap::all(64));
    }
}
