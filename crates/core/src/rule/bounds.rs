//! What a tree may be: its bounds, its names and values, its one form.

use crate::{Value, is_attribute_name};
use chrono::{Datelike, NaiveDate};

use super::ast::{ActivityTest, Condition, Expr, Measure, Test};
use super::error::{RuleError, RuleErrorKind};
use super::text::shorten;
use super::whole::{MAX_LEVELS, MAX_LIST, MAX_NODES};

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

/// Counts levels and nodes without recursion; a failure comes with the number of the leaf it is
/// nearest to.
pub(super) fn measure(expr: &Expr) -> Result<(), (RuleError, usize)> {
    let (mut nodes, mut leaves) = (0, 0);
    let mut left = vec![(expr, 1)];
    while let Some((expr, level)) = left.pop() {
        nodes += 1;
        if level > MAX_LEVELS {
            return Err((too_deep(), leaves));
        }
        if nodes > MAX_NODES {
            return Err((too_many_nodes(), leaves));
        }
        leaves += usize::from(matches!(
            expr,
            Expr::Test(_) | Expr::Activity(_) | Expr::InSegment(_)
        ));
        left.extend(expr.children().iter().rev().map(|child| (child, level + 1)));
    }
    Ok(())
}

/// Refuses what no rule can be made of; only for what was measured.
pub(super) fn check(expr: &Expr) -> Result<(), RuleError> {
    check_parts(expr, None, &mut String::new())
}

/// `kind`: that of the activity within which the expression stands.
fn check_parts(expr: &Expr, kind: Option<&str>, path: &mut String) -> Result<(), RuleError> {
    let mut inside = kind;
    match expr {
        Expr::Test(test) => {
            return check_test(test).map_err(|error| error.under(&test_path(path, test)));
        }
        Expr::InSegment(_) | Expr::Activity(_) if kind.is_some() => {
            let what = match expr {
                Expr::InSegment(_) => "a segment",
                _ => "what happened to the customer",
            };
            return Err(nested(what).under(path));
        }
        Expr::InSegment(_) => return Ok(()),
        Expr::Activity(test) => {
            check_activity(test).map_err(|(error, part)| error.under(&below(path, &part)))?;
            inside = Some(&test.of.kind);
        }
        Expr::AtLeast(least, parts) => {
            check_least(*least, parts.len())
                .map_err(|error| error.under(&below(path, "at_least")))?;
        }
        Expr::All(parts) | Expr::Any(parts) if parts.is_empty() => {
            let message = "an and or an or needs at least one part";
            return Err(RuleError::new(RuleErrorKind::Empty, message).under(path));
        }
        Expr::All(_) | Expr::Any(_) | Expr::Not(_) => {}
    }
    for (n, child) in expr.children().iter().enumerate() {
        let before = path.len();
        push_path(path, expr, n);
        check_parts(child, inside, path)?;
        path.truncate(before);
    }
    Ok(())
}

/// An activity's own attributes are all that is known of it.
pub(super) fn nested(what: &str) -> RuleError {
    let message = format!("{what} cannot be asked of an activity");
    let hint = "within its brackets stand its own attributes; join the rest to it by and";
    RuleError::new(RuleErrorKind::Nested, message).with_hint(Some(hint))
}

pub(super) fn check_least(least: u32, parts: usize) -> Result<(), RuleError> {
    let wrong = |message: String| Err(RuleError::new(RuleErrorKind::Least, message));
    match usize::try_from(least) {
        _ if parts == 0 => wrong("at least so many of nothing".to_owned()),
        Ok(0) => wrong("at least 0 of some rules always holds: begin with 1".to_owned()),
        Ok(least) if least <= parts => Ok(()),
        _ => wrong(format!("at least {least} of {parts} never holds")),
    }
}

