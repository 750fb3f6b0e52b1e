//! The protocol holds in every interleaving, and every way to get it wrong is found.
//!
//! `PREGON_SIMULATION_MODEL=large` goes through millions of states.

use pregon_core::Promise;
use pregon_simulation::model::{Bug, Setup, explore};

const MOST: usize = 60_000_000;

fn is_large() -> bool {
    std::env::var("PREGON_SIMULATION_MODEL").is_ok_and(|text| text == "large")
}

/// The setups of the proof with their names, small or large.
fn setups() -> Vec<(&'static str, Setup)> {
    let more = u8::from(is_large());
    let once = |crashes, attempts| Setup {
        freezes: more,
        ..Setup::at_most_once(crashes, attempts)
    };
    let keys = |crashes, attempts| Setup {
        freezes: more,
        ..Setup::idempotent(crashes, attempts)
    };
    vec![
        ("at most once", once(1 + more, 2)),
        ("at most once, frozen", Setup::at_most_once(more, 2 + more)),
        (
            "at least once",
            Setup {
                freezes: 0,
                ..Setup::at_least_once(more, 2 + more)
            },
        ),
        ("idempotent", keys(more, 2)),
        ("idempotent for a day", for_a_day()),
        (
            "look-up",
            Setup {
                freezes: more,
                ..Setup::lookup(more, 2)
            },
        ),
        (
            "webhook",
            Setup {
                promise: Promise::Webhook,
                ..once(more, 2)
            },
        ),
        (
            "at most once, moved",
            Setup {
                moves: true,
                ..once(more, 1 + more)
            },
        ),
        (
            "idempotent, moved",
            Setup {
                moves: true,
                freezes: 0,
                ..keys(0, 2)
            },
        ),
    ]
}

fn day() -> Promise {
    let retention = "24h".parse().expect("a length");
    Promise::Idempotent {
        retention: Some(retention),
    }
}

/// A provider that forgets, which makes many states: small, or with a crash.
fn for_a_day() -> Setup {
    Setup {
        promise: day(),
        freezes: 0,
        strays: u8::from(is_large()),
        ..Setup::at_most_once(u8::from(is_large()), 2)
    }
}

/// A small setup that needs the rule which the bug breaks.
fn setup_for(bug: Bug) -> Setup {
    let once = Setup::at_most_once(1, 2);
    let keys = Setup::idempotent(1, 2);
    match bug {
        Bug::RetentionForgotten | Bug::AgeIgnoredOnResend => for_a_day(),
        Bug::NotAsked | Bug::AskedTooEarly | Bug::AskedForAnEarlierAttempt => Setup {
            freezes: 1,
            ..Setup::lookup(1, 3)
        },
        Bug::NotFoundIsNotSent => Setup {
            promise: Promise::Webhook,
            ..once
        },
        Bug::PauseIgnoredOnResend | Bug::CancelTakesBackSending => Setup {
            moves: true,
            ..keys
        },
        Bug::HoldReleasedOnDoubt
        | Bug::OptOutIgnoredOnResend
        | Bug::RejectClearsDoubt
        | Bug::ExpiryForgetsDoubt => keys,
        _ => once,
    }
}

#[test]
fn the_protocol_holds_in_every_interleaving() {
    let mut states = 0;
    for (name, setup) in setups() {
        let found = explore(&setup, MOST);
        println!(
            "model: {name}: {} states, {} steps, {} ends, exhausted: {}",
            found.states, found.steps, found.ends, found.exhausted
        );
        assert!(found.wrong.is_none(), "{name}: {:#?}", found.wrong);
        assert!(found.exhausted, "{name}: more than {MOST} states");
        assert!(found.ends > 0, "{name}: no end was met");
        states += found.states;
    }
    println!("model: {states} states in all");
    let least = if is_large() { 3_000_000 } else { 300_000 };
    assert!(states >= least, "only {states} states");
}

#[test]
fn every_seeded_bug_is_found() {
    for bug in Bug::ALL {
        let explored = explore(&setup_for(bug).broken(bug), MOST);
        let states = explored.states;
        let wrong = explored
            .wrong
            .unwrap_or_else(|| panic!("{bug:?} was not found in {states} states"));
        println!(
            "model: {bug:?}: {:?} after {states} states, {} steps: {}",
            wrong.broken,
            wrong.way.len(),
            wrong.way.join("; ")
        );
        assert!(!wrong.way.is_empty() && wrong.way.iter().all(|step| step != "?"));
    }
}
