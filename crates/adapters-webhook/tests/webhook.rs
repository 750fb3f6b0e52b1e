//! The webhook action: the suite that every action must pass, and what is particular.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "webhook/support.rs"]
mod support;

#[path = "webhook/answers.rs"]
mod answers;
#[path = "webhook/bypasses.rs"]
mod bypasses;
#[path = "webhook/egress.rs"]
mod egress;
#[path = "webhook/faults.rs"]
mod faults;
#[path = "webhook/payload.rs"]
mod payload;
#[path = "webhook/signatures.rs"]
mod signatures;

use std::sync::Arc;

use pregon_conformance::action::{Subject, suite};
use pregon_core::Length;
use support::Receiver;

/// Both promises, each with a receiver that keeps it.
#[tokio::test]
async fn the_webhook_is_an_action() {
    for remembers in [true, false] {
        suite(&move || {
            Box::pin(async move {
                let receiver = Receiver::start().await;
                receiver.remembers(remembers);
                let mut config = receiver.config();
                if remembers {
                    let week: Length = "7d".parse().unwrap();
                    config = config.remembered_for(week);
                }
                let action = pregon_adapters_webhook::Webhook::new(config).unwrap();
                let parts = [(
                    "body".to_owned(),
                    r#"{"hola":"Íñigo & cía","n":1}"#.to_owned(),
                )];
                Subject {
                    addresses: (0..8).map(|n| format!("C-{n} ñ")).collect(),
                    parts: parts.into(),
                    refused: Some("nobody".to_owned()),
                    ..Subject::email(Arc::new(action), Arc::new(receiver))
                }
            })
        })
        .await;
    }
}
