//! A small business to run campaigns for.

use std::sync::Arc;

use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::testing::{Breathing, ManualClock, Recording, poll_times};
use pregon_core::*;

/// A business in Bogotá with pins that expire, on 20 November 2026 at noon UTC.
pub(crate) struct World {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) source: Arc<MemorySource>,
    pub(crate) clock: ManualClock,
    pub(crate) email: Recording,
    pub(crate) consent: Consent,
    pub(crate) limits: Vec<Cap>,
    pub(crate) hours: Vec<Hours>,
    pub(crate) pace: Pace,
}

impl World {
    pub(crate) fn new() -> Self {
        let schema = |names: &[(&str, AttributeType)]| {
            names
                .iter()
                .fold(Schema::new(), |s, (n, t)| s.with(n, t.clone()).unwrap())
        };
        let customer = schema(&[("city", AttributeType::Text)]);
        let pin = schema(&[
            ("expiry_date", AttributeType::Date),
            ("item_name", AttributeType::Text),
            ("status", AttributeType::Text),
        ]);
        let source = MemorySource::new()
            .with_schema(customer)
            .with_kind("pin".parse().unwrap(), pin);
        Self {
            store: Arc::new(MemoryStore::new()),
            source: Arc::new(source),
            clock: ManualClock::at("2026-11-20T12:00:00Z"),
            email: Recording::email(),
            consent: Consent::OptOut,
            limits: Vec::new(),
            hours: Vec::new(),
            pace: Pace::default(),
        }
    }

    /// A customer with a pin that expires on a date.
    pub(crate) fn pin(&self, customer: &str, pin: &str, expires: &str) -> &Self {
        let email = format!("{}@example.org", customer.to_lowercase());
        self.source
            .put(Customer::new(customer).unwrap().named("Ana").email(&email));
        self.record(customer, pin, expires, "Delivered");
        self
    }

    pub(crate) fn record(&self, customer: &str, pin: &str, expires: &str, status: &str) {
        let record = Record::new("pin", pin, customer)
            .unwrap()
            .with("expiry_date", Value::Date(expires.parse().unwrap()))
            .with("item_name", "Pin Streaming")
            .with("status", status);
        self.source.put_record(record);
    }

    pub(crate) fn engine(&self) -> Engine {
        self.builder(Arc::new(self.email.clone())).build().unwrap()
    }

    /// The engine's parts, with another action for e-mail.
    pub(crate) fn builder(&self, email: Arc<dyn Action>) -> EngineBuilder {
        let builder = Engine::builder()
            .store(Arc::new(Breathing::new(self.store.clone())))
            .clock(Arc::new(self.clock.clone()))
            .customers(self.source.clone())
            .consent(self.consent)
            .zone("America/Bogota".parse().unwrap())
            .records(self.source.clone())
            .action(email)
            .pace(self.pace.clone());
        let limited = self
            .limits
            .iter()
            .fold(builder, |b, cap| b.limit(Arc::new(cap.clone())));
        self.hours
            .iter()
            .fold(limited, |b, hours| b.hours(hours.clone()))
    }

    pub(crate) fn activate(&self, campaign: Campaign) -> CampaignRecord {
        run(self.engine().activate(campaign)).unwrap()
    }

    /// Passes until nothing is due at this instant.
    #[track_caller]
    pub(crate) fn passes(&self) -> PassReport {
        let engine = self.engine();
        let mut total = PassReport::default();
        for _ in 0..50 {
            let report = run(engine.pass()).unwrap();
            let again = report.next.is_some_and(|at| at <= self.clock.stands());
            total.add(report);
            if !again {
                return total;
            }
        }
        panic!("the engine does not come to rest");
    }

    pub(crate) fn views(&self) -> Vec<DispatchView> {
        let store: Arc<dyn DispatchLog> = self.store.clone();
        run(store.dispatches(&DispatchQuery::all(), None, 100_000))
            .unwrap()
            .items
    }

    /// The states of all dispatches, in the order in which they were planned.
    pub(crate) fn states(&self) -> Vec<State> {
        self.views()
            .iter()
            .map(|view| view.standing.state)
            .collect()
    }
}

/// Runs a future of the memory adapters to its end.
#[track_caller]
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    poll_times(10_000_000, future).expect("the memory adapters never wait")
}

/// The campaign of programme A: an e-mail thirty days before a pin expires.
pub(crate) fn renewal() -> Campaign {
    let journey = Journey::before_date("aviso-30-dias", "pin", "expiry_date", 30)
        .unwrap()
        .audience("status = \"Delivered\"")
        .step(
            Step::email(
                "correo",
                "{{item_name}} vence el {{date expiry_date}}",
                "Hola {{customer_name}}: su {{item_name}} vence el {{date expiry_date}}.",
            )
            .unwrap(),
        );
    Campaign::new("renovacion", "renewal")
        .unwrap()
        .with(journey)
}

pub(crate) fn days(n: i64) -> chrono::Duration {
    chrono::Duration::days(n)
}
