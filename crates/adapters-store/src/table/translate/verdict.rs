//! For which values a condition is true, and for which it is false.

use chrono::{DateTime, NaiveDate, Utc};
use pregon_core::rule::{Comparison, Condition, Moment, Relation};
use pregon_core::{Decimal, Value};

use super::days;
use super::ranges::{Edge, Ranges};

/// The values for which a condition is true and those for which it is false; for others it is
/// unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict<T> {
    yes: Ranges<T>,
    no: Ranges<T>,
}

impl<T: Ord + Copy> Verdict<T> {
    fn unknown() -> Self {
        Self {
            yes: Ranges::none(),
            no: Ranges::none(),
        }
    }

    fn known(yes: Ranges<T>) -> Self {
        Self {
            no: yes.complement(),
            yes,
        }
    }

    fn is_unknown(&self) -> bool {
        self.yes.iter().next().is_none() && self.no.iter().next().is_none()
    }

    fn compared(how: Comparison, with: T) -> Self {
        let (before, after) = (Edge::At(with, false), Edge::At(with, true));
        Self::known(match how {
            Comparison::Eq => Ranges::one(with),
            Comparison::Ne => Ranges::one(with).complement(),
            Comparison::Lt => Ranges::between(Edge::Min, before),
            Comparison::Le => Ranges::between(Edge::Min, after),
            Comparison::Gt => Ranges::between(after, Edge::Max),
            Comparison::Ge => Ranges::between(before, Edge::Max),
        })
    }

    /// The values for which the condition has this truth.
    pub(super) fn of(self, truth: bool) -> Ranges<T> {
        if truth { self.yes } else { self.no }
    }

    /// A condition made of comparisons; nothing for any other.
    fn by_comparing(
        condition: &Condition,
        compare: &dyn Fn(Comparison, &Value) -> Self,
    ) -> Option<Self> {
        Some(match condition {
            Condition::Compare(how, value) => compare(*how, value),
            Condition::Between(low, high) => {
                let (low, high) = (compare(Comparison::Ge, low), compare(Comparison::Le, high));
                Self {
                    yes: low.yes.intersection(&high.yes),
                    no: Ranges::union([low.no, high.no]),
                }
            }
            Condition::In(values) => {
                let each: Vec<Self> = values
                    .iter()
                    .map(|value| compare(Comparison::Eq, value))
                    .collect();
                let unsure = each.iter().any(Self::is_unknown);
                let all = Self::known(Ranges::union(each.into_iter().map(|one| one.yes)));
                // One that is unknown leaves all unknown that are not true.
                if unsure {
                    Self {
                        no: Ranges::none(),
                        ..all
                    }
                } else {
                    all
                }
            }
            _ => return None,
        })
    }
}

/// What a condition says of a number; nothing where that is not about its order.
pub(super) fn numbers(condition: &Condition) -> Option<Verdict<Decimal>> {
    let compare = |how, with: &Value| match with {
        Value::Integer(n) => Verdict::compared(how, Decimal::from(*n)),
        Value::Decimal(d) => Verdict::compared(how, *d),
        _ => Verdict::unknown(),
    };
    Verdict::by_comparing(condition, &compare).or_else(|| {
        let fits = is_relative(condition) || is_about_texts(condition);
        fits.then(Verdict::unknown)
    })
}

/// Whether a condition asks for the day of today.
pub(super) fn is_relative(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::Relative(..)
            | Condition::OnThisDay
            | Condition::ToDate(_)
            | Condition::Anniversary(_)
    )
}

fn is_about_texts(condition: &Condition) -> bool {
    matches!(condition, Condition::Text(..) | Condition::Has(..))
}

/// What a condition says of a date; nothing where it needs a moment and there is none, and for
/// anniversaries, which are not days in a row.
pub(super) fn dates(condition: &Condition, moment: Option<&Moment>) -> Option<Verdict<NaiveDate>> {
    let compare = |how, with: &Value| match with {
        Value::Date(day) => Verdict::compared(how, *day),
        _ => Verdict::unknown(),
    };
    Verdict::by_comparing(condition, &compare).or_else(|| {
        if is_about_texts(condition) {
            return Some(Verdict::unknown());
        }
        Some(Verdict::known(days_of(condition, moment?)?))
    })
}

