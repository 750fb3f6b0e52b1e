//! What fails outside: providers and answers.

use pregon_core::testing::{Recording, Reply};
use pregon_core::{
    Action, Fate, Order, Promise, Reason, Receipt, SendError, Shape, State, Trouble,
};

use crate::world::{World, renewal, run};

fn one() -> World {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-20");
    world.activate(renewal());
    world
}

#[test]
fn what_was_not_taken_is_tried_again_and_at_last_given_up() {
    let world = one();
    world.email.reply([Reply::Refuse(Fate::NotSent); 10]);
    assert_eq!(world.passes().retry, 1);
    let first = world.views()[0].until.unwrap();
    assert!(first > world.clock.stands());
    while let Some(until) = world.views()[0].until {
        world.clock.set(until);
        let _ = world.passes();
    }
    assert_eq!(world.states(), [State::Dead]);
    assert_eq!(world.views()[0].reason, Some(Reason::Exhausted));
    assert_eq!(world.email.orders(), 6);
}

#[test]
fn what_will_never_be_taken_fails_at_once() {
    let world = one();
    world.email.reply([Reply::Refuse(Fate::Rejected)]);
    assert_eq!(world.passes().failed, 1);
    assert_eq!(world.states(), [State::Failed]);
}

#[test]
fn a_lost_answer_of_a_blind_provider_ends_unknown_and_is_never_sent_again() {
    let world = one();
    world.email.reply([Reply::AcceptUnheard]);
    assert_eq!(world.passes().in_doubt, 1);
    world.clock.advance(chrono::Duration::days(3));
    let _ = world.passes();
    assert_eq!(world.states(), [State::Unknown]);
    assert_eq!(world.email.orders(), 1);
}

/// An answer is lost, nobody runs the engine for so many hours, and then it runs again.
#[track_caller]
fn check_resent_after(hours: i64, orders: usize, state: State) {
    let mut world = World::new();
    let retention = Some("24h".parse().unwrap());
    let provider = Recording::email().promising(Promise::Idempotent { retention });
    world.email = provider;
    world.pin("C-1", "STR-1", "2026-12-20");
    world.activate(renewal());
    world.email.reply([Reply::AcceptUnheard]);
    let _ = world.passes();
    assert_eq!(world.states(), [State::Resend]);
    world.clock.advance(chrono::Duration::hours(hours));
    let _ = world.passes();
    assert_eq!(
        (world.email.orders(), world.states()),
        (orders, vec![state])
    );
}

#[test]
fn what_waited_longer_than_its_provider_remembers_is_not_sent_again() {
    check_resent_after(22, 2, State::Accepted);
    check_resent_after(23, 1, State::Unknown);
    check_resent_after(48, 1, State::Unknown);
}

#[test]
fn a_channel_that_is_down_fails_nobody_and_is_told() {
    let world = World::new();
    for n in 0..20 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    world.email.reply([Reply::Refuse(Fate::ChannelDown); 20]);
    let report = world.passes();
    assert!(matches!(&report.troubles[..], [Trouble::Channel { .. }]));
    assert!(
        world
            .states()
            .iter()
            .all(|state| *state == State::Scheduled)
    );
    // It stays down for a day; nobody's attempts are used up by that.
    for _ in 0..24 {
        world.email.reply([Reply::Refuse(Fate::ChannelDown); 20]);
        world.clock.advance(chrono::Duration::hours(1));
        let _ = world.passes();
    }
    let left = 100; // Whatever answers are still in the queue are used up first.
    for _ in 0..left {
        world.clock.advance(chrono::Duration::hours(1));
        let _ = world.passes();
    }
    assert!(
        world.states().iter().all(|state| *state == State::Accepted),
        "{:?}",
        world.states()
    );
}

