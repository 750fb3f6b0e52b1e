//! Programme A: renewal of pins, in memory.

use pregon_core::{Customer, Reason, State};

use crate::world::{World, days, renewal};

#[test]
fn exactly_the_pins_of_the_window_are_written_to_once() {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-20");
    world.pin("C-2", "STR-2", "2026-12-21");
    world.pin("C-3", "STR-3", "2026-12-19");
    world.activate(renewal());
    let report = world.passes();
    assert_eq!((report.planned, report.accepted), (1, 1));
    world.email.assert_sent(&["c-1@example.org"]);
    let sent = &world.email.sent()[0];
    assert_eq!(
        sent.parts["subject"],
        "Pin Streaming vence el 20 de diciembre de 2026"
    );

    let again = world.passes();
    assert_eq!((again.planned, again.accepted), (0, 0));
    world.email.assert_sent(&["c-1@example.org"]);
}

#[test]
fn a_night_that_was_missed_is_caught_up() {
    let world = World::new();
    world.activate(renewal());
    assert_eq!(world.passes().planned, 0);
    for (n, day) in ["2026-12-21", "2026-12-22", "2026-12-23", "2026-12-24"]
        .iter()
        .enumerate()
    {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), day);
    }
    world.clock.advance(days(3));
    let report = world.passes();
    assert_eq!(report.accepted, 3, "the 21st, 22nd and 23rd, not the 24th");
}

#[test]
fn what_came_due_before_its_date_passed_is_still_sent_and_later_not() {
    let world = World::new();
    world.activate(renewal());
    let _ = world.passes();
    world.pin("C-1", "STR-1", "2026-12-21");
    world.pin("C-2", "STR-2", "2027-01-15");
    world.clock.advance(days(40));
    let report = world.passes();
    world.email.assert_sent(&["c-2@example.org"]);
    assert_eq!(report.refused[&Reason::Expired], 1);
    assert_eq!(world.states(), [State::Expired, State::Accepted]);
}

#[test]
fn a_second_pin_and_next_years_renewal_are_written_to() {
    let world = World::new();
    world
        .pin("C-1", "STR-1", "2026-12-20")
        .pin("C-1", "STR-2", "2026-12-20");
    world.activate(renewal());
    let _ = world.passes();
    assert_eq!(world.email.sent().len(), 2, "a second pin of one customer");
    world.pin("C-1", "STR-1", "2027-12-20");
    world.clock.advance(days(365));
    let _ = world.passes();
    assert_eq!(
        world.email.sent().len(),
        3,
        "the same pin, renewed for a year"
    );
}

#[test]
fn who_cannot_be_reached_and_who_is_not_meant_is_reported() {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-20");
    world.source.put(Customer::new("C-2").unwrap());
    world.record("C-2", "STR-2", "2026-12-20", "Delivered");
    world
        .source
        .put(Customer::new("C-3").unwrap().email("no tiene"));
    world.record("C-3", "STR-3", "2026-12-20", "Delivered");
    world
        .pin("C-4", "STR-4", "2026-12-20")
        .record("C-4", "STR-4", "2026-12-20", "Active");
    world.activate(renewal());
    let report = world.passes();
    assert_eq!(
        (report.planned, report.accepted, report.unreachable),
        (1, 1, 2)
    );
    assert_eq!(report.outside_audience, 1);
    let reasons: Vec<_> = world.views().iter().map(|view| view.reason).collect();
    assert_eq!(
        reasons,
        [None, Some(Reason::NoAddress), Some(Reason::InvalidAddress)]
    );
}

#[test]
fn what_changes_between_plan_and_sending_is_seen() {
    let mut world = World::new();
    let hours = r#"{ "every_day": "09:00-20:00" }"#;
    world.hours = vec![serde_json::from_str(hours).unwrap()];
    world.clock = pregon_core::testing::ManualClock::at("2026-11-20T06:00:00Z"); // 01:00 local
    for n in 1..=5 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    let night = world.passes();
    assert_eq!((night.planned, night.accepted), (5, 0));
    assert_eq!(night.deferred[&Reason::QuietHours], 5);

    world.source.remove_record(&record("STR-1"));
    world.record("C-2", "STR-2", "2027-12-20", "Delivered"); // renewed meanwhile
    world.record("C-3", "STR-3", "2026-12-20", "Active"); // returned meanwhile
    world.record("C-5", "STR-4", "2026-12-20", "Delivered"); // resold to somebody else
    world.clock.advance(chrono::Duration::hours(9));
    let morning = world.passes();
    world.email.assert_sent(&["c-5@example.org"]);
    assert_eq!(morning.refused[&Reason::RecordGone], 3);
    assert_eq!(morning.refused[&Reason::NotInAudience], 1);
}

fn record(id: &str) -> pregon_core::RecordRef {
    pregon_core::RecordRef {
        kind: "pin".parse().unwrap(),
        id: id.parse().unwrap(),
    }
}
