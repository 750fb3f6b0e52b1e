//! What the passing of days did to all customers.

use std::sync::Arc;

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
        let both = old.iter().zip(new);
        let rows = both.map(|(old, new)| [Rows::without(new, old), Rows::without(old, new)]);
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

    pub(super) fn push(&mut self, segment: u32, row: usize, entered: bool) {
        match &mut self.rows[segment as usize][usize::from(!entered)] {
            Rows::Few(rows) => rows.push(row as u32),
            Rows::Many(rows) => {
                rows.set(row, true);
            }
        }
    }
}

impl Rows {
    /// The rows of one that are none of another.
    fn without(one: &Bitmap, other: &Bitmap) -> Self {
        let mut rows = one.clone();
        let words = rows.words_mut().iter_mut().zip(other.words());
        words.for_each(|(own, other)| *own &= !other);
        if rows.count() > rows.len() / FEW {
            Self::Many(rows)
        } else {
            Self::Few(rows.iter().map(|row| row as u32).collect())
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
