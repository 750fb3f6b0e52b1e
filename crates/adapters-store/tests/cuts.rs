//! The line between a store and its server is cut after any byte of a turn, its COMMIT too: the
//! store assumes nothing, and what it reads anew is whole.
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
#[path = "cuts/relay.rs"]
mod relay;

use std::collections::BTreeMap;
use std::sync::Arc;

use pregon_adapters_store::PostgresStore;
use pregon_core::*;
use relay::{Relay, Way};
use sqlx::postgres::PgConnectOptions;
use support::{Rules, accepted, ask, at, cap, page, plan, ready};
use world::World;

/// How often each dispatch left.
type Sent = BTreeMap<String, u32>;

/// A store behind a relay, by one connection, and what left by it.
struct Line {
    relay: Relay,
    store: PostgresStore,
    judge: Arc<Rules>,
    sent: Sent,
    rounds: usize,
    /// How many bytes the last turn took to the server, and to the store.
    bytes: [usize; 2],
    /// How many had begun by a turn that nobody was answered.
    unheard: u64,
}

/// One who is due; the number is as long for everybody, so that turns are.
fn due(who: char, round: usize, occasion: &str) -> Planned {
    plan("c", &format!("{who}-{round:06}"), occasion)
}

impl Line {
    async fn new(world: &World) -> Self {
        let server: PgConnectOptions = world.url.parse().unwrap();
        let place = format!("{}:{}", server.get_host(), server.get_port());
        let relay = Relay::to(place.clone()).await;
        let url = world
            .url
            .replace(&place, &format!("127.0.0.1:{}", relay.port));
        assert_ne!(url, world.url, "the relay stands between");
        let options = world.options().with_connections(1);
        let store = PostgresStore::open(&url, options).await.unwrap();
        support::activate(&store, "c").await;
        Self {
            relay,
            store,
            judge: Arc::new(Rules(vec![cap("one", 1, "7d")])),
            sent: Sent::new(),
            rounds: 0,
            bytes: [0, 0],
            unheard: 0,
        }
    }

    fn leaves(&mut self, dispatch: &Dispatch) {
        let key = &dispatch.plan.key;
        let name = format!("{} {}", key.customer, key.occurrence);
        *self.sent.entry(name).or_default() += 1;
    }

    async fn claim(&self, epoch: Epoch) -> Vec<Dispatch> {
        let claim = ask(epoch, vec![], 50, &self.judge);
        self.store.turn(&[], &claim, at(1)).await.unwrap().claimed
    }

    async fn begin(&mut self, epoch: Epoch, held: &[Dispatch]) -> Vec<Dispatch> {
        let begin = ask(epoch, held.iter().map(ready).collect(), 0, &self.judge);
        let begun = self.store.turn(&[], &begin, at(1)).await.unwrap().begun;
        let go = begun.into_iter().filter(|it| it.verdict == Verdict::Go);
        let gone: Vec<Dispatch> = go.map(|it| it.dispatch).collect();
        for dispatch in &gone {
            self.leaves(dispatch);
        }
        gone
    }

