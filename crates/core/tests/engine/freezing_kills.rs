//! Dropping the future of a freezing `publish` at its n-th poll, for all n: the campaign is as it
//! was before, or as it was meant, and never has half of an audience.

use pregon_core::testing::poll_times;
use pregon_core::{Campaign, EngineErrorKind, PortErrorKind};

use crate::freezing::{broadcast, ids, lives, members, promotion, world};
use crate::world::{World, run};

const PEOPLE: usize = 7;

fn crowd() -> World {
    let mut world = world(&[]);
    for n in 0..PEOPLE {
        lives(&world, &format!("C-{n}"), "Quito");
    }
    world.pace = world.pace.with_pages(2, 100);
    world
}

fn changed() -> Campaign {
    Campaign {
        name: "Otro nombre".to_owned(),
        ..promotion()
    }
}

/// The one campaign that is kept, if there is one, with its audience whole.
fn look(world: &World, n: usize) -> Option<u64> {
    let stored = run(pregon_core::CampaignStore::campaigns(&*world.store)).unwrap();
    let record = &stored.first()?.record;
    let whole: Vec<String> = (0..PEOPLE).map(|n| format!("C-{n}")).collect();
    assert_eq!(ids(&members(world, record)), whole, "poll {n}");
    Some(record.version())
}

#[test]
fn a_first_publication_is_whole_or_not_there() {
    for n in 0.. {
        let world = crowd();
        let finished = poll_times(n, world.engine().publish(promotion())).is_some();
        assert!(look(&world, n).is_some() || !finished, "poll {n}");
        // Whoever starts again gets it whole, and each is written to once.
        world.activate(promotion());
        assert!(look(&world, n).is_some());
        broadcast(&world);
        assert_eq!(world.passes().accepted, PEOPLE as u64, "poll {n}");
        assert_eq!(world.email.sent().len(), PEOPLE, "poll {n}");
        if finished {
            assert!(n > 10, "the test crossed few awaits: {n}");
            return;
        }
    }
}

#[test]
fn a_change_is_whole_or_the_campaign_is_as_it_was() {
    for n in 0.. {
        let world = crowd();
        let first = world.activate(promotion()).version();
        let finished = poll_times(n, world.engine().publish(changed())).is_some();
        let kept = look(&world, n).unwrap();
        assert!(
            kept == first + 1 || (kept == first && !finished),
            "poll {n}"
        );
        world.activate(changed());
        assert_eq!(look(&world, n), Some(first + 1), "poll {n}");
        broadcast(&world);
        assert_eq!(world.passes().accepted, PEOPLE as u64, "poll {n}");
        if finished {
            return;
        }
    }
}

#[test]
fn of_two_that_publish_at_once_one_wins_and_its_audience_is_whole() {
    let world = crowd();
    let (one, other) = (world.engine(), world.engine());
    let both = futures_util::future::join(one.publish(promotion()), other.publish(changed()));
    let (one, other) = run(both);
    assert_ne!(one.is_ok(), other.is_ok());
    let error = one.err().or(other.err()).unwrap();
    assert_eq!(error.kind(), EngineErrorKind::Port);
    assert_eq!(error.port().unwrap().kind(), PortErrorKind::Conflict);
    assert_eq!(look(&world, 0), Some(1));
}
