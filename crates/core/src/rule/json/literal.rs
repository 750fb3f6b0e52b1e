//! Reads a value of a rule's document.

use std::fmt;

use crate::{Decimal, Value};
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::text::{parse_date, parse_instant};

/// A value of a test.
pub(super) struct Literal(pub(super) Value);

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Kind {
    Decimal,
    Date,
    Instant,
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LiteralVisitor).map(Literal)
    }
}

struct LiteralVisitor;

impl<'de> Visitor<'de> for LiteralVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"a text, a number, true, false or {"decimal" | "date" | "instant": "…"}"#)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map_or_else(|_| decimal(&value.to_string()), |n| self.visit_i64(n))
    }

    // A number that took more digits than a float keeps is refused rather than rounded.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let written = value.to_string();
        if written.bytes().filter(u8::is_ascii_digit).count() > 15 {
            let message = format!(r#"{value} is rounded: write {{"decimal": "…"}}"#);
            return Err(E::custom(message));
        }
        decimal(&written)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let kind = map
            .next_key()?
            .ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let text: String = map.next_value()?;
        let value = match kind {
            Kind::Decimal => decimal(&text)?,
            Kind::Date => Value::Date(parse_date(&text).ok_or_else(|| {
                A::Error::custom(format!("{text:?} is not a date: write 2026-12-20"))
            })?),
            Kind::Instant => Value::Instant(parse_instant(&text).ok_or_else(|| {
                A::Error::custom(format!(
                    "{text:?} is not an instant: write 2026-12-20T10:00:00Z"
                ))
            })?),
        };
        match map.next_key::<IgnoredAny>()? {
            Some(_) => Err(A::Error::invalid_length(2, &self)),
            None => Ok(value),
        }
    }
}

fn decimal<E: Error>(text: &str) -> Result<Value, E> {
    text.parse::<Decimal>()
        .map(Value::Decimal)
        .map_err(E::custom)
}