    /// A turn that settles one, begins one of two of a person and claims one, on a line that is
    /// cut; and the pass after it. Says whether the line was cut and the turn was answered.
    async fn round(&mut self, way: Way, after: usize) -> (bool, bool) {
        self.rounds += 1;
        let round = self.rounds;
        let epoch = self.open(Flights::default()).await;
        let first = ['s', 'p'].map(|who| due(who, round, "a"));
        self.store
            .schedule(&page("c", first.to_vec()), at(0))
            .await
            .unwrap();
        let held = self.claim(epoch).await;
        let (settled, wanted): (Vec<_>, Vec<_>) = { held }
            .into_iter()
            .partition(|it| it.plan.key.customer.as_str().starts_with('s'));
        let gone = self.begin(epoch, &settled).await;
        assert_eq!((gone.len(), wanted.len()), (1, 1));
        let then = vec![due('p', round, "b"), due('r', round, "a")];
        self.store.schedule(&page("c", then), at(0)).await.unwrap();

        let mut flights = Flights::default();
        flights.insert_pass(epoch);
        let landed = accepted(gone[0].ticket).outcome;
        flights.insert(epoch, gone[0].ticket, Some(landed));
        let turn = ask(epoch, wanted.iter().map(ready).collect(), 50, &self.judge);
        let before = self.relay.counted();
        self.relay.cut(way, after);
        let turned = self
            .store
            .turn(&[accepted(gone[0].ticket)], &turn, at(1))
            .await;
        let cut = self.relay.mend();
        let counted = self.relay.counted();
        self.bytes = [counted[0] - before[0], counted[1] - before[1]];
        let answered = turned.is_ok();
        match turned {
            Ok(turned) => {
                let begun = &turned.begun[0];
                assert_eq!(begun.verdict, Verdict::Go);
                self.leaves(&begun.dispatch);
                let landed = accepted(begun.dispatch.ticket).outcome;
                flights.insert(epoch, begun.dispatch.ticket, Some(landed));
            }
            Err(error) => assert_eq!(error.kind(), PortErrorKind::Unavailable, "{error:?}"),
        }
        let epoch = self.open(flights).await;
        loop {
            let held = self.claim(epoch).await;
            let gone = self.begin(epoch, &held).await;
            if gone.is_empty() {
                break;
            }
            let done: Vec<_> = gone.iter().map(|it| accepted(it.ticket)).collect();
            let nothing = ask(epoch, vec![], 0, &self.judge);
            self.store.turn(&done, &nothing, at(1)).await.unwrap();
        }
        self.check(round, after);
        (cut, answered)
    }

    async fn open(&mut self, flights: Flights) -> Epoch {
        let mut opening = Opening::default();
        opening.flights = flights;
        let opened = self.store.open(&opening, at(1)).await.unwrap();
        assert_eq!(opened.doubts, 0, "the recorder knows of each");
        self.unheard += opened.released;
        opened.epoch
    }

    /// Each left once, and one of the two of a person.
    fn check(&self, round: usize, after: usize) {
        let times = |who: char, occasion| {
            let name = format!("{who}-{round:06} {occasion}");
            self.sent.get(&name).copied().unwrap_or(0)
        };
        let left = (
            times('s', "a"),
            times('p', "a") + times('p', "b"),
            times('r', "a"),
        );
        assert_eq!(left, (1, 1, 1), "cut after {after}");
    }
}

/// After which bytes lines are cut: some by chance and most of those at the end, where a turn is
/// committed; every one where `PREGON_TEST_CUTS` says so.
fn places(bytes: usize) -> Vec<usize> {
    if std::env::var_os("PREGON_TEST_CUTS").is_some() {
        return (0..bytes).collect();
    }
    let mut chance: usize = 20_261_122;
    let some = (0..15).map(|_| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % bytes
    });
    let end = (bytes.saturating_sub(40)..bytes).step_by(4);
    [0].into_iter().chain(some).chain(end).collect()
}

#[tokio::test]
async fn a_line_that_is_cut_after_any_byte_of_a_turn_sends_nothing_twice_and_loses_nothing() {
    let Some(world) = World::new().await else {
        return;
    };
    let mut line = Line::new(&world).await;
    // Once without a cut, so that all names are known; once more to see how many bytes there are.
    for _ in 0..2 {
        assert_eq!(line.round(Way::ToServer, usize::MAX).await, (false, true));
    }
    let bytes = line.bytes;
    let (mut cuts, mut kept) = (0, 0);
    for (way, bytes) in [Way::ToServer, Way::ToStore].into_iter().zip(bytes) {
        for after in places(bytes) {
            let (cut, answered) = line.round(way, after).await;
            cuts += u32::from(cut);
            kept += u32::from(cut && answered);
        }
    }
    let unheard = line.unheard;
    println!(
        "{bytes:?} bytes a turn; cut {cuts} times, answered all the same {kept} times, \
         kept and not answered {unheard} times"
    );
    assert!(unheard > 0, "some of them after the commit");
    assert!(cuts >= 40, "most places lie in a turn: {cuts}");
    let limits: Vec<Arc<dyn Limit>> = vec![Arc::new(cap("one", 1, "7d"))];
    let books = audit(&line.store, &limits).await.unwrap();
    assert_eq!(books.violations, vec![]);
    world.drop_schema().await;
}
