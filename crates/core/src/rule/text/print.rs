//! Prints a rule as the text that reads back as the same rule.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::{SegmentName, Value, is_attribute_name};
use chrono::SecondsFormat;

use super::super::ast::{
    Activities, ActivityTest, Comparison, Condition, Expr, Has, Measure, Period, Relation,
    TextMatch, Unit, Window,
};
use super::super::whole::Rule;
use super::words::is_reserved;

/// Prints the text form, on one line; brackets stand only where they are needed.
impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        rule(self.expr(), f)
    }
}

fn rule(expr: &Expr, f: &mut Formatter<'_>) -> fmt::Result {
    match expr {
        Expr::Any(parts) => joined(parts, " or ", f),
        Expr::All(parts) => joined(parts, " and ", f),
        _ => factor(expr, f),
    }
}

fn joined(parts: &[Expr], word: &str, f: &mut Formatter<'_>) -> fmt::Result {
    let is_or = word == " or ";
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            f.write_str(word)?;
        }
        match part {
            // An `and` inside an `or` binds by itself.
            Expr::All(inner) if is_or => joined(inner, " and ", f)?,
            other => factor(other, f)?,
        }
    }
    Ok(())
}

fn factor(expr: &Expr, f: &mut Formatter<'_>) -> fmt::Result {
    match expr {
        Expr::All(_) | Expr::Any(_) => {
            f.write_char('(')?;
            rule(expr, f)?;
            f.write_char(')')
        }
        Expr::Not(inner) => match &**inner {
            Expr::Test(test) if matches!(test.condition, Condition::In(_)) => {
                write!(f, "{} not ", Name(&test.attribute))?;
                condition(&test.condition, f)
            }
            Expr::Activity(test) if matches!(test.condition, Condition::In(_)) => {
                measured(test, f)?;
                f.write_str(" not ")?;
                condition(&test.condition, f)
            }
            other => {
                f.write_str("not ")?;
                factor(other, f)
            }
        },
        Expr::Test(test) => {
            write!(f, "{} ", Name(&test.attribute))?;
            condition(&test.condition, f)
        }
        Expr::AtLeast(least, parts) => {
            write!(f, "at least {least} of (")?;
            for (n, part) in parts.iter().enumerate() {
                f.write_str(if n > 0 { ", " } else { "" })?;
                rule(part, f)?;
            }
            f.write_char(')')
        }
        Expr::Activity(test) => activity(test, f),
        Expr::InSegment(name) => write!(f, "in segment {}", SegmentWord(name)),
    }
}

fn activity(test: &ActivityTest, f: &mut Formatter<'_>) -> fmt::Result {
    if let Some((how, n)) = so_many(test) {
        write!(f, "{how} {n} ")?;
        return activities(&test.of, f);
    }
    measured(test, f)?;
    f.write_char(' ')?;
    condition(&test.condition, f)
}

fn measured(test: &ActivityTest, f: &mut Formatter<'_>) -> fmt::Result {
    match &test.measure {
        Measure::Count => f.write_str("count of ")?,
        Measure::Sum(attribute) => write!(f, "sum of {} of ", Name(attribute))?,
        Measure::Last => f.write_str("last ")?,
        Measure::First => f.write_str("first ")?,
    }
    activities(&test.of, f)
}

/// What is said shorter: `at least 2 purchase` for `count of purchase >= 2`.
fn so_many(test: &ActivityTest) -> Option<(&'static str, u32)> {
    let (Measure::Count, Condition::Compare(how, Value::Integer(n))) =
        (&test.measure, &test.condition)
    else {
        return None;
    };
    let how = match how {
        Comparison::Ge => "at least",
        Comparison::Le => "at most",
        Comparison::Eq => "exactly",
        Comparison::Ne | Comparison::Lt | Comparison::Gt => return None,
    };
    Some((how, u32::try_from(*n).ok()?))
}

