//! What the passing of days did to all customers.

use std::sync::Arc;

use super::plan::bits_of;
use crate::{Bitmap, SegmentName};

/// Which way a customer went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// It is a member now.
    Entered,
    /// It is none any more.
    Left,
}

/// Who entered and left what when days turned.
///
/// It takes four bytes a move, or a bit for each customer where many moved.
#[derive(Debug, Clone)]
#[must_use]
pub struct Turn {
    names: Arc<[SegmentName]>,
    /// The rows that entered and left each segment, in no particular order.
    rows: Vec<[Rows; 2]>,
}

#[derive(Debug, Clone)]
enum Rows {
    Few(Vec<u32>),
    Many(Bitmap),
}

/// From one row in so many on a bit for each is less than four bytes for some.
const FEW: usize = 32;

impl Turn {
    pub(super) fn new(names: Arc<[SegmentName]>) -> Self {
        let none = || Rows::Few(Vec::new());
        let rows = names.iter().map(|_| [none(), none()]).collect();
        Self { names, rows }
    }

    /// What has changed between two evaluations.
    pub(super) fn between(names: Arc<[SegmentName]>, old: &[Bitmap], new: &[Bitmap]) -> Self {
        let none = || Rows::Few(Vec::new());
        let rows = old.iter().zip(new).map(|(old, new)| {
            let (mut entered, mut left) = (none(), none());
            let words = old.words().iter().zip(new.words()).enumerate();
            for (n, (before, after)) in words.filter(|(_, (before, after))| before != after) {
                entered.add(n, after & !before, new.len());
                left.add(n, before & !after, new.len());
            }
            [entered, left]
        });
        let rows = rows.collect();
        Self { names, rows }
    }

    /// How many moves there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.iter().flatten().map(Rows::len).sum()
    }

    /// Whether everybody is where they were.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every move: the customer's row, the segment, and which way; segment by segment.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &SegmentName, Way)> {
        self.names.iter().zip(&self.rows).flat_map(|(name, rows)| {
            let ways = rows.iter().zip([Way::Entered, Way::Left]);
            ways.flat_map(move |(rows, way)| rows.iter().map(move |row| (row, name, way)))
        })
    }

    /// What two parts of the rows did together.
    pub(super) fn and(mut self, other: Self) -> Self {
        for (own, other) in self.rows.iter_mut().zip(&other.rows) {
            for (own, other) in own.iter_mut().zip(other) {
                other.iter().for_each(|row| own.push(row));
            }
        }
        self
    }

    pub(super) fn push(&mut self, segment: u32, row: usize, entered: bool) {
        self.rows[segment as usize][usize::from(!entered)].push(row);
    }
}

impl Rows {
    fn push(&mut self, row: usize) {
        match self {
            Self::Few(rows) => rows.push(row as u32),
            Self::Many(rows) => {
                rows.set(row, true);
            }
        }
    }

    /// Adds the rows of a word of that number; `len` rows there are in all.
    fn add(&mut self, n: usize, word: u64, len: usize) {
        bits_of(word).for_each(|bit| self.push(n * 64 + bit as usize));
        if let Self::Few(rows) = self
            && rows.len() > len / FEW
        {
            let mut many = Bitmap::none(len);
            for row in rows {
                many.set(*row as usize, true);
            }
            *self = Self::Many(many);
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Few(rows) => rows.len(),
            Self::Many(rows) => rows.count(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        let (few, many) = match self {
            Self::Few(rows) => (rows.as_slice(), None),
            Self::Many(rows) => (&[][..], Some(rows)),
        };
        let few = few.iter().map(|row| *row as usize);
        few.chain(many.into_iter().flat_map(Bitmap::iter))
    }
}
