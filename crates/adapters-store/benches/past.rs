//! How long a limit that is new to a store takes to count what it would have counted.
//!
//! `cargo bench -p pregon-adapters-store --bench past --features sqlite,postgres -- [messages]`.
//! The messages were accepted under one limit; then a turn asks for three more, of which two have
//! all of them in their window. On PostgreSQL too where `PREGON_TEST_POSTGRES` names one.
#![cfg(feature = "sqlite")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod support;

#[cfg(feature = "postgres")]
#[path = "../tests/support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::sync::Arc;

use pregon_core::{Epoch, Store};
use support::{Rules, accepted, ask, at, cap, page, plan, ready};

const BATCH: u32 = 512;

fn main() {
    let number = std::env::args().find_map(|it| it.parse().ok());
    // `cargo test` runs it too, to see that it runs.
    let measured = std::env::args().any(|it| it == "--bench");
    let messages: usize = number.unwrap_or(if measured { 20_000 } else { 1_000 });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let dir = tempfile::tempdir().expect("a directory");
        let store = support::store(&dir.path().join("bench.db")).await;
        run("sqlite", &store, messages).await;
        #[cfg(feature = "postgres")]
        if let Some(world) = world::World::new().await {
            let store = world.store("main").await;
            support::activate(&store, "c").await;
            run("postgres", &store, messages).await;
            world.drop_schema().await;
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn run(name: &str, store: &dyn Store, messages: usize) {
    let people: Vec<String> = (0..messages).map(|n| format!("CUST-{n:08}")).collect();
    for people in people.chunks(BATCH as usize) {
        let plans = people.iter().map(|who| plan("c", who, "o")).collect();
        store
            .schedule(&page("c", plans), at(0))
            .await
            .expect("kept");
    }
    let epoch = store.open(&Default::default(), at(0)).await;
    let epoch = epoch.expect("a pass").epoch;
    let one = Arc::new(Rules(vec![cap("semana", 3, "7d")]));
    assert_eq!(send_all(store, epoch, &one).await, messages);
    let last = page("c", vec![plan("c", "CUST-00000000", "last")]);
    store.schedule(&last, at(0)).await.expect("kept");
    let all = ["7d", "month", "year", "1d"];
    let all = all.map(|per| cap(&format!("per-{per}"), 9, per));
    let all = Arc::new(Rules(all.to_vec()));
    let turned = store.turn(&[], &ask(epoch, vec![], 1, &all), at(2)).await;
    let begin = turned.expect("a turn").claimed.iter().map(ready).collect();
    let start = std::time::Instant::now();
    let turned = store.turn(&[], &ask(epoch, begin, 1, &all), at(3)).await;
    let took = start.elapsed();
    assert_eq!(turned.expect("a turn").begun.len(), 1);
    let rate = messages as f64 / took.as_secs_f64();
    println!("{name}: new limits over {messages} messages: {took:.1?}, {rate:.0}/s");
}

async fn send_all(store: &dyn Store, epoch: Epoch, judge: &Arc<Rules>) -> usize {
    let (mut done, mut begin, mut settled) = (Vec::new(), Vec::new(), 0);
    loop {
        let wanted = ask(epoch, begin, BATCH, judge);
        let turned = store.turn(&done, &wanted, at(1)).await.expect("a turn");
        settled += done.len();
        let begun = turned.begun.iter();
        done = begun.map(|it| accepted(it.dispatch.ticket)).collect();
        begin = turned.claimed.iter().map(ready).collect();
        if done.is_empty() && begin.is_empty() {
            return settled;
        }
    }
}
