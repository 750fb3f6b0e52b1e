//! Opt-outs and pauses against sixteen workers that begin as fast as they can: once either has
//! returned, nothing begins against it. How long they took is printed.
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
#[expect(dead_code, reason = "each test uses some of it")]
mod world;
#[path = "support/places.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod places;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pregon_adapters_store::PostgresStore;
use pregon_core::*;
use support::{Rules, accepted, address, all, ask, at, cap, page, plan, ready};
use tokio::task::JoinHandle;
use world::World;

const WORKERS: usize = 16;

/// Elsewhere the same is shown with fewer.
const FEWER: usize = 8;

/// What the workers and the test tell each other.
#[derive(Debug, Default)]
struct Board {
    end: AtomicBool,
    begun: AtomicU64,
    /// Turns that were taken, by worker.
    turns: Vec<AtomicU64>,
}

impl Board {
    fn of(workers: usize) -> Arc<Self> {
        let turns = (0..workers).map(|_| AtomicU64::new(0)).collect();
        Arc::new(Self {
            turns,
            ..Self::default()
        })
    }
}

async fn work(store: PostgresStore, nth: usize, board: Arc<Board>) {
    let judge = Arc::new(Rules(vec![cap("many", 100, "day")]));
    let epoch = store.open(&Opening::default(), at(1)).await.unwrap().epoch;
    let (mut done, mut begin) = (Vec::new(), Vec::new());
    while !board.end.load(Ordering::SeqCst) {
        let wanted = ask(epoch, std::mem::take(&mut begin), 3, &judge);
        let turned = store.turn(&done, &wanted, at(1)).await.unwrap();
        board.turns[nth].fetch_add(1, Ordering::SeqCst);
        let go = turned.begun.iter();
        let go: Vec<_> = go.filter(|it| it.verdict == Verdict::Go).collect();
        board.begun.fetch_add(go.len() as u64, Ordering::SeqCst);
        done = go.iter().map(|it| accepted(it.dispatch.ticket)).collect();
        begin = turned.claimed.iter().map(ready).collect();
    }
}

async fn workers(world: &World, board: &Arc<Board>) -> Vec<JoinHandle<()>> {
    let mut passes = Vec::new();
    for nth in 0..board.turns.len() {
        let options = world.options().with_worker(format!("w{nth}"));
        let options = options.with_connections(1);
        let store = PostgresStore::open(&world.url, options).await.unwrap();
        passes.push(tokio::spawn(work(store, nth, Arc::clone(board))));
    }
    passes
}

async fn end(passes: Vec<JoinHandle<()>>, board: &Board) {
    board.end.store(true, Ordering::SeqCst);
    for pass in passes {
        pass.await.unwrap();
    }
}

async fn plan_for(store: &PostgresStore, people: usize, each: usize) {
    for round in 0..each {
        let one = |n| plan("c", &format!("C-{n}"), &format!("o-{round}"));
        let planned = page("c", (0..people).map(one).collect());
        store.schedule(&planned, at(0)).await.unwrap();
    }
}

/// Opt-outs of a person, half of them by the address alone.
fn refusal(n: usize) -> Preference {
    let who = format!("C-{n}");
    let subject = match n % 2 {
        0 => Subject::Customer(CustomerId::new(who).unwrap()),
        _ => Subject::Address(address(&who)),
    };
    Preference {
        subject,
        scope: PreferenceScope {
            channel: None,
            purpose: PurposeScope::Promotional,
        },
        word: Word::OptOut,
        source: "form".to_owned(),
        wording: None,
    }
}

/// How many of a person's dispatches have ever begun.
async fn attempts(store: &PostgresStore, who: &str) -> u32 {
    let query = DispatchQuery::all().of_customer(CustomerId::new(who).unwrap());
    let page = store.dispatches(&query, None, 1000).await.unwrap();
    page.items.iter().map(|it| it.attempts).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_begins_after_an_opt_out_has_returned() {
    for _ in 0..rounds::rounds(1) {
        let Some(world) = World::new().await else {
            return;
        };
        refuse(world, WORKERS, 150).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nor_does_it_anywhere_else() {
    for world in places::other_worlds() {
        refuse(world, FEWER, 12).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is what is told"
)]
async fn refuse(world: World, many: usize, people: usize) {
    let store = world.store("desk").await;
    support::activate(&store, "c").await;
    plan_for(&store, people, 12).await;
    let board = Board::of(many);
    let passes = workers(&world, &board).await;
    let (mut told, mut took) = (Vec::new(), Vec::new());
    for n in 0..people {
        let start = Instant::now();
        let said = store.record(&[refusal(n)], at(1)).await.unwrap();
        took.push(start.elapsed());
        assert!(said.in_flight <= 12, "as many as the person has");
        let who = format!("C-{n}");
        // Read after the word was acknowledged: what has begun until now, and never more.
        told.push((attempts(&store, &who).await, who));
    }
    while all(&store).await.iter().any(|it| it.until.is_some()) {
        tokio::task::yield_now().await;
    }
    end(passes, &board).await;
    let mut late = Vec::new();
    for (begun, who) in told {
        if attempts(&store, &who).await != begun {
            late.push(who);
        }
    }
    assert_eq!(late, Vec::<String>::new(), "sent to after they refused");
    tell("opt-outs", many, took);
    let log = all(&store).await;
    let ends: BTreeSet<&str> = log.iter().map(|it| it.standing.state.as_str()).collect();
    assert_eq!(
        ends,
        BTreeSet::from(["accepted", "suppressed"]),
        "both won some"
    );
    world.drop_schema().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_begins_while_a_campaign_is_paused_and_no_pause_starves() {
    let Some(world) = World::new().await else {
        return;
    };
    pause(world, WORKERS, 400, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nor_does_it_anywhere_else_while_paused() {
    for world in places::other_worlds() {
        pause(world, FEWER, 60, 1).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is what is told"
)]
async fn pause(world: World, many: usize, people: usize, rounds: usize) {
    let store = world.store("desk").await;
    support::activate(&store, "c").await;
    plan_for(&store, people, 12).await;
    let board = Board::of(many);
    let passes = workers(&world, &board).await;
    let mut took = Vec::new();
    for round in 0..rounds {
        let before = board.begun.load(Ordering::SeqCst);
        while board.begun.load(Ordering::SeqCst) < before + 40 {
            tokio::task::yield_now().await;
        }
        let start = Instant::now();
        support::moved(&store, "c", Move::Pause, at(1)).await;
        took.push(start.elapsed());
        let begun = |log: &[DispatchView]| log.iter().map(|it| it.attempts).sum::<u32>();
        let paused = begun(&all(&store).await);
        // Each worker takes three turns more, so that whatever wanted to begin has been told.
        let turns: Vec<u64> = board
            .turns
            .iter()
            .map(|it| it.load(Ordering::SeqCst))
            .collect();
        let after = |(now, then): (&AtomicU64, &u64)| now.load(Ordering::SeqCst) > then + 3;
        while !board.turns.iter().zip(&turns).all(after) {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            begun(&all(&store).await),
            paused,
            "begun while paused, {round}"
        );
        support::moved(&store, "c", Move::Resume, at(1)).await;
    }
    tell("pauses", many, took);
    end(passes, &board).await;
    world.drop_schema().await;
}

fn tell(what: &str, workers: usize, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 1000];
    let (number, most) = (took.len(), took[took.len() - 1]);
    let said = writeln!(
        std::io::stderr(),
        "{number} {what}, {workers} workers: none late; acknowledged after p50 {:?}, p99 {:?}, at \
         most {most:?}",
        at(500),
        at(990)
    );
    said.unwrap();
}