#[test]
fn a_missing_value_fails_that_person_only() {
    let world = one();
    let nameless = pregon_core::Customer::new("C-2")
        .unwrap()
        .email("c-2@example.org");
    world.source.put(nameless);
    world.record("C-2", "STR-2", "2026-12-20", "Delivered");
    let report = world.passes();
    assert_eq!((report.accepted, report.failed), (1, 1));
    assert_eq!(world.views()[1].reason, Some(Reason::Template));
}

#[test]
fn an_engine_that_winds_down_begins_nothing_more_and_loses_nothing() {
    let mut world = World::new();
    world.pace = pregon_core::Pace::default().with_begin(2).with_in_flight(1);
    for n in 0..20 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    let engine = world.engine();
    // Poll by poll: as soon as something has left, somebody asks for a stop.
    let mut pass = std::pin::pin!(engine.pass());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let report = loop {
        if let std::task::Poll::Ready(report) = pass.as_mut().poll(&mut context) {
            break report.unwrap();
        }
        if !world.email.sent().is_empty() {
            engine.wind_down();
        }
    };
    assert!(report.accepted < 20, "it went on: {}", report.accepted);
    assert_eq!(report.in_doubt, 0);
    assert!(world.views().iter().all(|view| view.attempts <= 1));
    assert_eq!(
        world.passes().accepted + report.accepted,
        20,
        "another engine does the rest"
    );
}

/// A channel over which time passes: each message takes so many seconds.
#[derive(Debug)]
struct Slow {
    channel: pregon_core::testing::Recording,
    clock: pregon_core::testing::ManualClock,
    secs: i64,
}

#[async_trait::async_trait]
impl Action for Slow {
    fn promise(&self) -> Promise {
        self.channel.promise()
    }
    fn shape(&self) -> Shape {
        self.channel.shape()
    }
    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        self.clock.advance(chrono::Duration::seconds(self.secs));
        self.channel.perform(order).await
    }
}

#[test]
fn what_did_not_leave_within_the_deadline_is_given_back_and_leaves_later() {
    let mut world = World::new();
    world.pace = pregon_core::Pace::default().with_in_flight(1);
    for n in 0..20 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    // Four seconds a message: of twenty that begin together, three leave within ten seconds.
    let (channel, clock) = (world.email.clone(), world.clock.clone());
    let slow = Slow {
        channel,
        clock,
        secs: 4,
    };
    let engine = world.builder(std::sync::Arc::new(slow)).build().unwrap();
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.accepted, report.in_doubt, report.retry), (20, 0, 0));
    assert_eq!(world.email.orders(), 20, "each was handed over once");
    assert!(
        world.views().iter().all(|view| view.attempts == 1),
        "and it cost no attempt"
    );
}

/// A channel that notes the present of each order.
#[derive(Debug, Clone)]
struct Dated {
    channel: Recording,
    seen: std::sync::Arc<std::sync::Mutex<Vec<chrono::DateTime<chrono::Utc>>>>,
}

#[async_trait::async_trait]
impl Action for Dated {
    fn promise(&self) -> Promise {
        self.channel.promise()
    }
    fn shape(&self) -> Shape {
        self.channel.shape()
    }
    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        self.seen.lock().unwrap().push(order.now);
        self.channel.perform(order).await
    }
}

#[test]
fn time_does_not_go_back_within_a_pass() {
    let mut world = World::new();
    world.pace = pregon_core::Pace::default().with_claim(1).with_begin(1);
    for n in 0..20 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    let email = Dated {
        channel: world.email.clone(),
        seen: Default::default(),
    };
    let seen = email.seen.clone();
    let engine = world.builder(std::sync::Arc::new(email)).build().unwrap();
    let mut pass = std::pin::pin!(engine.pass());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let (before, day) = (world.clock.stands(), chrono::Duration::days(1));
    while pass.as_mut().poll(&mut context).is_pending() {
        match world.email.orders() {
            5 => world.clock.set(before + day),
            10 => world.clock.set(before),
            _ => {}
        }
    }
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted() && seen.len() == 20, "{seen:?}");
    assert_eq!(seen.last(), Some(&(before + day)));
}
