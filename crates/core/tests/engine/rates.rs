//! Rates of providers: what waits for one holds up nobody else, and no pass waits for ever.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pregon_core::testing::{ManualClock, Recording};
use pregon_core::{
    Action, Clock as _, Engine, Order, Pace, Promise, RateTable, Reason, Receipt, SendError, Shape,
    State,
};

use crate::world::{World, renewal, run};

/// A channel that remembers when it was asked.
#[derive(Debug, Clone)]
struct Timed {
    channel: Recording,
    clock: ManualClock,
    asked: Arc<Mutex<Vec<(Duration, String)>>>,
}

impl Timed {
    fn new(world: &World) -> Self {
        Self {
            channel: world.email.clone(),
            clock: world.clock.clone(),
            asked: Arc::default(),
        }
    }

    /// How many were asked for in each second, of one domain or of all.
    fn by_second(&self, domain: &str) -> BTreeMap<u64, usize> {
        let mut seconds = BTreeMap::new();
        for (at, to) in self.asked.lock().unwrap().iter() {
            if to.ends_with(domain) {
                *seconds.entry(at.as_secs()).or_default() += 1;
            }
        }
        seconds
    }
}

#[async_trait::async_trait]
impl Action for Timed {
    fn promise(&self) -> Promise {
        self.channel.promise()
    }
    fn shape(&self) -> Shape {
        self.channel.shape()
    }
    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        let asked = (self.clock.monotonic(), order.to.clone());
        self.asked.lock().unwrap().push(asked);
        self.channel.perform(order).await
    }
}

fn engine(world: &World, email: &Timed, rates: &str) -> Engine {
    let table: RateTable = serde_json::from_str(rates).unwrap();
    let builder = world.builder(Arc::new(email.clone())).rates(table);
    let channel = "email".parse().unwrap();
    builder
        .sends_from(channel, "Avisos.Example.org")
        .build()
        .unwrap()
}

/// A world with so many pins that are due, of people at these domains in turn.
fn people(count: usize, domains: &[&str]) -> World {
    let world = World::new();
    for n in 0..count {
        let (id, domain) = (format!("C-{n:03}"), domains[n % domains.len()]);
        world.pin(&id, &format!("STR-{n:03}"), "2026-12-20");
        let to = format!("c{n}@{domain}");
        let person = pregon_core::Customer::new(id.as_str()).unwrap();
        world.source.put(person.named("Ana").email(&to));
    }
    world.activate(renewal());
    world
}

#[test]
fn a_channel_is_never_asked_for_more_than_its_rate_and_one_pass_sends_all() {
    let world = people(40, &["example.org"]);
    let email = Timed::new(&world);
    let engine = engine(&world, &email, r#"{ "channel": { "email": "10/s" } }"#);
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.accepted, report.deferred.len()), (40, 0));
    assert_eq!(
        email.by_second("").into_values().collect::<Vec<_>>(),
        [10; 4]
    );
    assert!(world.views().iter().all(|view| view.attempts == 1));
}

