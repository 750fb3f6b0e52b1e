//! How many messages a second the ledger takes from plan to settlement, and what it writes.
//!
//! `cargo bench -p pregon-adapters-store --features sqlite -- [messages] [batch]`. Each message is
//! scheduled, claimed, begun under three limits (a rolling and two calendar ones, none of them
//! full) and settled as accepted, each batch in one durable transaction.
#![cfg(feature = "sqlite")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use pregon_core::{Dispatch, Ledger, Settlement};
use support::{Rules, accepted, ask, at, cap, page, plan, ready, store};

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let messages = numbers.first().copied().unwrap_or(100_000);
    let batch = numbers.get(1).copied().unwrap_or(512);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(run(messages, batch));
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn run(messages: usize, batch: usize) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("bench.db");
    let store = store(&path).await;
    let limits = [
        cap("semana", 3, "7d"),
        cap("mes", 8, "month"),
        cap("anual", 50, "year"),
    ];
    let judge = Arc::new(Rules(limits.to_vec()));
    let names: Vec<String> = (0..messages).map(|n| format!("CUST-{n:08}")).collect();
    let plans: Vec<_> = names
        .chunks(batch)
        .map(|names| {
            page(
                "c",
                names
                    .iter()
                    .map(|name| plan("c", name, "STR-00005 2026-12-20 30"))
                    .collect(),
            )
        })
        .collect();
    let epoch = store
        .open(&Default::default(), at(0))
        .await
        .expect("a pass")
        .epoch;

    let start = std::time::Instant::now();
    for plan in &plans {
        let kept = store.schedule(plan, at(0)).await.expect("kept");
        assert_eq!(kept.new.len(), plan.dispatches.len());
    }
    let scheduled = start.elapsed();
    let (mut done, mut begin): (Vec<Settlement>, Vec<Dispatch>) = (Vec::new(), Vec::new());
    let mut settled = 0;
    while settled < messages {
        let wanted = begin.iter().map(ready).collect();
        let ask = ask(epoch, wanted, batch as u32, &judge);
        let turned = store.turn(&done, &ask, at(1)).await.expect("a turn");
        settled += done.len();
        done = turned
            .begun
            .iter()
            .map(|it| accepted(it.dispatch.ticket))
            .collect();
        assert!(
            turned
                .begun
                .iter()
                .all(|it| it.verdict == pregon_core::Verdict::Go)
        );
        begin = turned.claimed;
    }
    let whole = start.elapsed();
    store.close().await.expect("closed");
    tell(messages, batch, &path, (scheduled, whole));
}

/// Tells what was measured.
fn tell(messages: usize, batch: usize, path: &Path, times: (Duration, Duration)) {
    let (scheduled, whole) = times;
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    let rate = |time: Duration| messages as f64 / time.as_secs_f64();
    println!("{messages} messages in batches of {batch}");
    println!("schedule: {:.0}/s", rate(scheduled));
    println!("turns:    {:.0}/s", rate(whole - scheduled));
    println!("whole:    {:.0}/s", rate(whole));
    println!("file:     {} bytes/message", size(path) / messages as u64);
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let written = io
        .lines()
        .find_map(|line| line.strip_prefix("wchar: ")?.parse::<u64>().ok());
    let each = written.unwrap_or(0) / messages as u64;
    println!("written:  {each} bytes/message");
}
