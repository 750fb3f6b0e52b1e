//! A limit that is new counts what was sent before, while workers settle what is in flight.
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

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use pregon_adapters_store::PostgresStore;
use pregon_core::*;
use support::{accepted, activate, at, page, plan, ready};
use world::World;

const WORKERS: usize = 6;
const EACH: usize = 24;

/// Two limits that nobody fills: of the person, and of everybody.
#[derive(Debug)]
struct Pair(usize);

impl Pair {
    fn names(&self) -> [LimitId; 2] {
        ["person", "everybody"].map(|of| LimitId::new(format!("{of}-{}", self.0)).unwrap())
    }
}

impl Judge for Pair {
    fn quotas(&self, it: &Candidate, at: DateTime<Utc>) -> Vec<Quota> {
        let everybody = Subject::Named(format!("everybody-{}", self.0));
        let subjects = [Subject::Customer(it.customer.clone()), everybody];
        let quota = |(rule, subject)| Quota {
            rule,
            subject,
            most: 100_000,
            window: Period::Day.window(at, it.zone),
            alert: None,
            takes: true,
            when_full: WhenFull::Defer,
        };
        let names = self.names().into_iter();
        names.zip(subjects).map(quota).collect()
    }
    fn quiet_until(&self, _: &Candidate, _: DateTime<Utc>) -> Option<DateTime<Utc>> {
        None
    }
    fn allowance(&self, _: &Candidate) -> Option<Allowance> {
        None
    }
}

struct Worker {
    store: PostgresStore,
    epoch: Epoch,
    flying: Vec<Ticket>,
    held: Vec<Dispatch>,
}

impl Worker {
    async fn turn(&mut self, done: &[Settlement], begin: Vec<Ready>, claim: u32, round: usize) {
        let ask = Ask {
            epoch: self.epoch,
            begin,
            claim,
            judge: Arc::new(Pair(round)),
        };
        let turned = self.store.turn(done, &ask, at(1)).await.unwrap();
        let go = turned
            .begun
            .iter()
            .filter(|it| it.verdict == Verdict::Go)
            .map(|it| it.dispatch.ticket);
        self.flying.extend(go);
        self.held.extend(turned.claimed);
    }

    /// Begins what it can, one at a time, because everybody's limit lets one begin in a turn.
    async fn begin(&mut self, most: usize, round: usize) {
        for _ in 0..most {
            let begin = self.held.pop().iter().map(ready).collect();
            self.turn(&[], begin, 1, round).await;
        }
    }

    /// Settles all that is in flight, one a turn: every second one was rejected.
    async fn settle(&mut self, round: usize) {
        for (nth, ticket) in std::mem::take(&mut self.flying).into_iter().enumerate() {
            let mut done = accepted(ticket);
            if nth % 2 == 0 {
                let reason = Reason::Rejected;
                done.outcome = Outcome::Rejected { reason };
            }
            self.turn(&[done], vec![], 0, round).await;
        }
    }
}

async fn workers(world: &World) -> Vec<Worker> {
    let mut workers = Vec::new();
    for nth in 0..WORKERS {
        let options = world.options().with_worker(format!("w{nth}"));
        let options = options.with_connections(1);
        let store = PostgresStore::open(&world.url, options).await.unwrap();
        let epoch = store.open(&Opening::default(), at(1)).await.unwrap().epoch;
        workers.push(Worker {
            store,
            epoch,
            flying: Vec::new(),
            held: Vec::new(),
        });
    }
    workers
}

/// Every dispatch that counts has its place in both limits, and no other has.
async fn check(store: &PostgresStore, round: usize) {
    let entries = store.entries(None, 100_000).await.unwrap().items;
    let counting = entries
        .iter()
        .filter(|it| it.view.standing.state.counts())
        .map(|it| it.view.id);
    let counting: BTreeSet<DispatchId> = counting.collect();
    let places = store.places(None, 100_000).await.unwrap().items;
    for place in &places {
        let (id, standing, _) = place.dispatch.unwrap();
        let (rules, counts) = (&place.rules, counting.contains(&id));
        assert!(counts, "{standing:?} keeps a place in {rules:?}, {round}");
    }
    for rule in Pair(round).names() {
        let in_it = places.iter().filter(|place| place.rules.contains(&rule));
        let in_it: BTreeSet<DispatchId> = in_it.map(|place| place.dispatch.unwrap().0).collect();
        assert_eq!(in_it, counting, "{rule} counts what it would have counted");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_limit_counts_all_that_counts_and_nothing_that_is_given_back() {
    let Some(world) = World::new().await else {
        return;
    };
    let desk = world.store("desk").await;
    activate(&desk, "c").await;
    let people = WORKERS * EACH * 8;
    let plans = (0..people).map(|n| plan("c", &format!("C-{n}"), "o"));
    let planned = page("c", plans.collect());
    desk.schedule(&planned, at(0)).await.unwrap();
    let mut workers = workers(&world).await;
    for round in 0..6 {
        join_all(workers.iter_mut().map(|it| it.begin(EACH, round))).await;
        assert!(workers.iter().any(|it| !it.flying.is_empty()));
        check(&desk, round).await;
        // Half of them settle what is in flight while the others ask under new limits.
        let next = round + 1;
        let race = workers.iter_mut().enumerate().map(async |(nth, worker)| {
            if nth % 2 == 0 {
                worker.settle(next).await;
            }
            worker.begin(2, next).await;
            worker.settle(next).await;
        });
        join_all(race).await;
        check(&desk, next).await;
    }
    let known = desk.known_limits().await.unwrap();
    assert_eq!(known.len(), 14, "each once");
    world.drop_schema().await;
}
