//! The rule of an audience: read, and checked against the row and the segments that it names.

use super::Scene;
use crate::rule::{Named, Rule, RuleError};
use crate::{Problem, RowSchema};

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
        // A segment is the customer's, whatever record the journey is about.
        let customer = RowSchema::new(self.schemas.customer.clone(), None);
        let errors = rule.errors(schema, Named::In(&self.engine.segments, &customer));
        let right = errors.is_empty();
        errors
            .into_iter()
            .for_each(|error| self.say(said(error, path)));
        right.then_some(rule)
    }
}

fn said(error: RuleError, path: &str) -> Problem {
    let problem = Problem::error(path, error.message()).hint(error.hint());
    match error.position() {
        Some((line, column)) => problem.at(line, column),
        None => problem,
    }
}
