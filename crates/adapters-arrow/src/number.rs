//! Decimal numbers of many digits.

use arrow_buffer::i256;
use pregon_core::{Cell, Decimal};

/// The number units × 10^-scale; nothing when a decimal cannot hold it.
pub(crate) fn decimal(units: i128, scale: i8) -> Option<Cell<'static>> {
    if let (Ok(units), Some(scale)) = (i64::try_from(units), places(scale)) {
        return Some(Cell::Units(units, scale));
    }
    wide(&units.unsigned_abs().to_string(), units < 0, scale)
}

/// The same of 256 bits.
pub(crate) fn decimal256(units: i256, scale: i8) -> Option<Cell<'static>> {
    if let Some(units) = units.to_i128() {
        return decimal(units, scale);
    }
    let text = units.to_string();
    wide(text.trim_start_matches('-'), units.is_negative(), scale)
}

/// The scale, where decimals have it.
fn places(scale: i8) -> Option<u8> {
    u8::try_from(scale).ok().filter(|scale| *scale <= 28)
}

/// By its digits, without those at the end that count for nothing.
fn wide(digits: &str, negative: bool, scale: i8) -> Option<Cell<'static>> {
    let counting = digits.trim_end_matches('0');
    if counting.is_empty() {
        return Some(Cell::Units(0, 0));
    }
    let cut = i32::try_from(digits.len() - counting.len()).ok()?;
    let scale = i32::from(scale) - cut;
    let mut text = String::from(if negative { "-" } else { "" });
    match usize::try_from(scale) {
        Ok(scale) if scale >= counting.len() => {
            text.push_str("0.");
            text.extend(std::iter::repeat_n('0', scale - counting.len()));
            text.push_str(counting);
        }
        Ok(scale) => {
            let (whole, rest) = counting.split_at(counting.len() - scale);
            text.push_str(whole);
            if !rest.is_empty() {
                text.push('.');
                text.push_str(rest);
            }
        }
        Err(_) => {
            let zeros = usize::try_from(-scale).ok()?;
            text.push_str(counting);
            text.extend(std::iter::repeat_n('0', zeros));
        }
    }
    text.parse::<Decimal>().ok().map(Cell::Decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(units: i128, scale: i8, printed: Option<&str>) {
        let cells = [
            decimal(units, scale),
            decimal256(i256::from_i128(units), scale),
        ];
        for cell in cells {
            let value = cell.and_then(Cell::to_value).map(|value| value.to_string());
            assert_eq!(value.as_deref(), printed, "{units} × 10^-{scale}");
        }
    }

    #[test]
    fn scales() {
        check(15_050, 2, Some("150.5"));
        check(-15_050, -3, Some("-15050000"));
        check(1, 28, Some("0.0000000000000000000000000001"));
        check(0, 38, Some("0"));
        check(10_i128.pow(30), 30, Some("1"));
        check(-15 * 10_i128.pow(36), 37, Some("-1.5"));
        check(123, 29, None);
        check(120, 29, Some("0.0000000000000000000000000012"));
    }

    #[test]
    fn many_digits() {
        let most = 79_228_162_514_264_337_593_543_950_335; // 2^96 - 1
        check(most, 0, Some("79228162514264337593543950335"));
        check(-most, 28, Some("-7.9228162514264337593543950335"));
        check(most + 1, 0, None);
        check(i128::MIN, 0, None);
        check(i64::MAX.into(), -11, None);
        check(i64::MAX.into(), -1, Some("92233720368547758070"));
    }

    #[test]
    fn more_than_128_bits() {
        let one = i256::from_i128(10_i128.pow(38)).wrapping_mul(i256::from_i128(10_i128.pow(20)));
        let value = decimal256(one, 56).and_then(Cell::to_value);
        assert_eq!(value.map(|value| value.to_string()).as_deref(), Some("100"));
        assert_eq!(decimal256(i256::MIN, 0), None);
    }
}
