//! The store in PostgreSQL is what the suites of its ports say, behind a pooler too.
#![cfg(feature = "postgres")]

#[path = "support/postgres.rs"]
mod postgres;
#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::sync::{Arc, Mutex};

use pregon_core::Store;
use world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_is_a_store() {
    if postgres::url().is_none() {
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
