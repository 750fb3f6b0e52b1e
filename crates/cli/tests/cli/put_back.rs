//! Yesterday's copy of the store is put back.

use crate::program::{NOON, Place};

const LATER: &str = "2026-12-05T17:00:00Z";

/// A store of which a copy was put back since which something was sent, and how many messages
/// there are.
fn put_back(place: &Place) -> usize {
    place.run(&["run", "--now", NOON]).succeeds();
    let store = place.path("pregon.db");
    let copy = std::fs::read(&store).unwrap();
    let sent = place.messages("salida").len();
    place.run(&["run", "--now", LATER]).succeeds();
    let all = place.messages("salida").len();
    assert!(all > sent, "something was sent since");
    std::fs::write(store, copy).unwrap();
    all
}

#[test]
fn a_copy_that_was_put_back_is_refused_until_somebody_has_looked() {
    let place = Place::begun();
    let all = put_back(&place);
    for args in [
        &["run", "--now", LATER, "--json"][..],
        &["run", "--once", "--json"],
    ] {
        let said = place.run(args).ends(3).complains("--accept-moved");
        let error = &said.json()["error"];
        assert_eq!(error["kind"], "unreachable", "{}", said.out);
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("--lost-since"), "{hint}");
        assert!(
            said.err.contains("older than what was done"),
            "{}",
            said.err
        );
        assert!(!said.err.contains("in use"), "{}", said.err);
    }
    // People are heard meanwhile, and everything can be read.
    place.run(&["optout", "--customer", "C-1"]).succeeds();
    place.run(&["audit"]).succeeds();
    place.run(&["explain", "--customer", "C-1"]).succeeds();
    place.run(&["run", "--now", LATER]).ends(3);

    let accept = [
        "run",
        "--now",
        LATER,
        "--accept-moved",
        "--lost-since",
        NOON,
    ];
    place.run(&accept).succeeds();
    place.run(&["run", "--now", LATER]).succeeds();
    place.run(&["audit"]).succeeds();
    assert_eq!(place.messages("salida").len(), all, "nobody got it twice");
}

#[test]
fn without_its_witness_the_recorder_knows_it() {
    let place = Place::begun();
    put_back(&place);
    std::fs::remove_file(place.path("pregon.db.witness")).unwrap();
    place
        .run(&["run", "--now", LATER])
        .ends(3)
        .complains("--accept-moved");
    let accept = [
        "run",
        "--now",
        LATER,
        "--accept-moved",
        "--lost-since",
        NOON,
    ];
    place.run(&accept).succeeds();
    place.run(&["run", "--now", LATER]).succeeds();
    place.run(&["audit"]).succeeds();
}
