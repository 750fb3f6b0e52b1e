//! Codes in what servers say.

/// The first enhanced status code (RFC 3463) in a text: `5.1.1`. Of the text nothing else is kept,
/// because servers repeat addresses in it.
pub(crate) fn enhanced(text: &str) -> Option<String> {
    let separators = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | ';');
    let word = text.split(separators).find(|word| is_code(word))?;
    Some(word.to_owned())
}

/// Whether a bounce says nothing bad about the address: a full mailbox has room again one day, and
/// policy (5.7.x) is about us.
#[cfg(any(feature = "sendgrid", feature = "mailgun"))]
pub(crate) fn is_soft(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.starts_with("4.") || code == "5.2.2" || code.starts_with("5.7."))
}

fn is_code(word: &str) -> bool {
    let mut parts = word.split('.');
    let class = parts
        .next()
        .is_some_and(|part| matches!(part, "2" | "4" | "5"));
    let number = |part: Option<&str>| {
        part.is_some_and(|part| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    class && number(parts.next()) && number(parts.next()) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_are_found() {
        for (text, code) in [
            ("5.1.1", Some("5.1.1")),
            ("550 5.1.1 <ana@example.org>: unknown", Some("5.1.1")),
            ("smtp; 452 (4.2.2) full", Some("4.2.2")),
            ("550 user 192.0.2.1 is blocked, 5.7.26", Some("5.7.26")),
            ("550 unknown", None),
            ("3.1.1 5.1 5.1.1.1 5.1.1111 5..1 5.a.1 5.1.+1", None),
            ("", None),
        ] {
            assert_eq!(enhanced(text).as_deref(), code, "{text}");
        }
    }
}
