//! A channel of one's own: WhatsApp by a provider, with its address, its parts and what its answers
//! mean, without touching the core. A campaign writes it like ours: a step with a table `whatsapp`.
//!
//! `docs/adding-an-adapter.md` builds this file step by step; its test runs the suite that every
//! channel of ours passes. No network: the "provider" is a list that loses answers on purpose.
//! `cargo run --example custom_channel`, `cargo test --example custom_channel`
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

/// A WhatsApp message to one phone.
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

/// What the provider may answer; of a real one, a status and a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Taken(usize),
    NoSuchNumber,
    Busy,
    WrongToken,
    Nothing,
}

/// A message as the provider has it: our name for it, the number, the text.
type Kept = (DispatchId, String, String);

/// The provider's side. It knows a message by our name for it for a day.
#[derive(Debug, Clone, Default)]
struct Provider {
    kept: Arc<Mutex<Vec<Kept>>>,
    /// What goes wrong next, in this order.
    faults: Arc<Mutex<Vec<Answer>>>,
}

impl Provider {
    fn post(&self, id: DispatchId, to: &str, text: &str) -> Answer {
        let fault = self.faults.lock().expect("nobody panics with it").pop();
        if let Some(fault @ (Answer::Busy | Answer::WrongToken)) = fault {
            return fault;
        }
        if !to.starts_with("+56") {
            return Answer::NoSuchNumber;
        }
        let mut kept = self.kept.lock().expect("nobody panics with it");
        let known = kept.iter().position(|(other, _, _)| *other == id);
        let place = known.unwrap_or_else(|| {
            kept.push((id, to.to_owned(), text.to_owned()));
            kept.len() - 1
        });
        fault.unwrap_or(Answer::Taken(place))
    }
}

/// The channel: what a host registers.
#[derive(Debug, Clone, Default)]
struct WhatsAppChannel {
    provider: Provider,
}

#[async_trait]
impl Channel<WhatsApp> for WhatsAppChannel {
    fn promise(&self) -> Promise {
        Promise::Idempotent {
            retention: Some(Length::from_secs(86_400)),
        }
    }

    async fn send(&self, out: &Outbound<WhatsApp>) -> Result<Receipt, SendError> {
        let WhatsApp { to, text } = &out.message;
        let failed = |fate, kind| {
            let error = PortError::new("whatsapp", "send", kind);
            Err(SendError::new(fate, error))
        };
        match self.provider.post(out.id, to.as_str(), text) {
            Answer::Taken(n) => Ok(Receipt {
                reference: Some(format!("wa-{n}")),
            }),
            Answer::NoSuchNumber => failed(Fate::Rejected, PortErrorKind::Invalid),
            Answer::Busy => {
                let wait = Some(std::time::Duration::from_secs(2));
                failed(
                    Fate::NotSent,
                    PortErrorKind::RateLimited { retry_after: wait },
                )
            }
            Answer::WrongToken => failed(Fate::ChannelDown, PortErrorKind::Unauthorized),
            Answer::Nothing => failed(Fate::Unknown, PortErrorKind::Unavailable),
        }
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
    let channel = WhatsAppChannel::default();
    let clock = ManualClock::at("2026-11-20T18:00:00Z");
    let engine = Engine::builder()
        .store(Arc::new(MemoryStore::new()))
        .clock(Arc::new(clock.clone()))
        .customers(source.clone())
        .consent(Consent::OptOut)
        .zone("America/Santiago".parse()?)
        .records(source)
        .action(Arc::new(Carry::<WhatsApp, _>::new(channel.clone())))
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

    // First the token is wrong, then the provider is busy, then it takes the message and its answer
    // is lost; it is asked again under the same name.
    let provider = &channel.provider;
    let faults = [Answer::Nothing, Answer::Busy, Answer::WrongToken];
    provider
        .faults
        .lock()
        .expect("nobody panics with it")
        .extend(faults);
    for _ in faults {
        assert_eq!(engine.pass().await?.accepted, 0);
        clock.advance(chrono::Duration::hours(1));
    }
    assert_eq!(engine.pass().await?.accepted, 1);

    let kept = provider.kept.lock().expect("nobody panics with it");
    let [(_, to, text)] = kept.as_slice() else {
        return Err("Ana has one message".into());
    };
    assert_eq!(to, "+56958655810");
    assert_eq!(text, "Hola Ana, le esperamos el 21 de noviembre de 2026.");
    println!("1 WhatsApp message carried, once");
    Ok(())
}

#[test]
fn it_runs() {
    main().expect("the example runs");
}

/// The other side as the suite looks at it: what the provider has, whatever the channel said.
#[cfg(test)]
mod suite {
    use futures_util::FutureExt as _;
    use pregon_conformance::action::{Delivered, Probe, Subject, suite};

    use super::*;

    impl Probe for Provider {
        fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
            let kept = self.kept.lock().expect("nobody panics with it");
            let own = kept.iter().filter(|(other, _, _)| *other == id);
            let delivered = own.map(|(_, to, text)| Delivered {
                to: to.clone(),
                parts: [("text".to_owned(), text.clone())].into(),
            });
            delivered.collect()
        }

        fn count(&self) -> usize {
            self.kept.lock().expect("nobody panics with it").len()
        }
    }

    fn subject() -> Subject {
        let channel = WhatsAppChannel::default();
        let probe = Arc::new(channel.provider.clone());
        let action = Arc::new(Carry::<WhatsApp, _>::new(channel));
        Subject {
            // A number of Peru, to which this provider sends nothing.
            refused: Some("+51987654321".to_owned()),
            ..Subject::sms(action, probe)
        }
    }

    #[tokio::test]
    async fn the_channel_passes_the_suite() {
        suite(&|| async { subject() }.boxed()).await;
    }

    /// What each answer means for the person; the suite does not know the provider's answers.
    #[tokio::test]
    async fn every_answer_has_its_fate() {
        for (answer, fate) in [
            (Answer::Busy, Fate::NotSent),
            (Answer::WrongToken, Fate::ChannelDown),
            (Answer::Nothing, Fate::Unknown),
        ] {
            let channel = WhatsAppChannel::default();
            channel.provider.faults.lock().unwrap().push(answer);
            let out = Outbound {
                message: WhatsApp {
                    to: Address::parse("+56958655810").unwrap(),
                    text: "Hola".to_owned(),
                },
                id: DispatchId::from_bytes([1; 16]),
                row: 1,
                again: false,
                purpose: Purpose::new("reminder").unwrap(),
                class: Class::Transactional,
                unsubscribe: None,
                now: chrono::DateTime::UNIX_EPOCH,
            };
            let error = channel.send(&out).await.unwrap_err();
            assert_eq!(error.fate(), fate, "{answer:?}");
        }
    }
}
