//! Mails by Mailgun's HTTP interface.

mod config;
mod form;
mod webhook;

use std::fmt;

use async_trait::async_trait;
use data_encoding::BASE64;
use pregon_core::{Channel, Email, Outbound, Promise, Receipt, SendError};

pub use self::config::MailgunConfig;
pub use self::webhook::{MailgunEvent, MailgunKind, MailgunWebhook, Reason as MailgunReason};
use crate::api::{ApiConfigError, Client, Error, Settings, wait};

/// Hands mails to Mailgun, one a request, each to one person.
///
/// The name of the dispatch goes along as the variable `pregon_id` and comes back with every event,
/// so with webhooks mounted ([`MailgunConfig::with_webhook`]) a lost answer is settled by what
/// comes back. What Mailgun would refuse is refused before it is asked. A server error, and
/// whatever else happens after the request left, is doubt: nothing is ever asked again from here.
/// A mail that may be a second copy has the header `X-Pregon-Attempt: again`.
///
/// ```
/// use pregon_adapters_email::{ApiKey, Mailgun, MailgunConfig, Sender};
/// let sender = Sender::parse("Renovaciones <avisos@mg.example.org>").expect("a sender");
/// let key = ApiKey::new("from-the-environment");
/// let mailgun = Mailgun::new(MailgunConfig::new(key, sender))?;
/// let shown = format!("{mailgun:?}");
/// assert_eq!(shown, "Mailgun { server: \"api.mailgun.net\", domain: \"mg.example.org\", .. }");
/// # Ok::<(), pregon_adapters_email::ApiConfigError>(())
/// ```
pub struct Mailgun {
    client: Client,
    config: MailgunConfig,
}

impl Mailgun {
    /// Checks the configuration. Nothing is connected before the first mail.
    ///
    /// # Errors
    /// When the key, the domain, the URL or the certificates cannot be used.
    pub fn new(config: MailgunConfig) -> Result<Self, ApiConfigError> {
        let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let domain = config.domain.as_str();
        let labels = domain.split('.').all(|label| !label.is_empty());
        if !domain.contains('.') || !labels || domain.len() > 253 || !domain.chars().all(sign) {
            return Err(ApiConfigError::Domain);
        }
        let user = format!("api:{}", config.key.reveal()?);
        let client = Client::new(&Settings {
            base: &config.base,
            path: &["v3", domain, "messages"],
            authorization: &format!("Basic {}", BASE64.encode(user.as_bytes())),
            timeouts: &config.timeouts,
            authorities: &config.authorities,
        })?;
        Ok(Self { client, config })
    }

    async fn deliver(&self, out: &Outbound<Email>) -> Result<Receipt, Error> {
        let body = form::body(&self.config, out)?;
        let answer = self
            .client
            .post("application/x-www-form-urlencoded", body)
            .await?;
        if answer.is_yes() {
            let reference = form::reference(&answer.body);
            return Ok(Receipt { reference });
        }
        Err(Error::Refused {
            status: answer.status,
            // Its complaints are sentences, with addresses in them.
            about: None,
            wait: wait(&answer.headers, out.now),
        })
    }
}

#[async_trait]
impl Channel<Email> for Mailgun {
    fn promise(&self) -> Promise {
        if self.config.webhook {
            Promise::Webhook
        } else {
            Promise::Blind
        }
    }

    async fn send(&self, out: &Outbound<Email>) -> Result<Receipt, SendError> {
        self.deliver(out).await.map_err(|error| error.of("mailgun"))
    }
}

impl fmt::Debug for Mailgun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailgun")
            .field("server", &self.client.server())
            .field("domain", &self.config.domain)
            .finish_non_exhaustive()
    }
}

/// For fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing {
    pub(crate) fn reference(body: &[u8]) -> Option<String> {
        super::form::reference(body)
    }
}
