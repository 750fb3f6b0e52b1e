//! How many messages a second the ledger takes from plan to settlement, and what it writes.
//!
//! `cargo bench -p pregon-adapters-store --bench ledger --features sqlite -- [messages] [batch]`.
//! For each person a word is recorded beforehand. Then each message is planned, scheduled, claimed,
//! begun under three limits (a rolling and two calendar ones, none of them full) against that word,
//! which it needs, and settled as accepted; each batch in one durable transaction. Plans are made
//! page by page, and the time they take counts.
//!
//! With `--postgres` and the feature of that name the same in the server that
//! `PREGON_TEST_POSTGRES` names, by four workers. With `--parts` each turn is taken in three, to
//! see what settling, beginning and claiming take. With `--events` the store writes what happens
//! for somebody who hears it, and each worker hands over what waits after each of its turns.
#![cfg(feature = "sqlite")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod measure;
#[cfg(feature = "postgres")]
#[path = "ledger/postgres.rs"]
mod postgres;
#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod support;
#[path = "ledger/work.rs"]
mod work;
#[cfg(feature = "postgres")]
#[path = "../tests/support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::path::Path;
use std::time::Instant;

use measure::Log;
use pregon_core::Ledger as _;
use support::at;
use work::{Times, Work};

fn main() {
    let said: Vec<String> = std::env::args().collect();
    let numbers: Vec<usize> = said.iter().filter_map(|it| it.parse().ok()).collect();
    // `cargo test` runs it too, to see that it runs.
    let measured = said.iter().any(|it| it == "--bench");
    let ordinary = if measured { 100_000 } else { 2_000 };
    let messages = numbers.first().copied().unwrap_or(ordinary);
    let batch = numbers.get(1).copied().unwrap_or(512);
    let parts = said.iter().any(|it| it == "--parts");
    let mut work = Work::new(messages, batch, parts);
    work.events = said.iter().any(|it| it == "--events");
    if said.iter().any(|it| it == "--postgres") {
        #[cfg(feature = "postgres")]
        return postgres::run(work);
        #[cfg(not(feature = "postgres"))]
        panic!("without the feature `postgres`");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(sqlite(&work));
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn sqlite(work: &Work) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("bench.db");
    let store = support::store(&path).await;
    work.record_words(&store).await;
    let epoch = store.open(&work.opening(), at(0)).await;
    let epoch = epoch.expect("a pass").epoch;
    let mut log = Log::of(&path);
    let (start, processor, written) = (Instant::now(), measure::processor(), measure::written());
    work.schedule(&store, &mut || log.look()).await;
    let (scheduled, scheduling) = (start.elapsed(), measure::processor());
    let mut times = Times::default();
    work.send(&store, epoch, &mut times, &mut || log.look())
        .await;
    let (whole, all) = (start.elapsed(), measure::processor());
    let written = measure::written() - written;
    store.close().await.expect("closed");

    let each = |amount: u64| amount / work.messages as u64;
    let micros = |amount: u64| amount as f64 / work.messages as f64;
    println!("SQLite, {work}");
    work.tell("schedule", scheduled, micros(scheduling - processor));
    work.tell("turns", whole - scheduled, micros(all - scheduling));
    work.tell("whole", whole, micros(all - processor));
    times.tell(work);
    println!("memory:   {} MB at most", measure::peak_megabytes());
    println!("log:      {} bytes/message", each(log.bytes()));
    let rest = written.saturating_sub(log.bytes());
    println!("file:     {} bytes/message written", each(rest));
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    println!("          {} bytes/message", each(size(&path)));
}
