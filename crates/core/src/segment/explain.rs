//! Why a rule holds for somebody, or does not.

use std::collections::BTreeSet;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::rule::{Asked, Expr, Facts, Moment, Rule, eval, measured};
use crate::{SegmentName, Segments, Value};

/// A part of a rule, with what was seen and what came of it.
///
/// As JSON it is `{"kind", "text", "value", "verdict", "decided", "parts"}`, of which each has what
/// it can have. Its `Debug` hides the values, which are a person's.
///
/// ```
/// use std::borrow::Cow;
/// use pregon_core::rule::{Moment, Rule};
/// use pregon_core::{Value, Zone};
///
/// let rule = Rule::parse("visits >= 6 and (spend > 100 or email is missing)")?;
/// let row = |name: &str| (name == "visits").then(|| Cow::Owned(Value::from(2)));
/// let moment = Moment::new("2026-11-20T06:00:00Z".parse().expect("an instant"), Zone::UTC);
/// let why = rule.explain(&row, &moment);
/// assert_eq!(why.verdict, Some(false));
/// let decisive: Vec<&str> = why.decisive().into_iter().map(|part| part.text.as_str()).collect();
/// assert_eq!(decisive, ["visits >= 6"]);
/// # Ok::<(), pregon_core::rule::RuleError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What it is.
    pub kind: ExplanationKind,
    /// The text of a test, the name of a segment; nothing for what only joins its parts.
    pub text: String,
    /// The value that a test saw; nothing when it was missing.
    pub value: Option<Value>,
    /// Whether it holds; nothing when that is unknown.
    pub verdict: Option<bool>,
    /// Whether the verdict of the whole rests on this part: without those, it would be another.
    pub decided: bool,
    /// What it is made of. A segment that is named again has none: they are where it was first.
    pub parts: Vec<Explanation>,
}

/// What a part of a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExplanationKind {
    /// All parts must hold.
    All,
    /// One part must hold.
    Any,
    /// The part must not hold.
    Not,
    /// So many parts must hold.
    AtLeast(u32),
    /// A test of an attribute.
    Test,
    /// A test of activities.
    Activity,
    /// Membership of a segment: its rule, after those of earlier ones in its family.
    Segment,
}

impl Rule {
    /// Why the rule holds for a row, or does not; segments that it names are unknown.
    #[must_use]
    pub fn explain<'r>(&self, facts: &dyn Facts<'r>, moment: &Moment) -> Explanation {
        let asked = Asked {
            facts,
            moment,
            segments: None,
        };
        of_rule(self, asked)
    }
}

impl Segments {
    /// Why a rule that may name these segments holds for a row, or does not.
    #[must_use]
    pub fn explain<'r>(
        &self,
        rule: &Rule,
        facts: &dyn Facts<'r>,
        moment: &Moment,
    ) -> Explanation {
        let asked = Asked {
            facts,
            moment,
            segments: Some(self),
        };
        of_rule(rule, asked)
    }

    /// Why somebody belongs to a segment, or does not; nothing when there is no such segment.
    #[must_use]
    pub fn explain_segment<'r>(
        &self,
        name: &SegmentName,
        facts: &dyn Facts<'r>,
        moment: &Moment,
    ) -> Option<Explanation> {
        let asked = Asked {
            facts,
            moment,
            segments: Some(self),
        };
        self.get(name)?;
        let mut whole = of_segment(name, asked, &mut BTreeSet::new());
        decide(&mut whole);
        Some(whole)
    }
}

impl Explanation {
    /// The tests on which the verdict rests, from left to right.
    #[must_use]
    pub fn decisive(&self) -> Vec<&Self> {
        if !self.decided {
            return Vec::new();
        }
        match self.kind {
            ExplanationKind::Test | ExplanationKind::Activity => vec![self],
            _ if self.parts.is_empty() => vec![self],
            _ => self.parts.iter().flat_map(Self::decisive).collect(),
        }
    }
}

fn of_rule(rule: &Rule, asked: Asked<'_, '_>) -> Explanation {
    let mut whole = of(rule.expr(), asked, &mut BTreeSet::new());
    decide(&mut whole);
    whole
}

