//! What the passing of days did to all customers.

use std::sync::Arc;

use crate::SegmentName;

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
/// It takes four bytes a move.
#[derive(Debug, Clone)]
#[must_use]
pub struct Turn {
    names: Arc<[SegmentName]>,
    /// The rows that entered and left each segment, in no particular order.
    rows: Vec<[Vec<u32>; 2]>,
}

impl Turn {
    pub(super) fn new(names: Arc<[SegmentName]>) -> Self {
        let rows = names.iter().map(|_| Default::default()).collect();
        Self { names, rows }
    }

    /// How many moves there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.iter().flatten().map(Vec::len).sum()
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
            ways.flat_map(move |(rows, way)| rows.iter().map(move |row| (*row as usize, name, way)))
        })
    }

    pub(super) fn push(&mut self, segment: u32, row: usize, entered: bool) {
        self.rows[segment as usize][usize::from(!entered)].push(row as u32);
    }
}
