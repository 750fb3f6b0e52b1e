//! Reads the document of a rule, counting its levels.

use std::cell::Cell;
use std::fmt;

use crate::{Decimal, Value};
use serde::de::{
    DeserializeSeed, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::{Deserialize, Deserializer};

use super::super::ast::{Comparison, Condition, Expr, Has, Period, Relation, Test, TextMatch};
use super::super::error::RuleErrorKind;
use super::super::text::{parse_date, parse_instant};
use super::super::whole::{MAX_LEVELS, too_deep};

/// Reads the whole document; `fault` says more than a reader's error can.
pub(super) fn document<'de, D: Deserializer<'de>>(
    deserializer: D,
    fault: &Cell<RuleErrorKind>,
) -> Result<Expr, D::Error> {
    deserializer.deserialize_struct("Rule", &["v", "rule"], Document { fault })
}

struct Document<'a> {
    fault: &'a Cell<RuleErrorKind>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    V,
    Rule,
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Expr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"a rule: {"v": 1, "rule": …}"#)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expr, A::Error> {
        let (mut version, mut rule) = (None, None);
        while let Some(field) = map.next_key()? {
            match field {
                Field::V if version.is_some() => return Err(A::Error::duplicate_field("v")),
                Field::Rule if rule.is_some() => return Err(A::Error::duplicate_field("rule")),
                Field::V => version = Some(self.version(map.next_value()?)?),
                Field::Rule => {
                    rule = Some(map.next_value_seed(Node {
                        fault: self.fault,
                        level: 1,
                    })?);
                }
            }
        }
        version.ok_or_else(|| A::Error::missing_field("v"))?;
        rule.ok_or_else(|| A::Error::missing_field("rule"))
    }
}

impl Document<'_> {
    fn version<E: Error>(&self, version: u64) -> Result<(), E> {
        if version == super::VERSION {
            return Ok(());
        }
        self.fault.set(RuleErrorKind::Version);
        Err(E::custom(format!(
            "version {version} of a rule is not known here, only 1 is"
        )))
    }
}

/// One expression; those below it are one level deeper.
#[derive(Clone, Copy)]
struct Node<'a> {
    fault: &'a Cell<RuleErrorKind>,
    level: usize,
}

#[derive(Deserialize)]
#[serde(variant_identifier, rename_all = "snake_case")]
enum Tag {
    All,
    Any,
    Not,
    Compare,
    Between,
    In,
    IsSet,
    IsMissing,
    SameText,
    Contains,
    StartsWith,
    Has,
    OlderThan,
    AtLeastAgo,
    WithinLast,
    WithinNext,
    OnThisDay,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Expr;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Expr, D::Error> {
        if self.level > MAX_LEVELS {
            self.fault.set(RuleErrorKind::TooDeep);
            return Err(D::Error::custom(too_deep()));
        }
        deserializer.deserialize_enum("rule", &[], self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Expr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one test, all, any or not, as an object with one key")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Expr, A::Error> {
        let (tag, body) = data.variant()?;
        let below = Node {
            level: self.level + 1,
            ..self
        };
        let relative = |body: A::Variant, relation| {
            body.newtype_variant::<Relative>()
                .map(|r| test(r.attribute, Condition::Relative(relation, r.period)))
        };
        let text = |body: A::Variant, how| {
            body.newtype_variant::<Text>()
                .map(|t| test(t.attribute, Condition::Text(how, t.text)))
        };
        let alone = |body: A::Variant, condition| {
            body.newtype_variant::<Alone>()
                .map(|a| test(a.attribute, condition))
        };
        match tag {
            Tag::All => body.newtype_variant_seed(Nodes(below)).map(Expr::All),
            Tag::Any => body.newtype_variant_seed(Nodes(below)).map(Expr::Any),
            Tag::Not => body
                .newtype_variant_seed(below)
                .map(|e| Expr::Not(Box::new(e))),
            Tag::Compare => body
                .newtype_variant::<Compare>()
                .map(|c| test(c.attribute, Condition::Compare(c.op, c.value.0))),
            Tag::Between => body
                .newtype_variant::<Between>()
                .map(|b| test(b.attribute, Condition::Between(b.low.0, b.high.0))),
            Tag::In => body.newtype_variant::<In>().map(|i| {
                test(
                    i.attribute,
                    Condition::In(i.values.into_iter().map(|v| v.0).collect()),
                )
            }),
            Tag::Has => body
                .newtype_variant::<HasTexts>()
                .map(|h| test(h.attribute, Condition::Has(h.which, h.texts))),
            Tag::IsSet => alone(body, Condition::IsSet),
            Tag::IsMissing => alone(body, Condition::IsMissing),
            Tag::OnThisDay => alone(body, Condition::OnThisDay),
            Tag::SameText => text(body, TextMatch::Same),
            Tag::Contains => text(body, TextMatch::Contains),
            Tag::StartsWith => text(body, TextMatch::StartsWith),
            Tag::OlderThan => relative(body, Relation::OlderThan),
            Tag::AtLeastAgo => relative(body, Relation::AtLeastAgo),
            Tag::WithinLast => relative(body, Relation::WithinLast),
            Tag::WithinNext => relative(body, Relation::WithinNext),
        }
    }
}

fn test(attribute: String, condition: Condition) -> Expr {
    Expr::Test(Test {
        attribute,
        condition,
    })
}

struct Nodes<'a>(Node<'a>);

impl<'de> DeserializeSeed<'de> for Nodes<'_> {
    type Value = Vec<Expr>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Expr>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Nodes<'_> {
    type Value = Vec<Expr>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rules")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Expr>, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element_seed(self.0)? {
            parts.push(part);
        }
        Ok(parts)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Compare {
    attribute: String,
    op: Comparison,
    value: Literal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    attribute: String,
    low: Literal,
    high: Literal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct In {
    attribute: String,
    values: Vec<Literal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    attribute: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HasTexts {
    attribute: String,
    which: Has,
    texts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Relative {
    attribute: String,
    period: Period,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alone {
    attribute: String,
}

struct Literal(Value);

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
