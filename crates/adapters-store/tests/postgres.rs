//! The store in PostgreSQL is what the suites of its ports say, behind a pooler too.
#![cfg(feature = "postgres")]

#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use pregon_adapters_store::PostgresStore;
use pregon_conformance::books::Audited;
use pregon_conformance::privacy::Forgetful;
use pregon_core::Store;
use world::World;

/// Schemas that were made, to be dropped in the end.
type Worlds = Arc<Mutex<Vec<World>>>;

/// A store in a schema of its own.
fn store(worlds: &Worlds) -> BoxFuture<'static, Arc<PostgresStore>> {
    let worlds = Arc::clone(worlds);
    Box::pin(async move {
        let world = World::new().await.expect("a server, as before");
        let store = world.store("main").await;
        let mut all = worlds.lock().expect("no test panics with it");
        all.push(world);
        drop(all);
        Arc::new(store)
    })
}

async fn drop_all(worlds: &Worlds, least: usize) {
    let worlds = std::mem::take(&mut *worlds.lock().expect("no test panics with it"));
    assert!(worlds.len() > least, "each case has a store of its own");
    for world in worlds {
        world.drop_schema().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_is_a_store() {
    if World::new().await.is_none() {
        return;
    }
    let worlds = Worlds::default();
    let make = || -> BoxFuture<'static, Arc<dyn Store>> {
        let store = store(&worlds);
        Box::pin(async move { store.await as Arc<dyn Store> })
    };
    pregon_conformance::store::suite(&make).await;
    drop_all(&worlds, 50).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_shows_its_books() {
    if World::new().await.is_none() {
        return;
    }
    let worlds = Worlds::default();
    let make = || -> BoxFuture<'static, Arc<dyn Audited>> {
        let store = store(&worlds);
        Box::pin(async move { store.await as Arc<dyn Audited> })
    };
    pregon_conformance::books::suite(&make).await;
    drop_all(&worlds, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_forgets_people() {
    if World::new().await.is_none() {
        return;
    }
    let worlds = Worlds::default();
    let make = || -> BoxFuture<'static, Arc<dyn Forgetful>> {
        let store = store(&worlds);
        Box::pin(async move { store.await as Arc<dyn Forgetful> })
    };
    pregon_conformance::privacy::suite(&make).await;
    drop_all(&worlds, 10).await;
}

/// The pooler itself is tried by hand; what would break behind it is kept out here.
#[test]
fn every_statement_is_one_without_a_name() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/src/postgres");
    let mut files = 0;
    for file in std::fs::read_dir(place).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() || path.ends_with("statement.rs") {
            continue;
        }
        files += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        for named in [
            "sqlx::query(",
            "sqlx::query_as(",
            "sqlx::query_scalar(",
            "query!(",
        ] {
            assert!(!text.contains(named), "{named} in {}", path.display());
        }
        for state in [
            "LISTEN ",
            "pg_advisory_lock",
            "SET SESSION",
            "PREPARE ",
            "TEMP ",
        ] {
            assert!(!text.contains(state), "{state} in {}", path.display());
        }
    }
    assert!(files > 10, "the files of the store are here");
}
