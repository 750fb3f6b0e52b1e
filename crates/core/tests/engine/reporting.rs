//! Reports that make no sense, campaigns that cannot take part, and reports that are cut short.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use pregon_core::testing::Recording;
use pregon_core::*;

use crate::spa::{activity, ana, booking, bookings, hour, on_booking, spa};
use crate::world::{World, run};

/// A journey on a kind of activity is published; the words that are said of it.
#[track_caller]
fn check_published(world: &World, spec: ActivitySpec, expected: &[&str]) {
    let step = Step::email("correo", "Hola", "Hola {{customer_name}}").unwrap();
    let journey = Journey::new("aviso", TriggerSpec::OnActivity(spec)).unwrap();
    let campaign = Campaign::new("avisos", "reminder").unwrap();
    let campaign = campaign.with(journey.step(step));
    let problems = run(world.engine().check(&campaign)).unwrap();
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(said, expected);
    let published = run(world.engine().publish(campaign));
    assert_eq!(published.is_err(), !expected.is_empty());
}

#[test]
fn a_kind_that_nobody_declares_is_refused_with_the_nearest() {
    let path = "journey[0].trigger.on_activity";
    let unknown =
        |kind: &str| format!("{path}.activity: nobody declares activities of kind {kind:?}");
    let near = format!("{} (did you mean booking?)", unknown("boking"));
    check_published(&spa(), ActivitySpec::of("boking"), &[&near]);
    let far = format!("{} (there are: booking, visit)", unknown("birthday"));
    check_published(&spa(), ActivitySpec::of("birthday"), &[&far]);
    let none = format!(
        "{} (neither source nor host declare any)",
        unknown("booking")
    );
    check_published(&World::new(), ActivitySpec::of("booking"), &[&none]);
    check_published(&spa(), ActivitySpec::of("booking"), &[]);
    let record = ActivitySpec {
        record: Some("our".parse().unwrap()),
        ..ActivitySpec::of("booking")
    };
    let said = format!("{path}.record: the source has no records of kind our (did you mean hour?)");
    check_published(&spa(), record, &[&said]);
}

#[test]
fn lengths_that_no_file_can_say_are_refused() {
    let with = |secs| ActivitySpec {
        after: Some(Length::from_secs(secs)),
        ..ActivitySpec::of("booking")
    };
    let path = "journey[0].trigger.on_activity";
    let nothing = format!("{path}: a length of time is one second at least");
    check_published(&spa(), with(0), &[&nothing]);
    let far = format!("{path}: at most ten years");
    check_published(&spa(), with(u32::MAX), &[&far]);
}

#[test]
fn the_host_declares_kinds_that_its_source_does_not_have() {
    let world = World::new();
    let engine = |kinds: &[&'static str]| {
        let parts = world.builder(Arc::new(world.email.clone()));
        parts.activities(kinds.iter().copied()).build()
    };
    let step = Step::email("correo", "Hola", "Hola {{customer_name}}").unwrap();
    let spec = TriggerSpec::OnActivity(ActivitySpec::of("call"));
    let journey = Journey::new("aviso", spec).unwrap().step(step);
    let campaign = Campaign::new("llamadas", "reminder").unwrap().with(journey);
    let declared = engine(&["call", "visit"]).unwrap();
    run(declared.activate(campaign)).unwrap();
    let call = activity("call", "L-1", &ana(), "2026-11-20T12:00:00Z");
    let reported = run(declared.happened(&[Happening::new(call, ana())])).unwrap();
    assert_eq!(reported.scheduled.new, [0]);
    let error = engine(&["call", "a call"]).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Build);
    assert_eq!(error.to_string(), "\"a call\" is not a kind of activity");
}

/// A report that is refused, with these words; nothing of it is kept.
#[track_caller]
fn check_refused(wrong: Happening, words: &str) {
    let world = spa();
    world.activate(bookings());
    let error = run(world.engine().happened(&[booking("R-1", &ana()), wrong])).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Activity);
    assert!(error.to_string().contains(words), "{error}");
    assert_eq!(world.views().len(), 0);
}

#[test]
fn a_report_that_makes_no_sense_is_refused() {
    let noon = "2026-11-20T12:00:00Z";
    let of = |kind: &str, id: &str| Happening::new(activity(kind, id, &ana(), noon), ana());
    check_refused(
        of("bookin", "R-2"),
        "\"bookin\" \"R-2\": nobody declares this kind (did you mean booking?)",
    );
    check_refused(of("booking", ""), "an id cannot be empty");
    check_refused(of("booking", "R\n2"), "'\\n'");
    let eva = Customer::new("C-2").unwrap();
    let others = Happening::new(activity("booking", "R-2", &ana(), noon), eva.clone());
    check_refused(others, "it happened to another customer");
    let others = of("booking", "R-2").about(hour("R-2", &eva));
    check_refused(others, "its record is another customer's");
    let mut never = booking("R-2", &ana());
    never.activity.at = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    check_refused(never, "beyond the end of time");
}

