//! Who belongs to which segment.

mod overlap;
mod sample;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use overlap::Overlap;

use crate::{Bitmap, SegmentName};

/// Who belongs to which segment, by the rows of a population.
///
/// ```
/// use pregon_core::rule::Rule;
/// use pregon_core::{AttributeType, Cell, Population, Schema, Segments, Threads};
///
/// let schema = Schema::new().with("visits", AttributeType::Integer)?;
/// let mut builder = Population::builder(&schema);
/// for visits in 0..100 {
///     builder.push(&format!("C-{visits}"), [Cell::from(visits)])?;
/// }
/// let population = builder.finish();
/// let segments = Segments::new([])?
///     .with("some", Rule::parse("visits >= 10")?)?
///     .with("many", Rule::parse("visits >= 90")?)?;
/// let now = "2026-11-20T06:00:00Z".parse()?;
/// let members = segments.evaluate(&population, now, Threads::default()).expect("good rules");
///
/// assert_eq!((members.count("some"), members.none()), (90, 10));
/// assert!(members.rows("many").is_some_and(|rows| rows.get(95)));
/// assert_eq!(members.sample("many", 3, 1).len(), 3);
/// assert_eq!(members.overlap(2).customers(), 10, "those of many are among some");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    names: Arc<[SegmentName]>,
    rows: Vec<Bitmap>,
    counts: Vec<u64>,
}

impl Members {
    /// Every segment, in the order given, with its members and how many they are.
    pub fn iter(&self) -> impl Iterator<Item = (&SegmentName, &Bitmap, usize)> {
        let counts = self.counts.iter().map(|count| *count as usize);
        let names = self.names.iter().zip(&self.rows);
        names
            .zip(counts)
            .map(|((name, rows), count)| (name, rows, count))
    }

    /// How many members a segment has; none when there is no such segment.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.place(name)
            .map_or(0, |place| self.counts[place] as usize)
    }

    /// The members of a segment.
    #[must_use]
    pub fn rows(&self, name: &str) -> Option<&Bitmap> {
        self.place(name).map(|place| &self.rows[place])
    }

    /// How many customers are in no segment.
    #[must_use]
    pub fn none(&self) -> usize {
        let len = self.len();
        let words = (0..len.div_ceil(64)).map(|word| {
            let any = self
                .rows
                .iter()
                .fold(0, |any, rows| any | rows.words()[word]);
            any.count_ones() as usize
        });
        len - words.sum::<usize>()
    }

    /// So many members of a segment, drawn by chance, in the order of rows; all when there are
    /// fewer.
    ///
    /// Every choice of members is equally likely, and the same seed gives the same one.
    #[must_use]
    pub fn sample(&self, name: &str, n: usize, seed: u64) -> Vec<usize> {
        let place = self.place(name);
        place.map_or_else(Vec::new, |place| {
            sample::of(&self.rows[place], self.counts[place] as usize, n, seed)
        })
    }

    /// The customers that are in so many segments or more.
    #[must_use]
    pub fn overlap(&self, at_least: usize) -> Overlap {
        Overlap::of(&self.rows, self.len(), at_least)
    }

    /// How many customers are in both of each two segments that share some, most first.
    ///
    /// It takes time for every pair: a second for some hundred segments of ten million customers.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&SegmentName, &SegmentName, usize)> {
        let mut pairs = Vec::new();
        for (n, (name, rows)) in self.names.iter().zip(&self.rows).enumerate() {
            for (other, others) in self.names.iter().zip(&self.rows).skip(n + 1) {
                let both = rows.words().iter().zip(others.words());
                let both = both.map(|(a, b)| (a & b).count_ones() as usize).sum();
                if both > 0 {
                    pairs.push((name, other, both));
                }
            }
        }
        pairs.sort_by_key(|(.., both)| std::cmp::Reverse(*both));
        pairs
    }

    pub(super) fn nobody(names: Arc<[SegmentName]>) -> Self {
        Self {
            names,
            rows: Vec::new(),
            counts: Vec::new(),
        }
    }

    pub(super) fn new(names: Arc<[SegmentName]>, rows: Vec<Bitmap>, counts: Vec<u64>) -> Self {
        Self {
            names,
            rows,
            counts,
        }
    }

    /// The memory, for other members.
    pub(super) fn take(&mut self) -> Vec<Bitmap> {
        std::mem::take(&mut self.rows)
    }

    /// How many customers there are, members or not.
    fn len(&self) -> usize {
        self.rows.first().map_or(0, Bitmap::len)
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|own| own.as_str() == name)
    }
}
