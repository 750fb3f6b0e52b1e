//! Whether a condition goes with the type of what it is asked of.

use std::cmp::Ordering;

use crate::nearest::nearest;
use crate::{AttributeType, Value, Zone};
use chrono::{DateTime, Utc};

use super::super::ast::{Comparison, Condition, TextMatch};
use super::super::bounds::values;
use super::super::error::RuleErrorKind;
use super::super::eval::order;
use super::super::fold::fold;
use super::super::moment::Moment;
use super::super::text::{Literal, parse_date};
use super::{Finding, Part};

/// Everything that is wrong with a condition on `name`, which is of this type.
pub(super) fn findings(name: &str, r#type: &AttributeType, condition: &Condition) -> Vec<Finding> {
    if let Some((operator, hint)) = misfit(condition, r#type) {
        let message = format!(
            "{operator} does not go with {name}, which is {}",
            said(r#type)
        );
        let hint = hint.map(str::to_owned);
        return vec![Finding::new(
            Part::Operator,
            RuleErrorKind::Type,
            message,
            hint,
        )];
    }
    let mut found: Vec<Finding> = values(condition)
        .into_iter()
        .enumerate()
        .filter_map(|(n, value)| wrong_value(name, r#type, value, Part::Value(n)))
        .collect();
    found.extend(wrong_whole(name, r#type, condition));
    found
}

pub(super) fn said(r#type: &AttributeType) -> String {
    match r#type {
        AttributeType::Choice(_) => "one text of a closed set".to_owned(),
        AttributeType::Integer | AttributeType::Instant => format!("an {}", r#type.name()),
        other => format!("a {}", other.name()),
    }
}

/// The operator when it does not go with the type, and what does.
fn misfit(
    condition: &Condition,
    r#type: &AttributeType,
) -> Option<(&'static str, Option<&'static str>)> {
    use AttributeType as T;
    let text = matches!(r#type, T::Text | T::Choice(_));
    let dated = matches!(r#type, T::Date | T::Instant);
    let ordered = dated || matches!(r#type, T::Integer | T::Decimal);
    let set = matches!(r#type, T::Texts);
    let (operator, fits) = match condition {
        Condition::IsSet | Condition::IsMissing => return None,
        Condition::Compare(how @ (Comparison::Eq | Comparison::Ne), _) => (how.symbol(), !set),
        Condition::Compare(how, _) => (how.symbol(), ordered),
        Condition::Between(..) => ("between", ordered),
        Condition::In(_) => ("in", !set),
        Condition::Text(TextMatch::Same, _) => ("=~", text),
        Condition::Text(TextMatch::Contains, _) => ("contains", text),
        Condition::Text(TextMatch::StartsWith, _) => ("starts with", text),
        Condition::Has(..) => ("has", set),
        Condition::Relative(..) => ("a relative date", dated),
        Condition::OnThisDay => ("on this day", dated),
        Condition::Anniversary(_) => ("anniversary", dated),
        Condition::ToDate(_) => ("to date", dated),
    };
    let hint = match condition {
        _ if set => Some("a set has any of, all of, none of some texts"),
        Condition::Has(..) if text => Some("one text is in a list: in (…)"),
        Condition::Compare(..) | Condition::Between(..) if text => Some("texts have no order"),
        _ => None,
    };
    (!fits).then_some((operator, hint))
}

/// A value that the attribute can never have.
fn wrong_value(name: &str, r#type: &AttributeType, value: &Value, part: Part) -> Option<Finding> {
    use AttributeType as T;
    let fits = match (r#type, value) {
        (T::Integer | T::Decimal, Value::Integer(_) | Value::Decimal(_))
        | (T::Instant, Value::Date(_)) => true,
        (T::Choice(_), Value::Text(text)) => return not_in_set(name, r#type, text, part),
        (r#type, value) => r#type.admits(value),
    };
    if fits {
        return None;
    }
    let what = match value {
        Value::Integer(_) | Value::Instant(_) => "an",
        _ => "a",
    };
    let (shown, said) = (Literal(value), said(r#type));
    let message = format!("{shown} is {what} {}, {name} is {said}", value.type_name());
    Some(Finding::new(
        part,
        RuleErrorKind::Type,
        message,
        correction(r#type, value),
    ))
}

/// How the value would be written in the attribute's type.
fn correction(r#type: &AttributeType, value: &Value) -> Option<String> {
    use AttributeType as T;
    match (r#type, value) {
        (T::Text | T::Choice(_), Value::Text(_)) => None,
        (T::Text | T::Choice(_), other) => Some(format!("in quotes it is a text: \"{other}\"")),
        (T::Date, Value::Instant(at)) => Some(format!("write the day: {}", at.date_naive())),
        (_, Value::Text(text)) => {
            let written = match r#type {
                T::Integer | T::Decimal => text.parse::<crate::Decimal>().is_ok(),
                T::Date | T::Instant => parse_date(text).is_some(),
                T::Bool => matches!(text.as_str(), "true" | "false"),
                _ => false,
            };
            written.then(|| format!("write it without quotes: {text}"))
        }
        _ => None,
    }
}

fn not_in_set(name: &str, r#type: &AttributeType, text: &str, part: Part) -> Option<Finding> {
    let AttributeType::Choice(set) = r#type else {
        return None;
    };
    if set.contains(text) {
        return None;
    }
    let message = format!("{} is not a value of {name}", Literal(&Value::from(text)));
    let hint = match nearest(text, set.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {}?", Literal(&Value::from(near))),
        None => {
            let first: Vec<&str> = set.iter().take(8).map(String::as_str).collect();
            let more = if set.len() > first.len() { ", …" } else { "" };
            format!("there are: {}{more}", first.join(", "))
        }
    };
    Some(Finding::new(
        part,
        RuleErrorKind::NotInSet,
        message,
        Some(hint),
    ))
}

/// What is wrong although each value is right.
fn wrong_whole(name: &str, r#type: &AttributeType, condition: &Condition) -> Option<Finding> {
    match (condition, r#type) {
        (Condition::Between(low, high), _) => {
            // Two literals of which neither is an instant beside a date compare without a zone.
            let anywhere = Moment::new(DateTime::<Utc>::UNIX_EPOCH, Zone::UTC);
            if std::mem::discriminant(low) != std::mem::discriminant(high)
                && matches!(low, Value::Instant(_) | Value::Date(_))
            {
                return None;
            }
            let empty = order(low, high, &anywhere) == Some(Ordering::Greater);
            let message = format!(
                "nothing lies between {} and {}",
                Literal(low),
                Literal(high)
            );
            let hint = Some("the smaller one stands first".to_owned());
            let kind = RuleErrorKind::EmptyRange;
            empty.then(|| Finding::new(Part::Value(0), kind, message, hint))
        }
        (Condition::Text(TextMatch::Same, text), AttributeType::Choice(set)) => {
            let known = set.iter().any(|value| fold(value) == fold(text));
            if known {
                None
            } else {
                not_in_set(name, r#type, text, Part::Value(0))
            }
        }
        _ => None,
    }
}
