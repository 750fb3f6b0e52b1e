//! The store in PostgreSQL is what the suites of its ports say, behind a pooler too.
#![cfg(feature = "postgres")]

#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::sync::{Arc, Mutex};

use pregon_core::Store;
use world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_is_a_store() {
    if World::new().await.is_none() {
        return;
    }
    let worlds = Arc::new(Mutex::new(Vec::new()));
    let made = Arc::clone(&worlds);
    let make: Box<pregon_conformance::Make<'_, Arc<dyn Store>>> = Box::new(move || {
        let made = Arc::clone(&made);
        Box::pin(async move {
            let world = World::new().await.unwrap();
            let store = world.store("main").await;
            made.lock().unwrap().push(world);
            Arc::new(store) as Arc<dyn Store>
        })
    });
    pregon_conformance::store::suite(&*make).await;
    let worlds = std::mem::take(&mut *worlds.lock().unwrap());
    assert!(worlds.len() > 50, "each case has a store of its own");
    for world in worlds {
        world.drop_schema().await;
    }
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
