//! Whose schema it is, what server it lies on, and what workers are to each other.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;
#[path = "support/world.rs"]
mod world;
#[path = "support/places.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod places;
#[path = "support/loss.rs"]
mod loss;
mod failover;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use pregon_adapters_store::{PostgresOptions, PostgresStore};
use pregon_core::*;
use support::{Rules, all, ask, at, cap, page, plan, ready};
use world::World;

async fn refused(world: &World, options: PostgresOptions) -> (PortErrorKind, String) {
    let error = PostgresStore::open(&world.url, options)
        .await
        .expect_err("refused");
    (error.kind(), error.source().unwrap().to_string())
}

#[tokio::test]
async fn what_is_not_ours_or_newer_is_left_alone() {
    for world in places::worlds() {
        world
            .run(&format!("CREATE SCHEMA \"{}\"", world.schema))
            .await;
        world.run("CREATE TABLE store (one int)").await;
        let (kind, why) = refused(&world, world.options()).await;
        assert_eq!(kind, PortErrorKind::Invalid);
        assert_eq!(why, "the schema has tables of another program");
        world.run("DROP TABLE store").await;

        let key = world.store("main").await.hash_key().await.unwrap();
        assert_eq!(world.store("other").await.hash_key().await.unwrap(), key);
        let other = world.options().with_hash_key(HashKey::new([9; 32]));
        assert_eq!(refused(&world, other).await.0, PortErrorKind::Invalid);
        world.run("UPDATE store SET layout = 77").await;
        let (kind, why) = refused(&world, world.options()).await;
        assert_eq!(kind, PortErrorKind::Unsupported);
        assert_eq!(
            why,
            "the schema has layout 77; this program knows layouts up to 7"
        );
        world.drop_schema().await;
    }
}

#[tokio::test]
async fn many_may_make_the_same_schema_at_once() {
    for world in places::worlds() {
        let names: Vec<String> = (0..6).map(|n| format!("w{n}")).collect();
        let stores =
            futures_util::future::join_all(names.iter().map(|name| world.store(name))).await;
        let first = stores[0].hash_key().await.unwrap();
        for store in &stores {
            assert_eq!(store.hash_key().await.unwrap(), first);
        }
        world.drop_schema().await;
    }
}

#[tokio::test]
async fn a_server_that_would_forget_is_refused() {
    let Some(world) = World::new().await else {
        return;
    };
    let mark = if world.url.contains('?') { '&' } else { '?' };
    let url = format!("{}{mark}options=-c%20synchronous_commit=off", world.url);
    let error = PostgresStore::open(&url, world.options()).await;
    assert_eq!(
        error.map(drop).map_err(|it| it.kind()),
        Err(PortErrorKind::Unsupported)
    );
    world.drop_schema().await;
}

#[tokio::test]
async fn after_a_failover_nothing_begins_until_somebody_has_looked() {
    for world in places::worlds() {
        let store = world.store("main").await;
        let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
        world.run("UPDATE store SET origin = '1/00000002'").await;
        let judge = Arc::new(Rules::default());
        let turn = store.turn(&[], &ask(epoch, vec![], 1, &judge), at(0)).await;
        assert_eq!(turn.map_err(|it| it.kind()), Err(PortErrorKind::Conflict));
        let pass = store.open(&Opening::default(), at(0)).await;
        assert_eq!(pass.map_err(|it| it.kind()), Err(PortErrorKind::Conflict));
        let (kind, why) = refused(&world, world.options()).await;
        assert_eq!(kind, PortErrorKind::Conflict);
        assert!(why.contains("timeline"), "{why}");
        let looked = world.options().accept_moved();
        drop(PostgresStore::open(&world.url, looked).await.unwrap());
        store.open(&Opening::default(), at(0)).await.unwrap();
        world.drop_schema().await;
    }
}

#[tokio::test]
async fn who_only_reads_makes_and_writes_nothing() {
    for world in places::worlds() {
        let reader = || PostgresStore::open_read_only(&world.url, world.options());
        let none = reader().await.map(drop).map_err(|it| it.kind());
        assert_eq!(none, Err(PortErrorKind::Invalid));
        let store = world.store("main").await;
        support::activate(&store, "c").await;
        let reader = reader().await.unwrap();
        assert_eq!(reader.campaigns().await.unwrap().len(), 1);
        let written = reader.open(&Opening::default(), at(0)).await;
        assert_eq!(
            written.map_err(|it| it.kind()),
            Err(PortErrorKind::Unsupported)
        );
        let planned = reader.schedule(&page("c", vec![]), at(0)).await;
        assert_eq!(
            planned.map_err(|it| it.kind()),
            Err(PortErrorKind::Unsupported)
        );
        world.drop_schema().await;
    }
}

