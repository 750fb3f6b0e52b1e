//! Checks a rule against the attributes that exist.

use std::cmp::Ordering;

use crate::{AttributeType, Schema, Value, Zone};
use chrono::{DateTime, Utc};

use super::ast::{Comparison, Condition, Test, TextMatch};
use super::error::{RuleError, RuleErrorKind};
use super::eval::order;
use super::facts::Facts;
use super::fold::fold;
use super::moment::Moment;
use super::text::{Literal, parse_date};
use super::whole::{Rule, TestSpans, values};
use crate::nearest::nearest;

/// Why a name has no type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lack {
    /// No such attribute.
    Unknown {
        /// The name that is probably meant.
        nearest: Option<String>,
    },
    /// More than one attribute has the name.
    Ambiguous {
        /// The names that say which: `customer.status`, `pin.status`.
        choices: Vec<String>,
    },
}

/// The types of a schema, for [`Rule::check`].
pub fn types_of(schema: &Schema) -> impl Fn(&str) -> Result<AttributeType, Lack> {
    |name| {
        let nearest = || schema.nearest(name).map(str::to_owned);
        schema
            .get(name)
            .cloned()
            .ok_or_else(|| Lack::Unknown { nearest: nearest() })
    }
}

/// A rule of which every name exists and every value goes with its attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked(Rule);

impl Checked {
    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.0
    }

    /// The rule, for keeps.
    #[must_use]
    pub fn into_rule(self) -> Rule {
        self.0
    }

    /// Whether the rule holds for a row; `None` when that is unknown: see [`Rule::eval`].
    #[must_use]
    pub fn eval<'r>(&self, row: &dyn Facts<'r>, moment: &Moment) -> Option<bool> {
        self.0.eval(row, moment)
    }

    /// Whether the rule is true for a row: neither false nor unknown.
    #[must_use]
    pub fn matches<'r>(&self, row: &dyn Facts<'r>, moment: &Moment) -> bool {
        self.0.matches(row, moment)
    }
}

impl Rule {
    /// Checks the rule against the types of its attributes.
    ///
    /// ```
    /// use pregon_core::{AttributeType, Schema};
    /// use pregon_core::rule::{Rule, RuleErrorKind, types_of};
    ///
    /// let schema = Schema::new().with("visits", AttributeType::Integer)?;
    /// let rule = Rule::parse("visits >= 6 and visit = \"seis\"")?;
    /// let errors = rule.check(&types_of(&schema)).unwrap_err();
    /// assert_eq!(errors[0].to_string(), r#"1:17: there is no attribute "visit""#);
    /// assert_eq!(errors[0].hint(), Some("did you mean visits?"));
    /// assert!(Rule::parse("visits >= 6")?.check(&types_of(&schema)).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// With everything that is wrong, in the order of the text: names that do not exist or are
    /// ambiguous, operators and values that do not go with a type, values that a closed set does
    /// not have, ranges that end before they begin.
    pub fn check(
        &self,
        types: &dyn Fn(&str) -> Result<AttributeType, Lack>,
    ) -> Result<Checked, Vec<RuleError>> {
        let (mut errors, mut paths, mut n) = (Vec::new(), Vec::new(), 0);
        self.expr().each_test(&mut |test| {
            let spans = self.spans().get(n);
            for Finding { part, error } in findings(test, types) {
                if paths.is_empty() {
                    paths = super::whole::paths(self.expr());
                }
                let error = error.under(&paths[n]);
                errors.push(match spans.and_then(|spans| place(spans, part)) {
                    Some(span) => error.at(span),
                    None => error,
                });
            }
            n += 1;
        });
        if errors.is_empty() {
            Ok(Checked(self.clone()))
        } else {
            Err(errors)
        }
    }
}

fn place(spans: &TestSpans, part: Part) -> Option<super::error::Span> {
    match part {
        Part::Attribute => Some(spans.attribute),
        Part::Operator => Some(spans.operator),
        Part::Value(n) => spans.values.get(n).copied(),
    }
}

#[derive(Clone, Copy)]
enum Part {
    Attribute,
    Operator,
    Value(usize),
}

struct Finding {
    part: Part,
    error: RuleError,
}

impl Finding {
    fn new(part: Part, kind: RuleErrorKind, message: String, hint: Option<String>) -> Self {
        Self {
            part,
            error: RuleError::new(kind, message).with_hint(hint),
        }
    }
}

fn findings(test: &Test, types: &dyn Fn(&str) -> Result<AttributeType, Lack>) -> Vec<Finding> {
    let name = &test.attribute;
    let r#type = match types(name) {
        Ok(r#type) => r#type,
        Err(Lack::Unknown { nearest }) => {
            let hint = nearest.map(|near| format!("did you mean {near}?"));
            let (kind, message) = (RuleErrorKind::UnknownAttribute, "there is no attribute");
            return vec![Finding::new(
                Part::Attribute,
                kind,
                format!("{message} {name:?}"),
                hint,
            )];
        }
        Err(Lack::Ambiguous { choices }) => {
            let hint = (!choices.is_empty()).then(|| format!("write {}", choices.join(" or ")));
            let message = format!("more than one attribute is named {name:?}");
            return vec![Finding::new(
                Part::Attribute,
                RuleErrorKind::Ambiguous,
                message,
                hint,
            )];
        }
    };
    if let Some((operator, hint)) = misfit(&test.condition, &r#type) {
        let message = format!(
            "{operator} does not go with {name}, which is {}",
            said(&r#type)
        );
        let hint = hint.map(str::to_owned);
        return vec![Finding::new(
            Part::Operator,
            RuleErrorKind::Type,
            message,
            hint,
        )];
    }
    let mut found: Vec<Finding> = values(&test.condition)
        .into_iter()
        .enumerate()
        .filter_map(|(n, value)| wrong_value(name, &r#type, value, Part::Value(n)))
        .collect();
    found.extend(wrong_whole(name, &r#type, &test.condition));
    found
}

fn said(r#type: &AttributeType) -> String {
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
