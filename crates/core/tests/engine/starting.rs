//! What was started is planned, however late the engine runs and whatever the clock says.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use pregon_core::{Campaign, CampaignId, Journey, JourneyId, Step, TriggerSpec};

use crate::world::{World, days, renewal, run};

/// A shop with one customer and a campaign that is started by hand.
fn shop() -> World {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-25");
    let step = Step::email("correo", "Oferta", "Hola {{customer_name}}").unwrap();
    let journey = Journey::new("envio", TriggerSpec::OnDemand).unwrap();
    let campaign = Campaign::new("oferta", "promotion").unwrap();
    world.activate(campaign.with(journey.step(step)));
    world
}

fn start(world: &World, broadcast: &str) {
    let (campaign, journey) = ids();
    let engine = world.engine();
    run(engine.broadcast(&campaign, journey, broadcast.parse().unwrap())).unwrap();
}

fn ids() -> (CampaignId, JourneyId) {
    ("oferta".parse().unwrap(), "envio".parse().unwrap())
}

#[test]
fn a_journey_that_nobody_ran_for_days_loses_none_of_them() {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-20");
    world.activate(renewal());
    world.clock.advance(days(3));
    assert_eq!(
        world.passes().accepted,
        1,
        "it fell due on the day of the activation"
    );
}

#[test]
fn a_journey_that_is_new_in_a_campaign_that_runs_does_not_look_back_to_its_activation() {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-20");
    world.activate(renewal());
    assert_eq!(world.passes().accepted, 1);
    world.clock.advance(days(3));
    let mut more = renewal();
    let mut journey = more.journeys[0].clone();
    journey.id = "otro-aviso".parse().unwrap();
    more.journeys.push(journey);
    world.activate(more);
    assert_eq!(
        world.passes().planned,
        0,
        "that day was over when it was written"
    );
}

#[test]
fn every_broadcast_before_the_first_pass_is_sent() {
    let world = shop();
    start(&world, "uno");
    world.clock.advance(days(2));
    start(&world, "dos");
    world.clock.advance(days(1));
    assert_eq!(world.passes().accepted, 2);
}

#[test]
fn a_broadcast_is_sent_although_the_clock_was_set_back() {
    let world = shop();
    start(&world, "uno");
    assert_eq!(world.passes().accepted, 1);
    world.clock.set(world.clock.stands() - days(2));
    start(&world, "dos");
    world.clock.advance(days(3));
    assert_eq!(world.passes().accepted, 1);
}

#[test]
fn a_broadcast_that_starts_in_the_middle_of_a_pass_is_sent_by_the_next() {
    for polls in 0..60 {
        let world = shop();
        let engine = world.engine();
        let mut pass = pin!(engine.pass());
        let mut context = Context::from_waker(Waker::noop());
        let mut done =
            (0..polls).any(|_| matches!(pass.as_mut().poll(&mut context), Poll::Ready(_)));
        start(&world, "uno");
        while !done {
            done = matches!(pass.as_mut().poll(&mut context), Poll::Ready(_));
        }
        let _ = world.passes();
        assert_eq!(world.email.sent().len(), 1, "started after {polls} polls");
    }
}
