//! Dropping the future of a pass at its n-th poll, for all n, equals a kill: nothing twice, nothing
//! lost.

use std::collections::BTreeMap;

use pregon_core::testing::{Recording, poll_times};
use pregon_core::{Campaign, CampaignId, Pace, Promise, State};

use crate::world::{World, renewal};

const PEOPLE: usize = 12;

fn world(email: Recording) -> World {
    let mut world = World::new();
    world.email = email;
    // Small pages and turns, so that few dispatches cross every kind of await.
    let pace = Pace::default()
        .with_pages(3, 10)
        .with_claim(4)
        .with_begin(2)
        .with_in_flight(2);
    world.pace = pace;
    for n in 0..PEOPLE {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world
}

/// How many copies each address got.
fn copies(world: &World) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for sent in world.email.sent() {
        *copies.entry(sent.to).or_default() += 1;
    }
    copies
}

/// Kills the first pass at its n-th poll, lets the engine come to rest, and looks.
fn each_kill(campaign: &Campaign, email: impl Fn() -> Recording, look: impl Fn(usize, &World)) {
    for n in 0.. {
        let world = world(email());
        world.activate(campaign.clone());
        let finished = poll_times(n, world.engine().pass()).is_some();
        let _ = world.passes();
        assert!(
            world.states().iter().all(|state| state.is_final()),
            "poll {n}: nothing is stuck"
        );
        assert_eq!(world.states().len(), PEOPLE, "poll {n}: nothing is lost");
        look(n, &world);
        if finished {
            assert!(n > 40, "the test crossed few awaits: {n}");
            return;
        }
    }
}

#[test]
fn an_idempotent_provider_gets_each_message_exactly_once() {
    let email = || Recording::email().promising(Promise::Idempotent { retention: None });
    each_kill(&renewal(), email, |n, world| {
        assert_eq!(copies(world).len(), PEOPLE, "poll {n}: all were written to");
        assert!(
            copies(world).values().all(|copies| *copies == 1),
            "poll {n}: once"
        );
        assert!(
            world.states().iter().all(|s| *s == State::Accepted),
            "poll {n}"
        );
    });
}

#[test]
fn a_blind_provider_gets_a_promotional_message_at_most_once_and_every_doubt_is_told() {
    each_kill(&renewal(), Recording::email, |n, world| {
        let copies = copies(world);
        assert!(
            copies.values().all(|copies| *copies == 1),
            "poll {n}: never twice"
        );
        let doubts = world
            .states()
            .iter()
            .filter(|s| **s == State::Unknown)
            .count();
        let accepted = world
            .states()
            .iter()
            .filter(|s| **s == State::Accepted)
            .count();
        assert_eq!(
            doubts + accepted,
            PEOPLE,
            "poll {n}: sent or in doubt, nothing else"
        );
        assert!(
            copies.len() >= accepted,
            "poll {n}: accepted means that the provider has it"
        );
        assert!(
            doubts <= 2,
            "poll {n}: only what was on its way is in doubt"
        );
    });
}

#[test]
fn a_blind_provider_gets_a_transactional_message_at_least_once_and_a_second_copy_is_flagged() {
    let mut campaign = renewal();
    campaign.id = CampaignId::new("recordatorio").unwrap();
    campaign.purpose = "reminder".parse().unwrap();
    each_kill(&campaign, Recording::email, |n, world| {
        assert_eq!(copies(world).len(), PEOPLE, "poll {n}: all were written to");
        for (to, count) in copies(world) {
            assert!(count <= 2, "poll {n}: at most one more");
            let flagged = world
                .email
                .sent()
                .iter()
                .filter(|s| s.to == to && s.again)
                .count();
            assert!(flagged + 1 >= count, "poll {n}: a second copy says so");
        }
    });
}

#[test]
fn killed_again_and_again_it_still_ends() {
    let idempotent = Promise::Idempotent { retention: None };
    for step in [3, 7, 11, 25] {
        let world = world(Recording::email().promising(idempotent));
        world.activate(renewal());
        let mut n = step;
        while poll_times(n, world.engine().pass()).is_none() {
            n += step;
        }
        let _ = world.passes();
        assert!(
            copies(&world).values().all(|copies| *copies == 1),
            "step {step}"
        );
        // A claim that leads nowhere three times is given up; here each kill comes later.
        let dead = world.states().iter().filter(|s| **s == State::Dead).count();
        assert_eq!(copies(&world).len() + dead, PEOPLE, "step {step}");
    }
}
