//! A second, slow and plain reading of what rules mean, to which the first must agree.
//!
//! It shares no code with the evaluator: truth is a number of which *and* takes the least, numbers
//! are tenths, days are counted from year 0 by hand, the zone is five hours behind.

use crate::{Activity, Value};
use chrono::{DateTime, Datelike, Timelike, Utc};

use super::super::{
    ActivityTest, Comparison, Condition, Expr, Has, LeapDay, Measure, Period, Relation, TextMatch,
    Unit, Window,
};
use super::random::{Row, When};

/// -1 is false, 0 unknown, 1 true. A segment is unknown.
pub(super) fn truth(expr: &Expr, row: &Row, when: When) -> i8 {
    truth_in(expr, row, when, &|_| 0)
}

/// The same where a segment is what `segments` says of it.
pub(crate) fn truth_in(expr: &Expr, row: &Row, when: When, segments: &dyn Fn(&str) -> i8) -> i8 {
    let of = |part: &Expr| truth_in(part, row, when, segments);
    match expr {
        Expr::All(parts) => parts.iter().map(of).min().unwrap(),
        Expr::Any(parts) => parts.iter().map(of).max().unwrap(),
        Expr::Not(inner) => -of(inner),
        // The so-manieth of the best.
        Expr::AtLeast(least, parts) => {
            let mut all: Vec<i8> = parts.iter().map(of).collect();
            all.sort_unstable();
            all[all.len() - *least as usize]
        }
        Expr::InSegment(name) => segments(name.as_str()),
        Expr::Test(test) => {
            let value = row.values.get(test.attribute.as_str());
            holds(&test.condition, value, when)
        }
        Expr::Activity(test) => {
            let value = made_of(test, row, when);
            holds(&test.condition, value.as_ref(), when)
        }
    }
}

fn holds(condition: &Condition, value: Option<&Value>, when: When) -> i8 {
    match (condition, value) {
        (Condition::IsSet, _) => sign(value.is_some()),
        (Condition::IsMissing, _) => sign(value.is_none()),
        (_, None) => 0,
        (condition, Some(value)) => asked(condition, value, when),
    }
}

/// The number or the instant that a test makes of activities.
fn made_of(test: &ActivityTest, row: &Row, when: When) -> Option<Value> {
    let belongs = |one: &&Activity| {
        let day = number(local(one.at));
        let inside = match test.of.within {
            None => true,
            Some(Window::Last(period)) => lies(day, Relation::WithinLast, period, when),
            Some(Window::ToDate(unit)) => to_date(day, unit, when),
        };
        let inner = Row {
            values: super::random::named(&one.attributes),
            activities: Vec::new(),
        };
        let with = test.of.with.as_ref();
        one.kind == test.of.kind && inside && with.is_none_or(|with| truth(with, &inner, when) == 1)
    };
    let mut those: Vec<&Activity> = row.activities.iter().filter(belongs).collect();
    those.sort_by_key(|one| one.at);
    match &test.measure {
        Measure::Count => Some(Value::Integer(those.len() as i64)),
        Measure::Sum(name) => {
            let numbers = those.iter().filter_map(|one| one.attributes.get(name));
            let sum: i128 = numbers.filter(|v| is_number(v)).map(tenths).sum();
            Some(Value::Decimal(
                crate::Decimal::from_parts(sum as i64, 1).unwrap(),
            ))
        }
        Measure::Last => those.last().map(|one| Value::Instant(one.at)),
        Measure::First => those.first().map(|one| Value::Instant(one.at)),
    }
}

fn sign(holds: bool) -> i8 {
    if holds { 1 } else { -1 }
}

fn asked(condition: &Condition, value: &Value, when: When) -> i8 {
    match condition {
        Condition::Compare(how, with) => compared(value, *how, with),
        Condition::Between(low, high) => {
            compared(value, Comparison::Ge, low).min(compared(value, Comparison::Le, high))
        }
        Condition::In(values) => values
            .iter()
            .map(|one| compared(value, Comparison::Eq, one))
            .max()
            .unwrap(),
        Condition::Text(how, text) => {
            let Value::Text(own) = value else { return 0 };
            let (own, text) = (plain(own), plain(text));
            let at = own.windows(text.len().max(1)).position(|part| part == text);
            sign(match how {
                TextMatch::Same => own == text,
                TextMatch::Contains => text.is_empty() || at.is_some(),
                TextMatch::StartsWith => text.is_empty() || at == Some(0),
            })
        }
        Condition::Has(has, texts) => {
            let Value::Texts(set) = value else { return 0 };
            let found = texts
                .iter()
                .filter(|t| set.iter().any(|own| own == *t))
                .count();
            sign(match has {
                Has::Any => found > 0,
                Has::All => found == texts.len(),
                Has::None => found == 0,
            })
        }
        Condition::Relative(relation, period) => {
            day(value).map_or(0, |day| sign(lies(day, *relation, *period, when)))
        }
        Condition::OnThisDay => day(value).map_or(0, |day| sign(day == today(when))),
        Condition::Anniversary(period) => {
            civil(value).map_or(0, |day| sign(has_anniversary(day, *period, when)))
        }
        Condition::ToDate(unit) => day(value).map_or(0, |day| sign(to_date(day, *unit, when))),
        Condition::IsSet | Condition::IsMissing => unreachable!("asked before"),
    }
}

