//! The rule of an audience: read, and checked against the row and the segments that it names.

use std::collections::BTreeSet;

use super::Scene;
use crate::rule::{Lack, Rule, RuleError};
use crate::{AttributeType, Problem, RowError, RowSchema, Segment, SegmentName, Segments};

impl Scene<'_> {
    /// The rule of a text; `None` when it is wrong, which is said.
    pub(super) fn rule(&mut self, text: &str, schema: &RowSchema, path: &str) -> Option<Rule> {
        let rule = match Rule::parse(text) {
            Ok(rule) => rule,
            Err(error) => {
                self.say(said(error, path));
                return None;
            }
        };
        let before = self.problems.len();
        if let Err(errors) = rule.check(&|name| type_of(schema, name)) {
            errors.into_iter().for_each(|it| self.say(said(it, path)));
        }
        self.segments(&rule, path);
        (self.problems.len() == before).then_some(rule)
    }

    /// Whether the segments that a rule leads to exist and go with the source.
    fn segments(&mut self, rule: &Rule, path: &str) {
        let segments = self.engine.segments.clone();
        for name in rule.segments() {
            if segments.get(name).is_none() {
                self.unknown_segment(name, &segments, path);
            }
        }
        // A segment is the customer's, whatever record the journey is about.
        let schema = RowSchema::new(self.schemas.customer.clone(), None);
        for segment in reach(&segments, rule) {
            let errors = segment.rule.check(&|name| type_of(&schema, name));
            for error in errors.err().unwrap_or_default() {
                let message = format!("segment {:?}: {error}", segment.name.as_str());
                self.say(Problem::error(path, message).hint(error.hint()));
            }
        }
    }

    fn unknown_segment(&mut self, name: &SegmentName, segments: &Segments, path: &str) {
        let hint = match segments.nearest(name) {
            Some(near) => format!("did you mean {near}?"),
            None if segments.parts().is_empty() => "no segments are configured".to_owned(),
            None => {
                let names: Vec<&str> = segments.iter().map(|it| it.name.as_str()).collect();
                format!("there are: {}", names.join(", "))
            }
        };
        let message = format!("there is no segment {:?}", name.as_str());
        self.say(Problem::error(path, message).hint(Some(hint)));
    }
}

/// Every segment that an answer to the rule depends on: those it names, the earlier ones of their
/// families, and so on.
pub(super) fn reach<'a>(segments: &'a Segments, rule: &Rule) -> Vec<Segment<'a>> {
    let mut left: Vec<SegmentName> = rule.segments().into_iter().cloned().collect();
    let (mut seen, mut reached) = (BTreeSet::new(), Vec::new());
    while let Some(name) = left.pop() {
        let Some(segment) = segments.get(&name) else {
            continue;
        };
        if !seen.insert(name) {
            continue;
        }
        left.extend(segment.rule.segments().into_iter().cloned());
        if segment.family.is_some() {
            let family = segments.iter().filter(|it| it.family == segment.family);
            let earlier = family.take_while(|it| it.name != segment.name);
            left.extend(earlier.map(|it| it.name.clone()));
        }
        reached.push(segment);
    }
    reached.sort_by_key(|segment| segment.name);
    reached
}

fn said(error: RuleError, path: &str) -> Problem {
    let problem = Problem::error(path, error.message()).hint(error.hint());
    match error.position() {
        Some((line, column)) => problem.at(line, column),
        None => problem,
    }
}

/// The type under a name of a row, as rules ask for it.
fn type_of(schema: &RowSchema, name: &str) -> Result<AttributeType, Lack> {
    schema.resolve(name).cloned().map_err(|error| match error {
        RowError::Unknown { nearest, .. } => Lack::Unknown { nearest },
        RowError::Ambiguous { name, kind } => Lack::Ambiguous {
            choices: vec![format!("customer.{name}"), format!("{kind}.{name}")],
        },
    })
}
