//! Reads a test of a rule's document, and a condition: a test without its attribute.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, VariantAccess, Visitor};

use super::super::ast::{Comparison, Condition, Has, Period, Relation, Test, TextMatch, Unit};
use super::literal::Literal;

/// The names of all tests, as [`tag`](super::tag) gives them.
pub(super) const TESTS: [&str; 16] = [
    "compare",
    "between",
    "in",
    "is_set",
    "is_missing",
    "same_text",
    "contains",
    "starts_with",
    "has",
    "older_than",
    "at_least_ago",
    "within_last",
    "within_next",
    "on_this_day",
    "anniversary",
    "to_date",
];

/// Reads the body of the test of this name.
pub(super) fn test<'de, V: VariantAccess<'de>>(name: &str, body: V) -> Result<Test, V::Error> {
    let (attribute, condition) = parts(name, body)?;
    let attribute = attribute.ok_or_else(|| V::Error::missing_field("attribute"))?;
    Ok(Test {
        attribute,
        condition,
    })
}

fn parts<'de, V: VariantAccess<'de>>(
    name: &str,
    body: V,
) -> Result<(Option<String>, Condition), V::Error> {
    let alone = |body: V, condition| {
        let Alone { attribute } = body.newtype_variant()?;
        Ok((attribute, condition))
    };
    let text = |body: V, how| {
        let Text { attribute, text } = body.newtype_variant()?;
        Ok((attribute, Condition::Text(how, text)))
    };
    let dated = |body: V, make: fn(Period) -> Condition| {
        let Dated { attribute, period } = body.newtype_variant()?;
        Ok((attribute, make(period)))
    };
    match name {
        "compare" => body
            .newtype_variant::<Compare>()
            .map(|c| (c.attribute, Condition::Compare(c.op, c.value.0))),
        "between" => body
            .newtype_variant::<Between>()
            .map(|b| (b.attribute, Condition::Between(b.low.0, b.high.0))),
        "in" => body.newtype_variant::<In>().map(|i| {
            let values = i.values.into_iter().map(|value| value.0);
            (i.attribute, Condition::In(values.collect()))
        }),
        "has" => body
            .newtype_variant::<HasTexts>()
            .map(|h| (h.attribute, Condition::Has(h.which, h.texts))),
        "to_date" => body
            .newtype_variant::<ToDate>()
            .map(|t| (t.attribute, Condition::ToDate(t.unit))),
        "is_set" => alone(body, Condition::IsSet),
        "is_missing" => alone(body, Condition::IsMissing),
        "on_this_day" => alone(body, Condition::OnThisDay),
        "same_text" => text(body, TextMatch::Same),
        "contains" => text(body, TextMatch::Contains),
        "starts_with" => text(body, TextMatch::StartsWith),
        "older_than" => dated(body, |p| Condition::Relative(Relation::OlderThan, p)),
        "at_least_ago" => dated(body, |p| Condition::Relative(Relation::AtLeastAgo, p)),
        "within_last" => dated(body, |p| Condition::Relative(Relation::WithinLast, p)),
        "within_next" => dated(body, |p| Condition::Relative(Relation::WithinNext, p)),
        "anniversary" => dated(body, Condition::Anniversary),
        other => Err(V::Error::unknown_variant(other, &TESTS)),
    }
}

/// Reads one of these names.
#[derive(Clone, Copy)]
pub(super) struct OneOf(pub(super) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for OneOf {
    type Value = &'static str;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'static str, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for OneOf {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("variant identifier")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<&'static str, E> {
        let found = self.0.iter().find(|one| **one == name);
        found
            .copied()
            .ok_or_else(|| E::unknown_variant(name, self.0))
    }
}

/// What must hold of a number or an instant made of activities.
pub(super) struct OfActivities(pub(super) Condition);

impl<'de> Deserialize<'de> for OfActivities {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("condition", &[], ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = OfActivities;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a test without its attribute, as an object with one key")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<OfActivities, A::Error> {
        let (name, body) = data.variant_seed(OneOf(&TESTS))?;
        match parts(name, body)? {
            (None, condition) => Ok(OfActivities(condition)),
            (Some(_), _) => Err(A::Error::custom(
                "a condition on activities has no attribute of its own",
            )),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Compare {
    attribute: Option<String>,
    op: Comparison,
    value: Literal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    attribute: Option<String>,
    low: Literal,
    high: Literal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct In {
    attribute: Option<String>,
    values: Vec<Literal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    attribute: Option<String>,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HasTexts {
    attribute: Option<String>,
    which: Has,
    texts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dated {
    attribute: Option<String>,
    period: Period,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToDate {
    attribute: Option<String>,
    unit: Unit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alone {
    attribute: Option<String>,
}
