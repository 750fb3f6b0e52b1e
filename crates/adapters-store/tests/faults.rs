//! A full disk, and futures that are dropped half-way.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;

#[cfg(feature = "postgres")]
#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::error::Error as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::{Ledger as _, Opening, PortErrorKind, State, Store, Verdict};
use support::{Rules, accepted, all, ask, at, cap, page, plan, ready, store};

/// After how many polls a call is given up. How many it needs depends on how fast the
/// connection's thread answers, so each place is only nearly always the same; what must hold
/// holds at every place.
const PLACES: std::ops::Range<usize> = 0..30;

/// Polls a future at most so many times, then gives it up.
struct GivenUp<F>(Pin<Box<F>>, usize);

impl<F: Future> Future for GivenUp<F> {
    type Output = Option<F::Output>;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.1 == 0 {
            return Poll::Ready(None);
        }
        self.1 -= 1;
        self.0.as_mut().poll(context).map(Some)
    }
}

#[tokio::test]
async fn a_full_disk_keeps_nothing_of_a_page_and_goes_on_with_space() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let options = SqliteOptions::new().with_max_pages(64);
    let small = SqliteStore::open(&path, options).await.unwrap();
    support::activate(&small, "c").await;
    let one = page("c", vec![plan("c", "C-1", "o")]);
    small.schedule(&one, at(0)).await.unwrap();
    let many = (0..5000)
        .map(|n| plan("c", &format!("C-{n}"), "p"))
        .collect();
    let many = page("c", many);
    for _ in 0..3 {
        let error = small.schedule(&many, at(0)).await.expect_err("no room");
        assert_eq!(error.kind(), PortErrorKind::Unavailable);
        assert!(error.is_transient());
        let cause = error.source().map(ToString::to_string);
        assert_eq!(cause.as_deref(), Some("the disk or the page limit is full"));
        assert_eq!(all(&small).await.len(), 1, "nothing of the page is kept");
    }
    let other = page("c", vec![plan("c", "C-2", "o")]);
    small
        .schedule(&other, at(0))
        .await
        .expect("what fits is kept");
    drop(small);
    let roomy = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
    let kept = roomy.schedule(&many, at(0)).await.unwrap();
    assert_eq!((kept.new.len(), all(&roomy).await.len()), (5000, 5002));
}

async fn pages_given_up(store: &dyn Store) {
    let mut expected = 0;
    for (round, polls) in PLACES.enumerate() {
        let plans: Vec<_> = (0..40)
            .map(|n| plan("c", &format!("C-{n}"), &format!("o-{round}")))
            .collect();
        let planned = page("c", plans);
        let given_up = GivenUp(Box::pin(store.schedule(&planned, at(0))), polls);
        let ended = given_up.await;
        // Whatever became of it, the same page again finds all or nothing of itself.
        let again = store.schedule(&planned, at(0)).await.unwrap();
        assert!(
            again.known == 0 || again.known == 40,
            "{} rows at {polls}",
            again.known
        );
        assert!(ended.is_none() || again.known == 40);
        expected += 40;
        assert_eq!(all(store).await.len(), expected);
        assert!(polls > 0 || ended.is_none(), "the first is always given up");
    }
}

async fn turn_given_up(store: &dyn Store, polls: usize) {
    let judge = Arc::new(Rules(vec![cap("one", 1, "7d")]));
    let plans = vec![plan("c", "C-1", "a"), plan("c", "C-1", "b")];
    store.schedule(&page("c", plans), at(0)).await.unwrap();
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let turned = store
        .turn(&[], &ask(epoch, vec![], 2, &judge), at(0))
        .await
        .unwrap();
    let wanted = vec![ready(&turned.claimed[0])];
    let begin = ask(epoch, wanted, 2, &judge);
    let ended = GivenUp(Box::pin(store.turn(&[], &begin, at(0))), polls).await;
    // A dropped pass: the next one takes what it finds.
    let epoch = store.open(&Opening::default(), at(1)).await.unwrap().epoch;
    let mut begun = usize::from(all(store).await.iter().any(|it| it.standing.state.counts()));
    for round in 2..5 {
        let claimed = store
            .turn(&[], &ask(epoch, vec![], 2, &judge), at(round))
            .await
            .unwrap();
        let wanted = claimed.claimed.iter().map(ready).collect();
        let turned = store
            .turn(&[], &ask(epoch, wanted, 0, &judge), at(round))
            .await
            .unwrap();
        let go = turned.begun.iter().filter(|it| it.verdict == Verdict::Go);
        let done: Vec<_> = go.map(|it| accepted(it.dispatch.ticket)).collect();
        begun += done.len();
        store
            .turn(&done, &ask(epoch, vec![], 0, &judge), at(round))
            .await
            .unwrap();
    }
    assert_eq!(begun, 1, "one a week, given up at poll {polls}");
    let states: Vec<State> = all(store)
        .await
        .iter()
        .map(|it| it.standing.state)
        .collect();
    assert!(!states.contains(&State::Sending), "{states:?}");
    assert!(polls > 0 || ended.is_none(), "the first is always given up");
}

#[tokio::test]
async fn a_page_given_up_at_any_poll_is_kept_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    pages_given_up(&store(&dir.path().join("s.db")).await).await;
}

#[tokio::test]
async fn a_turn_given_up_at_any_poll_never_lets_two_begin() {
    for polls in PLACES {
        let dir = tempfile::tempdir().unwrap();
        turn_given_up(&store(&dir.path().join("s.db")).await, polls).await;
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_keeps_a_page_given_up_at_any_poll_whole_or_not_at_all() {
    let Some(world) = world::World::new().await else {
        return;
    };
    let store = world.store("main").await;
    support::activate(&store, "c").await;
    pages_given_up(&store).await;
    world.drop_schema().await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_lets_none_of_two_begin_twice_in_a_turn_given_up_at_any_poll() {
    for polls in PLACES.chain([40, 50, 60]) {
        let Some(world) = world::World::new().await else {
            return;
        };
        let store = world.store("main").await;
        support::activate(&store, "c").await;
        turn_given_up(&store, polls).await;
        world.drop_schema().await;
    }
}
