//! A clock that jumps ahead empties no limit: the engine stops until somebody confirms it (A26).

use std::sync::Arc;

use pregon_core::testing::{ManualClock, Recording};
use pregon_core::{
    Action, Move, Order, PassReport, Promise, Receipt, SendError, Shape, State, Trouble,
};

use crate::world::{World, days, renewal, run};

/// Fails unless a pass did nothing but tell of the clock; gives what it shows and should show.
#[track_caller]
fn stopped(report: &PassReport) -> (String, String) {
    assert_eq!(
        (report.planned, report.accepted, report.in_doubt),
        (0, 0, 0)
    );
    assert!(report.deferred.is_empty() && report.refused.is_empty());
    match &report.troubles[..] {
        [Trouble::Clock { shows, expected }] => (shows.to_rfc3339(), expected.to_rfc3339()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_jump_ahead_stops_planning_and_sending_until_it_is_confirmed() {
    let mut world = World::new();
    let weekly = r#"{ "channel": "email", "most": 1, "per": "week" }"#;
    world.limits = vec![serde_json::from_str(weekly).unwrap()];
    world
        .pin("C-1", "STR-1", "2026-12-20")
        .pin("C-1", "STR-2", "2026-12-20")
        .pin("C-2", "STR-3", "2026-12-27");
    world.activate(renewal());
    let engine = world.engine();
    assert_eq!(run(engine.pass()).unwrap().accepted, 1);

    // A week ahead the limit would be free, and another pin is due.
    let right = world.clock.stands();
    world.clock.jump(right + days(8));
    for _ in 0..3 {
        let report = run(engine.pass()).unwrap();
        let (shows, expected) = stopped(&report);
        assert_eq!(shows, "2026-11-28T12:00:00+00:00");
        assert_eq!(expected, "2026-11-20T12:00:00+00:00");
        let again = world.clock.stands() + chrono::Duration::minutes(1);
        assert_eq!(report.next, Some(again), "by the clock as it is");
    }
    assert_eq!(world.states().len(), 2, "nothing was planned");
    assert_eq!(world.email.orders(), 1);

    // Confirmed, it is the present.
    let confirmed = run(engine.confirm_clock()).unwrap();
    assert_eq!(confirmed, world.clock.stands());
    let report = run(engine.pass()).unwrap();
    assert!(report.troubles.is_empty(), "{:?}", report.troubles);
    assert_eq!((report.planned, report.accepted), (1, 2));
}

#[test]
fn a_clock_that_comes_back_needs_no_word_and_left_no_trace() {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-20");
    world.activate(renewal());
    let engine = world.engine();
    assert_eq!(run(engine.pass()).unwrap().accepted, 1);
    let right = world.clock.stands();
    world.clock.jump(right + days(3650));
    let _ = stopped(&run(engine.pass()).unwrap());
    // What is done meanwhile is written down at the time that it is.
    let id = renewal().id;
    let paused = run(engine.change(&id, Move::Pause)).unwrap();
    let history = serde_json::to_string(&paused).unwrap();
    assert!(!history.contains("2036"), "{history}");
    let _ = run(engine.change(&id, Move::Resume)).unwrap();

    world.clock.jump(right);
    world.pin("C-2", "STR-2", "2026-12-20");
    world.clock.advance(days(1));
    let report = run(engine.pass()).unwrap();
    assert!(report.troubles.is_empty(), "{:?}", report.troubles);
    world.pin("C-3", "STR-3", "2026-12-22");
    world.clock.advance(days(1));
    assert_eq!(
        run(engine.pass()).unwrap().accepted,
        1,
        "the store never saw the other time, so it goes on from this one"
    );
}

/// A channel at whose first message somebody sets the clock ahead.
#[derive(Debug)]
struct Setting {
    channel: Recording,
    clock: ManualClock,
}

#[async_trait::async_trait]
impl Action for Setting {
    fn promise(&self) -> Promise {
        self.channel.promise()
    }
    fn shape(&self) -> Shape {
        self.channel.shape()
    }
    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        if self.channel.orders() == 0 {
            self.clock.jump(self.clock.stands() + days(400));
        }
        self.channel.perform(order).await
    }
}

#[test]
fn a_jump_during_a_pass_settles_what_left_and_begins_nothing_more() {
    let mut world = World::new();
    world.pace = pregon_core::Pace::default().with_begin(2).with_in_flight(1);
    for n in 0..20 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    let (channel, clock) = (world.email.clone(), world.clock.clone());
    let right = clock.stands();
    let email = Setting { channel, clock };
    let engine = world.builder(Arc::new(email)).build().unwrap();
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.accepted, report.in_doubt), (2, 0));
    assert!(matches!(report.troubles[..], [Trouble::Clock { .. }]));
    assert_eq!(world.email.orders(), 2);
    let settled = world.views().into_iter();
    let settled: Vec<_> = settled
        .filter(|v| v.standing.state == State::Accepted)
        .collect();
    assert_eq!(settled.len(), 2);
    assert!(
        settled.iter().all(|view| view.at == right),
        "at the time it was"
    );
    assert!(world.views().iter().all(|view| view.attempts <= 1));
    world.clock.jump(right);
    assert_eq!(run(engine.pass()).unwrap().accepted, 18);
}
