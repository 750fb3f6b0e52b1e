//! `audit`.

use crate::program::{NOON, Place};

#[test]
fn a_healthy_store_has_no_violation() {
    let place = Place::begun();
    let limit = "[[limit]]\nmost = 1\nper = \"day\"\n\n[source.csv]";
    place.change("pregon.toml", "[source.csv]", limit);
    for day in 20..24 {
        let now = format!("2026-11-{day}T17:00:00Z");
        place.run(&["run", "--now", &now]).succeeds();
    }
    // Somebody's pin is due later, when the limits have been in force for a while.
    place
        .run(&["run", "--now", "2026-12-05T17:00:00Z"])
        .succeeds();
    let said = place.run(&["audit", "--json"]).succeeds();
    assert_eq!(said.members()[..3], ["v", "checked", "violations"]);
    let json = said.json();
    assert_eq!(json["violations"], serde_json::json!([]));
    let checked = &json["checked"];
    for name in [
        "dispatches",
        "campaigns",
        "limits",
        "places",
        "I1",
        "I5",
        "I6",
        "I9",
    ] {
        assert!(
            checked[name].as_u64().is_some_and(|count| count > 0),
            "{name}: {checked}"
        );
    }
    let said = place.run(&["audit", "--lang", "es"]).succeeds();
    assert!(
        said.out.contains("Nada de lo prometido falta"),
        "{}",
        said.out
    );
}

#[test]
fn the_demonstration_keeps_its_promises() {
    let place = Place::new();
    place.run(&["demo", "--quiet"]).succeeds();
    let said = place.run(&["audit", "--json"]).succeeds();
    assert!(
        said.json()["checked"]["places"].as_u64().unwrap() > 1000,
        "{}",
        said.out
    );
}

#[test]
fn there_must_be_a_store() {
    let place = Place::begun();
    place.run(&["audit"]).ends(2).complains("pregon.db");
    place.run(&["run", "--now", NOON]).succeeds();
    place.run(&["audit"]).succeeds();
}
