//! Whatever is asked of them in whatever order, stores answer as the one in memory does.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[path = "model/books.rs"]
mod books;
#[path = "model/laws.rs"]
mod laws;
#[expect(dead_code, reason = "each test uses some of it")]
mod support;

#[cfg(feature = "postgres")]
#[path = "support/world.rs"]
#[expect(dead_code, reason = "each test uses some of it")]
mod world;

use std::sync::Arc;

use books::{books, given};
use chrono::{DateTime, Utc};
use laws::{Laws, laws};
use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_conformance::books::Audited;
use pregon_core::memory::MemoryStore;
use pregon_core::*;
use support::{address, all, at, page, plan, ready};

/// A small generator, so that a seed is the same story everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let nth = self.roll(list.len() as u64);
        &list[usize::try_from(nth).unwrap()]
    }
}

/// Both stores, and what each handed out of the same dispatch.
struct Twins {
    store: Arc<dyn Audited>,
    memory: MemoryStore,
    held: Vec<[Dispatch; 2]>,
    epochs: [Epoch; 2],
    judge: Arc<Laws>,
    now: DateTime<Utc>,
}

const CAMPAIGNS: [&str; 3] = ["c", "d", "e"];

/// A dispatch without the number of its row, which is the store's own.
fn plain(dispatch: &Dispatch) -> Dispatch {
    let mut plain = dispatch.clone();
    plain.ticket.row = 0;
    plain
}

fn planned(dice: &mut Dice, now: DateTime<Utc>) -> Planned {
    let minutes = |n: u64| chrono::Duration::minutes(i64::try_from(n).unwrap());
    let customer = *dice.of(&["A", "B", "C", "D", "E"]);
    let campaign = *dice.of(&CAMPAIGNS);
    let occurrence = format!("o-{}", dice.roll(40));
    let refused = [None, None, None, None, Some(Reason::NoAddress)];
    let class = *dice.of(&[Class::Promotional, Class::Transactional]);
    Planned {
        class,
        priority: i32::try_from(dice.roll(3)).unwrap(),
        not_before: now + minutes(dice.roll(30)),
        not_after: now + minutes(20 + dice.roll(4000)),
        address: Some(address(dice.of::<&str>(&["x", "y", "z"]))),
        shared: dice.roll(3) == 0,
        refused: *dice.of(&refused),
        ..plan(campaign, customer, &occurrence)
    }
}

fn outcome(dice: &mut Dice, now: DateTime<Utc>) -> Outcome {
    let at = now + chrono::Duration::minutes(7);
    match dice.roll(7) {
        0..=2 => Outcome::Accepted { reference: None },
        3 => Outcome::Again {
            at,
            reason: Reason::NotAccepted,
        },
        4 => Outcome::Rejected {
            reason: Reason::Rejected,
        },
        5 => Outcome::InDoubt {
            doubt: Doubt::Resend,
            at,
        },
        _ => Outcome::InDoubt {
            doubt: Doubt::Unknown,
            at,
        },
    }
}

impl Twins {
    async fn new(store: Arc<dyn Audited>) -> Self {
        let memory = MemoryStore::new();
        for store in [&*store as &dyn Store, &memory] {
            for campaign in CAMPAIGNS {
                support::activate(store, campaign).await;
            }
        }
        let judge = Arc::new(laws(0));
        let mut twins = Self {
            store,
            memory,
            held: Vec::new(),
            epochs: [0; 2],
            judge,
            now: at(0),
        };
        twins.open().await;
        twins
    }

    async fn open(&mut self) {
        let mut opening = Opening::default();
        let email = ChannelName::new("email").unwrap();
        opening
            .promises
            .insert(email, Promise::Idempotent { retention: None });
        let one = self.store.open(&opening, self.now).await.unwrap();
        let two = self.memory.open(&opening, self.now).await.unwrap();
        assert_eq!((one.doubts, one.high_water), (two.doubts, two.high_water));
        self.epochs = [one.epoch, two.epoch];
    }

    async fn schedule(&self, dice: &mut Dice) {
        let plans = (0..1 + dice.roll(6))
            .map(|_| planned(dice, self.now))
            .collect();
        let page = page("c", plans);
        let one = self.store.schedule(&page, self.now).await.unwrap();
        assert_eq!(one, self.memory.schedule(&page, self.now).await.unwrap());
    }

    async fn turn(&mut self, dice: &mut Dice) {
        let mut done = [Vec::new(), Vec::new()];
        let mut begin = [Vec::new(), Vec::new()];
        let mut kept = Vec::new();
        for pair in std::mem::take(&mut self.held) {
            let what = dice.roll(8);
            let (how, moved) = (outcome(dice, self.now), dice.roll(4) == 0);
            let needs_consent = dice.roll(9) == 0;
            let zone = dice.of(&["UTC", "America/Santiago", "Asia/Tokyo"]);
            let zone: Zone = zone.parse().unwrap();
            for (nth, it) in pair.iter().enumerate() {
                let ticket = it.ticket;
                if ticket.begun || what == 0 {
                    let outcome = match &how {
                        _ if ticket.begun => how.clone(),
                        Outcome::Again { .. } => how.clone(),
                        _ => Outcome::Withdrawn {
                            reason: Reason::Template,
                        },
                    };
                    done[nth].push(Settlement { ticket, outcome });
                } else if what < 7 {
                    let mut wanted = Ready {
                        needs_consent,
                        ..ready(it)
                    };
                    wanted.candidate.zone = zone;
                    if moved {
                        let new = address("x");
                        wanted.candidate.address = new;
                        wanted.address_key =
                            wanted.address_key.map(|_| it.plan.key.at_address(&new));
                    }
                    begin[nth].push(wanted);
                }
            }
            if what == 7 {
                kept.push(pair);
            }
        }
        let claim = u32::try_from(dice.roll(5)).unwrap();
        let [wanted, theirs] = begin;
        let ask = |epoch, begin| Ask {
            epoch,
            begin,
            claim,
            judge: Arc::<Laws>::clone(&self.judge),
        };
        let (one, two) = (ask(self.epochs[0], wanted), ask(self.epochs[1], theirs));
        let one = self.store.turn(&done[0], &one, self.now).await.unwrap();
        let two = self.memory.turn(&done[1], &two, self.now).await.unwrap();
        self.held = kept;
        self.compare(one, two);
    }

