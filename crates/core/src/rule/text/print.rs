//! Prints a rule as the text that reads back as the same rule.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::Value;
use chrono::SecondsFormat;

use super::super::ast::{Condition, Expr, Has, Period, Relation, Test, TextMatch};
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
            Expr::Test(Test {
                attribute,
                condition: Condition::In(values),
            }) => {
                write!(f, "{} not in {}", Name(attribute), List(values))
            }
            other => {
                f.write_str("not ")?;
                factor(other, f)
            }
        },
        Expr::Test(inner) => test(inner, f),
        Expr::AtLeast(..) | Expr::Activity(_) | Expr::InSegment(_) => f.write_str("unfinished"),
    }
}

fn test(
    Test {
        attribute,
        condition,
    }: &Test,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    write!(f, "{} ", Name(attribute))?;
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
        Condition::Anniversary(_) | Condition::ToDate(_) => f.write_str("unfinished"),
    }
}

fn relative(relation: Relation, period: Period, f: &mut Formatter<'_>) -> fmt::Result {
    let (n, unit) = period.parts();
    let s = if n == 1 { "" } else { "s" };
    match relation {
        Relation::OlderThan => write!(f, "older than {n} {unit}{s}"),
        Relation::AtLeastAgo => write!(f, "at least {n} {unit}{s} ago"),
        Relation::WithinLast => write!(f, "within the last {n} {unit}{s}"),
        Relation::WithinNext => write!(f, "within the next {n} {unit}{s}"),
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
