//! The rule of an audience: read, and checked against the row and the segments that it names.

use super::Scene;
use crate::rule::{Named, Rule, RuleError};
use crate::{Problem, RowSchema, Segment, Segments};

impl Scene<'_> {
    /// The rule of a text; `None` when it is wrong, which is said.
    ///
    /// A segment is the customer's, whatever record the journey is about.
    pub(super) fn rule(&mut self, text: &str, schema: &RowSchema, path: &str) -> Option<Rule> {
        let rule = match Rule::parse(text) {
            Ok(rule) => rule,
            Err(error) => {
                self.say(said(error, path));
                return None;
            }
        };
        let customer = RowSchema::new(self.schemas.customer.clone(), None);
        let segments = self.engine.segments.clone();
        let errors = rule.errors(schema, Named::OfCustomer(&segments, &customer));
        let right = errors.is_empty();
        errors.into_iter().for_each(|it| self.say(said(it, path)));
        right.then_some(rule)
    }
}

/// Every segment that an answer to the rule depends on.
pub(super) fn reach<'a>(segments: &'a Segments, rule: &Rule) -> Vec<Segment<'a>> {
    segments.leads_to(rule.segments())
}

fn said(error: RuleError, path: &str) -> Problem {
    let problem = Problem::error(path, error.message()).hint(error.hint());
    match error.position() {
        Some((line, column)) => problem.at(line, column),
        None => problem,
    }
}
