//! What opens a service, and how long to wait for it.

use std::fmt;
use std::time::Duration;

/// A key or its secret; it is never printed.
///
/// ```
/// # use pregon_adapters_erp::Secret;
/// assert_eq!(format!("{:?}", Secret::new("abracadabra")), "***");
/// ```
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a text as a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How long to wait for a site or a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until it takes a connection.
    pub connect: Duration,
    /// Until a whole answer is there.
    pub answer: Duration,
}

impl Default for Timeouts {
    /// Ten seconds to connect, a minute to answer.
    fn default() -> Self {
        let (connect, answer) = (Duration::from_secs(10), Duration::from_secs(60));
        Self { connect, answer }
    }
}
