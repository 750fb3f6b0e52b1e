//! `[events]`: what happens, as lines of a file.

use serde_json::Value;

use crate::program::{NOON, Place};

fn telling() -> Place {
    let place = Place::begun();
    let events = "[events]\nfile = \"events.jsonl\"\n\n[source.csv]";
    place.change("pregon.toml", "[source.csv]", events);
    place
}

fn events(place: &Place) -> Vec<Value> {
    let text = std::fs::read_to_string(place.path("events.jsonl")).unwrap();
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[test]
fn everything_that_happens_is_a_line() {
    let place = telling();
    let said = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    let accepted = said.json()["accepted"].as_u64().unwrap();
    assert!(accepted > 0);
    let told = events(&place);
    assert_eq!(said.json()["events"], told.len());
    let of = |kind: &str| told.iter().filter(|it| it["type"] == kind).count() as u64;
    assert_eq!(of("pregon.dispatch.accepted"), accepted);
    assert_eq!(of("pregon.dispatch.sending"), accepted);
    for event in &told {
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["source"], "pregon");
        let text = event.to_string();
        assert!(!text.contains('@'), "no address is told: {text}");
    }
    let said = place.run(&["audit", "--json"]).succeeds();
    assert!(said.json()["checked"]["I11"].as_u64() >= Some(accepted));
}

#[test]
fn what_others_do_meanwhile_is_told_by_the_next_run() {
    let place = telling();
    place.run(&["run", "--now", NOON]).succeeds();
    let before = events(&place).len();
    place
        .run(&["optout", "--customer", "C-003", "--now", NOON])
        .succeeds();
    place
        .run(&["pause", "renovacion", "--now", NOON])
        .succeeds();
    assert_eq!(events(&place).len(), before, "they wait in the store");
    place.run(&["run", "--now", NOON]).succeeds();
    let told = events(&place);
    let kinds: Vec<&str> = told[before..]
        .iter()
        .filter_map(|it| it["type"].as_str())
        .collect();
    assert!(kinds.contains(&"pregon.preference.opt_out"), "{kinds:?}");
    assert!(kinds.contains(&"pregon.campaign.paused"), "{kinds:?}");
}

#[test]
fn an_audit_misses_a_line_that_somebody_took_away() {
    let place = telling();
    place.run(&["run", "--now", NOON]).succeeds();
    let told = std::fs::read_to_string(place.path("events.jsonl")).unwrap();
    let (rest, _) = told.trim_end().rsplit_once('\n').unwrap();
    place.write("events.jsonl", &format!("{rest}\n"));
    let said = place.run(&["audit", "--json"]).ends(1);
    assert_eq!(said.json()["violations"][0]["invariant"], "I11");
    place.write("events.jsonl", &format!("{rest}\nnothing\n"));
    place.run(&["audit"]).ends(2).complains("events");
}

#[test]
fn a_file_that_cannot_be_written_keeps_no_message_back() {
    let place = telling();
    place.change(
        "pregon.toml",
        "\"events.jsonl\"",
        "\"no/such/folder/events.jsonl\"",
    );
    let said = place.run(&["run", "--now", NOON, "--json"]).ends(3);
    said.complains("event_file");
    place.change(
        "pregon.toml",
        "\"no/such/folder/events.jsonl\"",
        "\"events.jsonl\"",
    );
    place.run(&["run", "--now", NOON]).succeeds();
    let told = events(&place);
    let sent = told
        .iter()
        .filter(|it| it["type"] == "pregon.dispatch.accepted");
    assert_eq!(sent.count(), place.count("salida"));
    place.run(&["audit"]).succeeds();
}
