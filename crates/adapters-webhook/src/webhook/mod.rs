//! The action: what is posted.

mod config;

mod answer;
mod body;
mod client;

use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{
    Action, AddressKind, ChannelName, Counted, Customer, Order, Part, Promise, Receipt, SendError,
    Shape, Syntax,
};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};

pub use config::{ConfigError, WebhookConfig};

use crate::egress::{self, Egress};
use crate::standard::{ID, SIGNATURE, SigningSecret, TIMESTAMP, sign};
use answer::Trouble;

/// What a step writes: one document of JSON, into whose texts values are escaped.
const PARTS: &[Part] = &[Part {
    name: "body",
    syntax: Syntax::Json,
    required: true,
    most_chars: 16 * 1024,
}];

/// Tells one address about people, by Standard Webhooks.
///
/// What it is about is named by the customer's id; a step writes what else is to be told, as JSON:
///
/// ```toml
/// [[journey.step]]
/// id = "aviso"
/// webhook = { body = '{"item": "{{item_name}}", "expires_on": "{{expiry_date}}"}' }
/// ```
///
/// The receiver gets
///
/// ```json
/// { "type": "pregon.message",
///   "data": { "dispatch": "…", "campaign": "renovacion", "journey": "aviso-30-dias",
///             "step": "aviso", "purpose": "renewal", "class": "promotional", "customer": "C-1",
///             "body": { "item": "Pin Streaming", "expires_on": "2026-12-20" } } }
/// ```
///
/// with `webhook-id` (the dispatch, the same at each attempt), `webhook-timestamp` (this attempt's)
/// and `webhook-signature`, which [`Verifier`](crate::Verifier) verifies. The bytes of the body are
/// the same at each attempt.
///
/// It is [`Promise::Blind`] unless the configuration says for how long the receiver remembers ids
/// ([`WebhookConfig::remembered_for`]): the standard asks receivers to, and nothing makes them.
#[derive(Debug)]
pub struct Webhook {
    client: Client,
    url: Url,
    egress: Arc<Egress>,
    secrets: Vec<SigningSecret>,
    promise: Promise,
    r#type: String,
}

impl Webhook {
    /// An action that tells one address.
    ///
    /// # Errors
    /// When nothing could be told with this configuration, or the address is not one to write to.
    pub fn new(config: WebhookConfig) -> Result<Self, ConfigError> {
        let egress = Arc::new(config.egress.clone());
        let url = egress::parse(&config.url, &egress)?;
        if config.secrets.is_empty() {
            return Err(ConfigError::NoSecret);
        }
        let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if config.r#type.is_empty() || !config.r#type.bytes().all(named) {
            return Err(ConfigError::Type(config.r#type));
        }
        let client = client::build(&config, &egress)?;
        let retention = config.remembered_for;
        Ok(Self {
            client,
            url,
            egress,
            secrets: config.secrets,
            promise: retention.map_or(Promise::Blind, |length| Promise::Idempotent {
                retention: Some(length),
            }),
            r#type: config.r#type,
        })
    }

    /// What campaigns that use it are checked against.
    #[must_use]
    pub fn kind() -> Shape {
        Shape {
            kind: ChannelName::new("webhook").expect("a name"),
            address: AddressKind::new(Customer::ADDRESS).expect("a name"),
            parts: PARTS,
            counted: Counted::Once,
        }
    }

    async fn tell(&self, order: &Order) -> Result<Receipt, Trouble> {
        let body = body::of(order, &self.r#type)?;
        // The client asks no resolver about an address that is one already.
        egress::parse(self.url.as_str(), &self.egress).map_err(Trouble::Inside)?;
        let id = order.id.to_string();
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(ID, &id)
            .header(TIMESTAMP, order.now.timestamp())
            .header(
                SIGNATURE,
                sign(&self.secrets, &id, order.now, body.as_bytes()),
            )
            .body(body);
        let response = request.send().await.map_err(Trouble::of)?;
        answer::judge(response, order.now).await
    }
}

#[async_trait]
impl Action for Webhook {
    fn promise(&self) -> Promise {
        self.promise
    }

    fn shape(&self) -> Shape {
        Self::kind()
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        self.tell(order).await.map_err(SendError::from)
    }
}
