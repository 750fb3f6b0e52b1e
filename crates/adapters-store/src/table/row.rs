//! Rows of a host's own queries as attributes.

#[cfg(feature = "postgres")]
use chrono::{DateTime, NaiveDate, TimeDelta};
use pregon_core::{Attributes, Decimal, PortError, Value, is_attribute_name};
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use super::error::{During, Error};

const OPERATION: &str = "row as attributes";

/// What a row of a query in SQLite has, by the names of its columns.
///
/// A whole number is one, or yes or no where the column is declared `BOOLEAN`; a binary float is
/// the decimal that it prints as; a text is one, or a date or an instant where the column is
/// declared `DATE`, `DATETIME` or `TIMESTAMP` and the text is one. What is null, is no number, or
/// has a name that rules cannot say, is left out.
///
/// # Errors
/// When a text is not UTF-8.
#[cfg(feature = "sqlite")]
pub fn attributes_of_sqlite(row: &sqlx::sqlite::SqliteRow) -> Result<Attributes, PortError> {
    let mut attributes = Attributes::new();
    for (at, column) in row.columns().iter().enumerate() {
        let (name, declared) = (column.name(), column.type_info().name().to_owned());
        if !is_attribute_name(name) {
            continue;
        }
        let value = sqlite_value(row, at, &declared).during(OPERATION)?;
        if let Some(value) = value {
            attributes.insert(name, value);
        }
    }
    Ok(attributes)
}

#[cfg(feature = "sqlite")]
fn sqlite_value(
    row: &sqlx::sqlite::SqliteRow,
    at: usize,
    declared: &str,
) -> Result<Option<Value>, Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(None);
    }
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "INTEGER" | "INT4" | "BOOLEAN" => {
            let n: i64 = row.try_get_unchecked(at)?;
            Some(match declared {
                "BOOLEAN" => Value::Bool(n != 0),
                _ => Value::Integer(n),
            })
        }
        "REAL" => Decimal::from_f64(row.try_get_unchecked(at)?).map(Value::Decimal),
        "TEXT" | "DATE" | "TIME" | "DATETIME" => {
            let text: String = row.try_get_unchecked(at)?;
            match declared {
                "DATE" => text.parse().ok().map(Value::Date),
                "DATETIME" => super::read::instant(&text),
                _ => Some(Value::Text(text)),
            }
        }
        _ => None,
    })
}

/// What a row of a query in PostgreSQL has, by the names of its columns.
///
/// Numbers, texts, booleans, dates, timestamps (without a zone they are UTC) and lists of texts are
/// read; other types, what is null or infinite, and what has a name that rules cannot say, is left
/// out.
///
/// # Errors
/// When what came is not of the type that it is said to be.
#[cfg(feature = "postgres")]
pub fn attributes_of_postgres(row: &sqlx::postgres::PgRow) -> Result<Attributes, PortError> {
    let mut attributes = Attributes::new();
    for (at, column) in row.columns().iter().enumerate() {
        let (name, kind) = (column.name(), column.type_info().name());
        if !is_attribute_name(name) {
            continue;
        }
        let value = postgres_value(row, at, kind).during(OPERATION)?;
        if let Some(value) = value {
            attributes.insert(name, value);
        }
    }
    Ok(attributes)
}

#[cfg(feature = "postgres")]
fn postgres_value(
    row: &sqlx::postgres::PgRow,
    at: usize,
    kind: &str,
) -> Result<Option<Value>, Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(None);
    }
    // Types of sqlx's own features come as bytes, as the server sends them to prepared statements.
    let bytes = || -> Result<Vec<u8>, Error> {
        let fault = || Error::Value {
            column: row.columns()[at].name().to_owned(),
        };
        match row.try_get_raw(at)?.format() {
            sqlx::postgres::PgValueFormat::Binary => {
                let raw = row.try_get_raw(at)?;
                raw.as_bytes().map(<[u8]>::to_vec).map_err(|_| fault())
            }
            sqlx::postgres::PgValueFormat::Text => Err(fault()),
        }
    };
    Ok(match kind {
        "BOOL" => Some(Value::Bool(row.try_get(at)?)),
        "INT2" => Some(Value::Integer(row.try_get::<i16, _>(at)?.into())),
        "INT4" => Some(Value::Integer(row.try_get::<i32, _>(at)?.into())),
        "INT8" => Some(Value::Integer(row.try_get(at)?)),
        "FLOAT4" => Decimal::from_f64(row.try_get::<f32, _>(at)?.into()).map(Value::Decimal),
        "FLOAT8" => Decimal::from_f64(row.try_get(at)?).map(Value::Decimal),
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "citext" => {
            Some(Value::Text(row.try_get_unchecked(at)?))
        }
        "TEXT[]" | "VARCHAR[]" => {
            let texts: Vec<Option<String>> = row.try_get(at)?;
            Some(Value::Texts(texts.into_iter().flatten().collect()))
        }
        "NUMERIC" => numeric(&bytes()?).map(Value::Decimal),
        "DATE" => date(&bytes()?).map(Value::Date),
        "TIMESTAMPTZ" | "TIMESTAMP" => timestamp(&bytes()?).map(Value::Instant),
        _ => None,
    })
}

