//! Segments as people write them and as they are kept.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{SegmentError, SegmentErrors, SegmentFault, SegmentPart, Segments};
use crate::rule::{Rule, RuleError, RuleErrorKind, wrong_json};
use crate::{FamilyName, SegmentName};

/// The version of the document that this program writes, and the only one it reads.
const VERSION: u64 = 1;

/// Segments as they are written: in TOML by people, in JSON where they are kept.
///
/// It is only read, nothing in it was looked at yet: [`into_segments`](Self::into_segments) does
/// that. A rule is a text, or the JSON document of a rule.
///
/// ```toml
/// [[segment]]
/// name = "inactive"
/// rule = 'last_visit older than 90 days'
///
/// [[family]]
/// name = "spend"
///
///   [[family.segment]]
///   name = "high_spend"
///   rule = 'spend >= 150000'
/// ```
///
/// ```
/// use pregon_core::SegmentsDocument;
/// let json = r#"{"v": 1,
///     "segment": [{"name": "inactive", "rule": "last_visit older than 90 days"}],
///     "family": [{"name": "spend", "segment": [{"name": "high", "rule": "spend >= 150000"}]}]
/// }"#;
/// let document = SegmentsDocument::from_json(json)?;
/// assert_eq!(document.path_of("high").as_deref(), Some("family[0].segment[0]"));
/// let segments = document.into_segments().expect("rules that make sense");
/// assert_eq!(segments.iter().count(), 2);
/// # Ok::<(), pregon_core::rule::RuleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentsDocument {
    #[serde(default)]
    v: Version,
    /// Plain segments, which may overlap with all others.
    #[serde(rename = "segment", default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<WrittenSegment>,
    /// Families, of each of which a customer is in one segment at most.
    #[serde(rename = "family", default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<WrittenFamily>,
}

/// A segment as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenSegment {
    /// Its name.
    pub name: SegmentName,
    /// Who belongs to it.
    pub rule: WrittenRule,
}

/// A family as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenFamily {
    /// Its name.
    pub name: FamilyName,
    /// Its segments, of which the first that matches counts.
    #[serde(rename = "segment")]
    pub segments: Vec<WrittenSegment>,
}

/// A rule as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum WrittenRule {
    /// As text.
    Text(String),
    /// As the JSON document of a rule.
    Rule(Rule),
}

impl SegmentsDocument {
    /// Reads the JSON document, however deep its rules are.
    ///
    /// # Errors
    /// With the place in the document when it is not one of segments.
    pub fn from_json(json: &str) -> Result<Self, RuleError> {
        let mut reader = serde_json::Deserializer::from_str(json);
        // Rules count their levels themselves; nothing else here takes what can be nested.
        reader.disable_recursion_limit();
        Self::deserialize(&mut reader)
            .and_then(|document| reader.end().map(|()| document))
            .map_err(|error| wrong_json(&error, json, RuleErrorKind::Json))
    }

    /// The JSON document, on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("segments have text keys only, and memory takes them")
    }

    /// Where the segment of a name is written: `segment[1]`, `family[0].segment[2]`.
    #[must_use]
    pub fn path_of(&self, name: &str) -> Option<String> {
        let place = |list: &[WrittenSegment]| list.iter().position(|one| one.name.as_str() == name);
        if let Some(n) = place(&self.segments) {
            return Some(format!("segment[{n}]"));
        }
        let mut families = self.families.iter().enumerate();
        families.find_map(|(n, family)| {
            place(&family.segments).map(|place| format!("family[{n}].segment[{place}]"))
        })
    }

    /// The segments, when all of it makes sense: plain ones first, then the families.
    ///
    /// # Errors
    /// With every rule that cannot be read, its mistake placed in the rule's own text; otherwise
    /// with what [`Segments::new`] refuses.
    pub fn into_segments(self) -> Result<Segments, SegmentErrors> {
        let mut errors = Vec::new();
        let mut read = |written: WrittenSegment| match written.rule.into_rule() {
            Ok(rule) => Some((written.name, rule)),
            Err(error) => {
                errors.push(SegmentError {
                    segment: written.name,
                    fault: SegmentFault::Rule(error),
                });
                None
            }
        };
        let mut parts = Vec::new();
        for segment in self.segments {
            parts.extend(read(segment).map(|(name, rule)| SegmentPart::Plain(name, rule)));
        }
        for WrittenFamily { name, segments } in self.families {
            let members = segments.into_iter().filter_map(&mut read).collect();
            parts.push(SegmentPart::Family(name, members));
        }
        SegmentErrors::check(errors)?;
        Ok(Segments::new(parts)?)
    }
}

impl WrittenRule {
    fn into_rule(self) -> Result<Rule, RuleError> {
        match self {
            Self::Text(text) => Rule::parse(&text),
            Self::Rule(rule) => Ok(rule),
        }
    }
}

impl From<&Segments> for SegmentsDocument {
    fn from(segments: &Segments) -> Self {
        let mut document = Self::default();
        for part in segments.parts() {
            let members = part.members().map(|(name, rule)| WrittenSegment {
                name: name.clone(),
                rule: WrittenRule::Rule(rule.clone()),
            });
            match part.family() {
                None => document.segments.extend(members),
                Some(name) => document.families.push(WrittenFamily {
                    name: name.clone(),
                    segments: members.collect(),
                }),
            }
        }
        document
    }
}

/// Writes the document with rules as JSON, plain segments first.
impl Serialize for Segments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SegmentsDocument::from(self).serialize(serializer)
    }
}

/// Reads the document; a reader with a bound on levels of its own may refuse rules that
/// [`SegmentsDocument::from_json`] reads.
impl<'de> Deserialize<'de> for Segments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = SegmentsDocument::deserialize(deserializer)?;
        document.into_segments().map_err(|errors| {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            D::Error::custom(all.join("; "))
        })
    }
}

impl<'de> Deserialize<'de> for WrittenRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RuleVisitor)
    }
}

struct RuleVisitor;

impl<'de> Visitor<'de> for RuleVisitor {
    type Value = WrittenRule;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a rule, as text or as its JSON document")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<WrittenRule, E> {
        Ok(WrittenRule::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenRule, A::Error> {
        Rule::deserialize(MapAccessDeserializer::new(map)).map(WrittenRule::Rule)
    }
}

/// The version of the document; one that is not said is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(VERSION)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            VERSION => Ok(Self),
            other => Err(D::Error::custom(format!(
                "version {other} of segments is not known here, only {VERSION} is"
            ))),
        }
    }
}
