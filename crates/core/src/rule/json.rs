//! The JSON of a rule: what is kept.

mod read;
mod joined;
mod condition;
mod literal;
mod write;

use std::cell::Cell;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::ast::{Condition, Relation, TextMatch};
use super::error::{RuleError, RuleErrorKind, Span};
use super::whole::Rule;

/// The version of the document that this program writes, and the only one it reads.
const VERSION: u64 = 1;

impl Rule {
    /// Reads the JSON document of a rule.
    ///
    /// ```
    /// # use pregon_core::rule::{Rule, attr};
    /// let json = r#"{"v":1,"rule":{"compare":{"attribute":"visits","op":"ge","value":6}}}"#;
    /// assert_eq!(Rule::from_json(json)?, Rule::new(attr("visits").ge(6))?);
    /// # Ok::<(), pregon_core::rule::RuleError>(())
    /// ```
    ///
    /// # Errors
    /// With the place in the document when it is not one of a rule, with the path within the rule
    /// when it exceeds the bounds or cannot be said: see [`Rule::new`].
    pub fn from_json(json: &str) -> Result<Self, RuleError> {
        let mut reader = serde_json::Deserializer::from_str(json);
        // Levels are counted by the reader of expressions, which refuses what goes deeper. No
        // other place of the document takes anything that can be nested.
        reader.disable_recursion_limit();
        let fault = Cell::new(RuleErrorKind::Json);
        let expr = read::document(&mut reader, &fault)
            .and_then(|expr| reader.end().map(|()| expr))
            .map_err(|error| wrong(&error, json, fault.get()))?;
        Self::new(expr)
    }

    /// The JSON document of the rule, on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a rule has text keys only and is written to memory")
    }
}

/// Writes the document that [`Rule::from_json`] reads.
impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::document(self.expr(), serializer)
    }
}

/// Reads a rule inside a larger document, whose reader may have a bound on levels of its own;
/// [`Rule::from_json`] has none but ours.
impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expr = read::document(deserializer, &Cell::new(RuleErrorKind::Json))?;
        Self::new(expr).map_err(D::Error::custom)
    }
}

/// An error of a document's reader with its place; `kind` where that is known.
pub(crate) fn wrong(error: &serde_json::Error, json: &str, kind: RuleErrorKind) -> RuleError {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let error_line = json
        .split('\n')
        .nth(error.line().saturating_sub(1))
        .unwrap_or_default();
    // The reader counts bytes up to the last one it took; people count characters.
    let before = error_line.bytes().take(error.column().saturating_sub(1));
    let before = before.filter(|byte| byte & 0xc0 != 0x80).count();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (line, column) = (number(error.line().max(1)), number(before + 1));
    RuleError::new(kind, message).at(Span {
        line,
        column,
        len: 0,
    })
}

/// The name of a test in the document.
pub(super) fn tag(condition: &Condition) -> &'static str {
    match condition {
        Condition::Compare(..) => "compare",
        Condition::Between(..) => "between",
        Condition::In(_) => "in",
        Condition::IsSet => "is_set",
        Condition::IsMissing => "is_missing",
        Condition::Text(TextMatch::Same, _) => "same_text",
        Condition::Text(TextMatch::Contains, _) => "contains",
        Condition::Text(TextMatch::StartsWith, _) => "starts_with",
        Condition::Has(..) => "has",
        Condition::Relative(Relation::OlderThan, _) => "older_than",
        Condition::Relative(Relation::AtLeastAgo, _) => "at_least_ago",
        Condition::Relative(Relation::WithinLast, _) => "within_last",
        Condition::Relative(Relation::WithinNext, _) => "within_next",
        Condition::OnThisDay => "on_this_day",
        Condition::Anniversary(_) => "anniversary",
        Condition::ToDate(_) => "to_date",
    }
}