fn compared(value: &Value, how: Comparison, with: &Value) -> i8 {
    let order = match (value, with) {
        (a, b) if is_number(a) && is_number(b) => tenths(a).cmp(&tenths(b)),
        (Value::Instant(a), Value::Instant(b)) => a.timestamp().cmp(&b.timestamp()),
        (Value::Date(_) | Value::Instant(_), Value::Date(_)) => day(value).cmp(&day(with)),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => return 0,
    };
    let unordered = matches!(value, Value::Text(_) | Value::Bool(_));
    match how {
        Comparison::Eq => sign(order.is_eq()),
        Comparison::Ne => sign(order.is_ne()),
        _ if unordered => 0,
        Comparison::Lt => sign(order.is_lt()),
        Comparison::Le => sign(order.is_le()),
        Comparison::Gt => sign(order.is_gt()),
        Comparison::Ge => sign(order.is_ge()),
    }
}

fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Decimal(_))
}

fn tenths(value: &Value) -> i128 {
    let text = value.to_string();
    let (whole, tenth) = text.split_once('.').unwrap_or((&text, "0"));
    format!("{whole}{tenth}").parse().unwrap()
}

/// The letters of the few texts by hand.
fn plain(text: &str) -> Vec<char> {
    let small = |c: char| match c {
        'á' | 'A' => Some('a'),
        'B' => Some('b'),
        'O' => Some('o'),
        'G' => Some('g'),
        'T' => Some('t'),
        'P' => Some('p'),
        'ñ' => Some('n'),
        '\u{303}' => None,
        other => Some(other),
    };
    text.chars().filter_map(small).collect()
}

type Ymd = (i64, i64, i64);

fn days_in((year, month): (i64, i64)) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    [
        31,
        28 + i64::from(leap),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ][month as usize - 1]
}

/// Days since the first of March of year 0, year by year in the manner of the calendar's inventors.
fn number((year, month, day): Ymd) -> i64 {
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400);
    365 * y + leaps + (153 * m + 2) / 5 + day - 1
}

fn local(at: DateTime<Utc>) -> Ymd {
    let date = (
        i64::from(at.year()),
        i64::from(at.month()),
        i64::from(at.day()),
    );
    if at.hour() >= 5 {
        date
    } else {
        the_day_before(date)
    }
}

fn the_day_before((year, month, day): Ymd) -> Ymd {
    match (month, day) {
        (1, 1) => (year - 1, 12, 31),
        (_, 1) => (year, month - 1, days_in((year, month - 1))),
        _ => (year, month, day - 1),
    }
}

fn civil(value: &Value) -> Option<Ymd> {
    match value {
        Value::Date(d) => Some((d.year().into(), d.month().into(), d.day().into())),
        Value::Instant(at) => Some(local(*at)),
        _ => None,
    }
}

fn day(value: &Value) -> Option<i64> {
    civil(value).map(number)
}

fn today(when: When) -> i64 {
    number(local(when.now))
}

/// Whether one of the days from today on, as many as the period has, has the same day and month.
fn has_anniversary((_, month, day): Ymd, period: Period, when: When) -> bool {
    let last = moved(when, period, 1);
    let (mut one, mut n) = (local(when.now), today(when));
    // Every anniversary lies within any 366 days.
    for _ in 0..366 {
        if n > last {
            return false;
        }
        let plain = days_in((one.0, 2)) == 28;
        let moved_to = match when.leap_day {
            LeapDay::February28 => (2, 28),
            LeapDay::March1 => (3, 1),
        };
        let shown = if plain && (month, day) == (2, 29) {
            moved_to
        } else {
            (month, day)
        };
        if (one.1, one.2) == shown {
            return true;
        }
        (one, n) = (the_day_after(one), n + 1);
    }
    true
}

fn the_day_after((year, month, day): Ymd) -> Ymd {
    match (month, day) {
        (12, 31) => (year + 1, 1, 1),
        _ if day == days_in((year, month)) => (year, month + 1, 1),
        _ => (year, month, day + 1),
    }
}

/// Goes back day by day to the first one of the unit.
fn to_date(day: i64, unit: Unit, when: When) -> bool {
    let a_monday = number((2026, 3, 2));
    let mut first = local(when.now);
    loop {
        let (_, month, of_month) = first;
        let begins = match unit {
            Unit::Day => true,
            Unit::Week => (number(first) - a_monday).rem_euclid(7) == 0,
            Unit::Month => of_month == 1,
            Unit::Quarter => of_month == 1 && [1, 4, 7, 10].contains(&month),
            Unit::Year => of_month == 1 && month == 1,
        };
        if begins {
            return number(first) <= day && day <= today(when);
        }
        first = the_day_before(first);
    }
}

/// The day so many periods away; negative ones are past.
fn moved(when: When, period: Period, direction: i64) -> i64 {
    let (year, month, day) = local(when.now);
    let months = |n: i64| {
        let all = year * 12 + (month - 1) + direction * n;
        let (y, m) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        number((y, m, day.min(days_in((y, m)))))
    };
    match period {
        Period::Days(n) => today(when) + direction * i64::from(n),
        Period::Weeks(n) => today(when) + direction * i64::from(n) * 7,
        Period::Months(n) => months(i64::from(n)),
        Period::Quarters(n) => months(i64::from(n) * 3),
        Period::Years(n) => months(i64::from(n) * 12),
    }
}

fn lies(day: i64, relation: Relation, period: Period, when: When) -> bool {
    let (ago, ahead) = (moved(when, period, -1), moved(when, period, 1));
    match relation {
        Relation::OlderThan => day < ago,
        Relation::AtLeastAgo => day <= ago,
        Relation::WithinLast => ago <= day && day <= today(when),
        Relation::WithinNext => today(when) <= day && day <= ahead,
    }
}
