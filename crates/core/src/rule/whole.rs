//! The rule: a tree that was checked, with the places its text had.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::SegmentName;

use super::ast::Expr;
use super::bounds;
use super::error::{RuleError, Span};
use super::tree::Leaf;

/// How many levels a rule has at most; a test alone is one.
pub const MAX_LEVELS: usize = 64;

/// How many nodes a rule has at most: tests, *and*, *or*, *not* and *at least K of*, those within
/// activities too.
pub const MAX_NODES: usize = 10_000;

/// How many values a list of a rule has at most.
pub const MAX_LIST: usize = 10_000;

/// A rule: an [`Expr`] within the bounds, every name and value of which can be written.
///
/// Rules are cheap to clone. Two are equal when their trees are, wherever they come from. An *and*
/// or *or* of one part is that part, and a whole number written as a decimal is a whole number.
///
/// ```
/// use pregon_core::{Value, Zone};
/// use pregon_core::rule::{Moment, Rule};
///
/// let rule = Rule::parse("visits >= 6 and not (spend < 150000)")?;
/// let moment = Moment::new("2026-11-20T06:00:00Z".parse().expect("an instant"), Zone::UTC);
/// let row = |name: &str| match name {
///     "visits" => Some(std::borrow::Cow::Owned(Value::from(7))),
///     _ => None,
/// };
/// assert_eq!(rule.eval(&row, &moment), None, "what was spent is missing");
/// assert!(!rule.matches(&row, &moment));
/// # Ok::<(), pregon_core::rule::RuleError>(())
/// ```
#[derive(Clone)]
pub struct Rule {
    expr: Arc<Expr>,
    /// The places of every leaf, in the order of [`Expr::each_leaf`]; empty without a text.
    spans: Arc<[LeafSpans]>,
}

/// Where a leaf stands in its text.
#[derive(Debug, Clone)]
pub(super) struct LeafSpans {
    /// The attribute, the kind of activity or the segment.
    pub(super) name: Span,
    /// The attribute that is summed up.
    pub(super) summed: Option<Span>,
    pub(super) operator: Span,
    pub(super) values: Vec<Span>,
}

impl LeafSpans {
    /// Those of something that begins with its name, or is nothing else.
    pub(super) fn at(name: Span) -> Self {
        Self {
            name,
            summed: None,
            operator: name,
            values: Vec::new(),
        }
    }
}

impl Rule {
    /// Makes a rule of an expression.
    ///
    /// # Errors
    /// When it exceeds the bounds, has an *and*, *or* or list of nothing, asks for at least none or
    /// for more than there are, has an activity or a segment within an activity, a name that no
    /// attribute can have, a set as a value, or a date or instant outside the years 0 to 9999.
    pub fn new(expr: Expr) -> Result<Self, RuleError> {
        Self::with_spans(expr, Vec::new())
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// With the place of the first mistake, what was expected there, and a hint where one exists.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let (expr, spans) = super::text::parse(text)?;
        Self::with_spans(expr, spans)
    }

    fn with_spans(mut expr: Expr, spans: Vec<LeafSpans>) -> Result<Self, RuleError> {
        bounds::measure(&expr).map_err(|(error, leaf)| match spans.get(leaf) {
            Some(spans) => error.at(spans.name),
            None => error,
        })?;
        bounds::check(&expr)?;
        bounds::normalize(&mut expr);
        Ok(Self {
            expr: Arc::new(expr),
            spans: spans.into(),
        })
    }

    /// The tree.
    #[must_use]
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The names of all attributes of the customer that the rule reads; those that the segments it
    /// names read are not among them.
    ///
    /// ```
    /// # use pregon_core::rule::Rule;
    /// let rule = Rule::parse("visits > 1 or pin.status is missing or visits < 9")?;
    /// assert_eq!(Vec::from_iter(rule.attributes()), ["pin.status", "visits"]);
    /// # Ok::<(), pregon_core::rule::RuleError>(())
    /// ```
    #[must_use]
    pub fn attributes(&self) -> BTreeSet<&str> {
        self.names(|leaf| match leaf {
            Leaf::Test(test, None) => Some(test.attribute.as_str()),
            _ => None,
        })
    }

    /// The kinds of all activities that the rule reads.
    ///
    /// ```
    /// # use pregon_core::rule::Rule;
    /// let rule = Rule::parse("at least 2 purchase(amount > 9) or last visit older than 9 days")?;
    /// assert_eq!(Vec::from_iter(rule.activities()), ["purchase", "visit"]);
    /// assert!(rule.attributes().is_empty(), "the amount is the purchase's");
    /// # Ok::<(), pregon_core::rule::RuleError>(())
    /// ```
    #[must_use]
    pub fn activities(&self) -> BTreeSet<&str> {
        self.names(|leaf| match leaf {
            Leaf::Activity(test) => Some(test.of.kind.as_str()),
            _ => None,
        })
    }

    /// The names of all segments that the rule names.
    ///
    /// ```
    /// # use pregon_core::rule::{Rule, segment};
    /// let rule = Rule::new(segment("loyal") & !segment("staff"))?;
    /// let names: Vec<&str> = rule.segments().into_iter().map(|name| name.as_str()).collect();
    /// assert_eq!(names, ["loyal", "staff"]);
    /// # Ok::<(), pregon_core::rule::RuleError>(())
    /// ```
    #[must_use]
    pub fn segments(&self) -> BTreeSet<&SegmentName> {
        self.names(|leaf| match leaf {
            Leaf::Segment(name) => Some(name),
            _ => None,
        })
    }

    fn names<'a, T: Ord>(&'a self, pick: impl Fn(Leaf<'a>) -> Option<T>) -> BTreeSet<T> {
        let mut names = BTreeSet::new();
        self.expr.each_leaf(&mut |leaf| names.extend(pick(leaf)));
        names
    }

    pub(super) fn spans(&self) -> &[LeafSpans] {
        &self.spans
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.expr == other.expr
    }
}

impl Eq for Rule {}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({self})")
    }
}

impl TryFrom<Expr> for Rule {
    type Error = RuleError;
    fn try_from(expr: Expr) -> Result<Self, RuleError> {
        Self::new(expr)
    }
}

impl FromStr for Rule {
    type Err = RuleError;
    fn from_str(text: &str) -> Result<Self, RuleError> {
        Self::parse(text)
    }
}