/// Days from the first of January 2000; the ends of what fits are the infinities.
#[cfg(feature = "postgres")]
fn date(bytes: &[u8]) -> Option<NaiveDate> {
    let days = i32::from_be_bytes(bytes.try_into().ok()?);
    let first = NaiveDate::from_ymd_opt(2000, 1, 1)?;
    first.checked_add_signed(TimeDelta::try_days(days.into())?)
}

/// Microseconds from the beginning of 2000.
#[cfg(feature = "postgres")]
fn timestamp(bytes: &[u8]) -> Option<DateTime<chrono::Utc>> {
    const FROM_1970: i64 = 946_684_800_000_000;
    let micros = i64::from_be_bytes(bytes.try_into().ok()?);
    DateTime::from_timestamp_micros(micros.checked_add(FROM_1970)?)
}

/// Digits of base 10,000: how many, the power of the first one, the sign, how many places are
/// shown, and the digits.
#[cfg(feature = "postgres")]
fn numeric(bytes: &[u8]) -> Option<Decimal> {
    let word = |at: usize| {
        Some(u16::from_be_bytes(
            bytes.get(2 * at..2 * at + 2)?.try_into().ok()?,
        ))
    };
    let (digits, sign) = (usize::from(word(0)?), word(2)?);
    let first = i16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?);
    let minus = match sign {
        0 => "",
        0x4000 => "-",
        // Not a number, or an infinite one.
        _ => return None,
    };
    let mut text = minus.to_owned();
    let power = |at: usize| i64::from(first) - i64::try_from(at).unwrap_or(i64::MAX);
    if first < 0 {
        text.push_str("0.");
        (0..-(i64::from(first) + 1)).for_each(|_| text.push_str("0000"));
    }
    for at in 0..digits {
        if power(at) == -1 && first >= 0 {
            text.push('.');
        }
        text.push_str(&format!("{:04}", word(4 + at)?));
    }
    // Zeros at the end are not sent, before the point either.
    (0..=i64::from(first) - i64::try_from(digits).ok()?).for_each(|_| text.push_str("0000"));
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.trim_start_matches('-').trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    format!(
        "{minus}{}{whole}.{fraction}0",
        if whole.is_empty() { "0" } else { "" }
    )
    .trim_end_matches('0')
    .trim_end_matches('.')
    .parse()
    .ok()
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    fn words(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[track_caller]
    fn check(digits: &[u16], first: i16, sign: u16, printed: Option<&str>) {
        let count = u16::try_from(digits.len()).expect("few digits");
        let head = [count, first.cast_unsigned(), sign, 0];
        let found = numeric(&words(&[&head[..], digits].concat()));
        assert_eq!(found.map(|it| it.to_string()).as_deref(), printed);
    }

    #[test]
    fn numbers_of_base_ten_thousand() {
        check(&[], 0, 0, Some("0"));
        check(&[15], 1, 0, Some("150000"));
        check(&[1, 2345, 5000], 1, 0x4000, Some("-12345.5"));
        check(&[100], -1, 0, Some("0.01"));
        check(&[1], -3, 0, Some("0.000000000001"));
        check(&[7], 0, 0, Some("7"));
        check(&[1], 9, 0, None);
        check(&[], 0, 0xc000, None);
    }
}
