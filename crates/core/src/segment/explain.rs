//! Why a rule holds for somebody, or does not.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::rule::{Asked, Expr, Facts, Moment, Rule, measured};
use crate::{Segment, SegmentName, Segments, Value};

#[cfg(test)]
mod tests;

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
        Told::new(None, facts, moment).whole(|told| told.part(self.expr()))
    }
}

impl Segments {
    /// Why a rule that may name these segments holds for a row, or does not.
    #[must_use]
    pub fn explain<'r>(&self, rule: &Rule, facts: &dyn Facts<'r>, moment: &Moment) -> Explanation {
        Told::new(Some(self), facts, moment).whole(|told| told.part(rule.expr()))
    }

    /// Why somebody belongs to a segment, or does not; nothing when there is no such segment.
    #[must_use]
    pub fn explain_segment<'r>(
        &self,
        name: &SegmentName,
        facts: &dyn Facts<'r>,
        moment: &Moment,
    ) -> Option<Explanation> {
        self.get(name)?;
        Some(Told::new(Some(self), facts, moment).whole(|told| told.segment(name)))
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

/// What is told of one customer.
struct Told<'a, 'r> {
    segments: Option<&'a Segments>,
    facts: &'a dyn Facts<'r>,
    moment: &'a Moment,
    /// Segments whose rules were told already: each is told once, however often it is named.
    seen: BTreeSet<SegmentName>,
}

impl<'a, 'r> Told<'a, 'r> {
    fn new(segments: Option<&'a Segments>, facts: &'a dyn Facts<'r>, moment: &'a Moment) -> Self {
        Self {
            segments,
            facts,
            moment,
            seen: BTreeSet::new(),
        }
    }

    fn whole(mut self, tell: impl FnOnce(&mut Self) -> Explanation) -> Explanation {
        let mut whole = tell(&mut self);
        decide(&mut whole);
        whole
    }

    /// It recurses as far as rules have levels and segments lead to others, which are bounded.
    fn part(&mut self, expr: &Expr) -> Explanation {
        let rule = Rule::new(expr.clone()).expect("a part of a rule is within its bounds");
        let (kind, inner) = match expr {
            Expr::All(parts) => (ExplanationKind::All, &parts[..]),
            Expr::Any(parts) => (ExplanationKind::Any, &parts[..]),
            Expr::Not(inner) => (ExplanationKind::Not, std::slice::from_ref(&**inner)),
            Expr::AtLeast(least, parts) => (ExplanationKind::AtLeast(*least), &parts[..]),
            Expr::Test(_) => (ExplanationKind::Test, &[][..]),
            Expr::Activity(_) => (ExplanationKind::Activity, &[][..]),
            Expr::InSegment(name) => return self.segment(name),
        };
        let value = match expr {
            Expr::Test(test) => self.facts.value(&test.attribute).map(Cow::into_owned),
            Expr::Activity(test) => {
                let (facts, moment) = (self.facts, self.moment);
                let segments = None; // Activities know none.
                measured(
                    test,
                    Asked {
                        facts,
                        moment,
                        segments,
                    },
                )
            }
            _ => None,
        };
        let is_leaf = matches!(expr, Expr::Test(_) | Expr::Activity(_));
        Explanation {
            kind,
            text: if is_leaf {
                rule.to_string()
            } else {
                String::new()
            },
            value,
            verdict: self.verdict(&rule),
            decided: false,
            parts: inner.iter().map(|part| self.part(part)).collect(),
        }
    }

    fn verdict(&self, rule: &Rule) -> Option<bool> {
        match self.segments {
            Some(segments) => segments.eval(rule, self.facts, self.moment),
            None => rule.eval(self.facts, self.moment),
        }
    }

    /// The rule of a segment; in its place, in a family, an earlier one that has the customer.
    fn segment(&mut self, name: &SegmentName) -> Explanation {
        let found = self.segments.and_then(|set| Some((set, set.get(name)?)));
        let verdict = found.and_then(|(set, _)| set.ask(name, self.facts, self.moment));
        let mut parts = Vec::new();
        if let Some((set, segment)) = found
            && self.seen.insert(name.clone())
        {
            let in_family = |other: &Segment<'_>| {
                other.family.is_some() && other.family == segment.family && other.name != name
            };
            let earlier = set
                .iter()
                .take_while(|other| other.name != name)
                .filter(in_family);
            let holds = |other: &Segment<'_>| self.verdict(other.rule) == Some(true);
            let taken_by = earlier.into_iter().find(holds);
            parts.push(match taken_by {
                Some(other) => self.segment(other.name),
                None => self.part(segment.rule.expr()),
            });
        }
        Explanation {
            kind: ExplanationKind::Segment,
            text: name.as_str().to_owned(),
            value: None,
            verdict,
            decided: false,
            parts,
        }
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
                set.iter()
                    .try_for_each(|text| list.serialize_element(text))?;
                list.end()
            }
            other => serializer.collect_str(other),
        }
    }
}
