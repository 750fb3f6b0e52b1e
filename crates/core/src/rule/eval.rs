//! Asks a rule of one row.

mod activity;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::{Decimal, SegmentName, Value};
use chrono::{Datelike, NaiveDate};

use super::ast::{Comparison, Condition, Expr, Has, Period, Relation, TextMatch, Window};
use super::facts::Facts;
use super::fold::fold;
use super::moment::Moment;
use super::whole::Rule;

pub(crate) use activity::measured;

/// Whether a customer belongs to the segment of a name.
pub(crate) type Naming<'a> = &'a dyn Fn(&SegmentName) -> Option<bool>;

/// What a rule is asked with: the row, the moment, and what the segments say that it may name.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a, 'r> {
    pub(crate) facts: &'a dyn Facts<'r>,
    pub(crate) moment: &'a Moment,
    pub(crate) segments: Option<Naming<'a>>,
}

impl Rule {
    /// Whether the rule holds for a row; `None` when that is unknown.
    ///
    /// The row gives the value of a name, and nothing for a missing one. A value that does not go
    /// with what is asked of it, which [`Rule::check`] finds beforehand, makes the test unknown,
    /// and so does the name of a segment: only [`Segments`](crate::Segments) know what it stands
    /// for.
    #[must_use]
    pub fn eval<'r>(&self, row: &dyn Facts<'r>, moment: &Moment) -> Option<bool> {
        self.ask(Asked {
            facts: row,
            moment,
            segments: None,
        })
    }

    /// Whether the rule is true for a row: neither false nor unknown.
    #[must_use]
    pub fn matches<'r>(&self, row: &dyn Facts<'r>, moment: &Moment) -> bool {
        self.eval(row, moment) == Some(true)
    }

    /// Whether the rule holds, segments that it names included.
    pub(crate) fn ask(&self, asked: Asked<'_, '_>) -> Option<bool> {
        eval(self.expr(), asked)
    }
}

fn eval(expr: &Expr, asked: Asked<'_, '_>) -> Option<bool> {
    match expr {
        Expr::All(parts) => all(parts.iter().map(|part| eval(part, asked))),
        Expr::Any(parts) => any(parts.iter().map(|part| eval(part, asked))),
        Expr::Not(inner) => eval(inner, asked).map(|known| !known),
        Expr::AtLeast(least, parts) => at_least(*least, parts.iter().map(|part| eval(part, asked))),
        Expr::Test(test) => {
            let value = asked.facts.value(&test.attribute);
            holds(value.as_deref(), &test.condition, asked.moment)
        }
        Expr::Activity(test) => activity::ask(test, asked),
        Expr::InSegment(name) => (asked.segments?)(name),
    }
}

/// False when one is false, else unknown when one is unknown.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(parts.map(|part| part.map(|known| !known))).map(|known| !known)
}

