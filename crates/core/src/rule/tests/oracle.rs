//! A second, slow and plain reading of what rules mean, to which the first must agree.
//!
//! It shares no code with the evaluator: truth is a number of which *and* takes the least, numbers
//! are tenths, days are counted from year 0 by hand, the zone is five hours behind.

use crate::Value;
use chrono::{DateTime, Datelike, Timelike, Utc};

use super::super::{Comparison, Condition, Expr, Has, Period, Relation, TextMatch};
use super::random::Row;

/// -1 is false, 0 unknown, 1 true.
pub(super) fn truth(expr: &Expr, row: &Row, now: DateTime<Utc>) -> i8 {
    match expr {
        Expr::All(parts) => parts.iter().map(|p| truth(p, row, now)).min().unwrap(),
        Expr::Any(parts) => parts.iter().map(|p| truth(p, row, now)).max().unwrap(),
        Expr::Not(inner) => -truth(inner, row, now),
        Expr::AtLeast(..) | Expr::Activity(_) | Expr::InSegment(_) => panic!("never drawn"),
        Expr::Test(test) => {
            let value = row.get(test.attribute.as_str());
            match (&test.condition, value) {
                (Condition::IsSet, _) => sign(value.is_some()),
                (Condition::IsMissing, _) => sign(value.is_none()),
                (_, None) => 0,
                (condition, Some(value)) => asked(condition, value, now),
            }
        }
    }
}

fn sign(holds: bool) -> i8 {
    if holds { 1 } else { -1 }
}

fn asked(condition: &Condition, value: &Value, now: DateTime<Utc>) -> i8 {
    match condition {
        Condition::Anniversary(_) | Condition::ToDate(_) => panic!("never drawn"),
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
            day(value).map_or(0, |day| sign(lies(day, *relation, *period, now)))
        }
        Condition::OnThisDay => day(value).map_or(0, |day| sign(day == today(now))),
        Condition::IsSet | Condition::IsMissing => unreachable!("asked before"),
    }
}

fn compared(value: &Value, how: Comparison, with: &Value) -> i8 {
    let key = |v: &Value| match v {
        Value::Integer(n) => i128::from(*n) * 10,
        Value::Decimal(d) => {
            let text = d.to_string();
            let (whole, tenth) = text.split_once('.').unwrap_or((&text, "0"));
            format!("{whole}{tenth}").parse().unwrap()
        }
        Value::Bool(b) => i128::from(*b),
        Value::Instant(at) => i128::from(at.timestamp()),
        Value::Date(_) => i128::from(day(v).unwrap()),
        _ => 0,
    };
    let number = |v: &Value| matches!(v, Value::Integer(_) | Value::Decimal(_));
    let order = match (value, with) {
        (a, b) if number(a) && number(b) => key(a).cmp(&key(b)),
        (Value::Date(_), Value::Date(_)) | (Value::Instant(_), Value::Instant(_)) => {
            key(value).cmp(&key(with))
        }
        (Value::Instant(_), Value::Date(_)) => day(value).cmp(&day(with)),
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

fn day(value: &Value) -> Option<i64> {
    match value {
        Value::Date(d) => Some(number((d.year().into(), d.month().into(), d.day().into()))),
        Value::Instant(at) => Some(number(local(*at))),
        _ => None,
    }
}

fn today(now: DateTime<Utc>) -> i64 {
    number(local(now))
}

/// The day so many periods away; negative ones are past.
fn moved(now: DateTime<Utc>, period: Period, direction: i64) -> i64 {
    let (year, month, day) = local(now);
    let months = |n: i64| {
        let all = year * 12 + (month - 1) + direction * n;
        let (y, m) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        number((y, m, day.min(days_in((y, m)))))
    };
    match period {
        Period::Days(n) => today(now) + direction * i64::from(n),
        Period::Weeks(n) => today(now) + direction * i64::from(n) * 7,
        Period::Months(n) => months(i64::from(n)),
        Period::Quarters(n) => months(i64::from(n) * 3),
        Period::Years(n) => months(i64::from(n) * 12),
    }
}

fn lies(day: i64, relation: Relation, period: Period, now: DateTime<Utc>) -> bool {
    let (ago, ahead) = (moved(now, period, -1), moved(now, period, 1));
    match relation {
        Relation::OlderThan => day < ago,
        Relation::AtLeastAgo => day <= ago,
        Relation::WithinLast => ago <= day && day <= today(now),
        Relation::WithinNext => today(now) <= day && day <= ahead,
    }
}
