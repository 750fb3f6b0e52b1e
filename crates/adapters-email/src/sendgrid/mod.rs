//! Mails by SendGrid's HTTP interface.

mod config;
mod webhook;
mod wire;

use std::fmt;

use async_trait::async_trait;
use pregon_core::{Channel, Email, Outbound, Promise, Receipt, SendError};

pub use self::config::{SendGridConfig, Tracking};
pub use self::webhook::{DropReason, SendGridEvent, SendGridEvents, SendGridKind, SendGridWebhook};
use crate::api::{Answer, ApiConfigError, Client, Error, Settings, wait};

/// Hands mails to SendGrid, one a request, each to one person.
///
/// The name of the dispatch goes along as the custom argument `pregon_id` and comes back with every
/// event, so with the event webhook mounted ([`SendGridConfig::with_webhook`]) a lost answer is
/// settled by what comes back. What SendGrid would refuse is refused before it is asked. A server
/// error, and whatever else happens after the request left, is doubt: nothing is ever asked again
/// from here. A mail that may be a second copy has the header `X-Pregon-Attempt: again`.
///
/// ```
/// use pregon_adapters_email::{ApiKey, SendGrid, SendGridConfig, Sender};
/// let sender = Sender::parse("Renovaciones <avisos@example.org>").expect("a sender");
/// let key = ApiKey::new("SG.from-the-environment");
/// let sendgrid = SendGrid::new(SendGridConfig::new(key, sender))?;
/// assert_eq!(format!("{sendgrid:?}"), "SendGrid { server: \"api.sendgrid.com\", .. }");
/// # Ok::<(), pregon_adapters_email::ApiConfigError>(())
/// ```
pub struct SendGrid {
    client: Client,
    config: SendGridConfig,
}

impl SendGrid {
    /// Checks the configuration. Nothing is connected before the first mail.
    ///
    /// # Errors
    /// When the key, the URL or the certificates cannot be used.
    pub fn new(config: SendGridConfig) -> Result<Self, ApiConfigError> {
        let client = Client::new(&Settings {
            base: &config.base,
            path: &["v3", "mail", "send"],
            authorization: &format!("Bearer {}", config.key.reveal()?),
            timeouts: &config.timeouts,
            authorities: &config.authorities,
        })?;
        Ok(Self { client, config })
    }

    async fn deliver(&self, out: &Outbound<Email>) -> Result<Receipt, Error> {
        let body = wire::body(&self.config, out)?;
        let answer = self.client.post("application/json", body).await?;
        if answer.is_yes() {
            let reference = reference(&answer);
            return Ok(Receipt { reference });
        }
        Err(Error::Refused {
            status: answer.status,
            about: wire::complaint(&answer.body),
            wait: wait(&answer.headers, out.now),
        })
    }
}

#[async_trait]
impl Channel<Email> for SendGrid {
    fn promise(&self) -> Promise {
        if self.config.webhook {
            Promise::Webhook
        } else {
            Promise::Blind
        }
    }

    async fn send(&self, out: &Outbound<Email>) -> Result<Receipt, SendError> {
        self.deliver(out)
            .await
            .map_err(|error| error.of("sendgrid"))
    }
}

impl fmt::Debug for SendGrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendGrid")
            .field("server", &self.client.server())
            .finish_non_exhaustive()
    }
}

/// SendGrid's name for the message, as the events will begin theirs.
fn reference(answer: &Answer) -> Option<String> {
    const MOST_BYTES: usize = 100;
    let name = answer.headers.get("x-message-id")?.to_str().ok()?.trim();
    let usual =
        (1..=MOST_BYTES).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
    usual.then(|| name.to_owned())
}

/// For fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing {
    pub(crate) fn complaint(body: &[u8]) -> Option<String> {
        super::wire::complaint(body)
    }
}
