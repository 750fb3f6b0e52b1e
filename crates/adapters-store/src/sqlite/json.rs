//! Many values in one bound text, for `json_each`.
//!
//! A value that is bound by itself costs two allocations here and one in SQLite; a statement that
//! carries a thousand is as long as they are many. One text costs its bytes.

use std::fmt::Write as _;

/// Numbers as an array.
pub(super) fn numbers(all: impl IntoIterator<Item = i64>) -> String {
    let mut text = String::from("[");
    for number in all {
        comma(&mut text);
        // A text takes whatever is written to it.
        let _ = write!(text, "{number}");
    }
    text.push(']');
    text
}

/// Bytes as an array of texts in hex.
pub(super) fn hexes<'a>(all: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut text = String::from("[");
    for bytes in all {
        comma(&mut text);
        quoted_hex(&mut text, bytes);
    }
    text.push(']');
    text
}

/// Numbers with bytes, as an object with texts in hex; a number may come more than once.
pub(super) fn numbered_hexes<'a>(all: impl IntoIterator<Item = (i64, &'a [u8])>) -> String {
    let mut text = String::from("{");
    for (number, bytes) in all {
        comma(&mut text);
        let _ = write!(text, "\"{number}\":");
        quoted_hex(&mut text, bytes);
    }
    text.push('}');
    text
}

/// Numbers with texts, as an object.
pub(super) fn numbered_texts<'a>(all: impl IntoIterator<Item = (i64, Option<&'a str>)>) -> String {
    let mut text = String::from("{");
    for (number, it) in all {
        comma(&mut text);
        let _ = write!(text, "\"{number}\":");
        match it {
            Some(it) => quoted(&mut text, it),
            None => text.push_str("null"),
        }
    }
    text.push('}');
    text
}

/// Bytes with texts, as an object whose names are in hex.
pub(super) fn hexed_texts<'a>(all: impl IntoIterator<Item = (&'a [u8], &'a str)>) -> String {
    let mut text = String::from("{");
    for (bytes, it) in all {
        comma(&mut text);
        quoted_hex(&mut text, bytes);
        text.push(':');
        quoted(&mut text, it);
    }
    text.push('}');
    text
}

fn comma(text: &mut String) {
    if text.len() > 1 {
        text.push(',');
    }
}

fn quoted(to: &mut String, text: &str) {
    to.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => to.extend(['\\', char]),
            '\0'..'\u{20}' => {
                let _ = write!(to, "\\u{:04x}", u32::from(char));
            }
            _ => to.push(char),
        }
    }
    to.push('"');
}

fn quoted_hex(to: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    to.push('"');
    for byte in bytes {
        to.push(digit(byte >> 4));
        to.push(digit(byte & 15));
    }
    to.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn check(text: &str, value: &Value) {
        assert_eq!(
            serde_json::from_str::<Value>(text).unwrap(),
            *value,
            "{text}"
        );
    }

    #[test]
    fn what_is_written_is_json() {
        check(&numbers([]), &json!([]));
        check(&numbers([1, -2, i64::MAX]), &json!([1, -2, i64::MAX]));
        check(&hexes([&b"\x00\xff"[..], b""]), &json!(["00FF", ""]));
        check(
            &numbered_hexes([(7, &b"a"[..]), (-1, b"z")]),
            &json!({ "7": "61", "-1": "7A" }),
        );
        assert_eq!(
            numbered_hexes([(7, &b"a"[..]), (7, b"z")]),
            r#"{"7":"61","7":"7A"}"#
        );
    }

    #[test]
    fn texts_come_back_as_they_were() {
        let odd = "\"Ñandú\" \\ \u{1} \n\t\u{7f} \u{1f600}/";
        check(
            &numbered_texts([(1, Some(odd)), (2, None)]),
            &json!({ "1": odd, "2": null }),
        );
        check(&hexed_texts([(&b"k"[..], odd)]), &json!({ "6B": odd }));
    }
}
