//! What changes in the middle of a pass, or works in another process only: nothing of it is lost.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use pregon_core::testing::Recording;
use pregon_core::*;

use crate::spa::{ana, booking, bookings, hour, on_booking, spa};
use crate::world::{World, run};

/// Begins a pass, lets something happen after so many polls, and ends it; then passes until a
/// little later.
fn pass_with(world: &World, polls: usize, happens: impl FnOnce()) {
    let engine = world.engine();
    let mut pass = pin!(engine.pass());
    let mut context = Context::from_waker(Waker::noop());
    let mut is_done = (0..polls).any(|_| pass.as_mut().poll(&mut context).is_ready());
    happens();
    while !is_done {
        is_done = pass.as_mut().poll(&mut context).is_ready();
    }
    let _ = world.passes();
    world.wait("5m");
    let _ = world.passes();
}

#[test]
fn a_campaign_that_goes_on_in_the_middle_of_a_pass_loses_nothing() {
    for polls in 0..60 {
        let world = spa();
        world.activate(bookings());
        let id = bookings().id;
        run(world.engine().change(&id, Move::Pause)).unwrap();
        assert_eq!(world.book("R-1", &ana()), 2);
        pass_with(&world, polls, || {
            run(world.engine().change(&id, Move::Resume)).unwrap();
        });
        let waits = [State::Accepted, State::Scheduled];
        assert_eq!(world.states(), waits, "resumed after {polls} polls");
    }
}

#[test]
fn a_journey_that_is_new_in_the_middle_of_a_pass_loses_nothing() {
    for polls in 0..60 {
        let world = spa();
        let mut campaign = bookings();
        campaign.journeys.truncate(1);
        world.activate(campaign.clone());
        pass_with(&world, polls, || {
            world.activate(campaign.clone().with(on_booking("otro", None)));
            assert_eq!(world.book("R-1", &ana()), 2);
        });
        let both = [State::Accepted; 2];
        assert_eq!(world.states(), both, "reported after {polls} polls");
    }
}

#[test]
fn a_step_that_a_campaign_no_longer_has_is_not_taken() {
    let world = spa();
    world.activate(bookings());
    assert_eq!(world.book("R-1", &ana()), 2);
    let mut campaign = bookings();
    campaign.journeys.truncate(1);
    world.activate(campaign);
    world.wait("1d");
    assert_eq!(world.passes().accepted, 1);
    assert_eq!(world.states(), [State::Accepted, State::Cancelled]);
}

#[test]
fn a_campaign_that_does_not_work_in_one_process_waits_for_another() {
    let world = spa();
    let mut campaign = bookings();
    campaign.journeys.truncate(1);
    campaign.journeys[0].steps = vec![Step::sms("sms", "Hola {{customer_name}}").unwrap()];
    let (email, sms) = (Arc::new(world.email.clone()), Recording::sms());
    let able = world.builder(email).action(Arc::new(sms.clone()));
    let able = able.build().unwrap();
    run(able.activate(campaign)).unwrap();
    let ana = ana().phone("+56 9 8765 4321");
    world.source.put(ana.clone());
    world.source.put_record(hour("R-1", &ana));
    let reported = run(able.happened(&[booking("R-1", &ana)])).unwrap();
    assert_eq!(reported.scheduled.new.len(), 1);
    for _ in 0..10 {
        let report = world.passes();
        assert!(matches!(
            report.troubles[..],
            [Trouble::Campaign { .. }, ..]
        ));
        world.wait("1m");
    }
    assert_eq!(world.states(), [State::Scheduled]);
    assert_eq!(run(able.pass()).unwrap().accepted, 1);
    assert_eq!(sms.sent().len(), 1);
}