fn activities(of: &Activities, f: &mut Formatter<'_>) -> fmt::Result {
    // After `at least 2` a bare `of` begins a list.
    if of.kind.eq_ignore_ascii_case("of") {
        write!(f, "`{}`", of.kind)?;
    } else {
        write!(f, "{}", Name(&of.kind))?;
    }
    if let Some(with) = &of.with {
        f.write_char('(')?;
        rule(with, f)?;
        f.write_char(')')?;
    }
    match of.within {
        None => Ok(()),
        Some(Window::Last(period)) => write!(f, " within {}", Length(period)),
        Some(Window::ToDate(unit)) => write!(f, " within the {} to date", unit_word(unit)),
    }
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
    }
}

fn condition(condition: &Condition, f: &mut Formatter<'_>) -> fmt::Result {
    match condition {
        Condition::Compare(how, value) => write!(f, "{} {}", how.symbol(), Literal(value)),
        Condition::Between(a, b) => write!(f, "between {} and {}", Literal(a), Literal(b)),
        Condition::In(values) => write!(f, "in {}", List(values)),
        Condition::IsSet => f.write_str("is set"),
        Condition::IsMissing => f.write_str("is missing"),
        Condition::Text(how, text) => {
            let how = match how {
                TextMatch::Same => "=~",
                TextMatch::Contains => "contains",
                TextMatch::StartsWith => "starts with",
            };
            write!(f, "{how} {}", Quoted(text))
        }
        Condition::Has(has, texts) => {
            let has = match has {
                Has::Any => "any",
                Has::All => "all",
                Has::None => "none",
            };
            write!(f, "has {has} of (")?;
            for (n, text) in texts.iter().enumerate() {
                write!(f, "{}{}", if n > 0 { ", " } else { "" }, Quoted(text))?;
            }
            f.write_char(')')
        }
        Condition::Relative(relation, period) => relative(*relation, *period, f),
        Condition::OnThisDay => f.write_str("on this day"),
        Condition::Anniversary(period) => write!(f, "anniversary within {}", Length(*period)),
        Condition::ToDate(unit) => write!(f, "within the {} to date", unit_word(*unit)),
    }
}

fn relative(relation: Relation, period: Period, f: &mut Formatter<'_>) -> fmt::Result {
    let length = Length(period);
    match relation {
        Relation::OlderThan => write!(f, "older than {length}"),
        Relation::AtLeastAgo => write!(f, "at least {length} ago"),
        Relation::WithinLast => write!(f, "within the last {length}"),
        Relation::WithinNext => write!(f, "within the next {length}"),
    }
}

struct Length(Period);

impl Display for Length {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (n, unit) = self.0.parts();
        let s = if n == 1 { "" } else { "s" };
        write!(f, "{n} {unit}{s}")
    }
}

struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match is_reserved(self.0) {
            true => write!(f, "`{}`", self.0),
            false => f.write_str(self.0),
        }
    }
}

struct List<'a>(&'a [Value]);

impl Display for List<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('(')?;
        for (n, value) in self.0.iter().enumerate() {
            write!(f, "{}{}", if n > 0 { ", " } else { "" }, Literal(value))?;
        }
        f.write_char(')')
    }
}

/// A value as rules write it.
pub(crate) struct Literal<'a>(pub(crate) &'a Value);

impl Display for Literal<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Text(text) => Display::fmt(&Quoted(text), f),
            Value::Instant(at) => f.write_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            other => Display::fmt(other, f),
        }
    }
}

/// The name of a segment as rules write it.
pub(in crate::rule) struct SegmentWord<'a>(pub(in crate::rule) &'a SegmentName);

impl Display for SegmentWord<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.0.as_str();
        match is_attribute_name(name) && !is_reserved(name) {
            true => f.write_str(name),
            false => Display::fmt(&Quoted(name), f),
        }
    }
}

struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                c if is_hidden(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// Characters that nobody sees, or that change how those around them are shown.
fn is_hidden(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() || invisible || (c.is_whitespace() && c != ' ')
}
