//! How long a turn takes in front of a large backlog, and how long a store takes to send again
//! after a kill.
//!
//! `cargo bench -p pregon-adapters-store --bench backlog --features sqlite -- [messages]`. One
//! customer has 10,000 of the messages, and they fall due before all others. The kill is a copy of
//! the file and of its journal while the store is open: what a killed process leaves.
#![cfg(feature = "sqlite")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses some of it")]
mod measure;
#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::{Dispatch, Ledger, Verdict};
use support::{Rules, accepted, ask, at, cap, page, plan, ready};

/// Messages of the one customer.
const MANY: usize = 10_000;
const PAGE: usize = 2_000;
const TURN: u32 = 256;
const TURNS: usize = 200;

fn main() {
    let number = std::env::args().find_map(|it| it.parse().ok());
    // `cargo test` runs it too, to see that it runs.
    let measured = std::env::args().any(|it| it == "--bench");
    let messages: usize = number.unwrap_or(if measured { 1_000_000 } else { 20_000 });
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(run(messages));
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn run(messages: usize) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("bench.db");
    let store = support::store(&path).await;
    let start = Instant::now();
    fill(&store, messages).await;
    println!("{messages} messages planned in {:.1?}", start.elapsed());
    let judge = Arc::new(Rules(vec![
        cap("semana", 20_000, "7d"),
        cap("mes", 20_000, "month"),
        cap("anual", 20_000, "year"),
    ]));
    let epoch = store.open(&Default::default(), at(0)).await;
    let epoch = epoch.expect("a pass").epoch;

    let (mut times, mut went, mut theirs) = (Vec::new(), 0, 0);
    let (mut done, mut begin): (Vec<_>, Vec<Dispatch>) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let ask = ask(epoch, begin.iter().map(ready).collect(), TURN, &judge);
        let start = Instant::now();
        let turned = store.turn(&done, &ask, at(1)).await.expect("a turn");
        times.push(start.elapsed());
        assert!(turned.begun.iter().all(|it| it.verdict == Verdict::Go));
        went += turned.begun.len();
        let is_theirs = |it: &&Dispatch| it.plan.key.customer.as_str() == "CUST-MANY";
        theirs += turned.claimed.iter().filter(is_theirs).count();
        done = turned
            .begun
            .iter()
            .map(|it| accepted(it.dispatch.ticket))
            .collect();
        begin = turned.claimed;
    }
    // The first one passes by all messages of the one, and hides them.
    let first = times.remove(0);
    times.sort_unstable();
    let (middle, most) = (times[times.len() / 2], times[times.len() - 1]);
    println!(
        "turn of {TURN}: {middle:.1?} in the middle, {most:.1?} at most, the first {first:.1?}"
    );
    println!("in {TURNS} turns: {went} went, {theirs} claimed of the one with {MANY}");

    restart(dir.path(), &judge).await;
}

/// Opens a copy of the file as a kill would leave it, and claims from it.
#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn restart(dir: &Path, judge: &Arc<Rules>) {
    let (path, copy) = (dir.join("bench.db"), dir.join("killed.db"));
    for end in ["", "-wal"] {
        let of = |path: &Path| format!("{}{end}", path.display());
        std::fs::copy(of(&path), of(&copy)).expect("a copy");
        // Or the first to wait for the disk would wait for all of the copy.
        let copy = std::fs::File::open(of(&copy)).expect("the copy");
        copy.sync_all().expect("on the disk");
    }
    let start = Instant::now();
    let again = SqliteStore::open(&copy, SqliteOptions::new()).await;
    let again = again.expect("opened");
    let opened = start.elapsed();
    let pass = again
        .open(&Default::default(), at(2))
        .await
        .expect("a pass");
    let ask = ask(pass.epoch, vec![], TURN, judge);
    let claimed = again.turn(&[], &ask, at(2)).await.expect("a turn").claimed;
    tell_restart(start.elapsed(), opened, (claimed.len(), pass.doubts));
}

fn tell_restart(whole: Duration, opened: Duration, (claimed, doubts): (usize, u64)) {
    println!("restart: open {opened:.1?}, to the first {claimed} claims {whole:.1?}");
    println!("         {doubts} in doubt");
    println!("memory:  {} MB at most", measure::peak_megabytes());
}

/// Plans the one's messages, and then everybody else's.
async fn fill(store: &SqliteStore, messages: usize) {
    let mut n = 0;
    while n < messages {
        let these = n..messages.min(n + PAGE);
        n = these.end;
        let plans = these.map(|n| match n {
            ..MANY => plan("c", "CUST-MANY", &format!("o-{n}")),
            _ => plan("c", &format!("CUST-{n:08}"), "o"),
        });
        let kept = store.schedule(&page("c", plans.collect()), at(0)).await;
        assert!(!kept.expect("kept").new.is_empty());
    }
}
