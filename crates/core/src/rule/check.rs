//! Checks a rule against the names that exist.

mod fit;

use std::collections::BTreeSet;

use super::ast::{ActivityTest, Condition, Measure, Test};
use super::bounds::paths;
use super::error::{RuleError, RuleErrorKind, Span};
use super::facts::Facts;
use super::json::tag;
use super::moment::Moment;
use super::text::SegmentWord;
use super::tree::Leaf;
use super::types::{Lack, Types};
use super::whole::{LeafSpans, Rule};
use crate::{AttributeType, Schema, SegmentName, Segments};

/// A rule of which every name exists and every value goes with its attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked(Rule);

impl Checked {
    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.0
    }

    /// The rule, for keeps.
    #[must_use]
    pub fn into_rule(self) -> Rule {
        self.0
    }

    /// Whether the rule holds for a row; `None` when that is unknown: see [`Rule::eval`].
    #[must_use]
    pub fn eval<'r>(&self, row: &dyn Facts<'r>, moment: &Moment) -> Option<bool> {
        self.0.eval(row, moment)
    }

    /// Whether the rule is true for a row: neither false nor unknown.
    #[must_use]
    pub fn matches<'r>(&self, row: &dyn Facts<'r>, moment: &Moment) -> bool {
        self.0.matches(row, moment)
    }
}

impl Rule {
    /// Checks the rule against the attributes and activities that exist, where there are no
    /// segments.
    ///
    /// ```
    /// use pregon_core::{AttributeType, Schema};
    /// use pregon_core::rule::{Rule, RuleErrorKind};
    ///
    /// let schema = Schema::new().with("visits", AttributeType::Integer)?;
    /// let rule = Rule::parse("visits >= 6 and visit = \"seis\"")?;
    /// let errors = rule.check(&schema).unwrap_err();
    /// assert_eq!(errors[0].to_string(), r#"1:17: there is no attribute "visit""#);
    /// assert_eq!(errors[0].hint(), Some("did you mean visits?"));
    /// assert!(Rule::parse("visits >= 6")?.check(&schema).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// With everything that is wrong, in the order of the text: names that do not exist or are
    /// ambiguous, operators and values that do not go with a type, values that a closed set does
    /// not have, ranges that end before they begin.
    pub fn check(&self, types: &dyn Types) -> Result<Checked, Vec<RuleError>> {
        self.checked(types, Named::Nowhere)
    }

    /// Checks the rule as [`check`](Self::check) does, where these segments exist.
    ///
    /// The segments that it names, and those that they lead to, must go with the same attributes
    /// and activities, because they are asked of the same row.
    ///
    /// ```
    /// use pregon_core::rule::Rule;
    /// use pregon_core::{AttributeType, Schema, Segments};
    ///
    /// let schema = Schema::new().with("visits", AttributeType::Integer)?;
    /// let segments = Segments::new([])?.with("loyal", Rule::parse("visits >= 6")?)?;
    /// let rule = Rule::parse("visits < 9 and in segment loyal")?;
    /// assert!(rule.check_in(&schema, &segments).is_ok());
    /// let errors = rule.check(&schema).unwrap_err();
    /// assert_eq!(errors[0].to_string(), r#"1:27: there is no segment "loyal""#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`check`](Self::check), and when a segment does not exist or its rule does not go with
    /// the types.
    pub fn check_in(
        &self,
        types: &dyn Types,
        segments: &Segments,
    ) -> Result<Checked, Vec<RuleError>> {
        self.checked(types, Named::In(segments, types))
    }

    fn checked(&self, types: &dyn Types, named: Named<'_>) -> Result<Checked, Vec<RuleError>> {
        let errors = self.errors(types, named);
        if errors.is_empty() {
            Ok(Checked(self.clone()))
        } else {
            Err(errors)
        }
    }

    /// Everything that is wrong, in the order of the text.
    pub(crate) fn errors(&self, types: &dyn Types, named: Named<'_>) -> Vec<RuleError> {
        let (mut errors, mut all_paths, mut n) = (Vec::new(), Vec::new(), 0);
        let mut seen = BTreeSet::new();
        self.expr().each_leaf(&mut |leaf| {
            let found = match leaf {
                Leaf::Test(test, None) => of_test(test, types),
                Leaf::Test(test, Some(kind)) => of_inner(test, kind, types),
                Leaf::Activity(test) => of_activity(test, types),
                Leaf::Segment(name) => of_segment(name, named, &mut seen),
            };
            for Finding { part, error } in found {
                if all_paths.is_empty() {
                    all_paths = paths(self.expr());
                }
                let error = error.under(&path_of(&all_paths[n], leaf, part));
                let spans = self.spans().get(n);
                errors.push(match spans.and_then(|spans| place(spans, part)) {
                    Some(span) => error.at(span),
                    None => error,
                });
            }
            n += 1;
        });
        errors
    }
}

/// Where the segments are that a rule names.
#[derive(Clone, Copy)]
pub(crate) enum Named<'a> {
    /// There are none.
    Nowhere,
    /// Here, and their rules are checked against these names.
    In(&'a Segments, &'a dyn Types),
    /// In the set that the rule belongs to, which has seen to them.
    AsTheyAre,
}

fn place(spans: &LeafSpans, part: Part) -> Option<Span> {
    match part {
        Part::Name => Some(spans.name),
        Part::Summed => spans.summed,
        Part::Operator => Some(spans.operator),
        Part::Value(n) => spans.values.get(n).copied(),
    }
}

fn path_of(path: &str, leaf: Leaf<'_>, part: Part) -> String {
    match (leaf, part) {
        (Leaf::Activity(_), Part::Name) => format!("{path}.kind"),
        (Leaf::Activity(_), Part::Summed) => format!("{path}.measure.sum"),
        (Leaf::Activity(test), _) => format!("{path}.condition.{}", tag(&test.condition)),
        _ => path.to_owned(),
    }
}

