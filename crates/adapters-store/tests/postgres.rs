//! The store in PostgreSQL is what the suites of its ports say, in every version that it takes and
//! behind a pooler.
#![cfg(feature = "postgres")]

#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;
#[path = "support/places.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod places;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use pregon_adapters_store::PostgresStore;
use pregon_conformance::books::Audited;
use pregon_conformance::privacy::Forgetful;
use pregon_core::Store;
use sqlx::postgres::PgConnection;
use tokio::sync::Mutex;
use world::World;

/// Makes a schema as good as new, and cheaper than a new one by far, for two hundred cases.
const EMPTY: &str = "DO $$ DECLARE it text; BEGIN \
     FOR it IN SELECT tablename FROM pg_tables \
         WHERE schemaname = current_schema() AND tablename <> 'store' \
     LOOP EXECUTE format('DELETE FROM %I', it); END LOOP; \
     PERFORM setval('epoch', 1, false); \
     UPDATE store SET events = DEFAULT; END $$";

/// Stores in an emptied schema, one after the other.
struct Stores {
    world: Arc<World>,
    cleaner: Arc<Mutex<PgConnection>>,
    made: AtomicUsize,
}

impl Stores {
    async fn new(world: World) -> Self {
        drop(world.store("main").await);
        Self {
            cleaner: Arc::new(Mutex::new(world.raw().await)),
            world: Arc::new(world),
            made: AtomicUsize::new(0),
        }
    }

    fn next(&self) -> BoxFuture<'static, Arc<PostgresStore>> {
        self.made.fetch_add(1, Ordering::Relaxed);
        let (world, cleaner) = (Arc::clone(&self.world), Arc::clone(&self.cleaner));
        Box::pin(async move {
            world.run_on(&mut *cleaner.lock().await, EMPTY).await;
            Arc::new(world.store("main").await)
        })
    }

    /// How many there were since this was asked last.
    fn made(&self) -> usize {
        self.made.swap(0, Ordering::Relaxed)
    }
}

/// How many versions share the cases in the ordinary run.
const SHARES: usize = 5;

/// Every fifth case of the store, from this one on; all suites when
/// `PREGON_TEST_POSTGRES_PLACES` is `all`.
async fn holds_share(place: &str, share: usize) {
    if std::env::var("PREGON_TEST_POSTGRES_PLACES").is_ok_and(|it| it == "all") {
        return holds(place).await;
    }
    let Some(world) = places::world(place) else {
        return;
    };
    let stores = Stores::new(world).await;
    let cases = pregon_conformance::store::cases().into_iter();
    for case in cases.skip(share).step_by(SHARES) {
        let verdict = case.verdict(stores.next().await).await;
        assert_eq!(verdict, Ok(()), "{}: {}", case.name, case.sentence);
    }
    assert!(stores.made() > 30, "each case has a store of its own");
    stores.world.drop_schema().await;
}

/// All suites at this place.
async fn holds(place: &str) {
    let Some(world) = places::world(place) else {
        return;
    };
    let stores = Stores::new(world).await;
    let make = || -> BoxFuture<'static, Arc<dyn Store>> {
        let store = stores.next();
        Box::pin(async move { store.await as Arc<dyn Store> })
    };
    pregon_conformance::store::suite(&make).await;
    assert!(stores.made() > 150, "each case has a store of its own");
    let make = || -> BoxFuture<'static, Arc<dyn Audited>> {
        let store = stores.next();
        Box::pin(async move { store.await as Arc<dyn Audited> })
    };
    pregon_conformance::books::suite(&make).await;
    assert!(stores.made() > 5, "each case has a store of its own");
    let make = || -> BoxFuture<'static, Arc<dyn Forgetful>> {
        let store = stores.next();
        Box::pin(async move { store.await as Arc<dyn Forgetful> })
    };
    pregon_conformance::privacy::suite(&make).await;
    assert!(stores.made() > 10, "each case has a store of its own");
    stores.world.drop_schema().await;
}

// One test a place, so that one sees which of them ran.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_a_store() {
    holds(places::SYSTEM).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_13_is_a_store() {
    holds_share("13", 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_14_is_a_store() {
    holds_share("14", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_16_is_a_store() {
    holds_share("16", 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_17_is_a_store() {
    holds_share("17", 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_18_is_a_store() {
    holds_share("18", 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_behind_a_pooler_is_a_store() {
    holds("pgbouncer").await;
}

/// What breaks behind a pooler only now and then is kept out here.
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
