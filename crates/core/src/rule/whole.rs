//! The rule: a tree that was checked, with the places its text had.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::{SegmentName, Value, is_attribute_name};
use chrono::{Datelike, NaiveDate};

use super::ast::{Condition, Expr, Test};
use super::error::{RuleError, RuleErrorKind, Span};

/// How many levels a rule has at most; a test alone is one.
pub const MAX_LEVELS: usize = 64;

/// How many nodes a rule has at most: tests, *and*, *or* and *not*.
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
    /// The places of every test, in the order of [`Expr::each_test`]; empty without a text.
    spans: Arc<[TestSpans]>,
}

/// Where a test stands in its text.
#[derive(Debug, Clone)]
pub(super) struct TestSpans {
    pub(super) attribute: Span,
    pub(super) operator: Span,
    pub(super) values: Vec<Span>,
}

impl Rule {
    /// Makes a rule of an expression.
    ///
    /// # Errors
    /// When it exceeds the bounds, has an *and*, *or* or list of nothing, a name that no attribute
    /// can have, a set as a value, or a date or instant outside the years 0 to 9999.
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

    fn with_spans(mut expr: Expr, spans: Vec<TestSpans>) -> Result<Self, RuleError> {
        measure(&expr).map_err(|(error, test)| match spans.get(test) {
            Some(spans) => error.at(spans.attribute),
            None => error,
        })?;
        check_parts(&expr, &mut String::new())?;
        normalize(&mut expr);
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

    /// The names of all attributes that the rule reads.
    ///
    /// ```
    /// # use pregon_core::rule::Rule;
    /// let rule = Rule::parse("visits > 1 or pin.status is missing or visits < 9")?;
    /// assert_eq!(Vec::from_iter(rule.attributes()), ["pin.status", "visits"]);
    /// # Ok::<(), pregon_core::rule::RuleError>(())
    /// ```
    #[must_use]
    pub fn attributes(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.expr.each_test(&mut |test| {
            names.insert(test.attribute.as_str());
        });
        names
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
        let (mut names, mut left) = (BTreeSet::new(), vec![self.expr()]);
        while let Some(expr) = left.pop() {
            if let Expr::InSegment(name) = expr {
                names.insert(name);
            }
            left.extend(expr.children());
        }
        names
    }

    pub(super) fn spans(&self) -> &[TestSpans] {
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

pub(super) fn too_deep() -> RuleError {
    let message = format!("a rule has at most {MAX_LEVELS} levels");
    RuleError::new(RuleErrorKind::TooDeep, message)
}

pub(super) fn too_many_nodes() -> RuleError {
    let message = format!("a rule has at most {MAX_NODES} parts");
    RuleError::new(RuleErrorKind::TooLarge, message)
        .with_hint(Some("many values of one attribute are one list: in (…)"))
}

pub(super) fn too_long_list() -> RuleError {
    let message = format!("a list has at most {MAX_LIST} values");
    RuleError::new(RuleErrorKind::TooLarge, message)
}

/// Counts levels and nodes without recursion; a failure comes with the number of the test it is
/// nearest to.
fn measure(expr: &Expr) -> Result<(), (RuleError, usize)> {
    let (mut nodes, mut tests) = (0, 0);
    let mut left = vec![(expr, 1)];
    while let Some((expr, level)) = left.pop() {
        nodes += 1;
        if level > MAX_LEVELS {
            return Err((too_deep(), tests));
        }
        if nodes > MAX_NODES {
            return Err((too_many_nodes(), tests));
        }
        tests += usize::from(matches!(expr, Expr::Test(_)));
        left.extend(expr.children().iter().rev().map(|child| (child, level + 1)));
    }
    Ok(())
}

fn check_parts(expr: &Expr, path: &mut String) -> Result<(), RuleError> {
    if let Expr::Test(test) = expr {
        return check_test(test).map_err(|error| error.under(&test_path(path, test)));
    }
    if expr.children().is_empty() {
        let error = RuleError::new(
            RuleErrorKind::Empty,
            "an and or an or needs at least one part",
        );
        return Err(error.under(path));
    }
    for (n, child) in expr.children().iter().enumerate() {
        let before = path.len();
        push_path(path, expr, n);
        check_parts(child, path)?;
        path.truncate(before);
    }
    Ok(())
}

fn check_test(
    Test {
        attribute,
        condition,
    }: &Test,
) -> Result<(), RuleError> {
    if !is_attribute_name(attribute) {
        let message = format!("{attribute:?} cannot be the name of an attribute");
        let hint = "a letter, then letters, digits and _, parts joined by a dot";
        return Err(RuleError::new(RuleErrorKind::Name, message).with_hint(Some(hint)));
    }
    let count = match condition {
        Condition::In(values) => values.len(),
        Condition::Has(_, texts) => texts.len(),
        _ => 1,
    };
    if count == 0 {
        return Err(RuleError::new(
            RuleErrorKind::Empty,
            "a list needs at least one value",
        ));
    }
    if count > MAX_LIST {
        return Err(too_long_list());
    }
    values(condition).into_iter().try_for_each(check_value)
}

/// The values that a condition compares with.
pub(super) fn values(condition: &Condition) -> Vec<&Value> {
    match condition {
        Condition::Compare(_, value) => vec![value],
        Condition::Between(low, high) => vec![low, high],
        Condition::In(values) => values.iter().collect(),
        Condition::IsSet
        | Condition::IsMissing
        | Condition::Text(..)
        | Condition::Has(..)
        | Condition::Relative(..)
        | Condition::OnThisDay
        | Condition::Anniversary(_)
        | Condition::ToDate(_) => Vec::new(),
    }
}

fn check_value(value: &Value) -> Result<(), RuleError> {
    let (date, fits) = match value {
        Value::Date(date) => (*date, true),
        Value::Instant(at) => (at.date_naive(), true),
        other => (NaiveDate::default(), !matches!(other, Value::Texts(_))),
    };
    if !fits {
        let message = "a set of texts is not a value to compare with";
        let hint = "ask what the set has: has any of, has all of, has none of";
        return Err(RuleError::new(RuleErrorKind::Type, message).with_hint(Some(hint)));
    }
    if !is_written(date) {
        return Err(RuleError::new(
            RuleErrorKind::Literal,
            "the year is not one of 0000 to 9999",
        ));
    }
    Ok(())
}

/// Whether a date is one that rules can say.
pub(super) fn is_written(date: NaiveDate) -> bool {
    (0..=9999).contains(&date.year())
}

/// Brings what can be said in two ways into one.
fn normalize(expr: &mut Expr) {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => {
            parts.iter_mut().for_each(normalize);
            if parts.len() == 1
                && let Some(only) = parts.pop()
            {
                *expr = only;
            }
        }
        Expr::Not(inner) => normalize(inner),
        Expr::AtLeast(_, parts) => parts.iter_mut().for_each(normalize),
        Expr::Activity(_) | Expr::InSegment(_) => {}
        Expr::Test(Test { condition, .. }) => match condition {
            Condition::Compare(_, value) => normalize_value(value),
            Condition::Between(low, high) => [low, high].into_iter().for_each(normalize_value),
            Condition::In(values) => values.iter_mut().for_each(normalize_value),
            _ => {}
        },
    }
}

fn normalize_value(value: &mut Value) {
    if let Value::Decimal(decimal) = value
        && let Ok(whole) = decimal.to_string().parse()
    {
        *value = Value::Integer(whole);
    }
}

/// The path of every test, as the JSON has it, in the order of [`Expr::each_test`].
pub(super) fn paths(expr: &Expr) -> Vec<String> {
    let mut paths = Vec::new();
    collect(expr, &mut String::new(), &mut paths);
    paths
}

fn collect(expr: &Expr, path: &mut String, paths: &mut Vec<String>) {
    if let Expr::Test(test) = expr {
        paths.push(test_path(path, test));
    }
    for (n, child) in expr.children().iter().enumerate() {
        let before = path.len();
        push_path(path, expr, n);
        collect(child, path, paths);
        path.truncate(before);
    }
}

fn push_path(path: &mut String, parent: &Expr, n: usize) {
    if !path.is_empty() {
        path.push('.');
    }
    match parent {
        Expr::All(_) => path.push_str(&format!("all[{n}]")),
        Expr::Any(_) => path.push_str(&format!("any[{n}]")),
        Expr::AtLeast(..) => path.push_str(&format!("at_least.of[{n}]")),
        Expr::Activity(_) => path.push_str("activity.with"),
        Expr::Not(_) | Expr::Test(_) | Expr::InSegment(_) => path.push_str("not"),
    }
}

fn test_path(path: &str, test: &Test) -> String {
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{}", super::json::tag(&test.condition))
}
