//! The smallest pieces of the text.

use crate::{Decimal, Value};
use chrono::{DateTime, NaiveDate, Utc};

use super::super::ast::Comparison;
use super::super::bounds::is_written;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word of the language, or a name.
    Word(String),
    /// A name in backquotes.
    Name(String),
    /// A text in quotes.
    Text(String),
    /// A number, a date or an instant.
    Literal(Value),
    Compare(Comparison),
    /// `=~`
    Same,
    Open,
    Close,
    Comma,
    End,
}

/// The operator that a run of signs is.
pub(super) fn operator(signs: &str) -> Option<Token> {
    let comparison = match signs {
        "=" => Comparison::Eq,
        "!=" => Comparison::Ne,
        "<" => Comparison::Lt,
        "<=" => Comparison::Le,
        ">" => Comparison::Gt,
        ">=" => Comparison::Ge,
        "=~" => return Some(Token::Same),
        _ => return None,
    };
    Some(Token::Compare(comparison))
}

/// A number, a date or an instant; else a hint.
pub(super) fn literal(run: &str) -> Result<Value, &'static str> {
    let shape: String = run
        .chars()
        .map(|c| if c.is_ascii_digit() { '9' } else { c })
        .collect();
    if shape.starts_with("9999-99-99") {
        return match parse_date(run) {
            Some(date) => Ok(Value::Date(date)),
            None => parse_instant(run).map(Value::Instant).ok_or(INSTANT),
        };
    }
    number(run, &shape)
}

const NUMBER: &str = "a number is written 150000, 1.5 or -3, with at most 28 digits";
const INSTANT: &str = "a date is written 2026-12-20, an instant 2026-12-20T10:00:00Z";
const SEPARATOR: &str = "numbers have no thousands separators and no exponent: write 150000";

fn number(run: &str, shape: &str) -> Result<Value, &'static str> {
    let digits = shape.strip_prefix('-').unwrap_or(shape);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "9"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte == b'9');
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(match digits {
            dashed if dashed.contains('-') => INSTANT,
            other if other.contains(['_', '.', 'e', 'E']) => SEPARATOR,
            _ => NUMBER,
        });
    }
    if let Ok(n) = run.parse() {
        return Ok(Value::Integer(n));
    }
    run.parse::<Decimal>()
        .map(Value::Decimal)
        .map_err(|_| NUMBER)
}

/// A date as rules write it, four digits, two and two.
pub(crate) fn parse_date(text: &str) -> Option<NaiveDate> {
    // chrono would also take `2026-1-5` and `+12026-01-05`.
    let digits = |at: std::ops::Range<usize>| {
        text.get(at)
            .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let whole = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| whole)
}

/// An instant of RFC 3339, of the years that rules can write.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    is_written(at.date_naive()).then_some(at)
}
