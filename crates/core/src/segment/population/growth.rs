//! Columns as wholes: cut, gathered, shrunk, weighed.

use super::column::{Coding, Column};
use crate::Bitmap;

impl Column {
    /// Keeps the first so many rows; what they stand for stays.
    pub(super) fn truncate(&mut self, rows: usize) {
        self.codes.truncate(rows);
        if let Some(known) = &mut self.known {
            known.truncate(rows);
        }
    }

    /// Room for so many rows in all.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.codes.reserve(rows);
    }

    /// The same rows in another order.
    pub(super) fn reorder(&mut self, rows: &[u32]) {
        self.codes = self.codes.gathered(rows);
        self.known = self.known.as_ref().map(|known| {
            let mut gathered = Bitmap::none(0);
            rows.iter()
                .for_each(|row| gathered.push(known.get(*row as usize)));
            gathered
        });
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        self.codes.shrink();
        if let Some(known) = &mut self.known {
            known.shrink();
        }
        if let Coding::Dictionary(dictionary) = &mut self.coding {
            dictionary.shrink();
        }
    }

    /// How many bytes the bits take that say which rows have a value.
    pub(super) fn known_bytes(&self) -> usize {
        self.known.as_ref().map_or(0, Bitmap::bytes)
    }

    /// How many bytes the dictionary takes, where there is one.
    pub(super) fn dictionary_bytes(&self) -> usize {
        match &self.coding {
            Coding::Dictionary(dictionary) => dictionary.bytes(),
            _ => 0,
        }
    }
}
