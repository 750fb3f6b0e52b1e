//! Programme B: a spa with bookings in Chile, whose messages do not tire people. One story of seven
//! months under the preset `aremko`, told on every store; each leaves the same books.

mod asked;
mod birthdays;
mod days;
mod explained;
mod house;
mod households;
mod lists;
mod months;
mod new_year;
mod oracle;
mod people;
mod trace;
mod weeks;
mod words;

use std::sync::Arc;

use pregon::memory::MemoryStore;
use pregon::store::{PostgresStore, SqliteOptions, SqliteStore};
use pregon::{HashKey, audit};

use self::house::{Kept, Spa};
use self::trace::Trace;
use crate::world::World;

/// The key of the store in memory: addresses spread openings, and are to spread them alike.
fn key() -> HashKey {
    HashKey::new([42; 32])
}

async fn story(store: Arc<dyn Kept>) -> Trace {
    let spa = Spa::open(store).await;
    lists::what_nobody_knows(&spa).await;
    days::two_a_day(&spa).await;
    lists::list_and_counter(&spa, "loyalty_newsletter", "ofertas-sms s1").await;
    weeks::one_a_week(&spa).await;
    lists::list_and_counter(&spa, "win_back_email", "reactivacion").await;
    weeks::a_survey_counts(&spa).await;
    months::eight_a_month(&spa).await;
    households::one_phone(&spa).await;
    words::what_people_allow(&spa).await;
    new_year::a_year_begins(&spa).await;
    new_year::a_day_of_25_hours(&spa).await;

    let trace = spa.trace().await;
    oracle::judges(&spa, &trace);
    let report = audit(&*spa.store, &spa.limits).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.violations);
    assert_eq!(report.checked["dispatches"], trace.entries.len() as u64);
    assert_eq!(
        report.checked["limits"], 6,
        "five of the preset, one of the spa"
    );
    trace
}

#[tokio::test]
async fn the_programme_in_memory_and_in_sqlite_is_the_same() {
    let reference = story(Arc::new(MemoryStore::new())).await;
    let dir = tempfile::tempdir().unwrap();
    let options = SqliteOptions::new().with_hash_key(key());
    let store = SqliteStore::open(dir.path().join("spa.db"), options);
    let store = Arc::new(store.await.unwrap());
    story(store).await.assert_same(&reference);
}

#[tokio::test]
async fn the_programme_in_postgres_is_the_same() {
    let Some(world) = World::new().await else {
        return;
    };
    let options = world.options().with_hash_key(key());
    let store = PostgresStore::open(&world.url, options).await.unwrap();
    let told = story(Arc::new(store)).await;
    world.drop_schema().await;
    told.assert_same(&story(Arc::new(MemoryStore::new())).await);
}
