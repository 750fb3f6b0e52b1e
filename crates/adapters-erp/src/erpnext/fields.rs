//! Which fields become which attributes, and of which type.

use chrono::{NaiveDate, NaiveDateTime};
use pregon_core::{AttributeType, Attributes, Decimal, Schema, Value, Zone};
use serde_json::Value as Json;

use super::error::{Error, Result};
use super::list::Row;

/// A field that is read and the attribute that it becomes.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) ask: String,
    pub(super) attribute: String,
    pub(super) r#type: AttributeType,
}

impl Field {
    pub(super) fn text(ask: &str, attribute: &str) -> Self {
        Self::new(ask, attribute, AttributeType::Text)
    }

    pub(super) fn new(ask: &str, attribute: &str, r#type: AttributeType) -> Self {
        let (ask, attribute) = (ask.to_owned(), attribute.to_owned());
        Self {
            ask,
            attribute,
            r#type,
        }
    }

    /// A field under its own name.
    pub(super) fn own(name: &str, r#type: AttributeType) -> Self {
        Self::new(name, name, r#type)
    }
}

/// Whether a text is the name of a field of the doctype itself: no path, no function.
pub(super) fn check_name(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let good = !name.is_empty()
        && name.len() <= 64
        && name.bytes().all(plain)
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if good {
        Ok(())
    } else {
        Err(Error::FieldName(name.to_owned()))
    }
}

/// The type of an attribute whose field has this type in ERPNext.
pub(super) fn type_of(fieldtype: &str) -> AttributeType {
    match fieldtype {
        "Check" => AttributeType::Bool,
        "Int" | "Long Int" => AttributeType::Integer,
        "Float" | "Currency" | "Percent" => AttributeType::Decimal,
        "Date" => AttributeType::Date,
        "Datetime" => AttributeType::Instant,
        _ => AttributeType::Text,
    }
}

/// The schema of fields. Their names were checked.
pub(super) fn schema(fields: &[Field]) -> Result<Schema> {
    let mut schema = Schema::new();
    for field in fields {
        let added = schema.insert(&field.attribute, field.r#type.clone());
        added.map_err(|_| Error::FieldName(field.attribute.clone()))?;
    }
    Ok(schema)
}

/// The attributes of a row. Times are wall times of the site.
pub(super) fn attributes(row: &Row, fields: &[Field], zone: Zone) -> Result<Attributes> {
    let mut attributes = Attributes::new();
    for field in fields {
        let key = field
            .ask
            .split_once(" as ")
            .map_or(field.ask.as_str(), |(_, alias)| alias);
        if let Some(json) = row.value(key) {
            let value = value(json, &field.r#type, zone).ok_or_else(|| row.wrong(key))?;
            attributes.insert(&field.attribute, value);
        }
    }
    Ok(attributes)
}

fn value(json: &Json, r#type: &AttributeType, zone: Zone) -> Option<Value> {
    Some(match r#type {
        AttributeType::Bool => Value::Bool(json.as_bool().or_else(|| Some(json.as_i64()? != 0))?),
        AttributeType::Integer => Value::Integer(json.as_i64()?),
        AttributeType::Decimal => Value::Decimal(decimal(json)?),
        AttributeType::Date => Value::Date(date(json.as_str()?)?),
        AttributeType::Instant => {
            let local = NaiveDateTime::parse_from_str(json.as_str()?, "%Y-%m-%d %H:%M:%S%.f");
            Value::Instant(zone.instant(local.ok()?))
        }
        // A field whose type the site does not tell may hold a number.
        _ => match json {
            Json::String(text) => Value::from(text.as_str()),
            Json::Number(number) => Value::Text(number.to_string()),
            _ => return None,
        },
    })
}

fn decimal(json: &Json) -> Option<Decimal> {
    match json {
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Some(whole.into()),
            None => Decimal::from_f64(number.as_f64()?),
        },
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: Json, r#type: AttributeType, expected: Option<&str>) {
        let zone = "America/Guayaquil".parse().unwrap();
        let found = value(&json, &r#type, zone).map(|value| value.to_string());
        assert_eq!(found.as_deref(), expected, "{json} as {}", r#type.name());
    }

    #[test]
    fn values_of_each_type() {
        check(1.into(), AttributeType::Bool, Some("true"));
        check(0.into(), AttributeType::Bool, Some("false"));
        check(7.into(), AttributeType::Integer, Some("7"));
        check(12.35.into(), AttributeType::Decimal, Some("12.35"));
        check("2026-12-20".into(), AttributeType::Date, Some("2026-12-20"));
        check(5.into(), AttributeType::Text, Some("5"));
        let naive = "2026-11-20 04:29:33.582191";
        check(
            naive.into(),
            AttributeType::Instant,
            Some("2026-11-20T09:29:33.582191Z"),
        );
        check(
            "2026-11-20 04:29:33".into(),
            AttributeType::Instant,
            Some("2026-11-20T09:29:33Z"),
        );
    }

    #[test]
    fn values_of_another_type() {
        check("mañana".into(), AttributeType::Date, None);
        check("x".into(), AttributeType::Bool, None);
        check(1.5.into(), AttributeType::Integer, None);
        check(true.into(), AttributeType::Text, None);
    }

    #[test]
    fn names_of_fields() {
        assert!(check_name("custom_expiry_date").is_ok());
        for name in ["", "a.b", "count(name)", "a as b", "Año", "9a", "*"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
