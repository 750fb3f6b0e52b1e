//! How a value of a world stands in a table, and what stands there for a missing one.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use pregon_adapters_store::{Dialect, Storage};
use pregon_conformance::chance::Dice;
use pregon_core::{AttributeType, Decimal, Value};

/// One cell of a table.
#[derive(Debug, Clone)]
pub(crate) enum Raw {
    Null,
    Int(i64),
    Real(f64),
    /// In PostgreSQL whatever is cast to the column's type.
    Text(String),
}

fn text(text: impl Into<String>) -> Raw {
    Raw::Text(text.into())
}

/// The storages that can keep all of these values.
pub(crate) fn storages(kind: &AttributeType, values: &[Value], on: Dialect) -> Vec<Storage> {
    let postgres = on == Dialect::Postgres;
    let all = match kind {
        AttributeType::Bool => vec![Storage::Bool, Storage::BoolInt],
        AttributeType::Integer => vec![Storage::Integer],
        AttributeType::Decimal => {
            let scales = [0, 2, 3, 18].map(|scale| Storage::Units { scale });
            let mut all = scales.to_vec();
            all.extend([Storage::Real, Storage::DecimalText, Storage::Numeric]);
            all
        }
        AttributeType::Text => vec![Storage::Text, Storage::AsText],
        AttributeType::Choice(set) => vec![Storage::Choice(set.clone())],
        AttributeType::Date => vec![Storage::DateText, Storage::DateDays, Storage::Date],
        AttributeType::Instant => vec![
            Storage::InstantText,
            Storage::EpochSeconds,
            Storage::EpochMillis,
            Storage::EpochMicros,
            Storage::TimestampTz,
            Storage::TimestampUtc,
        ],
        _ => vec![Storage::JsonText, Storage::TextArray, Storage::Jsonb],
    };
    let only_there = |storage: &Storage| {
        matches!(
            storage,
            Storage::Numeric
                | Storage::AsText
                | Storage::Date
                | Storage::TimestampTz
                | Storage::TimestampUtc
                | Storage::TextArray
                | Storage::Jsonb
        )
    };
    all.into_iter()
        .filter(|storage| postgres || !only_there(storage))
        .filter(|storage| values.iter().all(|value| keep(storage, value, 0).is_some()))
        .collect()
}

/// The cell of a value, written in one of several ways; nothing where the storage cannot keep it.
pub(crate) fn keep(storage: &Storage, value: &Value, way: usize) -> Option<Raw> {
    Some(match (storage, value) {
        (Storage::Bool | Storage::BoolInt, Value::Bool(b)) => Raw::Int((*b).into()),
        (Storage::Integer, Value::Integer(n)) => Raw::Int(*n),
        (Storage::Units { scale }, Value::Decimal(d)) => Raw::Int(units(*d, (*scale).into())?),
        (Storage::Real, Value::Decimal(d)) => {
            let x: f64 = d.to_string().parse().ok()?;
            Raw::Real((Decimal::from_f64(x) == Some(*d)).then_some(x)?)
        }
        (Storage::DecimalText, Value::Decimal(d)) => {
            let digits = d.to_string().chars().filter(char::is_ascii_digit).count();
            text((digits <= 28).then(|| d.to_string())?)
        }
        (Storage::Numeric, Value::Decimal(d)) if way.is_multiple_of(2) => text(d.to_string()),
        // Zeros that are no digits of the number.
        (Storage::Numeric, Value::Decimal(d)) if d.to_string().contains('.') => {
            text(format!("{d}{}", "0".repeat(40)))
        }
        (Storage::Numeric, Value::Decimal(d)) => text(format!("{d}.000")),
        (Storage::Text | Storage::AsText | Storage::Choice(_), Value::Text(t)) => text(t.as_str()),
        (Storage::DateText, Value::Date(day)) => text(written(*day)?),
        (Storage::DateDays, Value::Date(day)) => Raw::Int(days(*day)),
        (Storage::Date, Value::Date(day)) => text(postgres_day(*day)?),
        (Storage::Jsonb | Storage::JsonText, Value::Texts(set)) => {
            text(serde_json::to_string(set).ok()?)
        }
        (Storage::TextArray, Value::Texts(set)) => {
            let each = set.iter().map(|text| {
                let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                format!("\"{escaped}\"")
            });
            let mut each: Vec<String> = each.collect();
            // A null in a set is nothing.
            each.extend((way.is_multiple_of(3)).then(|| "NULL".to_owned()));
            text(format!("{{{}}}", each.join(",")))
        }
        (storage, Value::Instant(at)) => instant(storage, *at, way)?,
        _ => return None,
    })
}

fn units(value: Decimal, scale: u32) -> Option<i64> {
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let missing = scale.checked_sub(u32::try_from(fraction.len()).ok()?)?;
    let digits = format!("{whole}{fraction}{}", "0".repeat(missing as usize));
    digits.parse().ok()
}

fn written(day: NaiveDate) -> Option<String> {
    (0..=9999).contains(&day.year()).then(|| day.to_string())
}

fn days(day: NaiveDate) -> i64 {
    (day - NaiveDate::default()).num_days()
}

fn postgres_day(day: NaiveDate) -> Option<String> {
    let (year, rest) = (day.year(), day.format("%m-%d"));
    match year {
        1.. => Some(format!("{year:04}-{rest}")),
        -4711..=0 => Some(format!("{:04}-{rest} BC", 1 - year)),
        _ => None,
    }
}

