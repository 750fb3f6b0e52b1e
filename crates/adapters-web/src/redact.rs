//! A path as a log may show it.

use crate::route::PAGES;

/// The path with every token in it, and its query, as `***`: for a host's access log.
///
/// ```
/// # use pregon_adapters_web::redact;
/// assert_eq!(redact("/x/u/v1.abcd.ef.7.gh?lang=es"), "/x/u/***?***");
/// assert_eq!(redact("/customers/7"), "/customers/7");
/// ```
#[must_use]
pub fn redact(path: &str) -> String {
    let (path, query) = match path.split_once('?') {
        Some((path, _)) => (path, "?***"),
        None => (path, ""),
    };
    let mut redacted = String::with_capacity(path.len());
    let mut before = "";
    for (n, segment) in path.split('/').enumerate() {
        if n > 0 {
            redacted.push('/');
        }
        let hides = !segment.is_empty() && (PAGES.contains(&before) || is_like_a_token(segment));
        redacted.push_str(if hides { "***" } else { segment });
        before = segment;
    }
    redacted + query
}

/// Whether it begins as a token does, whole or cut, as it stands or percent-encoded.
fn is_like_a_token(segment: &str) -> bool {
    let rest = segment.strip_prefix(['v', 'V']).unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = &rest[digits..];
    digits > 0 && (after.starts_with('.') || after.starts_with("%2"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c8_no_token_is_left_in_a_path() {
        for (path, shown) in [
            ("/u/v1.a.b.3.c", "/u/***"),
            ("/u/v1.a.b.3.c/", "/u/***/"),
            ("/u/anything", "/u/***"),
            ("/baja/v1.a.b.3.c", "/baja/***"),
            ("/baja/v1%2Ea", "/baja/***"),
            ("v1.a", "***"),
            ("/c/v1.a?to=https%3A%2F%2Fx", "/c/***?***"),
            ("/", "/"),
            ("", ""),
            ("/api/v1/x", "/api/v1/x"),
        ] {
            assert_eq!(redact(path), shown, "{path}");
        }
    }
}
