//! Words hang on each other in one chain, however many say them at the same time.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::sync::Arc;

use chrono::DateTime;
use pregon_adapters_store::SqliteStore;
use pregon_conformance::privacy::Forgetful;
use pregon_core::*;

const WRITERS: usize = 8;
const ROUNDS: usize = 25;

fn person(n: usize) -> CustomerId {
    CustomerId::new(format!("C-{n}")).unwrap()
}

/// Words of a round: of one to three people, the same ones whoever says them.
fn said(writer: usize, round: usize) -> Vec<Preference> {
    let word = |n: usize| Preference {
        subject: Subject::Customer(person((round + n) % 5)),
        scope: PreferenceScope::promotional(),
        word: Word::OptOut,
        source: format!("writer {writer}"),
        wording: (n == 0).then(|| round.to_string()),
    };
    (0..=writer % 3).map(word).collect()
}

/// Lets all speak at once and some be forgotten meanwhile; then follows the chain.
async fn one_unbroken_chain(stores: Vec<Arc<dyn Forgetful>>) {
    let now = DateTime::UNIX_EPOCH;
    let speak = async |(writer, store): (usize, Arc<dyn Forgetful>)| {
        for round in 0..ROUNDS {
            let _ = store.record(&said(writer, round), now).await.unwrap();
            if round % 5 == writer % 5 {
                let _ = store.erase(&person(writer % 5), now).await.unwrap();
            }
        }
    };
    let first = Arc::clone(&stores[0]);
    futures_util::future::join_all(stores.into_iter().enumerate().map(speak)).await;
    let (mut after, mut last, mut seen) = (None, None, 0);
    loop {
        let page = first.words(after.as_ref(), 7).await.unwrap();
        for (word, link) in page.items {
            assert_eq!(link, Some(word.link(last)), "word {seen}");
            (last, seen) = (link, seen + 1);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let spoken: usize = (0..WRITERS).map(|it| said(it, 0).len() * ROUNDS).sum();
    assert_eq!(seen, spoken);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_one_chain_under_eight_writers() {
    let Some(world) = world::World::new().await else {
        return;
    };
    let mut stores: Vec<Arc<dyn Forgetful>> = Vec::new();
    for n in 0..WRITERS {
        stores.push(Arc::new(world.store(&format!("w-{n}")).await));
    }
    one_unbroken_chain(stores).await;
    world.drop_schema().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_one_chain_under_eight_writers() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let owner = SqliteStore::open(&path, Default::default()).await.unwrap();
    let owner: Arc<dyn Forgetful> = Arc::new(owner);
    let guest = SqliteStore::open_guest(&path).await.unwrap();
    let guest: Arc<dyn Forgetful> = Arc::new(guest);
    let both = [owner, guest].into_iter().cycle().take(WRITERS);
    one_unbroken_chain(both.collect()).await;
}
