//! Where the host serves the links.

use thiserror::Error;

use super::LinkKeys;

/// The longest beginning of links: a header line and a short message must hold what follows.
const MOST_BASE_CHARS: usize = 200;

/// What is wrong with the beginning of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the URL under which links are served: {0}")]
pub struct LinksError(&'static str);

/// Where the host serves the links of messages, and under which keys they are signed.
///
/// With it ([`EngineBuilder::links`](crate::EngineBuilder::links)) the texts of campaigns may say
/// `{{unsubscribe_url}}` and `{{preferences_url}}`, in short messages too.
///
/// ```
/// # use pregon_core::Links;
/// let links = Links::new("https://m.example.org/x/").expect("a URL");
/// assert_eq!(links.unsubscribe("v1.k"), "https://m.example.org/x/u/v1.k");
/// assert_eq!(links.click("v1.k", "https://a.cl/?b=1"),
///     "https://m.example.org/x/c/v1.k?to=https%3A%2F%2Fa.cl%2F%3Fb%3D1");
/// assert!(Links::new("http://m.example.org").is_err(), "mail programs ask for https");
/// ```
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
    keys: Option<LinkKeys>,
}

impl Links {
    /// Takes the `https` URL under which the host serves them: `https://m.example.org`, or with a
    /// path.
    ///
    /// # Errors
    /// When it is not `https` (RFC 8058 asks for it), has no host, has a question mark or a number
    /// sign, is too long, or has a character that URLs do not have.
    pub fn new(base: &str) -> Result<Self, LinksError> {
        let rest = base.strip_prefix("https://");
        let rest = rest.ok_or(LinksError("it begins with https://"))?;
        let host = rest.split('/').next().unwrap_or_default();
        if host.is_empty() {
            return Err(LinksError("it has a host"));
        }
        if rest.len() > MOST_BASE_CHARS {
            return Err(LinksError("it has at most 200 characters"));
        }
        let allowed = |c: char| c.is_ascii_graphic() && !"<>\"'\\^`{}|,?#".contains(c);
        if !rest.chars().all(allowed) {
            let why = "it has no question mark, no number sign, and only characters of URLs";
            return Err(LinksError(why));
        }
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            keys: None,
        })
    }

    /// With keys of the host's own; without them the one that follows from the store's secret is
    /// taken.
    #[must_use]
    pub fn with_keys(mut self, keys: LinkKeys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// The host's own keys.
    #[must_use]
    pub fn keys(&self) -> Option<&LinkKeys> {
        self.keys.as_ref()
    }

    /// Where a person refuses: for a token of [`LinkUse::Unsubscribe`](super::LinkUse).
    #[must_use]
    pub fn unsubscribe(&self, token: &str) -> String {
        format!("{}/u/{token}", self.base)
    }

    /// Where a person sees what may be written: for a token of
    /// [`LinkUse::Preferences`](super::LinkUse).
    #[must_use]
    pub fn preferences(&self, token: &str) -> String {
        format!("{}/p/{token}", self.base)
    }

    /// The pixel: for a token of [`LinkUse::Open`](super::LinkUse).
    #[must_use]
    pub fn open(&self, token: &str) -> String {
        format!("{}/o/{token}", self.base)
    }

    /// The way to a target: for a token of [`LinkUse::Click`](super::LinkUse) with it.
    #[must_use]
    pub fn click(&self, token: &str, target: &str) -> String {
        format!("{}/c/{token}?to={}", self.base, encoded(target))
    }

    /// Whether a URL is one of these links. Others under the same host are the host's.
    #[must_use]
    pub fn is_ours(&self, url: &str) -> bool {
        let rest = url.strip_prefix(&self.base).unwrap_or_default();
        ["/u/", "/p/", "/o/", "/c/"]
            .iter()
            .any(|page| rest.starts_with(page))
    }
}

/// The text with every byte but letters, digits and `- . _ ~` as `%xx` (RFC 3986).
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len() * 5 / 4);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes every text");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_links_begin() {
        for base in [
            "https://m.example.org",
            "https://m.example.org/a/b//",
            "https://x:8443/y",
        ] {
            assert!(Links::new(base).is_ok(), "{base}");
        }
        let long = format!("https://{}", "a".repeat(201));
        for base in [
            "",
            "https://",
            "https:///x",
            "http://m.example.org",
            "HTTPS://m.example.org",
            "https://m.example.org/?a",
            "https://m.example.org/#a",
            "https://m.example.org/a b",
            "https://m.example.org/\r\nBcc: a",
            "https://m.example.org/\"",
            "https://ñuñoa.cl",
            long.as_str(),
        ] {
            assert!(Links::new(base).is_err(), "{base:?}");
        }
    }

    #[test]
    fn ours_and_others() {
        let links = Links::new("https://m.example.org/x").unwrap();
        for (url, ours) in [
            ("https://m.example.org/x/u/v1", true),
            ("https://m.example.org/x/c/v1?to=a", true),
            ("https://m.example.org/x", false),
            ("https://m.example.org/x/agenda", false),
            ("https://m.example.org/xu/u/v1", false),
            ("https://m.example.org/u/v1", false),
            ("https://m.example.org.evil.example/x/u/", false),
        ] {
            assert_eq!(links.is_ours(url), ours, "{url}");
        }
    }
}
