//! Another program has the file: it writes for too long, or reads an old moment of it.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;

use std::path::Path;
use std::sync::Arc;

use pregon_adapters_store::SqliteStore;
use pregon_core::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use support::{Rules, accepted, all, ask, at, page, plan, ready, store};

async fn other(path: &Path, text: &'static str) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path);
    let mut on = options.connect().await.unwrap();
    sqlx::raw_sql(text).execute(&mut on).await.unwrap();
    on
}

async fn end(mut on: SqliteConnection) {
    sqlx::raw_sql("ROLLBACK").execute(&mut on).await.unwrap();
    on.close().await.unwrap();
}

async fn begin(store: &SqliteStore, epoch: Epoch, held: &Dispatch) -> Result<Turned, PortError> {
    let judge = Arc::new(Rules::default());
    let begin = ask(epoch, vec![ready(held)], 0, &judge);
    store.turn(&[], &begin, at(1)).await
}

#[tokio::test]
async fn who_writes_for_too_long_makes_a_turn_fail_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = store(&path).await;
    let one = page("c", vec![plan("c", "A", "o")]);
    store.schedule(&one, at(0)).await.unwrap();
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let claim = ask(epoch, vec![], 1, &Arc::new(Rules::default()));
    let claimed = store.turn(&[], &claim, at(0)).await.unwrap().claimed;
    for text in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"] {
        let writes = other(&path, text).await;
        let error = begin(&store, epoch, &claimed[0]).await.expect_err("locked");
        assert_eq!(error.kind(), PortErrorKind::Unavailable, "{error:?}");
        end(writes).await;
        assert_eq!(all(&store).await[0].standing.state, State::Scheduled);
    }
    let begun = begin(&store, epoch, &claimed[0]).await.unwrap().begun;
    assert_eq!(begun[0].verdict, Verdict::Go);
    let nothing = ask(epoch, vec![], 0, &Arc::new(Rules::default()));
    let done = [accepted(begun[0].dispatch.ticket)];
    store.turn(&done, &nothing, at(1)).await.unwrap();
    let view = &all(&store).await[0];
    assert_eq!((view.standing.state, view.attempts), (State::Accepted, 1));
}

fn journal(path: &Path) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(name).unwrap().len()
}

async fn plan_some(store: &SqliteStore, round: usize) {
    let plans = (0..500).map(|n| plan("c", &format!("C-{round}-{n}"), "o"));
    let some = page("c", plans.collect());
    store.schedule(&some, at(0)).await.unwrap();
}

/// While somebody reads, nothing behind that moment can be put into its place, so the journal
/// grows. Nothing fails, and it is used anew once nobody reads.
#[tokio::test]
async fn who_reads_an_old_moment_makes_the_journal_grow_and_nothing_fail() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = store(&path).await;
    plan_some(&store, 0).await;
    plan_some(&store, 1).await;
    let reads = other(&path, "BEGIN; SELECT count(*) FROM dispatch").await;
    for round in 2..60 {
        plan_some(&store, round).await;
    }
    let grown = journal(&path);
    end(reads).await;
    for round in 60..90 {
        plan_some(&store, round).await;
    }
    assert_eq!(all(&store).await.len(), 90 * 500);
    assert!(grown > 8 << 20, "{grown} bytes while somebody read");
    assert!(journal(&path) <= grown + (1 << 20), "it is used anew");
    store.close().await.unwrap();
    let gone = std::fs::exists(path.with_extension("db-wal")).unwrap();
    assert!(!gone, "and put into its place when the file is closed");
}
