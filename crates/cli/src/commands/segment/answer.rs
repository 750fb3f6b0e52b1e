//! Asks the question of every row, in the order of the file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use pregon::rule::Facts;
use pregon::source::{CsvRow, CsvSheet};
use pregon::{Activity, SegmentName, Value};

use super::Asked;
use super::question::Question;
use super::when::Moments;
use crate::output::Failure;

/// Tells of every row its id and the numbers of the segments that it belongs to, until `see` has
/// seen enough. Of a question about one segment it is that one.
pub(super) fn each(
    asked: &Asked,
    question: &Question,
    sheet: &mut CsvSheet,
    mut see: impl FnMut(&str, &[usize]) -> ControlFlow<()>,
) -> Result<(), Failure> {
    let names = question.attributes();
    let places: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let numbers: BTreeMap<&SegmentName, usize> =
        question.ones.iter().map(|one| &one.name).zip(0..).collect();
    let mut moments = Moments::new(asked.when);
    let mut hits = Vec::new();
    let read = sheet.read(&names, |batch| {
        asked.go_on()?;
        for n in 0..batch.len() {
            let row = batch.row(n);
            let facts = RowFacts { row, places: &places };
            let moment = moments.of(row.zone());
            hits.clear();
            for name in question.segments.of(&facts, moment) {
                let number = numbers.get(name).copied();
                let asked = |number: &usize| question.selected.is_none_or(|one| one == *number);
                hits.extend(number.filter(asked));
            }
            see(row.id(), &hits)?;
        }
        ControlFlow::Continue(())
    });
    read.map_err(|error| asked.reading(&error))
}

/// A row as rules read it.
pub(super) struct RowFacts<'a> {
    pub(super) row: CsvRow<'a>,
    pub(super) places: &'a BTreeMap<&'a str, usize>,
}

impl<'r> Facts<'r> for RowFacts<'_> {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        let at = *self.places.get(name)?;
        self.row.cell(at).to_value().map(Cow::Owned)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&[])
    }
}
