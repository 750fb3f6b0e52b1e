//! A campaign stops when its budget is spent, and goes on when it is raised.

use std::sync::Arc;

use pregon_core::testing::Recording;
use pregon_core::{Budget, Campaign, Customer, Journey, Reason, State, Step};

use crate::world::{World, renewal, run};

fn world() -> World {
    let world = World::new();
    for n in 0..10 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world
}

fn with(budget: Budget) -> Campaign {
    Campaign {
        budget: Some(budget),
        ..renewal()
    }
}

fn of_messages(count: u64) -> Budget {
    Budget {
        messages: Some(count),
        ..Budget::default()
    }
}

#[test]
fn so_many_messages_and_no_more() {
    let world = world();
    world.activate(with(of_messages(4)));
    let report = world.passes();
    assert_eq!(report.accepted, 4);
    assert_eq!(report.deferred.get(&Reason::Budget), Some(&6));
    let asks_again = world.clock.stands() + chrono::Duration::hours(1);
    assert_eq!(report.next, Some(asks_again));
}

#[test]
fn a_raised_budget_lets_the_others_go() {
    let world = world();
    world.activate(with(of_messages(4)));
    let _ = world.passes();
    world.activate(with(of_messages(9)));
    world.clock.advance(chrono::Duration::hours(1));
    assert_eq!(world.passes().accepted, 5);
    world.activate(with(of_messages(2)));
    world.clock.advance(chrono::Duration::hours(1));
    assert_eq!(
        world.passes().accepted,
        0,
        "a lowered one stops what is left"
    );
    let waits = |state: &&State| **state == State::Scheduled;
    assert_eq!(world.states().iter().filter(waits).count(), 1);
}

#[test]
fn money_is_spent_by_the_price_of_the_channel() {
    let world = world();
    world.activate(with(Budget {
        total: Some("100".parse().unwrap()),
        currency: Some("CLP".to_owned()),
        messages: None,
    }));
    let builder = world.builder(Arc::new(world.email.clone()));
    let price = "33.4".parse().unwrap();
    let engine = builder.price("email".parse().unwrap(), price).build();
    let report = run(engine.unwrap().pass()).unwrap();
    assert_eq!(report.accepted, 2, "a third would cost 100.2");
}

/// B12: a short message costs as many times the price as it has parts.
#[test]
fn b12_a_short_message_is_charged_by_its_parts() {
    let world = world();
    let sms = Recording::sms();
    for n in 0..10 {
        let phone = format!("+5730012345{n:02}");
        let id = format!("C-{n}");
        world.source.put(Customer::new(&id).unwrap().phone(&phone));
    }
    let text = "á".repeat(71);
    let step = Step::sms("aviso", &text).unwrap();
    let journey = Journey::before_date("aviso-30-dias", "pin", "expiry_date", 30).unwrap();
    let campaign = Campaign::new("renovacion", "renewal").unwrap();
    let campaign = Campaign {
        budget: Some(Budget {
            total: Some("100".parse().unwrap()),
            currency: Some("COP".to_owned()),
            messages: None,
        }),
        ..campaign.with(journey.step(step))
    };
    let price = "15".parse().unwrap();
    let builder = world.builder(Arc::new(sms.clone()));
    let engine = builder
        .price("sms".parse().unwrap(), price)
        .build()
        .unwrap();
    run(engine.activate(campaign)).unwrap();
    let report = run(engine.pass()).unwrap();
    assert_eq!(
        report.accepted, 3,
        "two parts are 30: a fourth would cost 120"
    );
    assert_eq!(sms.sent().len(), 3);
}