/// True when one is true, else unknown when one is unknown.
fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for part in parts {
        match part {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

/// True when enough are true, false when too few can be, else unknown.
fn at_least(least: u32, parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let (mut sure, mut possible) = (0_u32, 0_u32);
    for part in parts {
        sure += u32::from(part == Some(true));
        possible += u32::from(part != Some(false));
    }
    match (sure >= least, possible >= least) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}

/// Whether a condition holds of a value, or of a missing one.
pub(crate) fn holds(value: Option<&Value>, condition: &Condition, moment: &Moment) -> Option<bool> {
    let Some(value) = value else {
        return match condition {
            Condition::IsSet => Some(false),
            Condition::IsMissing => Some(true),
            _ => None,
        };
    };
    match condition {
        Condition::IsSet => Some(true),
        Condition::IsMissing => Some(false),
        Condition::Compare(comparison, with) => compare(value, *comparison, with, moment),
        Condition::Between(low, high) => {
            let bounds = [(Comparison::Ge, low), (Comparison::Le, high)];
            all(bounds
                .into_iter()
                .map(|(how, bound)| compare(value, how, bound, moment)))
        }
        Condition::In(values) => any(values.iter().map(|one| same(value, one, moment))),
        Condition::Text(how, text) => match value {
            Value::Text(own) => Some(looks(&fold(own), *how, &fold(text))),
            _ => None,
        },
        Condition::Has(has, texts) => match value {
            Value::Texts(set) => Some(has_texts(set, *has, texts)),
            _ => None,
        },
        Condition::Relative(relation, period) => {
            date(value, moment).map(|day| lies(day, *relation, *period, moment))
        }
        Condition::OnThisDay => date(value, moment).map(|day| day == moment.today()),
        Condition::Anniversary(period) => {
            date(value, moment).map(|day| has_anniversary(day, *period, moment))
        }
        Condition::ToDate(unit) => {
            date(value, moment).map(|day| moment.start_of(*unit) <= day && day <= moment.today())
        }
    }
}

fn compare(value: &Value, how: Comparison, with: &Value, moment: &Moment) -> Option<bool> {
    match how {
        Comparison::Eq => same(value, with, moment),
        Comparison::Ne => same(value, with, moment).map(|same| !same),
        Comparison::Lt => order(value, with, moment).map(Ordering::is_lt),
        Comparison::Le => order(value, with, moment).map(Ordering::is_le),
        Comparison::Gt => order(value, with, moment).map(Ordering::is_gt),
        Comparison::Ge => order(value, with, moment).map(Ordering::is_ge),
    }
}

fn same(value: &Value, with: &Value, moment: &Moment) -> Option<bool> {
    match (value, with) {
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Text(a), Value::Text(b)) => Some(a == b),
        _ => order(value, with, moment).map(Ordering::is_eq),
    }
}

/// The order of two numbers, dates or instants; nothing for what has none.
pub(super) fn order(value: &Value, with: &Value, moment: &Moment) -> Option<Ordering> {
    match (value, with) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Integer(a), Value::Decimal(b)) => Some(Decimal::from(*a).cmp(b)),
        (Value::Decimal(a), Value::Integer(b)) => Some(a.cmp(&Decimal::from(*b))),
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.cmp(b)),
        (Value::Instant(a), Value::Instant(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Instant(a), Value::Date(b)) => Some(moment.zone().date(*a).cmp(b)),
        _ => None,
    }
}

fn looks(own: &str, how: TextMatch, text: &str) -> bool {
    match how {
        TextMatch::Same => own == text,
        TextMatch::Contains => own.contains(text),
        TextMatch::StartsWith => own.starts_with(text),
    }
}

fn has_texts(set: &BTreeSet<String>, has: Has, texts: &[String]) -> bool {
    match has {
        Has::Any => texts.iter().any(|text| set.contains(text)),
        Has::All => texts.iter().all(|text| set.contains(text)),
        Has::None => !texts.iter().any(|text| set.contains(text)),
    }
}

/// The civil date of a date or an instant.
fn date(value: &Value, moment: &Moment) -> Option<NaiveDate> {
    match value {
        Value::Date(day) => Some(*day),
        Value::Instant(at) => Some(moment.zone().date(*at)),
        _ => None,
    }
}

/// Whether an anniversary falls on one of the days from today to so far ahead.
///
/// A period of a year or more has every anniversary in it.
pub(crate) fn has_anniversary(day: NaiveDate, period: Period, moment: &Moment) -> bool {
    let today = moment.today();
    let Some(end) = moment.ahead(period) else {
        return true;
    };
    let falls = |year| {
        moment
            .anniversary(day, year)
            .is_some_and(|on| today <= on && on <= end)
    };
    falls(today.year()) || (end.year() > today.year() && falls(today.year() + 1))
}

/// Whether a day lies in a window that ends today.
pub(super) fn in_window(day: NaiveDate, window: Window, moment: &Moment) -> bool {
    match window {
        Window::Last(period) => lies(day, Relation::WithinLast, period, moment),
        Window::ToDate(unit) => moment.start_of(unit) <= day && day <= moment.today(),
    }
}

/// A bound beyond the calendar has every day on its near side.
fn lies(day: NaiveDate, relation: Relation, period: Period, moment: &Moment) -> bool {
    let today = moment.today();
    match relation {
        Relation::OlderThan => moment.ago(period).is_some_and(|bound| day < bound),
        Relation::AtLeastAgo => moment.ago(period).is_some_and(|bound| day <= bound),
        Relation::WithinLast => day <= today && moment.ago(period).is_none_or(|bound| bound <= day),
        Relation::WithinNext => {
            today <= day && moment.ahead(period).is_none_or(|bound| day <= bound)
        }
    }
}
