//! Planned dispatches per second, from the source to the settled row.
//!
//! `cargo bench --bench pass` measures; without `--bench` (as `cargo test` runs it) it only proves
//! that it works, with few dispatches. See `benches/README.md`.
#![expect(
    clippy::clone_on_ref_ptr,
    reason = "`clone` lets an `Arc` become one of a trait"
)]
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use pregon::memory::{MemorySource, MemoryStore};
use pregon::store::{SqliteOptions, SqliteStore};
use pregon::testing::ManualClock;
use pregon::*;

/// A channel that has everything at once.
#[derive(Debug)]
struct Null;

#[async_trait]
impl Channel<Email> for Null {
    fn promise(&self) -> Promise {
        Promise::Blind
    }

    async fn send(&self, _: &Outbound<Email>) -> Result<Receipt, SendError> {
        Ok(Receipt::default())
    }
}

fn source(people: u32) -> MemorySource {
    let pin = Schema::new()
        .with("expiry_date", AttributeType::Date)
        .and_then(|schema| schema.with("item_name", AttributeType::Text))
        .expect("names");
    let date = Value::Date("2026-12-20".parse().expect("a date"));
    let customer = |n: u32| {
        let customer = Customer::new(format!("C-{n:07}")).expect("an id");
        customer
            .named("Ana Paredes")
            .email(&format!("c{n}@example.org"))
    };
    let record = |n: u32| {
        let record = Record::new("pin", &format!("STR-{n:07}"), &format!("C-{n:07}"));
        record
            .expect("ids")
            .with("expiry_date", date.clone())
            .with("item_name", "Pin Streaming")
    };
    MemorySource::new()
        .with_kind(RecordKind::new("pin").expect("an id"), pin)
        .with_customers((0..people).map(customer))
        .with_records((0..people).map(record))
}

fn campaign() -> Campaign {
    let step = Step::email(
        "correo",
        "{{item_name}} vence el {{date expiry_date}}",
        "Hola {{customer_name}}: su {{item_name}} vence el {{date expiry_date}}.",
    );
    let journey = Journey::before_date("aviso", "pin", "expiry_date", 30).expect("ids");
    let campaign = Campaign::new("renovacion", "renewal").expect("ids");
    campaign.with(journey.step(step.expect("an id")))
}

fn cap(text: &str) -> Arc<dyn Limit> {
    Arc::new(serde_json::from_str::<Cap>(text).expect("a limit"))
}

/// Plans and sends to so many people; gives the time it took.
#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
async fn run(store: Arc<dyn Store>, people: u32) -> Duration {
    let source = Arc::new(source(people));
    let engine = Engine::builder()
        .store(store)
        .clock(Arc::new(ManualClock::at("2026-11-20T12:00:00Z")))
        .customers(source.clone())
        .consent(Consent::OptOut)
        .zone(Zone::UTC)
        .records(source)
        .action(Arc::new(Carry::<Email, _>::new(Null)))
        .limit(cap(
            r#"{ "id": "semana", "channel": "email", "most": 1, "per": "week" }"#,
        ))
        .limit(cap(r#"{ "id": "dia", "most": 2, "per": "day" }"#))
        .limit(cap(
            r#"{ "id": "mes", "channel": "email", "most": 8, "per": "30d" }"#,
        ))
        .build()
        .expect("an engine");
    engine.activate(campaign()).await.expect("a good campaign");
    let started = Instant::now();
    let mut accepted = 0;
    loop {
        let report = engine.pass().await.expect("a pass");
        accepted += report.accepted;
        if report.planned == 0 && report.accepted == 0 {
            break;
        }
    }
    assert_eq!(accepted, u64::from(people));
    started.elapsed()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let measured = std::env::args().any(|arg| arg == "--bench");
    let (few, many) = if measured {
        (2_000, 100_000)
    } else {
        (50, 500)
    };
    let memory = run(Arc::new(MemoryStore::new()), few).await;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("pregon.db");
    let store = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .expect("a store");
    let sqlite = run(Arc::new(store), many).await;
    let rate = |people: u32, took: Duration| f64::from(people) / took.as_secs_f64();
    println!("pass, memory: {few} dispatches, {:.0}/s", rate(few, memory));
    println!(
        "pass, sqlite: {many} dispatches, {:.0}/s",
        rate(many, sqlite)
    );
    let written = std::fs::metadata(&path).map_or(0, |meta| meta.len());
    println!(
        "pass, sqlite: {} bytes of file a dispatch",
        written / u64::from(many)
    );
}