#[tokio::test]
async fn a_worker_without_a_turn_for_a_lease_is_dead_and_one_within_it_is_not() {
    for world in places::worlds() {
        let lease = Duration::from_secs(15 * 60);
        let a = world.store("a").await;
        let b = world.options().with_worker("b").with_lease(lease);
        let b = PostgresStore::open(&world.url, b).await.unwrap();
        support::activate(&a, "c").await;
        let plans = ["A", "B"].map(|who| plan("c", who, "o")).to_vec();
        a.schedule(&page("c", plans), at(0)).await.unwrap();
        let judge = Arc::new(Rules(vec![cap("one", 1, "7d")]));
        let epoch = a.open(&Opening::default(), at(0)).await.unwrap().epoch;
        let claim = ask(epoch, vec![], 2, &judge);
        let claimed = a.turn(&[], &claim, at(1)).await.unwrap().claimed;
        let begin = ask(epoch, vec![ready(&claimed[0])], 0, &judge);
        let begun = a.turn(&[], &begin, at(1)).await.unwrap().begun;
        assert_eq!(begun[0].verdict, Verdict::Go);

        let theirs = b.open(&Opening::default(), at(16)).await.unwrap();
        assert_eq!(theirs.doubts, 0, "exactly a lease is not longer than it");
        let claim = ask(theirs.epoch, vec![], 9, &judge);
        assert!(
            b.turn(&[], &claim, at(16))
                .await
                .unwrap()
                .claimed
                .is_empty()
        );
        let theirs = b.open(&Opening::default(), at(17)).await.unwrap();
        assert_eq!(theirs.doubts, 1);
        let claim = ask(theirs.epoch, vec![], 9, &judge);
        let taken = b.turn(&[], &claim, at(17)).await.unwrap().claimed;
        assert_eq!(taken.len(), 1, "what it had only claimed is free");
        let late = a.turn(&[], &ask(epoch, vec![], 0, &judge), at(17)).await;
        assert_eq!(late.map_err(|it| it.kind()), Err(PortErrorKind::Conflict));
        let states: Vec<State> = all(&a).await.iter().map(|it| it.standing.state).collect();
        assert!(states.contains(&State::Unknown), "{states:?}");
        world.drop_schema().await;
    }
}

/// A store, its pass, and the one dispatch that it has, claimed.
async fn one_claimed(world: &World, worker: &str) -> (PostgresStore, Epoch, Dispatch) {
    let store = world.store(worker).await;
    support::activate(&store, "c").await;
    let planned = page("c", vec![plan("c", "A", "o")]);
    store.schedule(&planned, at(0)).await.unwrap();
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    let claim = ask(epoch, vec![], 1, &Arc::new(Rules::default()));
    let claimed = store.turn(&[], &claim, at(1)).await.unwrap().claimed;
    (store, epoch, claimed[0].clone())
}

#[tokio::test]
async fn a_stop_that_somebody_left_behind_is_minded_for_a_minute() {
    for world in places::worlds() {
        let (store, epoch, claimed) = one_claimed(&world, "main").await;
        let judge = Arc::new(Rules::default());
        let stop = format!(
            "INSERT INTO campaign_stop VALUES ('c', {})",
            at(1).timestamp_micros()
        );
        world.run(&stop).await;
        let begin = ask(epoch, vec![ready(&claimed)], 1, &judge);
        let turned = store.turn(&[], &begin, at(1)).await.unwrap();
        assert_eq!(turned.begun[0].verdict, Verdict::Paused);
        assert!(turned.claimed.is_empty(), "nor is anything claimed");
        let claim = ask(epoch, vec![], 1, &judge);
        let claimed = store.turn(&[], &claim, at(2)).await.unwrap().claimed;
        let begin = ask(epoch, vec![ready(&claimed[0])], 1, &judge);
        let turned = store.turn(&[], &begin, at(2)).await.unwrap();
        assert_eq!(turned.begun[0].verdict, Verdict::Go);
        world.drop_schema().await;
    }
}

#[tokio::test]
async fn strange_references_are_kept_and_broken_connections_replaced() {
    let Some(world) = World::new().await else {
        return;
    };
    let (store, epoch, claimed) = one_claimed(&world, "cut-off").await;
    let judge = Arc::new(Rules::default());
    let begin = ask(epoch, vec![ready(&claimed)], 1, &judge);
    let begun = store.turn(&[], &begin, at(1)).await.unwrap().begun;
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE application_name = 'pregon cut-off'";
    let mut on = world.connect().await;
    let cut: i64 = sqlx::query_scalar(kill).fetch_one(&mut on).await.unwrap();
    assert!(cut > 0, "there was something to cut off");
    let done = Settlement {
        ticket: begun[0].dispatch.ticket,
        outcome: Outcome::Accepted {
            reference: Some("a\0b".to_owned()),
        },
    };
    let nothing = ask(epoch, vec![], 0, &judge);
    store.turn(&[done], &nothing, at(1)).await.unwrap();
    assert_eq!(all(&store).await[0].standing.state, State::Accepted);
    world.drop_schema().await;
}
