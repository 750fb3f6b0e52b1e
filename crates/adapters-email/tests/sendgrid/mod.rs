//! SendGrid, against a double that takes what SendGrid takes.

mod answers;
pub(crate) mod double;
mod events;
mod faults;
mod rules;
mod rules_test;
mod sends;
mod shapes;
pub(crate) mod webhook;

use std::sync::Arc;

use pregon_adapters_email::{ApiKey, ApiTimeouts, SendGrid, SendGridConfig};
use pregon_conformance::action::{Delivered, Probe, Subject, suite};
use pregon_core::{Carry, DispatchId, DispatchRef};
use serde_json::Value;

use self::double::{Double, KEY};
use crate::support::sender;
use crate::support::web::Web;

pub(crate) fn config(web: &Web) -> SendGridConfig {
    SendGridConfig::new(ApiKey::new(KEY), sender()).with_url(web.url())
}

fn sendgrid(web: &Web) -> SendGrid {
    SendGrid::new(config(web)).unwrap()
}

/// Time-outs that a test can wait for.
fn short() -> ApiTimeouts {
    let mut timeouts = ApiTimeouts::default();
    timeouts.connect = std::time::Duration::from_millis(150);
    timeouts.answer = std::time::Duration::from_millis(150);
    timeouts
}

/// A request as its reader reads the mail.
fn read(request: &Value) -> Delivered {
    let person = &request["personalizations"][0];
    let content = request["content"].as_array().unwrap();
    let part = |kind: &str| {
        let part = content.iter().find(|part| part["type"] == kind);
        part.and_then(|part| part["value"].as_str())
    };
    let parts = [
        ("subject", person["subject"].as_str()),
        ("text", part("text/plain")),
        ("html", part("text/html")),
    ];
    let owned = |(name, text): (&str, Option<&str>)| Some((name.to_owned(), text?.to_owned()));
    Delivered {
        to: person["to"][0]["email"].as_str().unwrap().to_owned(),
        parts: parts.into_iter().filter_map(owned).collect(),
    }
}

#[derive(Debug)]
struct Mailboxes(Double);

impl Probe for Mailboxes {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let of = |mail: &&Value| {
            let name = mail["personalizations"][0]["custom_args"]["pregon_id"].as_str();
            name.and_then(DispatchRef::parse)
                .is_some_and(|name| name.id == id)
        };
        self.0.mails().iter().filter(of).map(read).collect()
    }

    fn count(&self) -> usize {
        self.0.count()
    }
}

#[tokio::test]
async fn sendgrid_is_an_action() {
    suite(&|| {
        Box::pin(async {
            let double = Double::start().await;
            let action = Carry::new(sendgrid(&double.web));
            Subject::email(Arc::new(action), Arc::new(Mailboxes(double)))
        })
    })
    .await;
}
