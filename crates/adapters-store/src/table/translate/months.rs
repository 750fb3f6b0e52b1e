//! Anniversaries: days by month and day.

use chrono::{Datelike, NaiveDate};
use pregon_core::Value;
use pregon_core::rule::{Condition, Expr, Moment, Rule, Test};

use super::field::{Field, Key};
use super::key::{Limit, Limits};
use super::ranges::{Edge, Ranges};
use crate::table::{Dialect, Storage};

/// The days of a leap year, from 0 for the first of March to 365 for 29 February.
///
/// Counted so, a leap day moves no other.
type DayOfYear = i64;

const DAYS: DayOfYear = 366;

/// A day of the year from March 1999 to February 2000, a leap year.
fn day_of(n: DayOfYear) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1999, 3, 1).unwrap_or_default();
    first + chrono::Days::new(n.unsigned_abs())
}

/// The days of the year for which the condition, which must be about anniversaries, has this truth.
/// With `around` the days next to them count as well.
pub(super) fn days_of_year(
    condition: &Condition,
    moment: &Moment,
    truth: bool,
    around: bool,
) -> Vec<DayOfYear> {
    let asked = Rule::new(Expr::Test(Test {
        attribute: "day".to_owned(),
        condition: condition.clone(),
    }));
    let Ok(rule) = asked else { return Vec::new() };
    let holds = |n: DayOfYear| {
        let day = day_of(n.rem_euclid(DAYS));
        let row = |_: &str| Some(std::borrow::Cow::Owned(Value::Date(day)));
        rule.eval(&row, moment) == Some(truth)
    };
    // Two days, as after 28 February the day of March is two away in a plain year.
    let reach = if around { 2 } else { 0 };
    let near = |n: DayOfYear| (n - reach..=n + reach).any(holds);
    (0..DAYS).filter(|n| near(*n)).collect()
}

/// These days as ranges of a key that [`key`] makes.
pub(super) fn limits(days: &[DayOfYear], by_month: bool) -> Limits {
    let number = |n: &DayOfYear| {
        let day = day_of(*n);
        if by_month {
            i64::from(day.month() * 100 + day.day())
        } else {
            *n
        }
    };
    // Neighbours in the calendar become one range: in the order of the key they stay neighbours.
    let mut numbers: Vec<i64> = days.iter().map(number).collect();
    numbers.sort_unstable();
    let mut all: Vec<i64> = (0..DAYS).map(|n| number(&n)).collect();
    all.sort_unstable();
    let mut ranges = Vec::new();
    for (place, n) in all.iter().enumerate() {
        if numbers.binary_search(n).is_ok() {
            let next = all
                .get(place + 1)
                .map_or(Edge::Max, |next| Edge::At(*next, false));
            ranges.push(Ranges::between(Edge::At(*n, false), next));
        }
    }
    let edge = |edge: Edge<i64>| match edge {
        Edge::At(n, after) => Edge::At(Limit::Int(n), after),
        Edge::Min => Edge::Min,
        Edge::Max => Edge::Max,
    };
    let ranges = Ranges::union(ranges);
    ranges
        .iter()
        .map(|(low, high)| (edge(low), edge(high)))
        .collect()
}

/// The expression of the day of the year, of an instant in UTC; and whether it is month × 100 + day
/// or the day counted from March.
pub(super) fn key(field: &Field<'_>) -> (Key, bool) {
    let c = &field.column;
    let of_month = |month: String, day: String| format!("({month} * 100 + {day})");
    let (key, by_month) = match (field.dialect, field.storage) {
        (Dialect::Sqlite, Storage::DateText | Storage::InstantText) => (
            of_month(
                format!("CAST(substr({c}, 6, 2) AS INTEGER)"),
                format!("CAST(substr({c}, 9, 2) AS INTEGER)"),
            ),
            true,
        ),
        (Dialect::Postgres, Storage::DateText | Storage::InstantText) => (
            // Not every text can be cast, and this may be looked at before it is known to be one.
            format!(
                "CASE WHEN {c} COLLATE \"C\" ~ '^.....[0-9][0-9].[0-9][0-9]' THEN \
                 substr({c}, 6, 2)::int * 100 + substr({c}, 9, 2)::int ELSE 0 END"
            ),
            true,
        ),
        (_, Storage::Date | Storage::TimestampUtc) => (
            of_month(
                format!("extract(month FROM {c})::int"),
                format!("extract(day FROM {c})::int"),
            ),
            true,
        ),
        (_, Storage::TimestampTz) => (
            of_month(
                format!("extract(month FROM {c} AT TIME ZONE 'UTC')::int"),
                format!("extract(day FROM {c} AT TIME ZONE 'UTC')::int"),
            ),
            true,
        ),
        (dialect, storage) => {
            let c = match dialect {
                Dialect::Sqlite => c.clone(),
                Dialect::Postgres => format!("{c}::bigint"),
            };
            let day = storage.per_second().map(|second| second * 86_400);
            let days = match day {
                // Division cuts off towards zero; days before 1970 end at their midnight too.
                Some(day) => format!("(({c} - (({c} % {day}) + {day}) % {day}) / {day})"),
                None => c,
            };
            (from_march(&days), false)
        }
    };
    let dialect = field.dialect;
    (
        Key {
            key,
            cast: "",
            dialect,
        },
        by_month,
    )
}

/// The day of the year counted from March, of a number of days since 1970, by whole numbers alone.
///
/// The calendar repeats after 400 years of 146,097 days; within them the years before a day follow
/// from the days without those of the leap years.
fn from_march(days: &str) -> String {
    let of_era = format!("((({days} + 719468) % 146097 + 146097) % 146097)");
    let years =
        format!("(({of_era} - {of_era} / 1460 + {of_era} / 36524 - {of_era} / 146096) / 365)");
    format!("({of_era} - (365 * {years} + {years} / 4 - {years} / 100))")
}
