//! From a question about an attribute to the set of codes of its column that answer it.
//!
//! Every question has two sets for a column and a [`Moment`]: the codes for which it is surely
//! true, and those for which it is surely false. What is neither is unknown. So a negation needs
//! no logic of its own, and whether a row is in a segment needs one bit a question.
//!
//! [`Rule::eval`](crate::rule::Rule::eval) is the reference: for each code the sets say what the
//! rule says of the value that the code stands for.

mod bound;
mod calendar;
mod entries;
#[cfg(test)]
mod tests;

use crate::Value;
use crate::rule::{Comparison, Condition, Moment};

use super::code_set::CodeSet;
use super::population::{Codes, Coding, Column};
use bound::Bound;

/// The codes of a column for which a condition is surely true, or surely false.
///
/// It is exact for every code that stands for a value, but for anniversaries, which are exact
/// between the least and the greatest code that the column has now.
#[cfg(test)]
pub(crate) fn code_set(
    condition: &Condition,
    column: &Column,
    moment: &Moment,
    truth: bool,
) -> CodeSet {
    code_set_with(condition, column, moment, truth, &mut Notes::default())
}

/// What was found out about a column, for the next question: good until the column changes.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// The texts of the dictionary without case and accents.
    folded: Option<Vec<Value>>,
    /// The least and the greatest code of a value, when there is a value.
    bounds: Option<Option<(i64, i64)>>,
}

impl Notes {
    /// Notes of a column whose codes are known to lie between these; of none when there are none.
    pub(crate) fn between(bounds: Option<(i64, i64)>) -> Self {
        Self {
            folded: None,
            bounds: Some(bounds),
        }
    }

    /// The least and the greatest code of a value; nothing when the column has no value.
    pub(crate) fn bounds(&mut self, column: &Column) -> Option<(i64, i64)> {
        *self.bounds.get_or_insert_with(|| bounds(column))
    }
}

/// [`code_set`], which takes note of what it finds out.
pub(crate) fn code_set_with(
    condition: &Condition,
    column: &Column,
    moment: &Moment,
    truth: bool,
    notes: &mut Notes,
) -> CodeSet {
    match (&column.coding, condition) {
        // Every code stands for a value that is there.
        (_, Condition::IsSet | Condition::IsMissing) => {
            when(truth == matches!(condition, Condition::IsSet))
        }
        (Coding::Bool, _) => entries::of_bools(condition, moment, truth),
        (Coding::Dictionary(entries), _) => {
            entries::of(condition, entries.values(), moment, truth, notes)
        }
        (Coding::Integer | Coding::Scaled(_) | Coding::Days | Coding::Micros, _) => {
            ordered(condition, column, moment, truth, notes)
        }
    }
}

/// Whether a row without a value answers the condition so.
pub(crate) fn of_missing(condition: &Condition, truth: bool) -> bool {
    match condition {
        Condition::IsSet => !truth,
        Condition::IsMissing => truth,
        _ => false,
    }
}

/// Whether the answer depends on when and where it is asked.
pub(crate) fn is_timed(condition: &Condition, coding: &Coding) -> bool {
    let instants = match coding {
        Coding::Micros => true,
        // Instants between two microseconds.
        Coding::Dictionary(entries) => matches!(entries.values().first(), Some(Value::Instant(_))),
        Coding::Bool | Coding::Integer | Coding::Scaled(_) | Coding::Days => false,
    };
    let dated = |value: &Value| instants && matches!(value, Value::Date(_));
    match condition {
        Condition::Relative(..)
        | Condition::OnThisDay
        | Condition::Anniversary(_)
        | Condition::ToDate(_) => instants || matches!(coding, Coding::Days),
        Condition::Compare(_, value) => dated(value),
        Condition::Between(low, high) => dated(low) || dated(high),
        Condition::In(values) => values.iter().any(dated),
        Condition::IsSet | Condition::IsMissing | Condition::Text(..) | Condition::Has(..) => false,
    }
}

/// Of a column whose codes are in the order of the values.
fn ordered(
    condition: &Condition,
    column: &Column,
    moment: &Moment,
    truth: bool,
    notes: &mut Notes,
) -> CodeSet {
    let compare = |how, value: &Value| compared(&column.coding, how, value, moment);
    let side = |of_true: Option<CodeSet>| match of_true {
        Some(set) if truth => set,
        Some(set) => set.complement(),
        None => CodeSet::none(),
    };
    match condition {
        Condition::Compare(how, value) => side(compare(*how, value)),
        Condition::Between(low, high) => {
            let low = side(compare(Comparison::Ge, low));
            let high = side(compare(Comparison::Le, high));
            if truth { low.and(&high) } else { low.or(&high) }
        }
        Condition::In(values) => {
            let sets = || values.iter().map(|value| compare(Comparison::Eq, value));
            if !truth && sets().any(|set| set.is_none()) {
                return CodeSet::none(); // One value that does not go with the others' type.
            }
            let ranges: Vec<_> = sets()
                .flatten()
                .flat_map(|set| set.ranges().to_vec())
                .collect();
            side(Some(CodeSet::of(ranges)))
        }
        Condition::Relative(..)
        | Condition::OnThisDay
        | Condition::Anniversary(_)
        | Condition::ToDate(_) => side(calendar::codes(condition, column, moment, notes)),
        Condition::IsSet | Condition::IsMissing | Condition::Text(..) | Condition::Has(..) => {
            CodeSet::none()
        }
    }
}

/// The codes that compare so with a value; nothing when they cannot be compared.
fn compared(coding: &Coding, how: Comparison, with: &Value, moment: &Moment) -> Option<CodeSet> {
    if let (Coding::Micros, Value::Date(day)) = (coding, with) {
        let days = Bound::whole(calendar::number(*day).into()).codes(how);
        return Some(calendar::instants(&days, moment.zone()));
    }
    Bound::of(coding, with).map(|bound| bound.codes(how))
}

fn when(all: bool) -> CodeSet {
    if all { CodeSet::all() } else { CodeSet::none() }
}

fn bounds(column: &Column) -> Option<(i64, i64)> {
    fn ends<T: Copy + Ord + Into<i64>>(codes: &[T], column: &Column) -> Option<(i64, i64)> {
        let both = |ends: Option<(T, T)>, code: T| match ends {
            Some((least, greatest)) => Some((least.min(code), greatest.max(code))),
            None => Some((code, code)),
        };
        let (least, greatest) = match &column.known {
            None => codes.iter().copied().fold(None, both),
            Some(known) => known.iter().map(|row| codes[row]).fold(None, both),
        }?;
        Some((least.into(), greatest.into()))
    }
    match &column.codes {
        Codes::U8(codes) => ends(codes, column),
        Codes::U16(codes) => ends(codes, column),
        Codes::I32(codes) => ends(codes, column),
        Codes::I64(codes) => ends(codes, column),
    }
}
