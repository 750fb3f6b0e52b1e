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

/// Whether a text that is not empty is a value of a type.
pub(super) fn fits(text: &str, r#type: &AttributeType) -> bool {
    match r#type {
        AttributeType::Text => true,
        AttributeType::Choice(set) => set.contains(text),
        AttributeType::Decimal => is_decimal(text),
        other => parse(text, other).is_some(),
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
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("si") || is("sí") || is("sÍ") {
        Some(true)
    } else if is("false") || is("no") {
        Some(false)
    } else {
        None
    }
}

/// Digits and at most one dot, as so many hundredths, thousandths…: a number read at once.
///
/// Nothing for what is longer or written in another way; that may still be a decimal number.
pub(super) fn units(text: &[u8]) -> Option<(i64, u8)> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let (mut units, mut dot) = (0_i64, None);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => units = units * 10 + i64::from(byte - b'0'),
            b'.' if dot.is_none() && at > 0 && at + 1 < digits.len() => dot = Some(at),
            _ => return None,
        }
    }
    let scale = dot.map_or(0, |dot| digits.len() - dot - 1);
    Some((if negative { -units } else { units }, scale as u8))
}

fn is_decimal(text: &str) -> bool {
    units(text.as_bytes()).is_some() || decimal(text).is_some()
}

fn decimal(text: &str) -> Option<Decimal> {
    // The parser of decimals takes underscores between digits; people do not write them.
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.');
    text.bytes().all(plain).then(|| text.parse().ok())?
}

/// A day as 2026-11-20.
pub(super) fn day(text: &[u8]) -> Option<NaiveDate> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = text else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |number, byte| {
            byte.is_ascii_digit()
                .then(|| number * 10 + u32::from(byte - b'0'))
        })
    };
    let year = number(&[*a, *b, *c, *d])?;
    NaiveDate::from_ymd_opt(year as i32, number(&[*e, *f])?, number(&[*g, *h])?)
}

fn date(text: &str) -> Option<NaiveDate> {
    day(text.as_bytes())
}

/// A whole number of digits, which is read at once; nothing for one that is longer.
pub(super) fn whole(text: &[u8]) -> Option<i64> {
    units(text).and_then(|(units, scale)| (scale == 0).then_some(units))
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
fn is_code(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let zero_first = digits.starts_with(b"0") && digits.len() > 1 && !digits.starts_with(b"0.");
    zero_first || text.starts_with(b"+")
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
        if self.is_text() {
            return;
        }
        let [bool, integer, number, day, at] = &mut self.fits;
        *bool = *bool && boolean(text).is_some();
        *integer = *integer && !is_code(text.as_bytes()) && text.parse::<i64>().is_ok();
        // A whole number is a decimal one too.
        *number = *number && (*integer || !is_code(text.as_bytes()) && is_decimal(text));
        *day = *day && date(text).is_some();
        *at = *at && instant(text).is_some();
    }

    /// Whether a value surely leaves out no type more; most say so before they are read as texts.
    pub(super) fn stays(self, bytes: &[u8]) -> bool {
        match self.fits {
            [false, true, true, false, false] => whole(bytes).is_some() && !is_code(bytes),
            [false, false, true, false, false] => units(bytes).is_some() && !is_code(bytes),
            [false, false, false, true, false] => day(bytes).is_some(),
            fits => fits == [false; 5],
        }
    }

    /// There are values, whatever they are.
    pub(super) fn fill(&mut self) {
        self.seen = true;
    }

    /// Leaves out what either leaves out.
    pub(super) fn join(&mut self, other: Self) {
        self.seen |= other.seen;
        for (own, other) in self.fits.iter_mut().zip(other.fits) {
            *own &= other;
        }
    }

    /// Whether any value was looked at.
    pub(super) fn has_seen(self) -> bool {
        self.seen
    }

    /// Whether only text is left.
    pub(super) fn is_text(self) -> bool {
        self.fits == [false; 5]
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
    fn units_are_the_decimals() {
        for text in [
            "0",
            "-1",
            "1.50",
            "-0.05",
            "123456789012345678",
            "1234567890.1234567",
            "00.10",
        ] {
            let (units, scale) = units(text.as_bytes()).unwrap();
            assert_eq!(
                Decimal::from_parts(units, scale.into()),
                decimal(text),
                "{text}"
            );
        }
        for text in [
            ".5",
            "5.",
            "-",
            "",
            "1.2.3",
            "+1",
            "1e5",
            "1_0",
            "-.5",
            "--1",
            "1234567890123456789",
        ] {
            assert_eq!(units(text.as_bytes()), None, "{text}");
        }
        assert_eq!(units(b"150000.25"), Some((15_000_025, 2)));
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