    fn compare(&mut self, one: Turned, two: Turned) {
        assert_eq!(
            (one.begun.len(), one.claimed.len()),
            (two.begun.len(), two.claimed.len())
        );
        assert_eq!((one.ended, one.next), (two.ended, two.next));
        for (one, two) in one.begun.into_iter().zip(two.begun) {
            assert_eq!(one.verdict, two.verdict);
            assert_eq!(plain(&one.dispatch), plain(&two.dispatch));
            if matches!(one.verdict, Verdict::Go | Verdict::Wait) {
                self.held.push([one.dispatch, two.dispatch]);
            }
        }
        for (one, two) in one.claimed.into_iter().zip(two.claimed) {
            assert_eq!(plain(&one), plain(&two));
            self.held.push([one, two]);
        }
    }

    async fn say(&self, dice: &mut Dice) {
        let person = CustomerId::new(*dice.of(&["A", "B", "C"])).unwrap();
        let subjects = [Subject::Customer(person), Subject::Address(address("z"))];
        let purposes = [PurposeScope::Promotional, PurposeScope::Everything];
        let word = Preference {
            subject: dice.of(&subjects).clone(),
            scope: PreferenceScope {
                channel: None,
                purpose: dice.of(&purposes).clone(),
            },
            word: *dice.of(&[Word::OptOut, Word::OptIn, Word::OptIn]),
            source: "form".to_owned(),
            wording: None,
        };
        // Whoever says it may have a clock that runs behind.
        let behind = chrono::Duration::minutes(i64::try_from(dice.roll(2) * 30).unwrap());
        let (words, now) = (std::slice::from_ref(&word), self.now - behind);
        let one = self.store.record(words, now).await.unwrap();
        let two = self.memory.record(words, now).await.unwrap();
        assert_eq!(one, two);
        let told = self.store.history(&word.subject).await.unwrap();
        assert_eq!(told, self.memory.history(&word.subject).await.unwrap());
    }

    async fn move_campaign(&self, dice: &mut Dice) {
        let id = *dice.of(&CAMPAIGNS);
        let all = self.store.campaigns().await.unwrap();
        assert_eq!(all, self.memory.campaigns().await.unwrap());
        let found = all.iter().find(|it| it.record.campaign().id.as_str() == id);
        let steps = [
            Move::Pause,
            Move::Resume,
            Move::Resume,
            Move::Pause,
            Move::Finish,
        ];
        let nth = if dice.roll(6) == 0 { 4 } else { dice.roll(4) };
        let step = steps[usize::try_from(nth).unwrap()];
        let Ok(record) = found.unwrap().record.moved(step, self.now) else {
            return;
        };
        self.store.save(&record).await.unwrap();
        self.memory.save(&record).await.unwrap();
    }

    async fn step(&mut self, dice: &mut Dice) {
        self.now += chrono::Duration::minutes(i64::try_from(dice.roll(15)).unwrap());
        match dice.roll(20) {
            0..=5 => self.schedule(dice).await,
            6..=16 => self.turn(dice).await,
            17 => self.say(dice).await,
            18 => self.move_campaign(dice).await,
            _ => self.open().await,
        }
        if dice.roll(12) == 0 {
            self.judge = Arc::new(laws(dice.roll(5)));
        }
        assert_eq!(all(&*self.store).await, all(&self.memory).await);
        assert_eq!(books(&*self.store).await, books(&self.memory).await);
    }
}

/// How stories end: dispatches by state, and places that a limit was given.
type Ends = std::collections::BTreeMap<&'static str, u32>;

/// A story of eighty steps.
async fn story(seed: u64, store: Arc<dyn Audited>, ends: &mut Ends) {
    let mut dice = Dice(seed);
    let mut twins = Twins::new(store).await;
    for _ in 0..80 {
        twins.step(&mut dice).await;
    }
    for view in all(&*twins.store).await {
        *ends.entry(view.standing.state.as_str()).or_insert(0) += 1;
    }
    *ends.entry("given").or_insert(0) += given(&*twins.store).await;
}

/// A story in which hardly anything happens would prove nothing.
fn check_ends(ends: &Ends, least: u32) {
    for state in [
        "scheduled",
        "accepted",
        "failed",
        "unknown",
        "suppressed",
        "expired",
        // Places that a new limit was given.
        "given",
    ] {
        assert!(
            ends.get(state).is_some_and(|n| *n > least),
            "{state}: {ends:?}"
        );
    }
}

#[tokio::test]
async fn sqlite_answers_as_memory_does() {
    let mut ends = Ends::new();
    for seed in 0..25 {
        let dir = tempfile::tempdir().unwrap();
        let options = SqliteOptions::new();
        let store = SqliteStore::open(dir.path().join("s.db"), options).await;
        story(seed, Arc::new(store.unwrap()), &mut ends).await;
    }
    check_ends(&ends, 8);
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_answers_as_memory_does() {
    let mut ends = Ends::new();
    for seed in 0..12 {
        let Some(world) = world::World::new().await else {
            return;
        };
        story(seed, Arc::new(world.store("main").await), &mut ends).await;
        world.drop_schema().await;
    }
    check_ends(&ends, 2);
}
