//! What is reported to have happened: who hears it, when it falls due, and that it is one message.

use pregon_core::*;

use crate::spa::{activity, ana, booking, booking_at, bookings, hour, on_booking, spa};
use crate::world::run;

#[test]
fn it_is_confirmed_at_once_and_reminded_of_when_that_falls_due() {
    let world = spa();
    world.activate(bookings());
    assert_eq!(world.book("R-1", &ana()), 2);
    let report = world.passes();
    assert_eq!(report.accepted, 1);
    let due = "2026-11-21T12:00:00Z".parse().unwrap();
    assert_eq!(report.next, Some(due), "nothing is looked for before");
    world.wait("86399s");
    assert_eq!(world.passes().accepted, 0);
    world.wait("1s");
    assert_eq!(world.passes().accepted, 1);
    world.wait("30d");
    assert_eq!(world.passes().accepted, 0);
    world
        .email
        .assert_sent(&["ana@example.org", "ana@example.org"]);
    let keys = world.views().into_iter().map(|it| it.key);
    assert!(
        keys.into_iter()
            .all(|key| key.occurrence.as_str() == "R-1" && key.trigger == "on_activity")
    );
}

#[test]
fn the_same_report_twice_is_the_same_dispatch() {
    let world = spa();
    world.activate(bookings());
    assert_eq!(world.book("R-1", &ana()), 2);
    let again = [
        booking("R-1", &ana()),
        booking_at("R-1", &ana(), "2026-11-19T00:00:00Z"),
    ];
    let reported = run(world.engine().happened(&again)).unwrap();
    assert_eq!(
        (reported.scheduled.new.len(), reported.scheduled.known),
        (0, 4)
    );
    assert_eq!(world.passes().accepted, 1);
    assert_eq!(world.hear(&again), 0);
    assert_eq!(world.passes().accepted, 0);
    // Another booking of hers is another, and so is the same number of somebody else.
    assert_eq!(
        world.hear(&[booking("R-2", &ana()), booking("R-2", &ana())]),
        2
    );
    let eva = Customer::new("C-2")
        .unwrap()
        .named("Eva")
        .email("eva@example.org");
    assert_eq!(world.hear(&[booking("R-2", &eva)]), 2);
}

#[test]
fn only_who_listens_to_it_hears_it() {
    let world = spa();
    world.activate(bookings());
    let spec = TriggerSpec::OnActivity(ActivitySpec::of("visit"));
    let step = Step::email("correo", "Gracias", "Hola {{customer_name}}").unwrap();
    let thanks = Journey::new("gracias", spec).unwrap().step(step);
    let campaign = Campaign::new("visitas", "survey").unwrap();
    world.activate(campaign.with(thanks));
    let visit = activity("visit", "V-1", &ana(), "2026-11-20T12:00:00Z");
    // A record that nobody asked for does no harm.
    let visit = Happening::new(visit, ana()).about(hour("R-1", &ana()));
    assert_eq!(world.hear(&[visit]), 1);
    assert_eq!(world.journeys()[0].0, "gracias");
    assert_eq!(world.book("R-1", &ana()), 2);
    assert_eq!(world.passes().accepted, 2);
    let drawn = run(world.engine().dispatches_on(&[])).unwrap();
    assert!(drawn.dispatches.is_empty());
}

#[test]
fn a_campaign_that_does_not_run_hears_nothing() {
    let world = spa();
    let engine = world.engine();
    run(engine.publish(bookings())).unwrap();
    assert_eq!(world.book("R-1", &ana()), 0, "it is a draft");
    let id = bookings().id;
    let starts = Campaign {
        starts_at: Some("2026-11-20T13:00:00Z".parse().unwrap()),
        ends_at: Some("2026-11-22T00:00:00Z".parse().unwrap()),
        ..bookings()
    };
    world.activate(starts);
    assert_eq!(world.book("R-1", &ana()), 0, "it has not started");
    world.wait("1h");
    assert_eq!(
        world.book("R-1", &ana()),
        2,
        "no pass has started it, but it has"
    );
    assert_eq!(world.passes().accepted, 1);
    world.wait("2d");
    assert_eq!(
        world.book("R-2", &ana()),
        0,
        "no pass has finished it, but it is"
    );
    let _ = world.passes();
    assert_eq!(world.book("R-2", &ana()), 0);
    assert_eq!(world.states(), [State::Accepted, State::Cancelled]);
    let other = Campaign {
        id: "otras".parse().unwrap(),
        ..bookings()
    };
    let other = world.activate(other).campaign().id.clone();
    run(engine.change(&other, Move::Cancel)).unwrap();
    assert_eq!(world.book("R-3", &ana()), 0, "it is cancelled");
    assert!(run(engine.change(&id, Move::Resume)).is_err());
}

