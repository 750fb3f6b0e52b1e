//! Writes the document of a rule.

use crate::Value;
use chrono::SecondsFormat;
use serde::ser::{SerializeMap as _, SerializeStruct as _};
use serde::{Serialize, Serializer};

use super::super::ast::{ActivityTest, Condition, Expr};
use super::joined::{Measured, Stretch};

pub(super) fn document<S: Serializer>(expr: &Expr, serializer: S) -> Result<S::Ok, S::Error> {
    let mut document = serializer.serialize_struct("Rule", 2)?;
    document.serialize_field("v", &super::VERSION)?;
    document.serialize_field("rule", &Node(expr))?;
    document.end()
}

/// An expression within the bounds of a rule, so that writing it cannot exhaust the stack.
struct Node<'a>(&'a Expr);

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.0 {
            Expr::All(parts) => map.serialize_entry("all", &nodes(parts))?,
            Expr::Any(parts) => map.serialize_entry("any", &nodes(parts))?,
            Expr::Not(inner) => map.serialize_entry("not", &Node(inner))?,
            Expr::AtLeast(least, parts) => {
                map.serialize_entry("at_least", &AtLeast(*least, parts))?;
            }
            Expr::Activity(test) => map.serialize_entry("activity", &Activity(test))?,
            Expr::InSegment(name) => map.serialize_entry("in_segment", name)?,
            Expr::Test(test) => {
                let body = Body(Some(&test.attribute), &test.condition);
                map.serialize_entry(super::tag(&test.condition), &body)?;
            }
        }
        map.end()
    }
}

fn nodes(parts: &[Expr]) -> Vec<Node<'_>> {
    parts.iter().map(Node).collect()
}

struct AtLeast<'a>(u32, &'a [Expr]);

impl Serialize for AtLeast<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("least", &self.0)?;
        map.serialize_entry("of", &nodes(self.1))?;
        map.end()
    }
}

struct Activity<'a>(&'a ActivityTest);

impl Serialize for Activity<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ActivityTest {
            measure,
            of,
            condition,
        } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("measure", &Measured::from(measure))?;
        map.serialize_entry("kind", &of.kind)?;
        if let Some(with) = &of.with {
            map.serialize_entry("with", &Node(with))?;
        }
        if let Some(window) = of.within {
            map.serialize_entry("within", &Stretch::from(window))?;
        }
        map.serialize_entry("condition", &OfActivities(condition))?;
        map.end()
    }
}

struct OfActivities<'a>(&'a Condition);

impl Serialize for OfActivities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(super::tag(self.0), &Body(None, self.0))?;
        map.end()
    }
}

/// The body of a test; on activities it has no attribute.
struct Body<'a>(Option<&'a str>, &'a Condition);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(attribute) = self.0 {
            map.serialize_entry("attribute", attribute)?;
        }
        match self.1 {
            Condition::Compare(comparison, value) => {
                map.serialize_entry("op", comparison)?;
                map.serialize_entry("value", &Literal(value))?;
            }
            Condition::Between(low, high) => {
                map.serialize_entry("low", &Literal(low))?;
                map.serialize_entry("high", &Literal(high))?;
            }
            Condition::In(values) => {
                let values: Vec<Literal<'_>> = values.iter().map(Literal).collect();
                map.serialize_entry("values", &values)?;
            }
            Condition::Text(_, text) => map.serialize_entry("text", text)?,
            Condition::Has(has, texts) => {
                map.serialize_entry("which", has)?;
                map.serialize_entry("texts", texts)?;
            }
            Condition::Relative(_, period) | Condition::Anniversary(period) => {
                map.serialize_entry("period", period)?;
            }
            Condition::ToDate(unit) => map.serialize_entry("unit", unit)?,
            Condition::IsSet | Condition::IsMissing | Condition::OnThisDay => {}
        }
        map.end()
    }
}

struct Literal<'a>(&'a Value);

impl Serialize for Literal<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (tag, text) = match self.0 {
            Value::Bool(b) => return serializer.serialize_bool(*b),
            Value::Integer(n) => return serializer.serialize_i64(*n),
            Value::Text(text) => return serializer.serialize_str(text),
            Value::Instant(at) => ("instant", at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Value::Date(day) => ("date", day.to_string()),
            // A decimal; a rule has no sets as values.
            other => ("decimal", other.to_string()),
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(tag, &text)?;
        map.end()
    }
}
