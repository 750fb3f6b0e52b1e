//! The spa's account at SendGrid, which posts some events at a time, with a signature.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_adapters_email::{CallbackError, SendGrid, SendGridWebhook, Tracking};
use pregon_core::{Action, Carry, DispatchRef, Feedback, FeedbackKind};
use ring::signature::EcdsaKeyPair;
use serde_json::{Value, json};

use super::provider::{Event, Provider, Sent};
use crate::sendgrid::double::Double;
use crate::sendgrid::webhook::{own, signed};

pub(crate) struct Account {
    double: Double,
    pair: EcdsaKeyPair,
    webhook: SendGridWebhook,
}

impl Account {
    pub(crate) async fn open() -> Self {
        let (pair, key) = own();
        Self {
            double: Double::start().await,
            pair,
            webhook: SendGridWebhook::new(&key).unwrap(),
        }
    }

    /// A call with these events, signed by whoever has the pair.
    fn post(
        &self,
        events: &[Event],
        pair: &EcdsaKeyPair,
        now: DateTime<Utc>,
    ) -> Result<Vec<Feedback>, CallbackError> {
        let events: Vec<Value> = events.iter().map(written).collect();
        let body = json!(events).to_string();
        let timestamp = now.timestamp().to_string();
        let signature = signed(pair, &timestamp, body.as_bytes());
        let read = self
            .webhook
            .read(Some(&signature), Some(&timestamp), body.as_bytes(), now)?;
        assert_eq!(read.unreadable, 0);
        Ok(read.feedback())
    }
}

impl Provider for Account {
    fn action(&self) -> Arc<dyn Action> {
        let config = crate::sendgrid::config(&self.double.web);
        let config = config.with_webhook().with_tracking(Tracking::Promotional);
        Arc::new(Carry::new(SendGrid::new(config).unwrap()))
    }

    fn mails(&self) -> Vec<Sent> {
        assert_eq!(self.double.refused(), []);
        self.double.mails().iter().map(sent).collect()
    }

    fn tells(&self, _: FeedbackKind) -> bool {
        true
    }

    fn at_once(&self) -> usize {
        5
    }

    fn call(&self, events: &[Event], now: DateTime<Utc>) -> Result<Vec<Feedback>, CallbackError> {
        self.post(events, &self.pair, now)
    }

    fn forge(&self, events: &[Event], now: DateTime<Utc>) -> Result<Vec<Feedback>, CallbackError> {
        let (another, _) = own();
        self.post(events, &another, now)
    }
}

fn sent(mail: &Value) -> Sent {
    let person = &mail["personalizations"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let name = DispatchRef::parse(&text(&person["custom_args"]["pregon_id"]));
    Sent {
        to: text(&person["to"][0]["email"]),
        subject: text(&person["subject"]),
        name: name.unwrap(),
    }
}

/// An event in SendGrid's words.
fn written(event: &Event) -> Value {
    let mut written = match event.kind {
        FeedbackKind::Deferred => json!({ "event": "deferred", "response": "450 4.2.1 later" }),
        FeedbackKind::Delivered => json!({ "event": "delivered", "response": "250 OK" }),
        FeedbackKind::Opened => json!({ "event": "open", "sg_machine_open": false }),
        FeedbackKind::Clicked => json!({ "event": "click", "url": "https://spa.example.org" }),
        FeedbackKind::BouncedHard => {
            json!({ "event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550" })
        }
        FeedbackKind::Complained => json!({ "event": "spamreport" }),
        // Of the group of offers, not of everything that the account sends.
        FeedbackKind::Unsubscribed => json!({ "event": "group_unsubscribe", "asm_group_id": 1 }),
        other => panic!("{other}"),
    };
    written["email"] = json!(event.mail.to);
    written["timestamp"] = json!(event.at.timestamp());
    written["pregon_id"] = json!(event.mail.name.to_string());
    written
}
