//! Reads the document of a rule, counting its levels.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::ast::Expr;
use super::super::bounds::too_deep;
use super::super::error::RuleErrorKind;
use super::super::whole::MAX_LEVELS;
use super::condition::{OneOf, TESTS, test};
use super::joined::{Activity, AtLeast};

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
pub(super) struct Node<'a> {
    fault: &'a Cell<RuleErrorKind>,
    level: usize,
}

/// The names of what joins rules, or asks more than one value; all others are those of tests.
const JOINTS: [&str; 6] = ["all", "any", "not", "at_least", "activity", "in_segment"];

/// The names of what a rule can be.
const TAGS: [&str; JOINTS.len() + TESTS.len()] = {
    let mut tags = [""; JOINTS.len() + TESTS.len()];
    tags.split_at_mut(JOINTS.len()).0.copy_from_slice(&JOINTS);
    tags.split_at_mut(JOINTS.len()).1.copy_from_slice(&TESTS);
    tags
};

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
        f.write_str("a test, or what joins some, as an object with one key")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Expr, A::Error> {
        let (tag, body) = data.variant_seed(OneOf(&TAGS))?;
        let below = Node {
            level: self.level + 1,
            ..self
        };
        match tag {
            "all" => body.newtype_variant_seed(Nodes(below)).map(Expr::All),
            "any" => body.newtype_variant_seed(Nodes(below)).map(Expr::Any),
            "not" => body
                .newtype_variant_seed(below)
                .map(|expr| Expr::Not(Box::new(expr))),
            "at_least" => body.newtype_variant_seed(AtLeast(below)),
            "activity" => body.newtype_variant_seed(Activity(below)),
            "in_segment" => body.newtype_variant().map(Expr::InSegment),
            name => test(name, body).map(Expr::Test),
        }
    }
}

pub(super) struct Nodes<'a>(pub(super) Node<'a>);

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
