//! What is asked, as plain values.

use std::fmt;

use crate::redact;

/// The most bytes of a body that are looked at: a form of ours has a few hundred. A host cuts off
/// what is longer while it reads.
pub const MOST_BODY_BYTES: usize = 64 * 1024;

/// What a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// To see.
    Get,
    /// To know whether there is something to see.
    Head,
    /// To act.
    Post,
    /// Anything else, which no page answers.
    Other,
}

impl Method {
    /// The method of a name, which is written in capitals (RFC 9110, section 9.1).
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            _ => Self::Other,
        }
    }
}

/// A request, of which only what the pages need is kept. Its `Debug` hides token, query and body.
///
/// ```
/// # use pregon_adapters_web::{Method, Request};
/// let request = Request::new("POST", "/baja/u/v1.k.secret?lang=es")
///     .header("Content-Type", "application/x-www-form-urlencoded")
///     .header("Cookie", "not even looked at")
///     .body("List-Unsubscribe=One-Click");
/// assert_eq!(request.method(), Method::Post);
/// assert!(!format!("{request:?}").contains("secret"));
/// ```
#[derive(Clone)]
pub struct Request {
    method: Method,
    path: String,
    query: String,
    content_type: String,
    accept_language: String,
    user_agent: String,
    is_prefetch: bool,
    body: Vec<u8>,
}

impl Request {
    /// A request by the names of HTTP: the method, and the target as it was sent, with its query.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: Method::parse(method),
            path: path.to_owned(),
            query: query.to_owned(),
            content_type: String::new(),
            accept_language: String::new(),
            user_agent: String::new(),
            is_prefetch: false,
            body: Vec::new(),
        }
    }

    /// With a header; those that no page needs are dropped, cookies among them.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "content-type" => self.content_type = value.to_owned(),
            "accept-language" => self.accept_language = value.to_owned(),
            "user-agent" => self.user_agent = value.to_owned(),
            "purpose" | "sec-purpose" | "x-purpose" | "x-moz" => {
                let value = value.to_ascii_lowercase();
                self.is_prefetch |= value.contains("prefetch") || value.contains("preview");
            }
            _ => {}
        }
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// What the client wants.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn content_type(&self) -> &str {
        &self.content_type
    }

    pub(crate) fn accept_language(&self) -> &str {
        &self.accept_language
    }

    pub(crate) fn user_agent(&self) -> &str {
        &self.user_agent
    }

    /// Whether the client says that nobody has asked to see it yet.
    pub(crate) fn is_prefetch(&self) -> bool {
        self.is_prefetch
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The value of a name in the query, the first if there are several.
    pub(crate) fn asked(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &redact(&self.path))
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
