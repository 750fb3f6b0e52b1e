//! Whom it tells, and what is known of them.

use std::sync::Arc;
use std::time::Duration;

use pregon_core::Length;

use crate::egress::{Egress, Resolver, TargetError};
use crate::standard::SigningSecret;

/// The longest that a receiver may take for all of it.
const LONGEST: Duration = Duration::from_secs(10);

/// A configuration with which nothing could be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The address is not one to write to.
    #[error("the address is not written to")]
    Target(#[from] TargetError),
    /// Without a secret nobody can tell what we wrote from what others did.
    #[error("there is no secret to sign with")]
    NoSecret,
    /// Not a kind of thing.
    #[error("{0:?} is not a type: letters, digits and . _ -, as pregon.message")]
    Type(String),
    /// The authority's certificate cannot be read.
    #[error("the root certificate is not PEM")]
    RootCertificate,
    /// There is no TLS.
    #[error("the TLS client cannot be built")]
    Tls,
}

/// Whom a [`Webhook`](crate::Webhook) tells.
///
/// ```
/// # use pregon_adapters_webhook::{SigningSecret, Webhook, WebhookConfig};
/// # use pregon_core::{Action, Promise};
/// let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let config = WebhookConfig::new("https://hooks.example.org/pregon", vec![secret]);
/// assert_eq!(Webhook::new(config)?.promise(), Promise::Blind);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WebhookConfig {
    pub(super) url: String,
    pub(super) secrets: Vec<SigningSecret>,
    pub(super) egress: Egress,
    pub(super) resolver: Option<Arc<dyn Resolver>>,
    pub(super) remembered_for: Option<Length>,
    pub(super) r#type: String,
    pub(super) timeout: Duration,
    pub(super) root_pem: Option<Vec<u8>>,
}

impl WebhookConfig {
    /// An address, and the secrets that each request is signed with.
    #[must_use]
    pub fn new(url: impl Into<String>, secrets: Vec<SigningSecret>) -> Self {
        Self {
            url: url.into(),
            secrets,
            egress: Egress::new(),
            resolver: None,
            remembered_for: None,
            r#type: "pregon.message".to_owned(),
            timeout: LONGEST,
            root_pem: None,
        }
    }

    /// With other limits to where it may lead.
    #[must_use]
    pub fn with_egress(mut self, egress: Egress) -> Self {
        self.egress = egress;
        self
    }

    /// With a resolver of one's own; what it says is checked like everybody else's.
    #[must_use]
    pub fn with_resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// The receiver remembers each `webhook-id` for so long, and does nothing when it comes again:
    /// whoever says so gets lost answers settled by telling it again.
    #[must_use]
    pub fn remembered_for(mut self, length: Length) -> Self {
        self.remembered_for = Some(length);
        self
    }

    /// With another `type` than `pregon.message`.
    #[must_use]
    pub fn with_type(mut self, name: impl Into<String>) -> Self {
        self.r#type = name.into();
        self
    }

    /// With less time than ten seconds for a whole answer.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(LONGEST);
        self
    }

    /// With the certificate of an authority of one's own, as PEM, beside the usual ones.
    #[must_use]
    pub fn with_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_pem = Some(pem.into());
        self
    }
}
