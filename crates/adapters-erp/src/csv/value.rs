//! From texts to values: by the type that is declared, or by the one that fits the whole column.

use chrono::{DateTime, NaiveDate, Utc};
use pregon_core::{AttributeType, Decimal, Value};

/// The value of a text that is not empty; `None` when it is none of the type.
pub(super) fn parse(text: &str, r#type: &AttributeType) -> Option<Value> {
    match r#type {
        AttributeType::Bool => declared_boolean(text).map(Value::Bool),
        AttributeType::Integer => text.parse().ok().map(Value::Integer),
        AttributeType::Decimal => decimal(text).map(Value::Decimal),
        AttributeType::Text => Some(Value::from(text)),
        AttributeType::Choice(set) => set.contains(text).then(|| Value::from(text)),
        AttributeType::Date => date(text).map(Value::Date),
        AttributeType::Instant => instant(text).map(Value::Instant),
        AttributeType::Texts => {
            let parts = text
                .split('|')
                .map(str::trim)
                .filter(|part| !part.is_empty());
            Some(Value::Texts(parts.map(str::to_owned).collect()))
        }
        _ => None,
    }
}

/// Yes or no in a column that is declared to say it, where 1 and 0 can mean nothing else.
pub(super) fn declared_boolean(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => boolean(text),
    }
}

fn boolean(text: &str) -> Option<bool> {
    // The longest word has five letters, and í has two bytes in either case.
    if text.len() > 5 {
        return None;
    }
    match text.to_lowercase().as_str() {
        "true" | "sí" | "si" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    // The parser of decimals takes underscores between digits; people do not write them.
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.');
    text.bytes().all(plain).then(|| text.parse().ok())?
}

fn date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let digits = |range: std::ops::Range<usize>| {
        let part = text.get(range)?;
        let all = part.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| part.parse::<u32>().ok())?
    };
    NaiveDate::from_ymd_opt(digits(0..4)? as i32, digits(5..7)?, digits(8..10)?)
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    // The shortest instant is 2026-11-20T15:00:00Z.
    let shaped = text.len() >= 20 && text.as_bytes()[4] == b'-';
    shaped.then(|| {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| at.to_utc())
    })?
}

/// A number that is one, and not a code: 0099 loses its zeros when it is read as a number.
fn is_code(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let zero_first = digits.starts_with('0') && digits.len() > 1 && !digits.starts_with("0.");
    zero_first || text.starts_with('+')
}

/// The types that fit every value of a column so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guess {
    fits: [bool; 5],
    seen: bool,
}

impl Guess {
    pub(super) const NEW: Self = Self {
        fits: [true; 5],
        seen: false,
    };

    /// Leaves out the types that do not fit a text, which is not empty.
    pub(super) fn see(&mut self, text: &str) {
        self.seen = true;
        if self.fits == [false; 5] {
            return;
        }
        let number = !is_code(text);
        let fits: [&dyn Fn() -> bool; 5] = [
            &|| boolean(text).is_some(),
            &|| number && text.parse::<i64>().is_ok(),
            &|| number && decimal(text).is_some(),
            &|| date(text).is_some(),
            &|| instant(text).is_some(),
        ];
        for (still, fit) in self.fits.iter_mut().zip(fits) {
            *still = *still && fit();
        }
    }

    /// The first type that fits; text when none does, or when no row has a value.
    pub(super) fn found(self) -> AttributeType {
        use AttributeType::{Bool, Date, Decimal, Instant, Integer, Text};
        let types = [Bool, Integer, Decimal, Date, Instant];
        let fits = types
            .into_iter()
            .zip(self.fits)
            .find(|(_, fits)| *fits && self.seen);
        fits.map_or(Text, |(r#type, _)| r#type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], r#type: &str) {
        let mut guess = Guess::NEW;
        texts.iter().for_each(|text| guess.see(text));
        assert_eq!(guess.found().name(), r#type, "{texts:?}");
        for text in texts {
            assert!(parse(text, &guess.found()).is_some(), "{text}");
        }
    }

    #[test]
    fn columns_of_one_type() {
        check(&["1", "-20", "0"], "integer");
        check(&["1", "2.50", "-0.5"], "decimal");
        check(&["2026-12-20", "2028-02-29"], "date");
        check(
            &["2026-12-20T10:00:00Z", "2026-12-20T10:00:00.5-05:00"],
            "instant",
        );
        check(&["sí", "NO", "Si", "true", "SÍ", "False"], "boolean");
    }

    #[test]
    fn columns_that_are_text() {
        check(&[], "text");
        check(&["oro", "1"], "text");
        check(&["1", "sí"], "text");
        check(&["2026-12-20", "2026-02-30"], "text");
        check(&["2026-1-2"], "text");
        check(&["0099"], "text");
        check(&["+593991234567"], "text");
        check(&["1_000"], "text");
        check(&["1e5"], "text");
        check(&["1,5"], "text");
        check(&["2026-12-20 10:00:00"], "text");
        check(&["99999999999999999999999999999999999"], "text");
    }

    #[test]
    fn declared_types() {
        let set = ["oro", "plata"].map(str::to_owned).into();
        assert_eq!(parse("bronce", &AttributeType::Choice(set)), None);
        let set = ["a", "b c"].map(str::to_owned).into();
        assert_eq!(
            parse(" a |b c||", &AttributeType::Texts),
            Some(Value::Texts(set))
        );
        assert_eq!(parse("1", &AttributeType::Bool), Some(Value::Bool(true)));
        assert_eq!(parse("quizá", &AttributeType::Bool), None);
        assert_eq!(
            parse("0099", &AttributeType::Integer),
            Some(Value::Integer(99))
        );
        assert_eq!(parse("2026-ñ-01", &AttributeType::Date), None);
    }
}
