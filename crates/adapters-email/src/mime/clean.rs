//! Texts made fit to stand in a mail, before any other code sees them.

use std::borrow::Cow;

/// One line for a header: no control characters, nothing that turns or hides the text after it.
///
/// lettre panics on a line break in a name, and shows names to readers who trust them; so names and
/// subjects go through here first, whoever checked them before.
pub(crate) fn line(text: &str) -> String {
    let seen = text.chars().filter(|c| !turns_or_hides(*c));
    let flat = seen.map(|c| if is_break(c) { ' ' } else { c });
    let flat: String = flat.collect();
    let one = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    // A person's name that looks like an encoded word (RFC 2047) would be decoded when it is read,
    // into whatever its writer liked, line breaks too.
    one.replace("=?", "= ?")
}

/// A body: every line break one line feed, no control characters but tabs.
///
/// A carriage return alone is what smuggling a second mail is made of.
pub(crate) fn body(text: &str) -> Cow<'_, str> {
    if is_clean(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let keep = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    Cow::Owned(text.chars().filter(keep).collect())
}

/// Whether a body has none of what is taken out. Most have none, and are long: without a way out
/// of its loops this is done many bytes at a time.
fn is_clean(text: &[u8]) -> bool {
    let control = |byte: u8| ((byte < b' ') & (byte != b'\n') & (byte != b'\t')) | (byte == 0x7f);
    // The controls beyond ASCII are these two bytes in UTF-8.
    let far = |first: u8, second: u8| (first == 0xc2) & (second < 0xa0);
    let pairs = text.iter().zip(text.iter().skip(1));
    let controls = text
        .iter()
        .fold(false, |found, byte| found | control(*byte));
    !pairs.fold(controls, |found, (first, second)| {
        found | far(*first, *second)
    })
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The joiners U+200C and U+200D stay: Persian is written and emoji are put together with them.
fn turns_or_hides(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b9_a_line_is_one_line() {
        assert_eq!(line(" Ana\r\nBcc: x\0\u{2028}y\u{85}z "), "Ana Bcc: x y z");
        assert_eq!(line("Ana\u{202e}gpj.exe\u{2069}"), "Anagpj.exe");
        assert_eq!(line("=?utf-8?q?=0D=0A?="), "= ?utf-8?q?=0D=0A?=");
        assert_eq!(line("👩\u{200d}👧"), "👩\u{200d}👧");
        assert_eq!(line("\r\n\u{feff}"), "");
    }

    #[test]
    fn b10_a_body_has_one_kind_of_line_break() {
        assert_eq!(body("a\r\nb\rc\nd\r\r\n.\r\n"), "a\nb\nc\nd\n\n.\n");
        assert_eq!(body("a\0\tb\u{7f}\u{85}"), "a\tb");
        assert_eq!(body("שלום \u{200f}"), "שלום \u{200f}", "bodies may turn");
    }
}
