//! The spa's account at Mailgun, which posts each event by itself, with a signature.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_adapters_email::{ApiKey, CallbackError, Mailgun, MailgunWebhook};
use pregon_core::{Action, Carry, DispatchRef, Feedback, FeedbackKind};
use serde_json::{Value, json};

use super::provider::{Event, Provider, Sent};
use crate::mailgun::double::{Double, Form};
use crate::mailgun::webhook::{KEY, sign};

pub(crate) struct Account {
    double: Double,
    webhook: MailgunWebhook,
}

impl Account {
    pub(crate) async fn open() -> Self {
        Self {
            double: Double::start().await,
            webhook: MailgunWebhook::new(ApiKey::new(KEY)).unwrap(),
        }
    }

    /// A call with this event, signed with a key.
    fn post(
        &self,
        event: &Event,
        key: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Feedback>, CallbackError> {
        let timestamp = now.timestamp().to_string();
        let token = format!("{}{}", event.mail.name.id, event.kind);
        let signature = sign(key, &timestamp, &token);
        let posted = json!({
            "signature": { "timestamp": timestamp, "token": token, "signature": signature },
            "event-data": written(event),
        });
        let read = self.webhook.read(posted.to_string().as_bytes(), now)?;
        Ok(read.feedback().into_iter().collect())
    }
}

impl Provider for Account {
    fn action(&self) -> Arc<dyn Action> {
        let config = crate::mailgun::config(&self.double);
        let config = config.with_webhook().with_tracking();
        Arc::new(Carry::new(Mailgun::new(config).unwrap()))
    }

    fn mails(&self) -> Vec<Sent> {
        assert_eq!(self.double.refused(), [""; 0]);
        self.double.mails().iter().map(sent).collect()
    }

    fn tells(&self, _: FeedbackKind) -> bool {
        true
    }

    fn at_once(&self) -> usize {
        1
    }

    fn call(&self, events: &[Event], now: DateTime<Utc>) -> Result<Vec<Feedback>, CallbackError> {
        self.post(&events[0], KEY, now)
    }

    fn forge(&self, events: &[Event], now: DateTime<Utc>) -> Result<Vec<Feedback>, CallbackError> {
        self.post(&events[0], "of-somebody-else", now)
    }
}

fn sent(form: &Form) -> Sent {
    let text = |name| form.one(name).unwrap().to_owned();
    Sent {
        to: text("to"),
        subject: text("subject"),
        name: DispatchRef::parse(&text("v:pregon_id")).unwrap(),
    }
}

/// An event in Mailgun's words.
fn written(event: &Event) -> Value {
    let mut written = match event.kind {
        FeedbackKind::Deferred => json!({
            "event": "failed", "severity": "temporary", "reason": "generic",
            "delivery-status": { "code": 450, "enhanced-code": "4.2.1" },
        }),
        FeedbackKind::Delivered => json!({ "event": "delivered" }),
        FeedbackKind::Opened => json!({ "event": "opened", "client-info": { "bot": "" } }),
        FeedbackKind::Clicked => json!({ "event": "clicked", "client-info": { "bot": "" } }),
        FeedbackKind::BouncedHard => json!({
            "event": "failed", "severity": "permanent", "reason": "bounce",
            "delivery-status": { "code": 550, "enhanced-code": "5.1.1" },
        }),
        FeedbackKind::Complained => json!({ "event": "complained" }),
        FeedbackKind::Unsubscribed => json!({ "event": "unsubscribed" }),
        other => panic!("{other}"),
    };
    written["recipient"] = json!(event.mail.to);
    written["timestamp"] = json!(event.at.timestamp() as f64);
    written["user-variables"] = json!({ "pregon_id": event.mail.name.to_string() });
    written
}
