//! What a host keeps in a transaction of its own is kept with it or not at all, and sent.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;
#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::sync::Arc;

use pregon_adapters_store::{PostgresStore, SqliteOptions, SqliteStore};
use pregon_core::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use support::{Rules, activate, all, ask, at, plan};
use world::World;

/// A confirmation of a booking.
fn confirmation(who: &str, booking: &str) -> Planned {
    plan("c", who, booking)
}

/// Whose dispatches a pass claims now.
async fn claimed(store: &dyn Store) -> Vec<String> {
    let epoch = store.open(&Opening::default(), at(1)).await.unwrap().epoch;
    let ask = ask(epoch, Vec::new(), 100, &Arc::new(Rules(Vec::new())));
    let turned = store.turn(&[], &ask, at(1)).await.unwrap();
    let who = turned.claimed.iter();
    who.map(|it| it.plan.key.customer.to_string()).collect()
}

async fn sqlite() -> (tempfile::TempDir, SqliteStore, SqliteConnection) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pregon.db");
    let store = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
    activate(&store, "c").await;
    let mut own = SqliteConnectOptions::new()
        .filename(&path)
        .connect()
        .await
        .unwrap();
    let table = "CREATE TABLE booking (number TEXT PRIMARY KEY)";
    sqlx::raw_sql(table).execute(&mut own).await.unwrap();
    (dir, store, own)
}

#[tokio::test]
async fn a_file_keeps_it_with_the_booking_or_not_at_all() {
    let (_dir, store, mut own) = sqlite().await;
    // The writer knows by now that there is no route.
    assert_eq!(claimed(&store).await, Vec::<String>::new());
    for (who, booking, is_kept) in [("C-1", "B-1", true), ("C-2", "B-2", false)] {
        let mut work = own.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let book = sqlx::query("INSERT INTO booking VALUES (?1)").bind(booking);
        book.execute(&mut *work).await.unwrap();
        let made = [confirmation(who, booking)];
        let kept = store.enqueue(&mut work, &made, at(0)).await.unwrap();
        assert_eq!(kept.new, [0]);
        match is_kept {
            true => work.commit().await.unwrap(),
            false => drop(work),
        }
    }
    let booked = sqlx::query_scalar("SELECT count(*) FROM booking");
    let booked: i64 = booked.fetch_one(&mut own).await.unwrap();
    assert_eq!(booked, 1);
    assert_eq!(all(&store).await.len(), 1);
    assert_eq!(claimed(&store).await, ["C-1"]);
    // The same occasion again is the same dispatch.
    let mut work = own.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let again = [confirmation("C-1", "B-1")];
    let kept = store.enqueue(&mut work, &again, at(2)).await.unwrap();
    assert_eq!((kept.new.len(), kept.known), (0, 1));
    work.commit().await.unwrap();
}

#[tokio::test]
async fn a_transaction_on_another_file_is_refused_and_goes_on() {
    let (_dir, store, mut own) = sqlite().await;
    let (_other_dir, other, mut others) = sqlite().await;
    let made = [confirmation("C-1", "B-1")];
    let mut work = others.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let error = store.enqueue(&mut work, &made, at(0)).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
    other.enqueue(&mut work, &made, at(0)).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!((all(&store).await.len(), all(&other).await.len()), (0, 1));

    let mut two = vec![confirmation("C-1", "B-1"), confirmation("C-1", "B-1")];
    two[1].key.campaign = "d".parse().unwrap();
    let mut work = own.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let error = store.enqueue(&mut work, &two, at(0)).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Unsupported);
    let none = store.enqueue(&mut work, &[], at(0)).await.unwrap();
    assert_eq!(none, Scheduled::default());
    work.commit().await.unwrap();
    assert_eq!(all(&store).await.len(), 0);
}

#[tokio::test]
async fn a_schema_keeps_it_with_the_booking_or_not_at_all() {
    let Some(world) = World::new().await else {
        return;
    };
    let store = world.store("main").await;
    activate(&store, "c").await;
    let mut own = world.raw().await;
    sqlx::raw_sql("CREATE TEMP TABLE booking (number text PRIMARY KEY)")
        .execute(&mut own)
        .await
        .unwrap();
    let path = async |own: &mut sqlx::PgConnection| -> String {
        let path = sqlx::query_scalar("SHOW search_path");
        path.fetch_one(own).await.unwrap()
    };
    let before = path(&mut own).await;
    for (who, booking, is_kept) in [("C-1", "B-1", true), ("C-2", "B-2", false)] {
        let mut work = own.begin().await.unwrap();
        let book = sqlx::query("INSERT INTO booking VALUES ($1)").bind(booking);
        book.execute(&mut *work).await.unwrap();
        let made = [confirmation(who, booking)];
        let kept = store.enqueue(&mut work, &made, at(0)).await.unwrap();
        assert_eq!(kept.new, [0]);
        assert_eq!(path(&mut work).await, before);
        match is_kept {
            true => work.commit().await.unwrap(),
            false => work.rollback().await.unwrap(),
        }
    }
    let booked = sqlx::query_scalar("SELECT count(*) FROM booking");
    let booked: i64 = booked.fetch_one(&mut own).await.unwrap();
    assert_eq!(booked, 1);
    assert_eq!(claimed(&store).await, ["C-1"]);
    world.drop_schema().await;
}

#[tokio::test]
async fn a_refused_one_leaves_the_transaction_of_a_server_as_it_was() {
    let (Some(world), Some(gone)) = (World::new().await, World::new().await) else {
        return;
    };
    let (store, lost) = (world.store("main").await, gone.store("main").await);
    activate(&store, "c").await;
    activate(&lost, "c").await;
    let made = [confirmation("C-1", "B-1")];
    let mut own = world.raw().await;
    let mut work = own.begin().await.unwrap();
    // Its routes are made in transactions of the store's own; then its schema is not there.
    lost.enqueue(&mut work, &made, at(0)).await.unwrap();
    work.rollback().await.unwrap();
    gone.drop_schema().await;
    let mut work = own.begin().await.unwrap();
    lost.enqueue(&mut work, &made, at(0)).await.unwrap_err();
    let kept = store.enqueue(&mut work, &made, at(0)).await.unwrap();
    assert_eq!(kept.new, [0]);
    work.commit().await.unwrap();
    assert_eq!(all(&store).await.len(), 1);
    world.drop_schema().await;
}

async fn told(store: &PostgresStore, mins: i64) -> Waiting {
    store.waiting(10, at(mins)).await.unwrap()
}

/// Events of many workers come in one order: one at a time passes them on.
#[tokio::test]
async fn one_worker_at_a_time_passes_events_on() {
    let Some(world) = World::new().await else {
        return;
    };
    let (a, b) = (world.store("a").await, world.store("b").await);
    let mut listening = Opening::default();
    listening.events = true;
    let _ = a.open(&listening, at(0)).await.unwrap();
    activate(&a, "c").await;
    let first = told(&a, 0).await;
    assert_eq!(first.events.len(), 3);
    assert!(told(&b, 0).await.mark.is_empty(), "a passes them on");
    a.passed_on(&first.mark).await.unwrap();
    assert!(told(&a, 0).await.mark.is_empty(), "and has done so");
    activate(&a, "d").await;
    let second = told(&b, 0).await;
    assert_eq!(
        second.events.len(),
        3,
        "nobody waits for the end of a lease"
    );
    // Whoever dies with the lease keeps it for a minute.
    assert!(told(&a, 0).await.mark.is_empty());
    let again = told(&a, 2).await;
    assert_eq!(again, second, "with the same names");
    world.drop_schema().await;
}
