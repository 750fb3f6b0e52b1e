//! A campaign stops when its budget is spent, and goes on when it is raised.

use pregon_core::{Budget, Campaign, Reason, State};

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
    let builder = world.builder(std::sync::Arc::new(world.email.clone()));
    let price = "33.4".parse().unwrap();
    let engine = builder.price("email".parse().unwrap(), price).build();
    let report = run(engine.unwrap().pass()).unwrap();
    assert_eq!(report.accepted, 2, "a third would cost 100.2");
}