#[derive(Clone, Copy)]
enum Part {
    Name,
    Summed,
    Operator,
    Value(usize),
}

struct Finding {
    part: Part,
    error: RuleError,
}

impl Finding {
    fn new(part: Part, kind: RuleErrorKind, message: String, hint: Option<String>) -> Self {
        Self {
            part,
            error: RuleError::new(kind, message).with_hint(hint),
        }
    }
}

fn of_test(test: &Test, types: &dyn Types) -> Vec<Finding> {
    match types.attribute(&test.attribute) {
        Ok(r#type) => fit::findings(&test.attribute, &r#type, &test.condition),
        Err(lack) => vec![unknown(&test.attribute, "", lack, Part::Name)],
    }
}

/// A test of an activity's own attribute; an unknown kind is said once, of the activity.
fn of_inner(test: &Test, kind: &str, types: &dyn Types) -> Vec<Finding> {
    let Ok(schema) = types.activity(kind) else {
        return Vec::new();
    };
    match schema.attribute(&test.attribute) {
        Ok(r#type) => fit::findings(&test.attribute, &r#type, &test.condition),
        Err(lack) => vec![unknown(&test.attribute, kind, lack, Part::Name)],
    }
}

fn of_activity(test: &ActivityTest, types: &dyn Types) -> Vec<Finding> {
    let kind = &test.of.kind;
    let mut found = Vec::new();
    let schema = match types.activity(kind) {
        Ok(schema) => Some(schema),
        Err(lack) => {
            let nearest = match lack {
                Lack::Unknown { nearest } => nearest,
                Lack::Ambiguous { choices } => choices.into_iter().next(),
            };
            let message = format!("there is no activity {kind:?}");
            let hint = nearest.map(|near| format!("did you mean {near}?"));
            let missing = RuleErrorKind::UnknownActivity;
            found.push(Finding::new(Part::Name, missing, message, hint));
            None
        }
    };
    let (name, r#type) = match &test.measure {
        Measure::Count => (format!("the count of {kind}"), AttributeType::Integer),
        Measure::Sum(attribute) => {
            found.extend(schema.and_then(|schema| not_a_number(attribute, kind, schema)));
            let name = format!("the sum of {attribute} of {kind}");
            (name, AttributeType::Decimal)
        }
        Measure::Last => (format!("the last {kind}"), AttributeType::Instant),
        Measure::First => (format!("the first {kind}"), AttributeType::Instant),
    };
    let mut wrong = fit::findings(&name, &r#type, &test.condition);
    if let (Condition::Relative(..) | Condition::ToDate(_), Some(finding)) =
        (&test.condition, wrong.last_mut())
    {
        let hint = "what must hold of the number follows the time: within 30 days >= 2";
        finding.error = finding.error.clone().with_hint(Some(hint));
    }
    found.extend(wrong);
    found
}

/// Why an attribute of activities cannot be summed up.
fn not_a_number(attribute: &str, kind: &str, schema: &Schema) -> Option<Finding> {
    match schema.attribute(attribute) {
        Ok(AttributeType::Integer | AttributeType::Decimal) => None,
        Ok(other) => {
            let message = format!(
                "{attribute} cannot be summed up, it is {}",
                fit::said(&other)
            );
            Some(Finding::new(
                Part::Summed,
                RuleErrorKind::Type,
                message,
                None,
            ))
        }
        Err(lack) => Some(unknown(attribute, kind, lack, Part::Summed)),
    }
}

fn of_segment<'a>(
    name: &'a SegmentName,
    named: Named<'a>,
    seen: &mut BTreeSet<&'a SegmentName>,
) -> Vec<Finding> {
    let (segments, types) = match named {
        Named::AsTheyAre => return Vec::new(),
        Named::In(segments, types) if segments.get(name).is_some() => (segments, types),
        Named::In(..) | Named::Nowhere => {
            let nearest = match named {
                Named::In(segments, _) => segments.nearest(name),
                Named::Nowhere | Named::AsTheyAre => None,
            };
            let message = format!("there is no segment {:?}", name.as_str());
            let hint = nearest.map(|near| format!("did you mean {}?", SegmentWord(near)));
            let kind = RuleErrorKind::UnknownSegment;
            return vec![Finding::new(Part::Name, kind, message, hint)];
        }
    };
    let mut found = Vec::new();
    for segment in segments.leads_to([name]) {
        if !seen.insert(segment.name) {
            continue;
        }
        let errors = segment.rule.errors(types, Named::AsTheyAre).into_iter();
        found.extend(errors.map(|error| {
            let message = format!("segment {:?}: {}", segment.name.as_str(), error.message());
            let hint = error.hint().map(str::to_owned);
            Finding::new(Part::Name, error.kind(), message, hint)
        }));
    }
    found
}

/// `of`: the kind of activity whose attribute it should be.
fn unknown(name: &str, of: &str, lack: Lack, part: Part) -> Finding {
    let (kind, message, hint) = match lack {
        Lack::Unknown { nearest } => (
            RuleErrorKind::UnknownAttribute,
            format!("there is no attribute {name:?}"),
            nearest.map(|near| format!("did you mean {near}?")),
        ),
        Lack::Ambiguous { choices } => (
            RuleErrorKind::Ambiguous,
            format!("more than one attribute is named {name:?}"),
            (!choices.is_empty()).then(|| format!("write {}", choices.join(" or "))),
        ),
    };
    let of = if of.is_empty() {
        String::new()
    } else {
        format!(" of {of}")
    };
    Finding::new(part, kind, message + &of, hint)
}
