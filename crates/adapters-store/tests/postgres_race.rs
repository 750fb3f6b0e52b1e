//! Sixteen workers want more for two hundred people than their limits allow; and the shapes of SQL
//! that look right and are not, as the proof that this test can see it.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;
#[path = "support/rounds.rs"]
mod rounds;
#[path = "support/world.rs"]
mod world;
#[path = "support/places.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod places;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use pregon_adapters_store::PostgresStore;
use pregon_core::*;
use sqlx::Connection as _;
use support::{Rules, accepted, all, ask, at, cap, page, plan, ready};
use tokio::sync::Barrier;
use world::World;

const WORKERS: usize = 16;
const PEOPLE: usize = 200;
const MOST: i64 = 2;

/// One worker's pass, until it finds nothing more.
async fn pass(store: PostgresStore, judge: Arc<Rules>, start: Arc<Barrier>) -> u64 {
    let epoch = store.open(&Opening::default(), at(1)).await.unwrap().epoch;
    start.wait().await;
    let (mut done, mut begin, mut went) = (Vec::new(), Vec::new(), 0);
    loop {
        let wanted = ask(epoch, std::mem::take(&mut begin), 12, &judge);
        let turned = store.turn(&done, &wanted, at(1)).await.unwrap();
        let (go, rest): (Vec<_>, Vec<_>) = turned
            .begun
            .into_iter()
            .partition(|begun| begun.verdict == Verdict::Go);
        went += go.len() as u64;
        done = go.iter().map(|it| accepted(it.dispatch.ticket)).collect();
        let waits = rest.iter().filter(|it| it.verdict == Verdict::Wait);
        let again = waits.map(|it| &it.dispatch).chain(&turned.claimed);
        begin = again.map(ready).collect();
        if begin.is_empty() && done.is_empty() {
            return went;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_workers_pass_no_limit_and_leave_no_place_empty() {
    for _ in 0..rounds::rounds(10) {
        let Some(world) = World::new().await else {
            return;
        };
        race(world, WORKERS, PEOPLE, 4).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nor_do_workers_anywhere_else() {
    for world in places::other_worlds() {
        race(world, 6, 25, 10).await;
    }
}

async fn race(world: World, workers: usize, people: usize, each: usize) {
    let judge = Arc::new(Rules(vec![cap("two", 2, "7d"), cap("day", 3, "day")]));
    let first = world.store("w0").await;
    support::activate(&first, "c").await;
    for some in 0..people / 25 {
        let people = (0..25).map(|n| format!("C-{}", some * 25 + n));
        let plans =
            people.flat_map(|who| (0..each).map(move |n| plan("c", &who, &format!("o-{n}"))));
        let planned = page("c", plans.collect());
        first.schedule(&planned, at(0)).await.unwrap();
    }
    let start = Arc::new(Barrier::new(workers));
    let mut passes = Vec::new();
    for n in 0..workers {
        let options = world.options().with_worker(format!("w{n}"));
        let options = options.with_connections(2);
        let store = PostgresStore::open(&world.url, options).await.unwrap();
        let pass = pass(store, Arc::clone(&judge), Arc::clone(&start));
        passes.push(tokio::spawn(pass));
    }
    let went: u64 = join_all(passes)
        .await
        .into_iter()
        .map(|it| it.unwrap())
        .sum();

    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for view in all(&first).await {
        let counted = view.standing.state.counts();
        *counts.entry(view.key.customer.to_string()).or_default() += i64::from(counted);
    }
    let over = counts.values().filter(|count| **count > MOST).count();
    let under = counts.values().filter(|count| **count < MOST).count();
    assert_eq!((counts.len(), over, under), (people, 0, 0));
    assert_eq!(went, counts.values().sum::<i64>().unsigned_abs());
    world.drop_schema().await;
}

/// A way to take a place in a limit, for all people at once.
struct Shape {
    name: &'static str,
    /// A statement before, in the same transaction.
    first: Option<&'static str>,
    take: &'static str,
}

const TAKE: &str = "INSERT INTO try SELECT p FROM generate_series(1, 200) p \
     WHERE (SELECT count(*) FROM try t WHERE t.p = p) < 2";

const WRONG: [Shape; 5] = [
    Shape {
        name: "a statement that counts, then one that inserts",
        first: Some(
            "CREATE TEMP TABLE room ON COMMIT DROP AS SELECT p FROM generate_series(1, 200) p \
               WHERE (SELECT count(*) FROM try t WHERE t.p = p) < 2",
        ),
        take: "INSERT INTO try SELECT p FROM room",
    },
    Shape {
        name: "one statement that counts and inserts",
        first: None,
        take: TAKE,
    },
    Shape {
        name: "one statement that locks, counts and inserts",
        first: None,
        take: "WITH g AS MATERIALIZED (SELECT p FROM gates ORDER BY p FOR UPDATE) \
               INSERT INTO try SELECT g.p FROM g \
               WHERE (SELECT count(*) FROM try t WHERE t.p = g.p) < 2",
    },
    Shape {
        name: "one statement that takes advisory locks, counts and inserts",
        first: None,
        take: "WITH g AS MATERIALIZED (SELECT p, pg_advisory_xact_lock(20261122, p) \
               FROM generate_series(1, 200) p) INSERT INTO try SELECT g.p FROM g \
               WHERE (SELECT count(*) FROM try t WHERE t.p = g.p) < 2",
    },
    Shape {
        name: "a lock under a snapshot that is older",
        first: Some(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
               SELECT count(*) FROM (SELECT p FROM gates ORDER BY p FOR UPDATE) x",
        ),
        take: TAKE,
    },
];

const RIGHT: Shape = Shape {
    name: "an update of the gate, then a new statement",
    first: Some(
        "INSERT INTO gates SELECT p FROM generate_series(1, 200) p ORDER BY p \
               ON CONFLICT (p) DO UPDATE SET ver = gates.ver + 1",
    ),
    take: TAKE,
};

/// How many people are over their limit after sixteen have tried five times each.
async fn over(world: &World, shape: &Shape) -> i64 {
    world
        .run("TRUNCATE try, gates; INSERT INTO gates SELECT generate_series(1, 200)")
        .await;
    let start = Arc::new(Barrier::new(WORKERS));
    let tries = (0..WORKERS).map(|_| async {
        let mut on = world.connect().await;
        start.wait().await;
        for _ in 0..5 {
            let mut tried = on.begin().await.unwrap();
            if let Some(first) = shape.first {
                sqlx::raw_sql(first).execute(&mut *tried).await.unwrap();
            }
            sqlx::raw_sql(shape.take)
                .execute(&mut *tried)
                .await
                .unwrap();
            tried.commit().await.unwrap();
        }
    });
    join_all(tries).await;
    let mut on = world.connect().await;
    let over = "SELECT count(*) FROM (SELECT p FROM try GROUP BY p HAVING count(*) > 2) x";
    sqlx::query_scalar(over).fetch_one(&mut on).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_shapes_of_sql_are_seen_to_pass_limits() {
    let Some(world) = World::new().await else {
        return;
    };
    drop(world.store("main").await);
    world
        .run(
            "CREATE TABLE try (p int); CREATE INDEX ON try (p); \
              CREATE TABLE gates (p int PRIMARY KEY, ver int NOT NULL DEFAULT 0)",
        )
        .await;
    for shape in &WRONG {
        let mut seen = 0;
        for _ in 0..20 {
            seen += over(&world, shape).await;
            if seen > 0 {
                break;
            }
        }
        assert!(
            seen > 0,
            "a test that cannot see this proves nothing: {}",
            shape.name
        );
    }
    for _ in 0..10 {
        assert_eq!(over(&world, &RIGHT).await, 0, "{}", RIGHT.name);
    }
    world.drop_schema().await;
}
