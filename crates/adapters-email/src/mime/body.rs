//! A text as the body of a part: only printable ASCII in lines of at most 76 characters, so that
//! every server takes it and none changes it.
//!
//! lettre can do this too; it took four passes over every text and most of the time of a mail.

use lettre::message::Body;
use lettre::message::header::ContentTransferEncoding;

use super::clean;

/// No line is longer (RFC 2045 §6.7), the mark of a line that goes on included.
const MOST_COLUMNS: usize = 76;

/// The body of a text. `boundary` is what ends the part, and does not stand in it.
pub(super) fn body(text: &str, boundary: &str) -> Body {
    let text = clean::body(text);
    let is_plain = text.is_ascii()
        && text.split('\n').all(|line| line.len() < MOST_COLUMNS)
        // No encoding makes it: `=` is encoded by one, and `_` does not stand in the other.
        && !text.contains(boundary);
    if is_plain {
        let seven_bit = ContentTransferEncoding::SevenBit;
        return Body::dangerous_pre_encoded(with_crlf(&text), seven_bit);
    }
    let strange = text.bytes().filter(|byte| !byte.is_ascii()).count();
    if strange > text.len() / 3 {
        // Three characters for a byte would be longer than four for three.
        let base64 = ContentTransferEncoding::Base64;
        let text = with_crlf(&text);
        return Body::new_with_encoding(text, base64).unwrap_or_else(Body::new);
    }
    let quoted = ContentTransferEncoding::QuotedPrintable;
    Body::dangerous_pre_encoded(quoted_printable(&text), quoted)
}

fn with_crlf(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 16 + 16);
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(line.as_bytes());
    }
    out
}

/// RFC 2045 §6.7, for a text whose line breaks are line feeds.
fn quoted_printable(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8 + 64);
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.extend_from_slice(b"\r\n");
        }
        // Blanks at the end of a line may get lost on the way.
        let blank = line.ends_with([' ', '\t']);
        let (line, last) = line.as_bytes().split_at(line.len() - usize::from(blank));
        let column = quoted_line(line, 0, &mut out);
        last.iter()
            .fold(column, |column, byte| quote(*byte, column, &mut out));
    }
    out
}

/// Writes a line from a column on; gives the column behind it.
fn quoted_line(mut line: &[u8], mut column: usize, out: &mut Vec<u8>) -> usize {
    loop {
        let plain = plain_run(line);
        let (mut run, rest) = line.split_at(plain);
        while !run.is_empty() {
            if column == MOST_COLUMNS - 1 {
                column = go_on(out);
            }
            let (now, later) = run.split_at(run.len().min(MOST_COLUMNS - 1 - column));
            out.extend_from_slice(now);
            column += now.len();
            run = later;
        }
        let Some((byte, rest)) = rest.split_first() else {
            return column;
        };
        column = quote(*byte, column, out);
        line = rest;
    }
}

fn quote(byte: u8, column: usize, out: &mut Vec<u8>) -> usize {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let column = if column + 3 < MOST_COLUMNS {
        column
    } else {
        go_on(out)
    };
    let (high, low) = (byte >> 4, byte & 15);
    out.extend_from_slice(&[b'=', DIGITS[usize::from(high)], DIGITS[usize::from(low)]]);
    column + 3
}

/// Ends a line that is none.
fn go_on(out: &mut Vec<u8>) -> usize {
    out.extend_from_slice(b"=\r\n");
    0
}

/// How many bytes from the beginning on need no sign of their own. Most of a text is plain, and
/// sixteen bytes at once are a single comparison for the processor.
fn plain_run(line: &[u8]) -> usize {
    let (chunks, _) = line.as_chunks::<16>();
    let plain = |chunk: &[u8; 16]| chunk.iter().fold(true, |all, byte| all & is_plain(*byte));
    let sure = 16 * chunks.iter().take_while(|chunk| plain(chunk)).count();
    let rest = line[sure..].iter();
    sure + rest.take_while(|byte| is_plain(**byte)).count()
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t') && byte != b'='
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    fn quoted(text: &str) -> String {
        String::from_utf8(quoted_printable(text)).unwrap()
    }

    #[test]
    fn lines_and_what_is_quoted_in_them() {
        assert_eq!(
            quoted("mañana = \n\n. \t"),
            "ma=C3=B1ana =3D=20\r\n\r\n. =09"
        );
        let long = "x".repeat(76);
        assert_eq!(quoted(&long), format!("{}=\r\nx", "x".repeat(75)));
        let edge = "x".repeat(74);
        assert_eq!(quoted(&format!("{edge}ñ")), format!("{edge}=\r\n=C3=B1"));
        assert_eq!(quoted(&edge), edge);
    }

    #[test]
    fn each_text_has_the_shortest_body() {
        for (text, encoding) in [
            ("Hola", ContentTransferEncoding::SevenBit),
            ("a =_b c", ContentTransferEncoding::QuotedPrintable),
            ("mañana", ContentTransferEncoding::QuotedPrintable),
            (&"x".repeat(76), ContentTransferEncoding::QuotedPrintable),
            ("中文中文", ContentTransferEncoding::Base64),
        ] {
            assert_eq!(body(text, "=_b").encoding(), encoding, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "(\\PC|[ =\t\nñ\r.]|x{30}){0,60}") {
            let body = body(&text, "=_b");
            let bytes = String::from_utf8(body.as_ref().to_vec()).unwrap();
            prop_assert!(bytes.is_ascii());
            prop_assert!(bytes.split("\r\n").all(|line| line.len() <= 76), "{bytes}");
            prop_assert!(!bytes.replace("\r\n", "").contains(['\r', '\n']));
            let head = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ";
            let mail = format!("{head}{}\r\n\r\n{bytes}", body.encoding());
            let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
            let read = parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n");
            let text = clean::body(&text);
            prop_assert_eq!(read.trim_end(), text.trim_end());
        }
    }
}
