//! Who is in several segments.

use crate::Bitmap;

/// Customers that are in several segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Rows and their numbers of segments.
    rows: Vec<(u32, u16)>,
}

impl Overlap {
    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.rows.len()
    }

    /// Their rows, and in how many segments each is: most first, and by row among equals.
    pub fn rows(&self) -> impl Iterator<Item = (usize, usize)> {
        let each = self.rows.iter();
        each.map(|(row, segments)| (*row as usize, usize::from(*segments)))
    }

    pub(super) fn of(segments: &[Bitmap], rows: usize, at_least: usize) -> Self {
        let mut found = Vec::new();
        let mut numbers = [0_u16; 64];
        for word in 0..rows.div_ceil(64) {
            numbers.fill(0);
            let here = (rows - word * 64).min(64);
            for segment in segments {
                let mut left = segment.words()[word];
                while left != 0 {
                    numbers[left.trailing_zeros() as usize] += 1;
                    left &= left - 1;
                }
            }
            let each = numbers[..here].iter().enumerate();
            let enough = each.filter(|(_, number)| usize::from(**number) >= at_least);
            found.extend(enough.map(|(bit, number)| ((word * 64 + bit) as u32, *number)));
        }
        found.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        Self { rows: found }
    }
}