#[test]
fn what_happens_during_a_pause_is_told_when_it_is_over() {
    let world = spa();
    world.activate(bookings());
    let (id, engine) = (bookings().id, world.engine());
    let change = |r#move| drop(run(engine.change(&id, r#move)).unwrap());
    change(Move::Pause);
    assert_eq!(world.book("R-1", &ana()), 2);
    assert_eq!(world.passes().accepted, 0);
    world.wait("2d");
    change(Move::Resume);
    assert_eq!(world.passes().accepted, 2);
    change(Move::Pause);
    assert_eq!(world.book("R-2", &ana()), 2);
    world.wait("5d");
    change(Move::Resume);
    assert_eq!(
        world.passes().accepted,
        1,
        "the confirmation was good for seven days"
    );
    let expired = world
        .journeys()
        .into_iter()
        .filter(|it| it.1 == State::Expired);
    assert_eq!(expired.count(), 1);
}

#[test]
fn who_is_not_in_the_audience_gets_nothing_then_or_later() {
    let world = spa();
    let mut campaign = bookings();
    let rule = "city = \"Quito\" and status = \"confirmada\"";
    campaign.journeys[1] = campaign.journeys[1].clone().audience(rule);
    world.activate(campaign);
    let eva = Customer::new("C-2")
        .unwrap()
        .named("Eva")
        .email("eva@example.org");
    assert_eq!(world.book("R-1", &ana()), 2);
    assert_eq!(world.book("R-2", &eva), 1, "nobody knows her city");
    let open = hour("R-3", &ana()).with("status", "pedida");
    let open = booking("R-3", &ana()).about(open);
    assert_eq!(world.hear(&[open]), 1, "it is not confirmed");
    world.source.put_record(hour("R-3", &ana()));
    assert_eq!(world.passes().accepted, 3);
    // She moves before she is reminded.
    world.source.put(ana().with("city", "Cuenca"));
    world.wait("1d");
    let report = world.passes();
    assert_eq!(report.accepted, 0);
    let reminder = world
        .journeys()
        .into_iter()
        .find(|it| it.0 == "recordatorio");
    let (state, reason) = (State::Suppressed, Some(Reason::NotInAudience));
    assert_eq!(reminder, Some(("recordatorio".to_owned(), state, reason)));
}

#[test]
fn a_rule_about_activities_counts_the_one_that_is_reported() {
    let world = spa();
    let first = on_booking("primera", None).audience("at most 1 booking");
    let loyal = on_booking("fiel", None).audience("at least 2 booking");
    let campaign = Campaign::new("reservas", "booking_confirmation").unwrap();
    world.activate(campaign.with(first).with(loyal));
    assert_eq!(world.hear(&[booking("R-1", &ana())]), 1);
    let mut again = ana();
    again.activities = vec![activity("booking", "R-1", &ana(), "2026-11-20T12:00:00Z")];
    // Her second; and that she has it in her list already makes it no third.
    assert_eq!(world.hear(&[booking("R-2", &again)]), 1);
    let second = activity("booking", "R-2", &ana(), "2026-11-20T12:00:00Z");
    again.activities.push(second);
    assert_eq!(world.hear(&[booking("R-2", &again)]), 0);
    let journeys = world.journeys();
    let names: Vec<&str> = journeys.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(names, ["primera", "fiel"]);
}

