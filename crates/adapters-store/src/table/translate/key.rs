//! What stands in a column, and where the limits of a rule lie among it.

use chrono::{DateTime, Datelike, Days, NaiveDate, SecondsFormat, Utc};
use pregon_core::Decimal;

use super::ranges::{Edge, Ranges};
use crate::table::{Bind, Dialect, Storage};

/// A limit as it is bound.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Limit {
    Int(i64),
    /// By its bits: limits are never NaN, and compared for sameness alone.
    Float(u64),
    Text(String),
}

impl Limit {
    fn float(x: f64) -> Self {
        Self::Float(x.to_bits())
    }

    pub(super) fn bind(&self) -> Bind {
        match self {
            Self::Int(n) => Bind::Int(*n),
            Self::Float(bits) => Bind::Float(f64::from_bits(*bits)),
            Self::Text(text) => Bind::Text(text.clone()),
        }
    }
}

/// Ranges of what stands in a column.
pub(super) type Limits = Vec<(Edge<Limit>, Edge<Limit>)>;

fn limits<T: Ord + Copy>(ranges: &Ranges<T>, edge: impl Fn(Edge<T>) -> Edge<Limit>) -> Limits {
    let all = ranges.iter().map(|(low, high)| (edge(low), edge(high)));
    all.filter(|(low, high)| low != high).collect()
}

/// The limits of numbers, and whether they are exact.
pub(super) fn of_numbers(
    ranges: &Ranges<Decimal>,
    storage: &Storage,
    dialect: Dialect,
) -> (Limits, bool) {
    let at = |edge, limit: &dyn Fn(Decimal, bool) -> Edge<Limit>| match edge {
        Edge::Min => Edge::Min,
        Edge::Max => Edge::Max,
        Edge::At(value, after) => limit(value, after),
    };
    match (storage, dialect) {
        (Storage::Units { scale }, _) => {
            let scale = u32::from(*scale);
            let edge = |edge| at(edge, &|value, after| in_units(value, scale, after));
            (limits(ranges, edge), true)
        }
        (Storage::Numeric, _) | (Storage::DecimalText, Dialect::Postgres) => {
            let written = |value: Decimal, after| Edge::At(Limit::Text(value.to_string()), after);
            (limits(ranges, |edge| at(edge, &written)), true)
        }
        (Storage::Real, _) => (limits(ranges, |edge| at(edge, &in_floats)), true),
        (Storage::DecimalText, Dialect::Sqlite) => {
            let all = ranges.iter();
            let wide = all.map(|(low, high)| {
                (
                    at(low, &|value, _| near(value, -1.0)),
                    at(high, &|value, _| near(value, 1.0)),
                )
            });
            (wide.collect(), false)
        }
        _ => (
            limits(ranges, |edge| {
                at(edge, &|value, after| in_units(value, 0, after))
            }),
            true,
        ),
    }
}

/// Where a number lies among whole numbers of 10^-scale.
fn in_units(value: Decimal, scale: u32, after: bool) -> Edge<Limit> {
    whole_edge(scaled(value, scale), after)
}

/// The whole number next below or at the value × 10^scale, and whether it is just that; nothing
/// where it is beyond 128 bits, which the sign then tells of.
pub(super) fn scaled(value: Decimal, scale: u32) -> Result<(i128, bool), bool> {
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let places = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    let digits: i128 = format!("{whole}{fraction}").parse().unwrap_or_default();
    let beyond = value.is_negative();
    if places <= scale {
        let by = 10_i128.pow(scale - places);
        return digits.checked_mul(by).map(|all| (all, true)).ok_or(beyond);
    }
    let by = 10_i128.pow(places - scale);
    Ok((digits.div_euclid(by), digits.rem_euclid(by) == 0))
}

/// Where a number lies among whole ones, of which the next below or at it is given.
pub(super) fn whole_edge(floor: Result<(i128, bool), bool>, after: bool) -> Edge<Limit> {
    let (floor, exact) = match floor {
        Ok(floor) => floor,
        Err(true) => return Edge::Min,
        Err(false) => return Edge::Max,
    };
    let (at, after) = if exact {
        (floor, after)
    } else {
        (floor + 1, false)
    };
    match i64::try_from(at) {
        Ok(at) => Edge::At(Limit::Int(at), after),
        Err(_) if at < 0 => Edge::Min,
        Err(_) => Edge::Max,
    }
}

/// The largest float that is a decimal.
pub(super) const LARGEST: f64 = 79_228_162_514_264_328_797_450_928_128.0;

