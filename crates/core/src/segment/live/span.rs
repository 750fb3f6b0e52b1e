//! When something may have happened to those of whom a turning day changes the answer.

use super::super::leaf::{self, Notes};
use super::super::population::Column;
use super::Live;
use super::activity_index::ActivityIndex;
use super::values::Values;
use crate::AttributeType;
use crate::rule::{Condition, Moment};

/// A stretch of an index of activities that a turning day decides otherwise in a zone.
#[derive(Debug)]
pub(super) struct Span {
    /// The place of the index.
    pub(super) index: usize,
    pub(super) low: i64,
    pub(super) high: i64,
    pub(super) zone: usize,
}

impl Live {
    /// What the turning of these zones' days decides otherwise.
    pub(super) fn spans(&self, moments: &[Moment], turned: &[bool]) -> Vec<Span> {
        let mut spans = Vec::new();
        for (place, index) in self.activity_days.iter().enumerate() {
            let conditions = self.conditions_on(index);
            let r#type = self.type_of(index);
            // Instants of a leap second, and those between two microseconds, are not found in
            // their order.
            let margin = match r#type {
                AttributeType::Instant => 1_000_000,
                _ => 0,
            };
            let column = Column::new(r#type);
            let bounds = index.bounds();
            for zone in (0..moments.len()).filter(|zone| turned[*zone]) {
                let both = [&self.moments[zone], &moments[zone]];
                let mut ranges = Vec::new();
                for condition in &conditions {
                    let [old, new] = both.map(|moment| Values {
                        codes: leaf::code_set_with(
                            condition,
                            &column,
                            moment,
                            true,
                            &mut Notes::between(bounds),
                        ),
                        missing: false,
                    });
                    let other = Values::in_so_many(&[&old, &new], 1, 1);
                    ranges.extend_from_slice(other.codes.ranges());
                }
                let wider = |(low, high): (i64, i64)| {
                    (low.saturating_sub(margin), high.saturating_add(margin))
                };
                let ranges = super::super::code_set::CodeSet::of(ranges.into_iter().map(wider));
                spans.extend(ranges.ranges().iter().map(|(low, high)| Span {
                    index: place,
                    low: *low,
                    high: *high,
                    zone,
                }));
            }
        }
        spans
    }

    /// The conditions on the dates that an index sorts by.
    fn conditions_on(&self, index: &ActivityIndex) -> Vec<&Condition> {
        let questions = self.answers.turning().map(|(_, question)| question);
        let questions = questions.filter(|question| question.kind() == index.kind);
        questions
            .flat_map(|question| match &index.attribute {
                None => question.turning().collect(),
                Some(name) => {
                    let attributes = question.turning_attributes().into_iter();
                    let own = attributes.filter(|(attribute, _)| attribute == name);
                    Vec::from_iter(own.map(|(_, condition)| condition))
                }
            })
            .collect()
    }

    fn type_of(&self, index: &ActivityIndex) -> AttributeType {
        let schema = self.population.schema().activity(&index.kind);
        match (&index.attribute, schema) {
            (Some(name), Some(schema)) => schema.get(name).cloned(),
            _ => None,
        }
        .unwrap_or(AttributeType::Instant)
    }
}
