//! The bench in a PostgreSQL.

use std::sync::Arc;
use std::time::Instant;

use pregon_adapters_store::PostgresStore;
use pregon_core::Ledger as _;
use sqlx::Connection as _;
use tokio::task::JoinSet;

use super::support::{activate, at};
use super::work::{Times, Work};
use super::{measure, world::World};

const WORKERS: usize = 4;

pub(crate) fn run(work: Work) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(postgres(work));
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn postgres(work: Work) {
    let Some(world) = World::new().await else {
        return;
    };
    let first = world.store("main").await;
    activate(&first, "c").await;
    // From here on, as its workers will say too.
    first.open(&work.opening(), at(0)).await.expect("a pass");
    work.record_words(&first).await;
    let mut stores = Vec::new();
    for n in 0..WORKERS {
        stores.push(Arc::new(world.store(&format!("worker-{n}")).await));
    }
    let (messages, work) = (work.messages, Arc::new(work));
    let log = log_at(&world).await;
    let (start, processor) = (Instant::now(), measure::processor());
    let mut tasks = JoinSet::new();
    for (n, store) in stores.iter().enumerate() {
        let (work, store) = (Arc::clone(&work), Arc::clone(store));
        let some = messages * n / WORKERS..messages * (n + 1) / WORKERS;
        tasks.spawn(async move {
            let journey = format!("j{n}");
            work.schedule_some(&*store, &journey, some, &mut || ())
                .await;
        });
    }
    tasks.join_all().await;
    let (scheduled, scheduling) = (start.elapsed(), measure::processor());
    let mut tasks = JoinSet::new();
    for store in stores {
        tasks.spawn(send(Arc::clone(&work), store));
    }
    let settled: usize = tasks.join_all().await.into_iter().sum();
    let (whole, all) = (start.elapsed(), measure::processor());
    assert_eq!(settled, messages);
    let micros = |amount: u64| amount as f64 / messages as f64;
    println!("PostgreSQL, {WORKERS} workers, {work}; processor without the server's");
    work.tell("schedule", scheduled, micros(scheduling - processor));
    work.tell("turns", whole - scheduled, micros(all - scheduling));
    work.tell("whole", whole, micros(all - processor));
    println!("memory:   {} MB at most", measure::peak_megabytes());
    let log = log_at(&world).await - log;
    println!("log:      {} bytes/message", log / messages as i64);
    world.drop_schema().await;
}

async fn send(work: Arc<Work>, store: Arc<PostgresStore>) -> usize {
    let epoch = store.open(&work.opening(), at(0)).await;
    let epoch = epoch.expect("a pass").epoch;
    let mut times = Times::default();
    work.send(&*store, epoch, &mut times, &mut || ()).await
}

/// How far the server's log has come; all that it logs is counted.
async fn log_at(world: &World) -> i64 {
    let mut on = world.connect().await;
    let at = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";
    let at = sqlx::query_scalar(at).fetch_one(&mut on).await;
    on.close().await.expect("closed");
    at.expect("the place in the log")
}