/// It recurses as far as rules have levels and segments lead to others, which are bounded.
fn of(expr: &Expr, asked: Asked<'_, '_>, seen: &mut BTreeSet<SegmentName>) -> Explanation {
    let mut many = |kind, parts: &[Expr]| {
        let parts = parts.iter().map(|part| of(part, asked, seen)).collect();
        (kind, String::new(), None, parts)
    };
    let (kind, text, value, parts) = match expr {
        Expr::All(parts) => many(ExplanationKind::All, parts),
        Expr::Any(parts) => many(ExplanationKind::Any, parts),
        Expr::Not(inner) => many(ExplanationKind::Not, std::slice::from_ref(inner)),
        Expr::AtLeast(least, parts) => many(ExplanationKind::AtLeast(*least), parts),
        Expr::Test(test) => {
            let value = asked.facts.value(&test.attribute);
            let value = value.map(std::borrow::Cow::into_owned);
            (ExplanationKind::Test, expr.to_string(), value, Vec::new())
        }
        Expr::Activity(test) => {
            let value = measured(test, asked);
            (ExplanationKind::Activity, expr.to_string(), value, Vec::new())
        }
        Expr::InSegment(name) => return of_segment(name, asked, seen),
    };
    Explanation {
        kind,
        text,
        value,
        verdict: eval(expr, asked),
        decided: false,
        parts,
    }
}

/// The rule of a segment; before it, in a family, that of an earlier one which holds.
fn of_segment(
    name: &SegmentName,
    asked: Asked<'_, '_>,
    seen: &mut BTreeSet<SegmentName>,
) -> Explanation {
    let found = asked.segments.and_then(|set| Some((set, set.get(name)?)));
    let mut parts = Vec::new();
    if let Some((set, segment)) = found
        && seen.insert(name.clone())
    {
        let family = set.parts().iter().find(|part| part.family() == segment.family);
        let family = family.filter(|part| part.family().is_some());
        let members = family.into_iter().flat_map(|family| family.members());
        let earlier = members.take_while(|(other, _)| *other != name);
        let holds = |(_, rule): &(&SegmentName, &Rule)| rule.ask(asked) == Some(true);
        let first = earlier.into_iter().find(holds);
        parts = match first {
            Some((earlier, _)) => vec![of_segment(earlier, asked, seen)],
            None => vec![of(segment.rule.expr(), asked, seen)],
        };
    }
    Explanation {
        kind: ExplanationKind::Segment,
        text: name.as_str().to_owned(),
        value: None,
        verdict: found.and_then(|(set, _)| set.ask(name, asked.facts, asked.moment)),
        decided: false,
        parts,
    }
}

/// Marks the whole, and of what decided those parts that did so.
fn decide(whole: &mut Explanation) {
    whole.decided = true;
    let (kind, verdict) = (whole.kind, whole.verdict);
    for part in &mut whole.parts {
        let decides = match kind {
            // The one part of these.
            ExplanationKind::Not | ExplanationKind::Segment => true,
            // All hold, or one of an or; all fail, or one of an and; else what is unknown.
            ExplanationKind::All
            | ExplanationKind::Any
            | ExplanationKind::AtLeast(_)
            | ExplanationKind::Test
            | ExplanationKind::Activity => part.verdict == verdict,
        };
        if decides {
            decide(part);
        }
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("kind", &self.kind)
            .field("text", &self.text)
            .field("verdict", &self.verdict)
            .field("decided", &self.decided)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind.name())?;
        if let ExplanationKind::AtLeast(least) = self.kind {
            map.serialize_entry("least", &least)?;
        }
        if !self.text.is_empty() {
            map.serialize_entry("text", &self.text)?;
        }
        if let ExplanationKind::Test | ExplanationKind::Activity = self.kind {
            map.serialize_entry("value", &self.value.as_ref().map(Seen))?;
        }
        map.serialize_entry("verdict", &self.verdict)?;
        map.serialize_entry("decided", &self.decided)?;
        if !self.parts.is_empty() {
            map.serialize_entry("parts", &self.parts)?;
        }
        map.end()
    }
}

impl ExplanationKind {
    /// As JSON has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::Not => "not",
            Self::AtLeast(_) => "at_least",
            Self::Test => "test",
            Self::Activity => "activity",
            Self::Segment => "segment",
        }
    }
}

/// A value as JSON: booleans, whole numbers and lists as they are, all else as text.
struct Seen<'a>(&'a Value);

impl Serialize for Seen<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Integer(n) => serializer.serialize_i64(*n),
            Value::Texts(set) => {
                let mut list = serializer.serialize_seq(Some(set.len()))?;
                set.iter().try_for_each(|text| list.serialize_element(text))?;
                list.end()
            }
            other => serializer.collect_str(other),
        }
    }
}
