//! The reference adapters with the sample in them.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use pregon_conformance::action::{Delivered, Probe};
use pregon_conformance::{action, customer_source, feedback_source, sample};
use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::testing::{Recording, Reports, Sent};
use pregon_core::{
    About, Action, Address as _, Awaited, Candidate, Carry, Channel, ChannelName, Class, Customer,
    CustomerId, CustomerSource, DispatchId, DispatchKey, DispatchRef, Email, Feedback,
    FeedbackKind, FeedbackSource, HashKey, Heard, Order, Outbound, Promise, PurposeScope, Receipt,
    Rendered, SendError, Store,
};

pub(crate) fn store() -> BoxFuture<'static, Arc<dyn Store>> {
    async { Arc::new(MemoryStore::new()) as Arc<dyn Store> }.boxed()
}

pub(crate) fn source() -> MemorySource {
    let source = MemorySource::new().with_schema(sample::customer_schema());
    let kinds = sample::record_schemas().into_iter();
    kinds
        .fold(source, |source, (kind, schema)| {
            source.with_kind(kind, schema)
        })
        .with_customers(sample::customers())
        .with_records(sample::records())
}

pub(crate) fn customers(source: Arc<dyn CustomerSource>) -> customer_source::Subject {
    customer_source::Subject {
        source,
        expected: sample::customers(),
    }
}

/// Changes what a memory source reads.
#[derive(Debug)]
pub(crate) struct Hand(pub(crate) Arc<MemorySource>);

impl customer_source::Meanwhile for Hand {
    fn add(&self, customer: Customer) -> BoxFuture<'static, ()> {
        self.0.put(customer);
        async {}.boxed()
    }

    fn remove(&self, id: CustomerId) -> BoxFuture<'static, ()> {
        self.0.remove(&id);
        async {}.boxed()
    }
}

/// A provider that knows two messages, and what asks it.
pub(crate) fn feedback(
    source: impl FnOnce(Reports) -> Arc<dyn FeedbackSource>,
) -> feedback_source::Subject {
    let channel = ChannelName::new("sms").expect("a name");
    let left: DateTime<Utc> = "2026-11-20T15:00:00Z".parse().expect("an instant");
    let message = |n: u8| Awaited {
        name: DispatchRef {
            id: DispatchId::from_bytes([n; 16]),
            row: i64::from(n),
        },
        reference: format!("batch-{n}"),
        at: left,
        heard: Heard::NOTHING,
    };
    let known = vec![
        (
            message(1),
            vec![FeedbackKind::Sent, FeedbackKind::Delivered],
        ),
        (message(2), vec![FeedbackKind::Failed]),
    ];
    let reports = Reports::default();
    for (message, kinds) in &known {
        reports.tell(kinds.iter().map(|kind| Feedback {
            provider: "reports".into(),
            channel: channel.clone(),
            about: About::Reference(message.reference.clone()),
            kind: *kind,
            at: left + chrono::Duration::minutes(1),
            to: None,
            refuses: PurposeScope::Promotional,
            code: None,
        }));
    }
    feedback_source::Subject {
        source: source(reports),
        channel,
        known,
        unknown: message(3),
        now: left + chrono::Duration::hours(1),
    }
}

/// What a recording channel has.
#[derive(Debug)]
struct Kept(Recording);

impl Probe for Kept {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let sent = self.0.sent().into_iter();
        let own = sent.filter(|sent| sent.id == id);
        let delivered = |Sent { to, parts, .. }: Sent| Delivered { to, parts };
        own.map(delivered).collect()
    }

    fn count(&self) -> usize {
        self.0.sent().len()
    }
}

/// The recording channel as a channel of e-mail, so that addresses are parsed on the way.
#[derive(Debug)]
struct Letters(Recording);

#[async_trait]
impl Channel<Email> for Letters {
    fn promise(&self) -> Promise {
        self.0.promise()
    }

    async fn send(&self, out: &Outbound<Email>) -> Result<Receipt, SendError> {
        let Email {
            to,
            subject,
            html,
            text,
        } = &out.message;
        let bodies = [("html", html), ("text", text)];
        let bodies = bodies
            .into_iter()
            .filter_map(|(name, body)| Some((name, body.clone()?)));
        let parts = bodies.fold(Rendered::new(), |parts, (name, body)| {
            parts.with(name, body)
        });
        let order = Order {
            id: out.id,
            row: out.row,
            key: key(),
            again: out.again,
            purpose: out.purpose.clone(),
            class: out.class,
            to: to.as_str().to_owned(),
            parts: parts.with("subject", subject.as_str()),
            unsubscribe: out.unsubscribe.clone(),
            now: out.now,
        };
        self.0.perform(&order).await
    }
}

/// A recording channel of this promise, and what it has; `over` may put something before it.
pub(crate) fn recording(
    promise: Promise,
    over: impl FnOnce(Arc<dyn Action>) -> Arc<dyn Action>,
) -> action::Subject {
    let recording = Recording::email().promising(promise);
    let probe = Arc::new(Kept(recording.clone()));
    let carry = Carry::<Email, _>::new(Letters(recording));
    action::Subject::email(over(Arc::new(carry)), probe)
}

/// A promotional message to a customer of Santiago.
pub(crate) fn candidate(channel: &str) -> Candidate {
    Candidate {
        campaign: "oferta".parse().expect("a name"),
        journey: "aviso".parse().expect("a name"),
        step: "paso".parse().expect("a name"),
        channel: channel.parse().expect("a name"),
        purpose: "promotion".parse().expect("a name"),
        class: Class::Promotional,
        brand: None,
        customer: "C-002".parse().expect("a name"),
        address: HashKey::new([1; 32]).address(channel, "inigo@example.org"),
        zone: "America/Santiago".parse().expect("a name"),
        hours: None,
        parts: 1,
    }
}

/// A mail that is to leave under this name.
pub(crate) fn order(id: DispatchId) -> Order {
    Order {
        id,
        row: 1,
        key: key(),
        again: false,
        purpose: "promotion".parse().expect("a name"),
        class: Class::Promotional,
        to: "inigo@example.org".to_owned(),
        parts: Rendered::new().with("subject", "Hola").with("text", "Hola"),
        unsubscribe: None,
        now: "2026-11-20T15:00:00Z".parse().expect("an instant"),
    }
}

fn key() -> DispatchKey {
    DispatchKey {
        campaign: "renovacion".parse().expect("a name"),
        journey: "aviso".parse().expect("a name"),
        step: "correo".parse().expect("a name"),
        trigger: "calendar".to_owned(),
        occurrence: "2026-11-20".parse().expect("a name"),
        customer: "C-002".parse().expect("a name"),
        channel: "email".parse().expect("a name"),
    }
}