fn instant(storage: &Storage, at: DateTime<Utc>, way: usize) -> Option<Raw> {
    let (seconds, nanos) = (at.timestamp(), i64::from(at.timestamp_subsec_nanos()));
    let whole = |each: i64| (nanos % each == 0).then(|| nanos / each);
    Some(match storage {
        Storage::EpochSeconds => Raw::Int(whole(1_000_000_000).map(|_| seconds)?),
        Storage::EpochMillis => Raw::Int(seconds * 1_000 + whole(1_000_000)?),
        Storage::EpochMicros => Raw::Int(seconds * 1_000_000 + whole(1_000)?),
        Storage::InstantText => {
            written(at.date_naive())?;
            let plain = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            text(match way % 4 {
                0 => plain,
                1 => plain.replace('Z', "+00:00"),
                2 => plain.replace('T', " ").replace('Z', ""),
                _ => at.to_rfc3339_opts(SecondsFormat::Nanos, true),
            })
        }
        Storage::TimestampTz | Storage::TimestampUtc => {
            whole(1_000)?;
            let day = postgres_day(at.date_naive())?;
            let time = at.format("%H:%M:%S%.6f");
            text(match day.strip_suffix(" BC") {
                Some(day) => format!("{day} {time}+00 BC"),
                None => format!("{day} {time}+00"),
            })
        }
        _ => return None,
    })
}

/// Texts that are no date.
const NO_DATES: [&str; 7] = [
    "",
    "2023-02-30",
    "2026-1-1",
    "2026-13-01",
    "2026-01-01x",
    "2023-02-29",
    "x",
];

/// Texts that are no instant in UTC.
const NO_INSTANTS: [&str; 9] = [
    "2026-01-01",
    "2026-02-30T10:00:00Z",
    "2026-01-01T24:00:00Z",
    "now",
    "2026-01-01T10:00:00+01:00",
    "2026-01-01T10:00:00.Z",
    "2026-01-01T10:00:00ZZ",
    "2026-01-01T10:00:00.1234567890Z",
    "2026-01-01T10:00:60Z",
];

/// What stands there for a missing value: nothing, or something that the storage cannot mean.
pub(crate) fn missing(storage: &Storage, on: Dialect, dice: &mut Dice) -> Raw {
    if dice.one_in(2) {
        return Raw::Null;
    }
    let sqlite = on == Dialect::Sqlite;
    let one = |texts: &[&str], dice: &mut Dice| text(*dice.pick(texts));
    match storage {
        Storage::Integer | Storage::Units { .. } if sqlite => {
            if dice.one_in(2) {
                text("7")
            } else {
                Raw::Real(0.5)
            }
        }
        Storage::Real if sqlite && dice.one_in(2) => text("7"),
        Storage::Real => Raw::Real(*dice.pick(&[f64::NAN, f64::INFINITY, -1e30])),
        Storage::Numeric => one(
            &["NaN", "1e40", "1e-40", "-99999999999999999999999999999.5"],
            dice,
        ),
        Storage::DecimalText => one(
            &["", "1,5", "--1", ".5", "5.", "1e5", "1.2.3", "1-", "x"],
            dice,
        ),
        Storage::Text if sqlite => Raw::Int(5),
        Storage::Choice(_) => text("none of them"),
        Storage::Bool if sqlite => Raw::Int(2),
        Storage::BoolInt => Raw::Int(-1),
        Storage::Date => one(&["infinity", "-infinity"], dice),
        Storage::TimestampTz | Storage::TimestampUtc => one(&["infinity", "-infinity"], dice),
        Storage::DateText => one(&NO_DATES, dice),
        Storage::DateDays => Raw::Int(*dice.pick(&[100_000_000, -100_000_000])),
        Storage::InstantText => one(&NO_INSTANTS, dice),
        Storage::EpochSeconds | Storage::EpochMillis | Storage::EpochMicros => {
            Raw::Int(*dice.pick(&[i64::MAX, i64::MIN]))
        }
        Storage::Jsonb => one(&["{}", "null", "[1]", "[\"a\", null]", "\"a\""], dice),
        Storage::JsonText => one(&["", "{}", "null", "[1]", "[\"a\", null]", "[", "a"], dice),
        _ => Raw::Null,
    }
}

/// The type of the column in PostgreSQL. SQLite's have none, so that anything can stand there.
pub(crate) fn column_type(storage: &Storage, dice: &mut Dice) -> &'static str {
    match storage {
        Storage::Integer | Storage::Units { .. } => "bigint",
        Storage::DateDays => "integer",
        Storage::EpochSeconds | Storage::EpochMillis | Storage::EpochMicros => "bigint",
        Storage::Numeric => "numeric",
        Storage::Real => "double precision",
        Storage::Text => ["text", "varchar", "text COLLATE \"C\""][dice.below(3)],
        Storage::AsText => ["varchar(100)", "text"][dice.below(2)],
        Storage::Bool => "boolean",
        Storage::BoolInt => "smallint",
        Storage::Date => "date",
        Storage::TimestampTz => "timestamptz",
        Storage::TimestampUtc => "timestamp",
        Storage::TextArray => "text[]",
        Storage::Jsonb => "jsonb",
        _ => "text",
    }
}
