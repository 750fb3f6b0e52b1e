//! What is answered, as plain values.

use std::fmt;

use crate::language::Language;

/// A one by one transparent picture (GIF 89a), the smallest that every mail program shows.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\
    \x01\0\x01\0\0\x02\x02D\x01\0;";

/// What a page may do: nothing but be styled by itself and send its form to where it came from.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// An answer for the host to send. Its `Debug` hides where it leads and what it says.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers, by names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty in an answer to HEAD.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(its, _)| *its == name);
        named.next().map(|(_, value)| value.as_str())
    }

    pub(crate) fn page(status: u16, language: Language, html: String) -> Self {
        Self::bare(status)
            .with("content-type", "text/html; charset=utf-8")
            .with("content-language", language.code())
            .with("content-security-policy", POLICY)
            .with("x-frame-options", "DENY")
            .filled(html.into_bytes())
    }

    pub(crate) fn pixel() -> Self {
        Self::bare(200)
            .with("content-type", "image/gif")
            .filled(PIXEL.to_vec())
    }

    pub(crate) fn towards(target: &str) -> Self {
        Self::bare(302).with("location", target)
    }

    /// What every answer has: nobody keeps it, finds it or learns from where one came.
    fn bare(status: u16) -> Self {
        let response = Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        };
        response
            .with("cache-control", "no-store")
            .with("referrer-policy", "no-referrer")
            .with("x-robots-tag", "noindex, nofollow")
            .with("x-content-type-options", "nosniff")
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn filled(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    pub(crate) fn without_body(mut self) -> Self {
        self.body.clear();
        self
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
