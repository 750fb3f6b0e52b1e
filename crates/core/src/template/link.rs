//! Which links a message may carry.

/// Schemes of a link, as they must be written.
const SCHEMES: [&str; 3] = ["https://", "mailto:", "tel:"];
/// The scheme of a picture attached to the mail itself.
const ATTACHED: &str = "cid:";

/// What the beginning of a link shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Could still become an allowed scheme.
    Undecided,
    Allowed,
    Refused,
}

/// Judges the literal beginning of a link attribute, character by character as it grows.
///
/// There is no decoding: blanks, control characters and entities are not a beginning of any
/// scheme, so `java&#x73;cript:` and a tab before it are refused as they stand.
pub(super) fn begins(prefix: &str, attribute: &str) -> Verdict {
    let picture = matches!(attribute, "src" | "background" | "poster");
    if attribute == "href" && prefix.starts_with('#') {
        return Verdict::Allowed;
    }
    let schemes = SCHEMES.into_iter().chain(picture.then_some(ATTACHED));
    let mut verdict = Verdict::Refused;
    for scheme in schemes {
        if starts_with(prefix, scheme) {
            return Verdict::Allowed;
        }
        if starts_with(scheme, prefix) {
            verdict = Verdict::Undecided;
        }
    }
    verdict
}

/// Whether a value may be a whole link: an allowed scheme, something after it, no blanks.
pub(super) fn is_safe(url: &str) -> bool {
    let clean = !url.chars().any(|c| c.is_control() || c.is_whitespace());
    let begins = |scheme: &&str| starts_with(url, scheme) && url.len() > scheme.len();
    clean && SCHEMES.iter().any(begins)
}

fn starts_with(text: &str, start: &str) -> bool {
    let head = text.as_bytes().get(..start.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (url, safe) in [
            ("https://pregon.example/r?x=1", true),
            ("HTTPS://pregon.example", true),
            ("mailto:ana@pregon.example", true),
            ("tel:+56900000000", true),
            ("https://", false),
            ("http://pregon.example", false),
            ("javascript:alert(1)", false),
            (" https://pregon.example", false),
            ("\thttps://pregon.example", false),
            ("java\nscript:alert(1)", false),
            ("https://pregon.example/\u{0}", false),
            ("https:/x", false),
            ("//pregon.example", false),
            ("data:text/html,x", false),
            ("cid:logo", false),
            ("#abajo", false),
            ("", false),
            ("ﬁle:x", false),
        ] {
            assert_eq!(is_safe(url), safe, "{url:?}");
        }
    }

    #[test]
    fn beginnings() {
        use Verdict::{Allowed, Refused, Undecided};
        for (prefix, attribute, verdict) in [
            ("", "href", Undecided),
            ("htt", "href", Undecided),
            ("https:/", "href", Undecided),
            ("https://", "href", Allowed),
            ("http:", "href", Refused),
            ("#", "href", Allowed),
            ("#", "src", Refused),
            ("cid:", "src", Allowed),
            ("cid:", "href", Refused),
            ("&", "href", Refused),
            (" ", "href", Refused),
            ("/", "href", Refused),
        ] {
            assert_eq!(
                begins(prefix, attribute),
                verdict,
                "{prefix:?} in {attribute}"
            );
        }
    }
}
