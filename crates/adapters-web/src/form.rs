//! The fields of a posted form, in the two ways in which they are written.
//!
//! Mailbox providers post one field of 26 bytes, as `multipart/form-data` (RFC 8058 prefers it) or
//! urlencoded (what they do). The parser of multipart is ours because those that there are bring an
//! executor's streams for files; here a body is short and in memory.

use crate::MOST_BODY_BYTES;

/// The most fields that are looked at.
const MOST_FIELDS: usize = 256;
/// The longest boundary (RFC 2046, section 5.1.1).
const MOST_BOUNDARY_BYTES: usize = 70;

/// The fields of a form, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

/// Why a body is no form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormError {
    /// More than [`MOST_BODY_BYTES`].
    TooLarge,
    /// Of a type that forms do not have.
    Type,
}

impl Fields {
    /// Reads a body of a content type; a body without one is read as urlencoded.
    pub(crate) fn parse(content_type: &str, body: &[u8]) -> Result<Self, FormError> {
        if body.len() > MOST_BODY_BYTES {
            return Err(FormError::TooLarge);
        }
        let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        match essence.trim().to_ascii_lowercase().as_str() {
            "" | "application/x-www-form-urlencoded" => {
                let pairs = form_urlencoded::parse(body).take(MOST_FIELDS);
                let owned = pairs.map(|(name, value)| (name.into_owned(), value.into_owned()));
                Ok(Self(owned.collect()))
            }
            "multipart/form-data" => {
                let boundary = parameter(parameters, "boundary").ok_or(FormError::Type)?;
                let fits = (1..=MOST_BOUNDARY_BYTES).contains(&boundary.len());
                fits.then(|| multipart(boundary.as_bytes(), body))
                    .ok_or(FormError::Type)
            }
            _ => Err(FormError::Type),
        }
    }

    /// The first value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(its, _)| its == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(its, _)| its == name);
        named.map(|(_, value)| value.as_str())
    }
}

/// The value of a parameter as `a=b; c="d"` has it.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let mut pairs = parameters
        .split(';')
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(its, _)| its.trim().eq_ignore_ascii_case(name))?;
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    Some(quoted.unwrap_or(value).to_owned())
}

/// The fields of RFC 7578; a part without a name is none, and what is cut ends the list.
fn multipart(boundary: &[u8], body: &[u8]) -> Fields {
    let mut fields = Vec::new();
    let delimiter = [b"--", boundary].concat();
    let mut rest = body;
    while let Some(at) = find(rest, &delimiter) {
        rest = &rest[at + delimiter.len()..];
        if rest.starts_with(b"--") || fields.len() == MOST_FIELDS {
            break;
        }
        let end = find(rest, &delimiter).unwrap_or(rest.len());
        fields.extend(part(&rest[..end]));
    }
    Fields(fields)
}

fn part(bytes: &[u8]) -> Option<(String, String)> {
    let (at, blank) = match (find(bytes, b"\r\n\r\n"), find(bytes, b"\n\n")) {
        (Some(at), Some(bare)) if bare < at => (bare, 2),
        (Some(at), _) => (at, 4),
        (None, bare) => (bare?, 2),
    };
    let head = String::from_utf8_lossy(&bytes[..at]);
    let line = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    let (_, parameters) = line.split_once(';')?;
    let value = &bytes[at + blank..];
    let value = value.strip_suffix(b"\n").unwrap_or(value);
    let value = value.strip_suffix(b"\r").unwrap_or(value);
    let value = String::from_utf8_lossy(value).into_owned();
    Some((parameter(parameters, "name")?, value))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(content_type: &str, body: &str, expected: &[(&str, &str)]) {
        let fields = Fields::parse(content_type, body.as_bytes()).expect("a form");
        let read: Vec<_> = fields
            .0
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn one_click_in_both_ways() {
        let one_click = [("List-Unsubscribe", "One-Click")];
        let urlencoded = "List-Unsubscribe=One-Click";
        assert_eq!(urlencoded.len(), 26, "what Gmail sends");
        check("application/x-www-form-urlencoded", urlencoded, &one_click);
        check(
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
            urlencoded,
            &one_click,
        );
        check("", urlencoded, &one_click);
        let part = "Content-Disposition: form-data; name=\"List-Unsubscribe\"";
        // As RFC 8058, section 8.2, has it.
        let body = format!("---FromRFC8058\r\n{part}\r\n\r\nOne-Click\r\n---FromRFC8058--\r\n");
        check(
            "multipart/form-data; boundary=-FromRFC8058",
            &body,
            &one_click,
        );
        check(
            "multipart/form-data; boundary=\"-FromRFC8058\"",
            &body,
            &one_click,
        );
        check(
            "multipart/form-data; boundary=-FromRFC8058",
            &body.replace('\r', ""),
            &one_click,
        );
    }

    #[test]
    fn several_fields() {
        check(
            "",
            "a=1&b=&a=%C3%B1+x",
            &[("a", "1"), ("b", ""), ("a", "ñ x")],
        );
        let part = |name: &str, value: &str| {
            format!(
                "--B\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; name={name}\
                \r\n\r\n{value}\r\n"
            )
        };
        let body = format!("{}{}--B--", part("a", "1\r\n2"), part("b", ""));
        check(
            "multipart/form-data; boundary=B",
            &body,
            &[("a", "1\r\n2"), ("b", "")],
        );
    }

    #[test]
    fn what_is_no_form() {
        let refused = |content_type: &str| Fields::parse(content_type, b"a=1").unwrap_err();
        assert_eq!(refused("application/json"), FormError::Type);
        assert_eq!(refused("multipart/form-data"), FormError::Type);
        assert_eq!(
            refused("multipart/form-data; boundary=\"\""),
            FormError::Type
        );
        let large = vec![b'a'; MOST_BODY_BYTES + 1];
        assert_eq!(Fields::parse("", &large), Err(FormError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_body_panics(
            boundary in "[ -~]{0,4}",
            body in prop::collection::vec(prop::sample::select(b"-B\r\n:;=\"a".to_vec()), 0..200),
        ) {
            let _ = Fields::parse(&format!("multipart/form-data; boundary={boundary}"), &body);
            let _ = Fields::parse("", &body);
        }
    }
}
