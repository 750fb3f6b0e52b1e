//! A kind of message of one's own: WhatsApp, with its address, its parts and its channel, without
//! touching the core. A campaign writes it like ours: a step with a table `whatsapp`.
//!
//! Runs with no network: the "provider" is a list. `cargo run --example custom_channel`
#![expect(
    clippy::clone_on_ref_ptr,
    reason = "`clone` lets an `Arc` become one of a trait"
)]
#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pregon::memory::{MemorySource, MemoryStore};
use pregon::testing::ManualClock;
use pregon::*;

/// A WhatsApp message: a template that the provider knows, and a text.
struct WhatsApp {
    to: PhoneNumber,
    text: String,
}

impl Message for WhatsApp {
    const KIND: &'static str = "whatsapp";
    const PARTS: &'static [Part] = &[Part {
        name: "text",
        syntax: Syntax::Text,
        required: true,
        most_chars: 1024,
    }];
    type Address = PhoneNumber;

    fn build(to: PhoneNumber, parts: &Rendered) -> Result<Self, MessageError> {
        let text = parts.get("text").unwrap_or_default();
        if text.trim().is_empty() {
            return Err(MessageError {
                part: "text",
                why: "it is empty",
            });
        }
        Ok(Self {
            to,
            text: text.to_owned(),
        })
    }
}

/// The provider: it remembers our key for a day, so a lost answer can be asked for again.
#[derive(Debug, Clone, Default)]
struct Provider(Arc<Mutex<Vec<(DispatchId, String, String)>>>);

#[async_trait]
impl Channel<WhatsApp> for Provider {
    fn promise(&self) -> Promise {
        Promise::Idempotent {
            retention: Some(Length::from_secs(86_400)),
        }
    }

    async fn send(&self, out: &Outbound<WhatsApp>) -> Result<Receipt, SendError> {
        let mut kept = self.0.lock().expect("nobody panics while holding it");
        if !kept.iter().any(|(id, _, _)| *id == out.id) {
            let WhatsApp { to, text } = &out.message;
            kept.push((out.id, to.as_str().to_owned(), text.clone()));
        }
        Ok(Receipt {
            reference: Some(format!("wa-{}", kept.len())),
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let booking = Schema::new().with("starts_at", AttributeType::Instant)?;
    let source = Arc::new(
        MemorySource::new()
            .with_kind(RecordKind::new("booking")?, booking)
            .with_customers([Customer::new("C-1")?.named("Ana").phone("+56958655810")])
            .with_records([Record::new("booking", "B-1", "C-1")?
                .with("starts_at", Value::Instant("2026-11-21T18:00:00Z".parse()?))]),
    );
    let provider = Provider::default();
    let engine = Engine::builder()
        .store(Arc::new(MemoryStore::new()))
        .clock(Arc::new(ManualClock::at("2026-11-20T18:00:00Z")))
        .customers(source.clone())
        .consent(Consent::OptOut)
        .zone("America/Santiago".parse()?)
        .records(source)
        .action(Arc::new(Carry::<WhatsApp, _>::new(provider.clone())))
        .build()?;

    // As a file would say it; see docs/cli.md.
    let campaign: Campaign = serde_json::from_str(
        r#"{
            "id": "recordatorio", "name": "Recordatorio de reserva", "purpose": "reminder",
            "journey": [{
                "id": "un-dia-antes",
                "trigger": {
                    "before_date": { "record": "booking", "date": "starts_at", "hours": 24 } },
                "step": [{ "id": "aviso", "whatsapp": {
                    "text": "Hola {{customer_name}}, le esperamos el {{date starts_at}}." } }]
            }]
        }"#,
    )?;
    engine.activate(campaign).await?;
    let report = engine.pass().await?;
    assert_eq!(report.accepted, 1);

    let kept = provider.0.lock().expect("nobody panics while holding it");
    let (_, to, text) = &kept[0];
    assert_eq!(to, "+56958655810");
    assert_eq!(text, "Hola Ana, le esperamos el 21 de noviembre de 2026.");
    println!("1 WhatsApp message carried");
    Ok(())
}

#[test]
fn it_runs() {
    main().expect("the example asserts what it shows");
}