#[test]
fn a_domain_that_waits_does_not_hold_up_another() {
    let world = people(40, &["gmail.com", "example.org"]);
    let email = Timed::new(&world);
    let engine = engine(&world, &email, r#"{ "recipient": { "gmail.com": "5/s" } }"#);
    let report = run(engine.pass()).unwrap();
    assert_eq!(report.accepted, 40);
    assert_eq!(
        email
            .by_second("@example.org")
            .into_values()
            .collect::<Vec<_>>(),
        [20]
    );
    assert_eq!(
        email
            .by_second("@gmail.com")
            .into_values()
            .collect::<Vec<_>>(),
        [5; 4]
    );
}

#[test]
fn the_senders_domain_is_counted_as_well() {
    let world = people(10, &["example.org"]);
    let email = Timed::new(&world);
    let rates = r#"{ "channel": { "email": "100/s" }, "sender": { "avisos.example.org": "5/s" } }"#;
    let report = run(engine(&world, &email, rates).pass()).unwrap();
    assert_eq!(report.accepted, 10);
    assert_eq!(
        email.by_second("").into_values().collect::<Vec<_>>(),
        [5; 2]
    );
}

#[test]
fn a_pass_gives_back_what_would_wait_too_long_and_it_costs_nothing() {
    let world = people(40, &["example.org"]);
    let email = Timed::new(&world);
    let engine = engine(&world, &email, r#"{ "channel": { "email": "10/m" } }"#);
    let started = world.clock.stands();
    let report = run(engine.pass()).unwrap();
    assert_eq!(report.accepted, 10);
    assert_eq!(report.deferred[&Reason::Rate], 30);
    assert_eq!(world.clock.stands(), started, "nobody was waited for");
    // They come back in the order and at the rate in which they can leave.
    let mut at: Vec<i64> = world
        .views()
        .iter()
        .filter_map(|view| view.until)
        .map(|until| (until - started).num_seconds())
        .collect();
    at.sort_unstable();
    assert_eq!(at.len(), 30);
    assert_eq!((at[0], at[9], at[10], at[29]), (60, 60, 120, 180));
    assert_eq!(report.next, Some(started + chrono::Duration::seconds(60)));
    let waiting = world
        .views()
        .into_iter()
        .filter(|view| view.until.is_some());
    for view in waiting {
        assert_eq!((view.reason, view.attempts), (Some(Reason::Rate), 0));
    }
    // A day of calls, each when the engine wants it: all leave, none was tried twice.
    let mut calls = 0;
    let mut next = report.next;
    while let Some(at) = next.filter(|at| *at < started + chrono::Duration::hours(1)) {
        world.clock.set(at.max(world.clock.stands()));
        next = run(engine.pass()).unwrap().next;
        calls += 1;
        if world.states().iter().all(|state| *state == State::Accepted) {
            break;
        }
    }
    assert_eq!(calls, 3, "once a minute");
    assert_eq!(world.email.orders(), 40);
    assert!(world.views().iter().all(|view| view.attempts == 1));
}

#[test]
fn what_a_limit_refuses_leaves_its_place_to_the_next() {
    let mut world = people(0, &[]);
    world.limits = vec![serde_json::from_str(r#"{ "most": 1, "per": "week" }"#).unwrap()];
    for n in 0..3 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    assert_eq!(world.passes().accepted, 3, "without a rate");
    // Three who had theirs this week, and then five others.
    for n in 0..8 {
        world.pin(&format!("C-{n}"), &format!("STR-1{n}"), "2026-12-21");
    }
    let email = Timed::new(&world);
    let engine = engine(&world, &email, r#"{ "channel": { "email": "5/h" } }"#);
    world.clock.advance(chrono::Duration::days(1));
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.accepted, report.deferred[&Reason::Limit]), (5, 3));
    assert_eq!(report.deferred.get(&Reason::Rate), None);
}

#[test]
fn an_engine_that_winds_down_does_not_wait_for_a_provider() {
    let mut world = people(40, &["example.org"]);
    world.pace = Pace::default();
    let email = Timed::new(&world);
    let engine = engine(&world, &email, r#"{ "channel": { "email": "2/s" } }"#);
    let mut pass = std::pin::pin!(engine.pass());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let report = loop {
        if let std::task::Poll::Ready(report) = pass.as_mut().poll(&mut context) {
            break report.unwrap();
        }
        if world.email.sent().len() >= 4 {
            engine.wind_down();
        }
    };
    assert!((4..=6).contains(&report.accepted), "{}", report.accepted);
    assert_eq!(report.in_doubt, 0);
    let waiting = world
        .views()
        .into_iter()
        .filter(|view| view.until.is_some());
    assert!(waiting.into_iter().all(|view| view.attempts == 0));
}
