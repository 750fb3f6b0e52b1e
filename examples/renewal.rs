//! Renewal of subscription pins: thirty days before a pin expires its owner gets one e-mail.
//!
//! Runs with no network: customers in memory, an embedded SQLite store, messages as files.
//! `cargo run --example renewal`
#![expect(
    clippy::clone_on_ref_ptr,
    reason = "`clone` lets an `Arc` become one of a trait"
)]
#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::sync::Arc;

use pregon::email::{OutboxDir, Sender};
use pregon::memory::MemorySource;
use pregon::store::{SqliteOptions, SqliteStore};
use pregon::testing::ManualClock;
use pregon::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let source = Arc::new(pins()?);
    let store = SqliteStore::open(dir.path().join("pregon.db"), SqliteOptions::new()).await?;
    let sender = Sender::parse("Renovaciones <avisos@example.org>")?;
    let outbox = OutboxDir::open(dir.path().join("salida"), sender).await?;
    // A clock that is turned by hand: a real program takes `pregon::SystemClock`.
    let clock = ManualClock::at("2026-11-20T12:00:00Z");

    let engine = Engine::builder()
        .store(Arc::new(store))
        .clock(Arc::new(clock.clone()))
        .customers(source.clone())
        .consent(Consent::OptOut)
        .zone("America/Bogota".parse()?)
        .records(source.clone())
        .action(Arc::new(Carry::<Email, _>::new(outbox)))
        .build()?;
    engine.activate(campaign()?).await?;

    // The first pass writes to Ana, whose pin expires in exactly thirty days.
    let report = engine.pass().await?;
    assert_eq!((report.planned, report.accepted), (1, 1));

    // A second pass at the same instant finds everything done.
    let report = engine.pass().await?;
    assert_eq!((report.planned, report.accepted), (0, 0));

    // The machine sleeps for three nights; Eva's pin fell due in one of them and is caught up.
    clock.advance(chrono::Duration::days(3));
    let report = engine.pass().await?;
    assert_eq!((report.planned, report.accepted), (1, 1));

    let files = std::fs::read_dir(dir.path().join("salida"))?.count();
    assert_eq!(files, 2, "one file a message, named by its key");
    println!("2 messages written, each once");
    Ok(())
}

fn pins() -> Result<MemorySource, Box<dyn std::error::Error>> {
    let pin = Schema::new()
        .with("expiry_date", AttributeType::Date)?
        .with("item_name", AttributeType::Text)?
        .with("status", AttributeType::Text)?;
    let sold = |id: &str, customer: &str, expires: &str, status: &str| {
        let date = Value::Date(expires.parse().expect("a date"));
        Record::new("pin", id, customer).map(|record| {
            record
                .with("expiry_date", date)
                .with("item_name", "Pin Streaming")
                .with("status", status)
        })
    };
    Ok(MemorySource::new()
        .with_kind(RecordKind::new("pin")?, pin)
        .with_customers([
            Customer::new("C-1")?.named("Ana").email("ana@example.org"),
            Customer::new("C-2")?.named("Eva").email("eva@example.org"),
        ])
        .with_records([
            sold("STR-1", "C-1", "2026-12-20", "Delivered")?,
            sold("STR-2", "C-2", "2026-12-22", "Delivered")?,
            sold("STR-3", "C-2", "2026-12-20", "Active")?, // came back, is in stock again
        ]))
}

fn campaign() -> Result<Campaign, IdError> {
    let journey = Journey::before_date("aviso-30-dias", "pin", "expiry_date", 30)?
        .audience("status = \"Delivered\"")
        .step(Step::email(
            "correo",
            "{{item_name}} vence el {{date expiry_date}}",
            "Hola {{customer_name}}: su {{item_name}} vence el {{date expiry_date}}.",
        )?);
    Ok(Campaign::new("renovacion", "renewal")?.with(journey))
}

#[test]
fn it_runs() {
    main().expect("the example asserts what it shows");
}
