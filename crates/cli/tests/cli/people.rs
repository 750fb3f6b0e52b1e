//! `export` and `erase`: what the store has of a person, and that it forgets.

use crate::program::{NOON, Place};

const LATER: &str = "2026-11-20T18:00:00Z";

/// Two of the shipped people were written to, and one of them refuses from then on.
fn sent_to_two() -> Place {
    let place = Place::begun();
    let run = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(run.json()["accepted"], 2, "{}", run.out);
    place.run(&["optout", "--customer", "C-1"]).succeeds();
    place
}

#[test]
fn export_has_all_that_the_store_has() {
    let place = sent_to_two();
    let said = place
        .run(&["export", "--customer", "C-1", "--json"])
        .succeeds();
    assert_eq!(
        said.members(),
        ["v", "customer", "dispatches", "words", "audiences"]
    );
    let it = said.json();
    assert_eq!((&it["v"], &it["customer"]), (&1.into(), &"C-1".into()));
    let [dispatch] = &it["dispatches"].as_array().unwrap()[..] else {
        panic!("{it}")
    };
    assert_eq!(dispatch["state"], "accepted");
    assert_eq!(dispatch["first_at"], "2026-11-20T17:00:00Z");
    assert_eq!(dispatch["address_hash"].as_str().unwrap().len(), 32);
    let [word] = &it["words"].as_array().unwrap()[..] else {
        panic!("{it}")
    };
    assert_eq!(
        (&word["word"], &word["source"]),
        (&"opt_out".into(), &"cli".into())
    );
    let pretty = place.run(&["export", "--customer", "C-1"]).succeeds();
    let read: serde_json::Value = serde_json::from_str(&pretty.out).unwrap();
    assert_eq!(read, it);
    assert!(pretty.out.lines().count() > 20, "to be read");
}

#[test]
fn somebody_unknown_has_an_empty_export() {
    let place = sent_to_two();
    let said = place
        .run(&["export", "--customer", "NADIE", "--json"])
        .succeeds();
    assert_eq!(said.json()["dispatches"].as_array().unwrap().len(), 0);
}

#[test]
fn who_is_erased_is_found_nowhere_and_never_written_to() {
    let place = sent_to_two();
    let said = place
        .run(&["erase", "--customer", "C-1", "--json"])
        .succeeds();
    assert_eq!(
        said.out.trim(),
        r#"{"v":1,"dispatches":1,"withdrawn":0,"in_flight":0,"words":1,"audiences":0}"#
    );
    let export = place
        .run(&["export", "--customer", "C-1", "--json"])
        .succeeds();
    assert_eq!(export.json()["dispatches"].as_array().unwrap().len(), 0);
    assert_eq!(export.json()["words"].as_array().unwrap().len(), 0);
    place.run(&["audit"]).succeeds();
    // A pass that plans the person again keeps nothing of them.
    place.change("campanas/renovacion/campaign.toml", "vence el", "caduca el");
    place.run(&["run", "--now", LATER, "--json"]).succeeds();
    let explain = place
        .run(&["explain", "--customer", "C-1", "--json"])
        .succeeds();
    assert_eq!(explain.json()["dispatches"].as_array().unwrap().len(), 0);
    let again = place
        .run(&["erase", "--customer", "C-1", "--json"])
        .succeeds();
    assert_eq!(again.json()["dispatches"], 0, "nothing is left to forget");
}

#[test]
fn people_are_told_in_their_language() {
    let place = sent_to_two();
    let said = place
        .run(&["erase", "--customer", "C-2", "--lang", "es"])
        .succeeds();
    assert!(
        said.out.contains("Se ha olvidado a la persona"),
        "{}",
        said.out
    );
}

#[test]
fn both_need_a_person() {
    let place = Place::begun();
    for command in ["export", "erase"] {
        place.run(&[command]).ends(2);
        place.run(&[command, "--customer", ""]).ends(2);
    }
}
