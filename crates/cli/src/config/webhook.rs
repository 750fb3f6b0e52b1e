//! The webhook: who is told about people; the secret comes from the surroundings.

use std::sync::Arc;

use pregon::{Action, Length};
use serde::Deserialize;

use super::Config;
use crate::output::Failure;

const PATH: &str = "channel.webhook";

/// One address that is told about people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "webhook"),
    expect(dead_code, reason = "this build only reads it")
)]
pub(crate) struct WebhookTable {
    url: String,
    /// What it is that is told, `pregon.message` without it.
    r#type: Option<String>,
    /// For how long the receiver remembers what it was told.
    remembers: Option<Length>,
    /// The only hosts that may be written to.
    hosts: Option<Vec<String>>,
    /// The only ports.
    ports: Option<Vec<u16>>,
    /// Addresses of our own, which are not written to although they are public.
    #[serde(default)]
    own: Vec<std::net::IpAddr>,
    timeout_secs: Option<u64>,
    authorities: Option<String>,
    /// Whether this machine may be written to, by plain http too.
    #[serde(default)]
    loopback: bool,
}

/// Says that this build cannot.
#[cfg(not(feature = "webhook"))]
pub(super) fn open(config: &Config, _: &WebhookTable) -> Result<Arc<dyn Action>, Failure> {
    let message = "this build has no webhooks: it lacks the feature `webhook`";
    let hint = "build it with --features webhook (or full)";
    Err(config.wrong(PATH, message).hinted(Some(hint)))
}

#[cfg(not(feature = "webhook"))]
pub(super) fn shape() -> Option<Arc<dyn Action>> {
    None
}

/// The action, with the secrets of the surroundings.
#[cfg(feature = "webhook")]
pub(super) fn open(config: &Config, table: &WebhookTable) -> Result<Arc<dyn Action>, Failure> {
    use std::time::Duration;

    use pregon::webhook::{Egress, SigningSecret, Webhook, WebhookConfig};

    const SECRET: &str = "PREGON_WEBHOOK_SECRET";
    let unset = || {
        config.wrong(
            PATH,
            format!("the environment variable {SECRET} is not set"),
        )
    };
    let secrets = super::secrets::variable(SECRET).ok_or_else(unset)?;
    let secrets = SigningSecret::parse_all(&secrets)
        .map_err(|error| config.wrong(PATH, format!("{SECRET}: {error}")))?;
    let mut egress = Egress::new().without_own(table.own.iter().copied());
    if let Some(ports) = &table.ports {
        egress = egress.with_ports(ports.iter().copied());
    }
    if let Some(hosts) = &table.hosts {
        egress = egress.only_hosts(hosts);
    }
    if table.loopback {
        egress = egress.and_loopback();
    }
    let mut webhook = WebhookConfig::new(&table.url, secrets).with_egress(egress);
    if let Some(name) = &table.r#type {
        webhook = webhook.with_type(name);
    }
    if let Some(length) = table.remembers {
        webhook = webhook.remembered_for(length);
    }
    if let Some(seconds) = table.timeout_secs {
        webhook = webhook.with_timeout(Duration::from_secs(seconds.max(1)));
    }
    if let Some(file) = &table.authorities {
        let pem = crate::document::read_text(&config.path(file))?;
        webhook = webhook.with_root_certificate(pem);
    }
    let opened = Webhook::new(webhook).map_err(|error| {
        config
            .wrong(&format!("{PATH}.url"), error.to_string())
            .because_of(&error)
    });
    Ok(Arc::new(opened?))
}

/// An action of the same shape that tells nobody: for checks.
#[cfg(feature = "webhook")]
pub(super) fn shape() -> Option<Arc<dyn Action>> {
    Some(Arc::new(Checked))
}

#[cfg(feature = "webhook")]
#[derive(Debug)]
struct Checked;

#[cfg(feature = "webhook")]
#[async_trait::async_trait]
impl Action for Checked {
    fn promise(&self) -> pregon::Promise {
        pregon::Promise::Blind
    }

    fn shape(&self) -> pregon::Shape {
        pregon::webhook::Webhook::kind()
    }

    async fn perform(&self, _: &pregon::Order) -> Result<pregon::Receipt, pregon::SendError> {
        use pregon::{Fate, PortError, PortErrorKind, SendError};
        let error = PortError::new("webhook", "tell", PortErrorKind::Unsupported);
        Err(SendError::new(Fate::NotSent, error))
    }
}
