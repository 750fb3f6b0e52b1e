//! Asks a rule of one row.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::{Decimal, Value};
use chrono::NaiveDate;

use super::ast::{Comparison, Condition, Expr, Has, Period, Relation, Test, TextMatch};
use super::fold::fold;
use super::moment::Moment;
use super::whole::Rule;

type Row<'f, 'r> = &'f dyn Fn(&str) -> Option<Cow<'r, Value>>;

impl Rule {
    /// Whether the rule holds for a row; `None` when that is unknown.
    ///
    /// The row gives the value of a name, and nothing for a missing one. A value that does not go
    /// with what is asked of it, which [`Rule::check`] finds beforehand, makes the test unknown.
    #[must_use]
    pub fn eval<'r>(
        &self,
        row: &dyn Fn(&str) -> Option<Cow<'r, Value>>,
        moment: &Moment,
    ) -> Option<bool> {
        eval(self.expr(), row, moment)
    }

    /// Whether the rule is true for a row: neither false nor unknown.
    #[must_use]
    pub fn matches<'r>(
        &self,
        row: &dyn Fn(&str) -> Option<Cow<'r, Value>>,
        moment: &Moment,
    ) -> bool {
        self.eval(row, moment) == Some(true)
    }
}

fn eval(expr: &Expr, row: Row<'_, '_>, moment: &Moment) -> Option<bool> {
    match expr {
        Expr::All(parts) => all(parts.iter().map(|part| eval(part, row, moment))),
        Expr::Any(parts) => any(parts.iter().map(|part| eval(part, row, moment))),
        Expr::Not(inner) => eval(inner, row, moment).map(|known| !known),
        Expr::Test(test) => ask(test, row, moment),
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

fn ask(
    Test {
        attribute,
        condition,
    }: &Test,
    row: Row<'_, '_>,
    moment: &Moment,
) -> Option<bool> {
    let Some(value) = row(attribute) else {
        return match condition {
            Condition::IsSet => Some(false),
            Condition::IsMissing => Some(true),
            _ => None,
        };
    };
    let value: &Value = &value;
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
            Value::Texts(set) => Some(holds(set, *has, texts)),
            _ => None,
        },
        Condition::Relative(relation, period) => {
            date(value, moment).map(|day| lies(day, *relation, *period, moment))
        }
        Condition::OnThisDay => date(value, moment).map(|day| day == moment.today()),
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

fn holds(set: &BTreeSet<String>, has: Has, texts: &[String]) -> bool {
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
