//! What is told of a rule for one customer: the library's explanation, as it is printed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use pregon::rule::{Expr, Facts, Moment, Rule};
use pregon::source::CsvRow;
use pregon::{Activity, Explanation, ExplanationKind, SegmentName, Value};

use super::question::{One, Question};
use crate::output::Object;

/// A part of a rule, or a segment, and what it is for one customer.
#[derive(Debug)]
pub(super) struct Node {
    op: &'static str,
    /// The part as rules say it, or the name of the segment.
    said: String,
    pub(super) verdict: Option<bool>,
    /// Of a test: the value that was looked at, or what there was of activities.
    value: Option<Option<Value>>,
    /// Of a segment in a family: the earlier one that has the customer.
    taken_by: Option<String>,
    parts: Vec<Node>,
}

/// What is told of one customer.
pub(super) struct Told<'a, 'r> {
    question: &'a Question,
    facts: &'a dyn Facts<'r>,
    moment: &'a Moment,
    /// Segments that were told already: each is told once, however often rules name it.
    told: BTreeSet<SegmentName>,
}

impl<'a, 'r> Told<'a, 'r> {
    pub(super) fn new(
        question: &'a Question,
        facts: &'a dyn Facts<'r>,
        moment: &'a Moment,
    ) -> Self {
        Self {
            question,
            facts,
            moment,
            told: BTreeSet::new(),
        }
    }

    /// The whole: the rule, the segment that was asked for, or all of them.
    pub(super) fn tree(mut self) -> Node {
        let question = self.question;
        if let Some(only) = question.selected {
            let one = &question.ones[only];
            return if question.is_named {
                self.segment(one)
            } else {
                self.rule(&one.rule)
            };
        }
        let parts: Vec<Node> = question.ones.iter().map(|one| self.segment(one)).collect();
        let verdicts = || parts.iter().map(|part| part.verdict);
        let verdict = if verdicts().any(|verdict| verdict == Some(true)) {
            Some(true)
        } else if verdicts().any(|verdict| verdict.is_none()) {
            None
        } else {
            Some(false)
        };
        Node {
            op: "segments",
            said: String::new(),
            verdict,
            value: None,
            taken_by: None,
            parts,
        }
    }

    /// A segment by its own rule, whoever has the customer: an explanation of the segment would
    /// have the earlier one's in its place.
    fn segment(&mut self, one: &One) -> Node {
        let question = self.question;
        let ask = |one: &One| question.segments.ask(&one.name, self.facts, self.moment);
        let in_family = |other: &&One| one.family.is_some() && other.family == one.family;
        let mut earlier = question
            .ones
            .iter()
            .take_while(|other| other.name != one.name)
            .filter(in_family);
        let taken_by = earlier.find(|other| ask(other) == Some(true));
        let is_new = self.told.insert(one.name.clone());
        Node {
            op: ExplanationKind::Segment.name(),
            said: one.shown.clone(),
            verdict: ask(one),
            value: None,
            taken_by: taken_by.map(|other| other.shown.clone()),
            parts: is_new.then(|| self.rule(&one.rule)).into_iter().collect(),
        }
    }

    fn rule(&mut self, rule: &Rule) -> Node {
        let segments = &self.question.segments;
        let why = segments.explain(rule, self.facts, self.moment);
        self.part(rule.expr(), why)
    }

    /// A part of a rule with its explanation, whose parts are those of the expression.
    fn part(&mut self, expr: &Expr, why: Explanation) -> Node {
        let (inner, value): (&[Expr], _) = match expr {
            Expr::InSegment(name) => {
                let ones = &self.question.ones;
                if let Some(one) = ones.iter().find(|one| one.name == *name) {
                    return self.segment(one);
                }
                (&[], None)
            }
            Expr::All(parts) | Expr::Any(parts) | Expr::AtLeast(_, parts) => (parts, None),
            Expr::Not(inner) => (std::slice::from_ref(inner), None),
            // Tests, of attributes and of activities.
            _ => (&[], Some(why.value)),
        };
        let parts = inner.iter().zip(why.parts);
        Node {
            op: why.kind.name(),
            // A part of a rule is within the bounds of the rule.
            said: Rule::new(expr.clone()).map_or(why.text, |rule| rule.to_string()),
            verdict: why.verdict,
            value,
            taken_by: None,
            parts: parts.map(|(expr, why)| self.part(expr, why)).collect(),
        }
    }
}

/// A row as rules read it.
pub(super) struct RowFacts<'a> {
    pub(super) row: CsvRow<'a>,
    pub(super) places: &'a BTreeMap<&'a str, usize>,
}

impl<'r> Facts<'r> for RowFacts<'_> {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        let at = *self.places.get(name)?;
        self.row.cell(at).to_value().map(Cow::Owned)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&[])
    }
}

impl Node {
    /// As programs read it.
    pub(super) fn document(&self) -> Object {
        let mut object = Object::plain().with("op", self.op);
        match self.op {
            "segments" => {}
            "segment" => object = object.with("name", &*self.said),
            _ => object = object.with("rule", &*self.said),
        }
        object = object.with("verdict", self.verdict);
        if let Some(value) = &self.value {
            object = object.with("value", value.as_ref().map(json));
        }
        if let Some(other) = &self.taken_by {
            object = object.with("taken_by", &**other);
        }
        if !self.parts.is_empty() {
            let parts = self.parts.iter().map(Self::document);
            object = object.with_list("parts", parts.collect());
        }
        object
    }

    /// As people read it: a line for each part, those below it further in.
    pub(super) fn lines(&self, level: usize, missing: &str, lines: &mut Vec<String>) {
        if self.op != "segments" {
            let mark = match self.verdict {
                Some(true) => '✓',
                Some(false) => '✗',
                None => '?',
            };
            let blank = "  ".repeat(level);
            let value = self.value.as_ref().map(|value| match value {
                Some(value) => format!("   [{value}]"),
                None => format!("   [{missing}]"),
            });
            let taken = self
                .taken_by
                .as_ref()
                .map(|other| format!("   [{other} ✓]"));
            let after = value.or(taken).unwrap_or_default();
            lines.push(format!("{blank}{mark} {}{after}", self.said));
        }
        let next = level + usize::from(self.op != "segments");
        self.parts
            .iter()
            .for_each(|part| part.lines(next, missing, lines));
    }
}

/// Whole numbers and booleans as they are, decimals and dates as texts.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(yes) => (*yes).into(),
        Value::Integer(number) => (*number).into(),
        Value::Texts(set) => set.iter().map(String::as_str).collect(),
        other => other.to_string().into(),
    }
}
