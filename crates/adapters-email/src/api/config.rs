//! What every provider with an HTTP interface is told.

use std::fmt;
use std::time::Duration;

/// Why the configuration of a provider cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiConfigError {
    /// The URL is none of a provider.
    #[error("the URL of a provider is https://, a host and perhaps a path, and nothing after that")]
    Url,
    /// The URL is not encrypted, and not of this machine.
    #[error("http:// would show the key to everybody between; only this machine is talked to so")]
    PlainHttp,
    /// The key cannot be a key.
    #[error("the key is empty or has a character that a key never has")]
    Key,
    /// The name of the domain cannot be one.
    #[error("the domain to send from is a name such as mg.example.org")]
    Domain,
    /// The certificates cannot be read.
    #[error("the certificates are not PEM certificates of authorities")]
    Certificates,
    /// No client can be made of it.
    #[error("no HTTP client can be made of it")]
    Client,
}

/// The key of an account at a provider. Its `Debug` hides it.
///
/// ```
/// # #[cfg(feature = "sendgrid")] {
/// use pregon_adapters_email::ApiKey;
/// assert_eq!(format!("{:?}", ApiKey::new("SG.not-to-be-seen")), "ApiKey(***)");
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// Takes the text as a key.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key, when it is one that can stand in a header.
    pub(crate) fn reveal(&self) -> Result<&str, ApiConfigError> {
        let plain = !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic());
        plain.then_some(self.0.as_str()).ok_or(ApiConfigError::Key)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

/// In which part of the world a provider keeps the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Region {
    /// Where the provider began: the United States.
    #[default]
    Global,
    /// The European Union.
    Eu,
}

/// How long to wait for a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiTimeouts {
    /// Name look-up, connecting and encrypting, together: 10 s.
    pub connect: Duration,
    /// After that, until the whole answer is there: 60 s. What connecting left over is added.
    pub answer: Duration,
}

impl Default for ApiTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(60),
        }
    }
}