#[test]
fn a_journey_whose_record_is_not_reported_is_told_and_the_others_go_on() {
    let world = spa();
    let mut plain = on_booking("otro", None);
    plain.trigger = TriggerSpec::OnActivity(ActivitySpec::of("booking"));
    plain.steps = vec![Step::email("correo", "Hola", "Hola {{customer_name}}").unwrap()];
    world.activate(bookings().with(plain));
    world.source.put(ana());
    let mut bare = booking("R-1", &ana());
    bare.record = None;
    let mut other = booking("R-2", &ana());
    other.record = Some(Record::new("pin", "STR-1", "C-1").unwrap());
    let reported = run(world.engine().happened(&[bare, other])).unwrap();
    assert_eq!(reported.scheduled.new.len(), 2);
    let [Trouble::Campaign { campaign, problems }] = &reported.troubles[..] else {
        panic!("{:?}", reported.troubles);
    };
    assert_eq!(campaign.as_str(), "reservas");
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let path = |n| format!("journey[{n}].trigger.on_activity.record");
    for (said, place) in said.iter().zip([path(0), path(0), path(1), path(1)]) {
        assert!(said.starts_with(&place), "{said}");
    }
    assert!(
        said[0].contains(": booking R-1 comes without its hour ("),
        "{}",
        said[0]
    );
    assert_eq!(said.len(), 4);
    // Reported again with it, nothing is missing.
    assert_eq!(
        world.hear(&[booking("R-1", &ana()), booking("R-2", &ana())]),
        4
    );
}

#[test]
fn a_campaign_that_does_not_work_here_is_told_and_the_others_go_on() {
    let world = spa();
    let mut other = bookings();
    other.id = "mensajes".parse().unwrap();
    other.journeys.truncate(1);
    other.journeys[0].steps = vec![Step::sms("sms", "Hola {{customer_name}}").unwrap()];
    let email = || Arc::new(world.email.clone());
    let both = world.builder(email()).action(Arc::new(Recording::sms()));
    let both = both.build().unwrap();
    run(both.activate(other.clone())).unwrap();
    world.activate(bookings());
    world.source.put(ana());
    let reported = run(world.engine().happened(&[booking("R-1", &ana())])).unwrap();
    assert_eq!(reported.scheduled.new, [0, 1]);
    let [Trouble::Campaign { campaign, .. }] = &reported.troubles[..] else {
        panic!("{:?}", reported.troubles);
    };
    assert_eq!(*campaign, other.id);
    let reported = run(both.happened(&[booking("R-1", &ana())])).unwrap();
    assert!(reported.troubles.is_empty());
    // Campaigns come in the order of their ids; without a phone it ends at once, and says why.
    assert_eq!(reported.scheduled.refused.get(&Reason::NoAddress), Some(&1));
    assert_eq!(
        (reported.scheduled.new.len(), reported.scheduled.known),
        (0, 2)
    );
}

#[test]
fn places_of_what_is_new_go_on_from_campaign_to_campaign_and_page_to_page() {
    let world = World {
        pace: Pace::default().with_pages(1, 10),
        ..spa()
    };
    let mut second = bookings();
    second.id = "segunda".parse().unwrap();
    world.activate(bookings());
    world.activate(second);
    let both = [booking("R-1", &ana()), booking("R-2", &ana())];
    let reported = run(world.engine().happened(&both)).unwrap();
    assert_eq!(reported.scheduled.new, (0..8).collect::<Vec<_>>());
    let drawn = run(world.engine().dispatches_on(&both)).unwrap();
    let kept: Vec<DispatchId> = world.views().iter().map(|it| it.key.id()).collect();
    let drawn = drawn.dispatches.into_values().flatten();
    assert_eq!(kept, drawn.map(|it| it.key.id()).collect::<Vec<_>>());
}

#[test]
fn a_report_that_is_dropped_anywhere_and_said_again_is_one() {
    for polls in 0..80 {
        let world = spa();
        let mut second = bookings();
        second.id = "segunda".parse().unwrap();
        world.activate(bookings());
        world.activate(second);
        world.source.put(ana());
        world.source.put_record(hour("R-1", &ana()));
        let happened = [booking("R-1", &ana())];
        let engine = world.engine();
        {
            let mut report = pin!(engine.happened(&happened));
            let mut context = Context::from_waker(Waker::noop());
            let _ = (0..polls).any(|_| report.as_mut().poll(&mut context).is_ready());
        }
        let _ = world.hear(&happened);
        assert_eq!(world.passes().accepted, 2, "dropped after {polls} polls");
        assert_eq!(world.views().len(), 4);
    }
}