#[test]
fn a_booking_that_is_cancelled_takes_its_reminder_with_it() {
    let world = spa();
    world.activate(bookings());
    assert_eq!(world.book("R-1", &ana()), 2);
    assert_eq!(world.book("R-2", &ana()), 2);
    assert_eq!(world.passes().accepted, 2);
    world.source.remove_record(&hour("R-1", &ana()).name());
    let eva = Customer::new("C-2")
        .unwrap()
        .named("Eva")
        .email("eva@example.org");
    world.source.put(eva.clone());
    world.source.put_record(hour("R-2", &eva));
    world.wait("1d");
    assert_eq!(world.passes().accepted, 0);
    let gone = (State::Suppressed, Some(Reason::RecordGone));
    let reminders = world.journeys().into_iter();
    let reminders = reminders.filter(|it| it.0 == "recordatorio");
    let ends: Vec<_> = reminders.map(|it| (it.1, it.2)).collect();
    assert_eq!(
        ends,
        [gone, gone],
        "one is cancelled, one is another's by now"
    );
}

/// When something that happened at an instant is sent: hours from now at which one passes, with how
/// many messages leave then.
#[track_caller]
fn check_at(at: &str, steps: &[(&str, u64)], state: State) {
    let world = spa();
    let campaign = Campaign::new("reservas", "booking_confirmation").unwrap();
    world.activate(campaign.with(on_booking("aviso", Some("24h"))));
    world.source.put(ana());
    world.source.put_record(hour("R-1", &ana()));
    assert_eq!(world.hear(&[booking_at("R-1", &ana(), at)]), 1);
    for (length, leave) in steps {
        if !length.is_empty() {
            world.wait(length);
        }
        assert_eq!(world.passes().accepted, *leave, "{length}");
    }
    assert_eq!(world.states(), [state]);
}

#[test]
fn what_happened_in_the_past_or_will_happen_falls_due_from_then() {
    check_at(
        "2026-11-20T06:00:00Z",
        &[("", 0), ("18h", 1)],
        State::Accepted,
    );
    check_at("2026-11-19T12:00:00Z", &[("", 1)], State::Accepted);
    check_at("2026-11-12T12:00:01Z", &[("", 1)], State::Accepted);
    check_at("2026-11-12T12:00:00Z", &[("", 0)], State::Expired);
    check_at("1999-01-01T00:00:00Z", &[("", 0)], State::Expired);
    let steps = [("", 0), ("1d", 0), ("2d", 0), ("1d", 1)];
    check_at("2026-11-23T12:00:00Z", &steps, State::Accepted);
}

#[test]
fn a_journey_says_how_long_it_may_be_sent() {
    let world = spa();
    let mut campaign = bookings();
    for journey in &mut campaign.journeys {
        if let TriggerSpec::OnActivity(spec) = &mut journey.trigger {
            spec.not_after = Some("1h".parse().unwrap());
        }
    }
    world.activate(campaign);
    assert_eq!(world.book("R-1", &ana()), 2);
    world.wait("1h");
    assert_eq!(world.passes().accepted, 0);
    world.wait("23h");
    assert_eq!(world.passes().accepted, 1);
    assert_eq!(world.states(), [State::Expired, State::Accepted]);
}

#[test]
fn a_report_is_no_plan_of_the_other_journeys() {
    let world = spa();
    let pin = Record::new("pin", "STR-1", "C-1").unwrap();
    let expires = Value::Date("2026-12-20".parse().unwrap());
    world.source.put_record(pin.with("expiry_date", expires));
    let step = Step::email("correo", "Su pin vence", "Hola {{customer_name}}").unwrap();
    let renewal = Journey::before_date("vence", "pin", "expiry_date", 30).unwrap();
    world.activate(bookings().with(renewal.step(step)));
    assert_eq!(world.book("R-1", &ana()), 2);
    world.wait("3d");
    // What changes the record after its activation is not the day from which it is planned.
    let more = Increment {
        sales: 1,
        ..Increment::default()
    };
    run(world.engine().measure(&bookings().id, more)).unwrap();
    assert_eq!(
        world.passes().planned,
        1,
        "it fell due on the day of the activation"
    );
}

#[test]
fn a_frozen_audience_is_who_was_there() {
    let world = spa();
    world.source.put(ana());
    let mut campaign = bookings();
    campaign.journeys[0] = campaign.journeys[0].clone().frozen(Freeze::Ids);
    campaign.journeys.truncate(1);
    world.activate(campaign);
    let eva = Customer::new("C-2")
        .unwrap()
        .named("Eva")
        .email("eva@example.org");
    assert_eq!(world.book("R-1", &ana()), 1);
    assert_eq!(world.book("R-2", &eva), 0);
    assert_eq!(world.passes().accepted, 1);
}