/// The first float whose decimal is not below a value, or, with `after`, is above it.
///
/// The decimal that a float prints as grows with the float, so a binary search finds it.
fn in_floats(value: Decimal, after: bool) -> Edge<Limit> {
    let passes = |x: f64| match Decimal::from_f64(x) {
        Some(decimal) if after => decimal > value,
        Some(decimal) => decimal >= value,
        None => x > 0.0,
    };
    if passes(-LARGEST) {
        return Edge::Min;
    }
    if !passes(LARGEST) {
        return Edge::Max;
    }
    let (mut low, mut high) = (ordered(-LARGEST), ordered(LARGEST));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if passes(unordered(middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Edge::At(Limit::float(unordered(high)), false)
}

/// A number that grows with the float.
fn ordered(x: f64) -> i128 {
    let bits = i128::from(x.to_bits() & !(1 << 63));
    if x.is_sign_negative() { -bits } else { bits }
}

fn unordered(n: i128) -> f64 {
    let x = f64::from_bits(u64::try_from(n.unsigned_abs()).unwrap_or_default());
    if n < 0 { -x } else { x }
}

/// A float that is surely on this side of the value, though the database reads the texts of numbers
/// with an error in their last digits.
fn near(value: Decimal, side: f64) -> Edge<Limit> {
    let x: f64 = value.to_string().parse().unwrap_or_default();
    Edge::At(
        Limit::float(x + side * (x.abs() * 1e-9 + 1e-20)),
        side > 0.0,
    )
}

/// The limits of dates.
pub(super) fn of_dates(ranges: &Ranges<NaiveDate>, storage: &Storage) -> Limits {
    limits(ranges, |edge| {
        let Edge::At(day, after) = edge else {
            return if edge == Edge::Min {
                Edge::Min
            } else {
                Edge::Max
            };
        };
        match storage {
            Storage::DateDays => Edge::At(Limit::Int(days_since_1970(day)), after),
            Storage::DateText if day.year() < 0 => Edge::Min,
            Storage::DateText if day.year() > 9999 => Edge::Max,
            Storage::DateText => Edge::At(Limit::Text(day.to_string()), after),
            _ => postgres_date(day).map_or(Edge::Min, |text| Edge::At(Limit::Text(text), after)),
        }
    })
}

pub(super) fn days_since_1970(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

/// A date as PostgreSQL reads it; nothing for one before its calendar begins.
pub(super) fn postgres_date(day: NaiveDate) -> Option<String> {
    let (year, month, date) = (day.year(), day.month(), day.day());
    if year < -4711 {
        return None;
    }
    Some(if year > 0 {
        format!("{year:04}-{month:02}-{date:02}")
    } else {
        format!("{:04}-{month:02}-{date:02} BC", 1 - year)
    })
}

/// The limits of instants.
pub(super) fn of_instants(ranges: &Ranges<DateTime<Utc>>, storage: &Storage) -> Limits {
    limits(ranges, |edge| {
        let (at, after) = match edge {
            Edge::Min => return Edge::Min,
            Edge::Max => return Edge::Max,
            Edge::At(at, after) => (at, after),
        };
        // A second that is inserted is kept nowhere: the next one begins after it.
        let leap = at.timestamp_subsec_nanos() >= 1_000_000_000;
        let nanos = i128::from(at.timestamp()) * 1_000_000_000
            + i128::from(at.timestamp_subsec_nanos().min(1_000_000_000));
        let after = after && !leap;
        match storage {
            Storage::InstantText => in_text(nanos, after),
            Storage::TimestampTz | Storage::TimestampUtc => in_timestamps(nanos, after),
            other => {
                let each = 1_000_000_000 / i128::from(other.per_second().unwrap_or(1));
                let floor = (nanos.div_euclid(each), nanos.rem_euclid(each) == 0);
                whole_edge(Ok(floor), after)
            }
        }
    })
}

fn instant_of(nanos: i128) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
    let rest = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
    DateTime::from_timestamp(seconds, rest)
}

fn in_text(nanos: i128, after: bool) -> Edge<Limit> {
    match instant_of(nanos) {
        Some(at) if at.year() < 0 => Edge::Min,
        Some(at) if at.year() <= 9999 => {
            let text = at.to_rfc3339_opts(SecondsFormat::Nanos, true);
            Edge::At(Limit::Text(text.trim_end_matches('Z').to_owned()), after)
        }
        _ if nanos < 0 => Edge::Min,
        _ => Edge::Max,
    }
}

fn in_timestamps(nanos: i128, after: bool) -> Edge<Limit> {
    let (micros, exact) = (nanos.div_euclid(1_000), nanos.rem_euclid(1_000) == 0);
    let (micros, after) = if exact {
        (micros, after)
    } else {
        (micros + 1, false)
    };
    let Some(at) = instant_of(micros * 1_000) else {
        return if nanos < 0 { Edge::Min } else { Edge::Max };
    };
    postgres_instant(at).map_or(Edge::Min, |text| Edge::At(Limit::Text(text), after))
}

/// An instant as PostgreSQL reads it; nothing for one before its calendar begins.
pub(super) fn postgres_instant(at: DateTime<Utc>) -> Option<String> {
    let date = postgres_date(at.date_naive())?;
    let time = at.format("%H:%M:%S%.6f+00");
    Some(match date.strip_suffix(" BC") {
        Some(date) => format!("{date} {time} BC"),
        None => format!("{date} {time}"),
    })
}

/// The last day that dates of the core have.
pub(super) fn last_day() -> NaiveDate {
    // One day less, so that the next day and any zone are still on the calendar.
    NaiveDate::MAX
        .checked_sub_days(Days::new(2))
        .unwrap_or(NaiveDate::MAX)
}

/// The first day, likewise.
pub(super) fn first_day() -> NaiveDate {
    NaiveDate::MIN
        .checked_add_days(Days::new(2))
        .unwrap_or(NaiveDate::MIN)
}
