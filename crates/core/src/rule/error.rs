//! What is wrong with a rule, and where.

use std::fmt;

/// A place in a text: where it begins, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The line, from 1.
    pub line: u32,
    /// The character within the line, from 1.
    pub column: u32,
    /// How many characters.
    pub len: u32,
}

/// What kind of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RuleErrorKind {
    /// Something else was expected there.
    Syntax,
    /// No such operator.
    UnknownOperator,
    /// A text or a quoted name has no end.
    Unterminated,
    /// Not a number, a date, an instant or an escape, although it begins as one.
    Literal,
    /// More levels than a rule may have.
    TooDeep,
    /// More nodes, or more values in a list, than a rule may have.
    TooLarge,
    /// An *and*, *or* or a list of nothing.
    Empty,
    /// At least none, or more than there are, of some rules.
    Least,
    /// An activity or a segment within an activity.
    Nested,
    /// A name that no attribute, activity or segment can have.
    Name,
    /// Not the JSON of a rule.
    Json,
    /// A version of the JSON that this program does not know.
    Version,
    /// No such attribute.
    UnknownAttribute,
    /// No such kind of activity.
    UnknownActivity,
    /// No such segment.
    UnknownSegment,
    /// More than one attribute has the name.
    Ambiguous,
    /// The operator or the value does not go with the attribute's type.
    Type,
    /// The closed set of the attribute does not have the value.
    NotInSet,
    /// A range that ends before it begins.
    EmptyRange,
}

/// What is wrong with a rule, and where.
///
/// The place is a [`Span`] of the text when the rule was parsed from one, and the path within the
/// rule's JSON, as `to_json` writes it, otherwise.
///
/// ```
/// use pregon_core::rule::{Rule, RuleErrorKind};
/// let error = Rule::parse("visits >= and").unwrap_err();
/// assert_eq!(error.to_string(), r#"1:11: expected a value, found "and""#);
/// assert_eq!(error.kind(), RuleErrorKind::Syntax);
/// assert_eq!(error.position(), Some((1, 11)));
/// let error = Rule::parse("visits => 6").unwrap_err();
/// assert_eq!(error.hint(), Some("did you mean >=?"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    kind: RuleErrorKind,
    message: String,
    hint: Option<String>,
    span: Option<Span>,
    path: String,
}

impl RuleError {
    pub(super) fn new(kind: RuleErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            kind,
            message,
            hint: None,
            span: None,
            path: String::new(),
        }
    }

    pub(super) fn with_hint(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into);
        self
    }

    pub(super) fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub(super) fn under(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// What kind of mistake it is.
    #[must_use]
    pub fn kind(&self) -> RuleErrorKind {
        self.kind
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What could be done about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Where it is in the text.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// Line and column where it begins in the text, both from 1.
    #[must_use]
    pub fn position(&self) -> Option<(u32, u32)> {
        self.span.map(|span| (span.line, span.column))
    }

    /// Where it is in the rule: `all[1].not.compare`; empty for the rule as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// The place and the message; the hint is apart.
impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Span { line, column, .. }) = self.span {
            write!(f, "{line}:{column}: ")?;
        } else if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for RuleError {}
