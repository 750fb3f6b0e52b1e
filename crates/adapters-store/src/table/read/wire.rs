//! What comes over the wire for each storage, and the value it means.

use chrono::{DateTime, NaiveDate};
use pregon_core::{Decimal, Value};

use crate::table::bind::Binds;
use crate::table::error::Error;
use crate::table::translate::known;
use crate::table::{Dialect, Storage};

/// One cell of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::table) enum Wire {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "only PostgreSQL has it")
    )]
    Bool(bool),
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "only PostgreSQL has it")
    )]
    Texts(Vec<Option<String>>),
}

/// As what a column of an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::table) enum WireKind {
    Int,
    Float,
    Text,
    Bool,
    Texts,
}

/// The expression that gives a value as it comes over the wire, null where it is missing.
pub(super) fn expression(
    storage: &Storage,
    c: &str,
    dialect: Dialect,
    binds: &mut Binds,
) -> (String, WireKind) {
    let (known, _) = known(storage, c, dialect, binds);
    let (value, kind) = match dialect {
        Dialect::Sqlite => match storage {
            Storage::Real => (format!("CAST({c} AS REAL)"), WireKind::Float),
            Storage::DecimalText
            | Storage::Text
            | Storage::Choice(_)
            | Storage::DateText
            | Storage::InstantText
            | Storage::JsonText => (c.to_owned(), WireKind::Text),
            _ => (c.to_owned(), WireKind::Int),
        },
        Dialect::Postgres => in_postgres(storage, c),
    };
    (format!("CASE WHEN {known} THEN {value} END"), kind)
}

fn in_postgres(storage: &Storage, c: &str) -> (String, WireKind) {
    let micros = |at: &str| {
        // Both halves are whole and small enough for whatever type `extract` gives.
        format!(
            "(extract(epoch FROM date_trunc('minute', {at}))::bigint * 1000000 \
             + extract(microseconds FROM {at})::bigint)"
        )
    };
    match storage {
        Storage::Real => (format!("{c}::float8"), WireKind::Float),
        Storage::Bool => (c.to_owned(), WireKind::Bool),
        Storage::Date => (format!("({c} - '1970-01-01'::date)::bigint"), WireKind::Int),
        Storage::TimestampTz => (micros(&format!("({c} AT TIME ZONE 'UTC')")), WireKind::Int),
        Storage::TimestampUtc => (micros(c), WireKind::Int),
        Storage::TextArray => (format!("{c}::text[]"), WireKind::Texts),
        Storage::Numeric
        | Storage::DecimalText
        | Storage::Text
        | Storage::AsText
        | Storage::Choice(_)
        | Storage::DateText
        | Storage::InstantText
        | Storage::Jsonb
        | Storage::JsonText => (format!("{c}::text"), WireKind::Text),
        _ => (format!("{c}::bigint"), WireKind::Int),
    }
}

/// The value that a cell means; nothing when it is missing.
pub(in crate::table) fn value(
    storage: &Storage,
    wire: Wire,
    column: &str,
    dialect: Dialect,
) -> Result<Option<Value>, Error> {
    let read = match (storage, wire) {
        (_, Wire::Null) => return Ok(None),
        (Storage::Units { scale }, Wire::Int(n)) => {
            Decimal::from_parts(n, (*scale).into()).map(Value::Decimal)
        }
        (Storage::Bool | Storage::BoolInt, Wire::Int(n)) => Some(Value::Bool(n == 1)),
        (Storage::Bool, Wire::Bool(b)) => Some(Value::Bool(b)),
        (Storage::Date | Storage::DateDays, Wire::Int(days)) => date(days).map(Value::Date),
        (Storage::EpochSeconds, Wire::Int(n)) => DateTime::from_timestamp(n, 0).map(Value::Instant),
        (Storage::EpochMillis, Wire::Int(n)) => {
            DateTime::from_timestamp_millis(n).map(Value::Instant)
        }
        (Storage::EpochMicros | Storage::TimestampTz | Storage::TimestampUtc, Wire::Int(n)) => {
            DateTime::from_timestamp_micros(n).map(Value::Instant)
        }
        (_, Wire::Int(n)) => Some(Value::Integer(n)),
        (_, Wire::Float(x)) => Decimal::from_f64(x).map(Value::Decimal),
        (Storage::Numeric | Storage::DecimalText, Wire::Text(text)) => decimal(&text),
        (Storage::DateText, Wire::Text(text)) => text.parse().ok().map(Value::Date),
        (Storage::InstantText, Wire::Text(text)) => instant(&text),
        (Storage::Jsonb | Storage::JsonText, Wire::Text(text)) => {
            let texts = serde_json::from_str(&text).ok().map(Value::Texts);
            if texts.is_none() && dialect == Dialect::Postgres && *storage == Storage::JsonText {
                // Only here nobody has looked at it before.
                return Ok(None);
            }
            texts
        }
        (_, Wire::Text(text)) => Some(Value::Text(text)),
        (_, Wire::Texts(texts)) => Some(Value::Texts(texts.into_iter().flatten().collect())),
        (_, Wire::Bool(_)) => None,
    };
    let fault = || Error::Value {
        column: column.to_owned(),
    };
    read.map(Some).ok_or_else(fault)
}

fn date(days: i64) -> Option<NaiveDate> {
    let days = chrono::TimeDelta::try_days(days)?;
    NaiveDate::default().checked_add_signed(days)
}

/// Zeros after the last digit of a fraction are no digits of the number.
fn decimal(text: &str) -> Option<Value> {
    let short = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    };
    short.parse().ok().map(Value::Decimal)
}

/// An instant as text, in one of the forms that [`Storage::InstantText`] has.
pub(in crate::table) fn instant(text: &str) -> Option<Value> {
    let text = text.strip_suffix("+00:00").unwrap_or(text);
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = (text.get(..10)?, text.get(11..)?);
    let at: DateTime<chrono::Utc> = format!("{date}T{time}Z").parse().ok()?;
    Some(Value::Instant(at))
}
