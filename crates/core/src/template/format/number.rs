//! Exact numbers with the separators of a language.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::language::Language;

/// An exact number from a JSON number or a decimal in a string.
pub(in super::super) fn parse(value: &Value) -> Option<Decimal> {
    let read = |text: &str| {
        let exact = Decimal::from_str_exact(text).ok();
        exact.or_else(|| Decimal::from_scientific(text).ok())
    };
    match value {
        Value::Number(number) => read(&number.to_string()),
        Value::String(text) if text.len() <= 64 => read(text),
        _ => None,
    }
}

/// With thousands apart: `1.234,5` in Spanish, `1,234.5` in English. Rounds half away from zero
/// to the decimals asked for; without, shows those that the number has.
pub(in super::super) fn show(number: Decimal, decimals: Option<u32>, language: Language) -> String {
    let (thousands, point) = match language {
        Language::Spanish => ('.', ','),
        Language::English => (',', '.'),
    };
    let digits = match decimals {
        Some(n) => {
            let rounding = RoundingStrategy::MidpointAwayFromZero;
            let places = usize::try_from(n).unwrap_or(0);
            format!(
                "{:.places$}",
                number.round_dp_with_strategy(n, rounding).abs()
            )
        }
        None => number.normalize().abs().to_string(),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let zero = digits.chars().all(|c| matches!(c, '0' | '.'));
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 2);
    if number.is_sign_negative() && !zero {
        out.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: Value, decimals: Option<u32>, spanish: &str, english: &str) {
        let number = parse(&value).expect("a number");
        let both = [Language::Spanish, Language::English];
        assert_eq!(
            both.map(|language| show(number, decimals, language)),
            [spanish, english]
        );
    }

    #[test]
    fn rows() {
        check(json!(0), None, "0", "0");
        check(json!(999), None, "999", "999");
        check(json!(1000), None, "1.000", "1,000");
        check(json!(-1234567), None, "-1.234.567", "-1,234,567");
        check(json!("1234.50"), None, "1.234,5", "1,234.5");
        check(json!("1234.5"), Some(2), "1.234,50", "1,234.50");
        check(json!(1e3), None, "1.000", "1,000");
        check(json!("2.5"), Some(0), "3", "3");
        check(json!("-2.5"), Some(0), "-3", "-3");
        check(json!("-0.4"), Some(0), "0", "0");
        check(json!("0.005"), Some(2), "0,01", "0.01");
        check(
            json!("79228162514264337593543950335"),
            None,
            "79.228.162.514.264.337.593.543.950.335",
            "79,228,162,514,264,337,593,543,950,335",
        );
    }

    #[test]
    fn what_is_no_number() {
        for value in [
            json!("doce"),
            json!(""),
            json!(true),
            json!([1]),
            json!(1e300),
        ] {
            assert_eq!(parse(&value), None, "{value}");
        }
    }
}