/// What a condition says of an instant, as of a date. Without a moment a day is one in any zone, so
/// that a value can be among those for which it is true and among those for which it is false.
pub(super) fn instants(
    condition: &Condition,
    moment: Option<&Moment>,
) -> Option<Verdict<DateTime<Utc>>> {
    let mapped = |days: &Ranges<NaiveDate>| match moment {
        Some(moment) => days::instants(days, moment.zone()),
        None => days::instants_anywhere(days),
    };
    let of_days = |asked: Verdict<NaiveDate>| Verdict {
        yes: mapped(&asked.yes),
        no: mapped(&asked.no),
    };
    if let Condition::In(values) = condition {
        return Some(one_of(values, &mapped));
    }
    let compare = |how, with: &Value| match with {
        Value::Instant(at) => Verdict::compared(how, *at),
        Value::Date(day) => of_days(Verdict::compared(how, *day)),
        _ => Verdict::unknown(),
    };
    Verdict::by_comparing(condition, &compare).or_else(|| {
        if is_about_texts(condition) {
            return Some(Verdict::unknown());
        }
        Some(of_days(Verdict::known(days_of(condition, moment?)?)))
    })
}

/// A list for an instant: all of its dates are looked up at once.
fn one_of(
    values: &[Value],
    mapped: &dyn Fn(&Ranges<NaiveDate>) -> Ranges<DateTime<Utc>>,
) -> Verdict<DateTime<Utc>> {
    let mut days = Vec::new();
    let mut instants = Vec::new();
    let mut unsure = false;
    for value in values {
        match value {
            Value::Date(day) => days.push(Ranges::one(*day)),
            Value::Instant(at) => instants.push(Ranges::one(*at)),
            _ => unsure = true,
        }
    }
    let (days, instants) = (Ranges::union(days), Ranges::union(instants));
    let no = if unsure {
        Ranges::none()
    } else {
        mapped(&days.complement()).intersection(&instants.complement())
    };
    Verdict {
        yes: Ranges::union([mapped(&days), instants]),
        no,
    }
}

/// Whether a condition compares with a civil date.
pub(super) fn names_a_date(condition: &Condition) -> bool {
    let is_date = |value: &Value| matches!(value, Value::Date(_));
    match condition {
        Condition::Compare(_, value) => is_date(value),
        Condition::Between(low, high) => is_date(low) || is_date(high),
        Condition::In(values) => values.iter().any(is_date),
        _ => false,
    }
}

/// The days that a relative condition speaks of.
fn days_of(condition: &Condition, moment: &Moment) -> Option<Ranges<NaiveDate>> {
    let (today, tomorrow) = (
        Edge::At(moment.today(), false),
        Edge::At(moment.today(), true),
    );
    let or = |day: Option<NaiveDate>, after, end| day.map_or(end, |day| Edge::At(day, after));
    Some(match condition {
        Condition::OnThisDay => Ranges::one(moment.today()),
        Condition::ToDate(unit) => {
            Ranges::between(Edge::At(moment.start_of(*unit), false), tomorrow)
        }
        Condition::Relative(relation, period) => {
            let (ago, ahead) = (moment.ago(*period), moment.ahead(*period));
            match relation {
                // Beyond the calendar nothing is older.
                Relation::OlderThan => Ranges::between(Edge::Min, or(ago, false, Edge::Min)),
                Relation::AtLeastAgo => Ranges::between(Edge::Min, or(ago, true, Edge::Min)),
                Relation::WithinLast => Ranges::between(or(ago, false, Edge::Min), tomorrow),
                Relation::WithinNext => Ranges::between(today, or(ahead, true, Edge::Max)),
                _ => return None,
            }
        }
        _ => return None,
    })
}
