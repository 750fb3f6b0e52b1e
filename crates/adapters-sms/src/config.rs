//! What every service needs to be told: as whom, how long, and what can be wrong with that.

use std::fmt;
use std::time::Duration;

/// A name or a word that opens an account; it is never printed.
///
/// ```
/// # use pregon_adapters_sms::Secret;
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

/// How long to wait for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until it takes a connection.
    pub connect: Duration,
    /// Until a whole answer is there.
    pub answer: Duration,
}

impl Default for Timeouts {
    /// Ten seconds to connect, thirty to answer.
    fn default() -> Self {
        let (connect, answer) = (Duration::from_secs(10), Duration::from_secs(30));
        Self { connect, answer }
    }
}

/// A configuration with which nothing could be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not the address of a service.
    #[error("{0:?} is not the address of a service; write it as https://sms.example.org/services")]
    Url(String),
    /// It has a password in it.
    #[error("the address of the service has a user or a password in it; give them apart")]
    CredentialsInUrl,
    /// Everybody between would read who we are.
    #[error("plain http would show the password to everybody between; use https")]
    PlainHttp,
    /// Empty, or with characters that it cannot have.
    #[error("the {0} is empty, or has characters that it cannot have")]
    Credential(&'static str),
    /// Not of the form that the service gives out.
    #[error("{what} must be {must}")]
    Form {
        /// What is wrong.
        what: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// Not PEM.
    #[error("the root certificate is not PEM")]
    RootCertificate,
    /// The TLS client cannot be built.
    #[error("the TLS client cannot be built")]
    Tls,
}