/// A failure comes with the part of the activity that is wrong.
fn check_activity(test: &ActivityTest) -> Result<(), (RuleError, String)> {
    let at = |part: &'static str| move |error| (error, format!("activity.{part}"));
    check_name(&test.of.kind, "a kind of activity").map_err(at("kind"))?;
    if let Measure::Sum(attribute) = &test.measure {
        check_name(attribute, "an attribute").map_err(at("measure.sum"))?;
    }
    check_condition(&test.condition).map_err(|error| {
        let tag = super::json::tag(&test.condition);
        (error, format!("activity.condition.{tag}"))
    })
}

fn check_test(
    Test {
        attribute,
        condition,
    }: &Test,
) -> Result<(), RuleError> {
    check_name(attribute, "an attribute")?;
    check_condition(condition)
}

/// What any name of a rule must look like.
pub(super) fn check_name(name: &str, of: &str) -> Result<(), RuleError> {
    if is_attribute_name(name) {
        return Ok(());
    }
    let message = format!("{:?} cannot be the name of {of}", shorten(name));
    let hint = "a letter, then letters, digits and _, parts joined by a dot";
    Err(RuleError::new(RuleErrorKind::Name, message).with_hint(Some(hint)))
}

fn check_condition(condition: &Condition) -> Result<(), RuleError> {
    let count = match condition {
        Condition::In(values) => values.len(),
        Condition::Has(_, texts) => texts.len(),
        _ => 1,
    };
    if count == 0 {
        let message = "a list needs at least one value";
        return Err(RuleError::new(RuleErrorKind::Empty, message));
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
pub(super) fn normalize(expr: &mut Expr) {
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
        Expr::Activity(test) => {
            normalize_condition(&mut test.condition);
            if let Some(with) = &mut test.of.with {
                normalize(with);
            }
        }
        Expr::InSegment(_) => {}
        Expr::Test(test) => normalize_condition(&mut test.condition),
    }
}

fn normalize_condition(condition: &mut Condition) {
    match condition {
        Condition::Compare(_, value) => normalize_value(value),
        Condition::Between(low, high) => [low, high].into_iter().for_each(normalize_value),
        Condition::In(values) => values.iter_mut().for_each(normalize_value),
        _ => {}
    }
}

fn normalize_value(value: &mut Value) {
    if let Value::Decimal(decimal) = value
        && let Ok(whole) = decimal.to_string().parse()
    {
        *value = Value::Integer(whole);
    }
}

/// The path of every leaf, as the JSON has it, in the order of [`Expr::each_leaf`].
pub(super) fn paths(expr: &Expr) -> Vec<String> {
    let mut paths = Vec::new();
    collect(expr, &mut String::new(), &mut paths);
    paths
}

fn collect(expr: &Expr, path: &mut String, paths: &mut Vec<String>) {
    match expr {
        Expr::Test(test) => paths.push(test_path(path, test)),
        Expr::Activity(_) => paths.push(below(path, "activity")),
        Expr::InSegment(_) => paths.push(below(path, "in_segment")),
        Expr::All(_) | Expr::Any(_) | Expr::AtLeast(..) | Expr::Not(_) => {}
    }
    for (n, child) in expr.children().iter().enumerate() {
        let before = path.len();
        push_path(path, expr, n);
        collect(child, path, paths);
        path.truncate(before);
    }
}

fn push_path(path: &mut String, parent: &Expr, n: usize) {
    *path = below(
        path,
        &match parent {
            Expr::All(_) => format!("all[{n}]"),
            Expr::Any(_) => format!("any[{n}]"),
            Expr::AtLeast(..) => format!("at_least.of[{n}]"),
            Expr::Activity(_) => "activity.with".to_owned(),
            Expr::Not(_) | Expr::Test(_) | Expr::InSegment(_) => "not".to_owned(),
        },
    );
}

fn test_path(path: &str, test: &Test) -> String {
    below(path, super::json::tag(&test.condition))
}

fn below(path: &str, part: &str) -> String {
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{part}")
}
