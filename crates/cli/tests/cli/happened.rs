//! Campaigns that are started by what happens: what `check` finds in their files, and that `run`
//! leaves them to the host that reports it.

use crate::program::{NOON, Place};

const CAMPAIGN: &str = "campanas/renovacion/campaign.toml";
const TRIGGER: &str = "{ before_date = { record = \"pin\", date = \"expiry_date\", days = 30 } }";

/// A campaign on bookings, about pins, in a configuration that declares these kinds.
fn place(kinds: &str, trigger: &str) -> Place {
    let place = Place::begun();
    let line = format!("activities = {kinds}\nconsent ");
    place.change("pregon.toml", "consent ", &line);
    place.change(CAMPAIGN, TRIGGER, &format!("{{ on_activity = {trigger} }}"));
    place
}

/// What is found in the table of the trigger, and in which column of its line.
#[track_caller]
fn check(trigger: &str, column: u32, words: &str) {
    let at = place("[\"booking\", \"visit\"]", trigger);
    let said = at.run(&["check", "campanas/renovacion", "--json"]).ends(1);
    let json = said.json();
    let problem = &json["problems"][0];
    let message = problem["message"].as_str().unwrap();
    let hint = problem["hint"].as_str().unwrap_or_default();
    let text = format!("{message} {hint}");
    assert!(text.contains(words), "{words:?} is not in {text:?}");
    let found = (problem["line"].as_u64(), problem["column"].as_u64());
    assert_eq!(found, (Some(9), Some(column.into())), "{}", said.out);
    assert_eq!(problem["severity"], "error");
    let place = format!("{CAMPAIGN}:9:{column}: ");
    at.run(&["run", "--once"]).ends(2).complains(&place);
}

#[test]
fn a_kind_that_nobody_declares() {
    check(
        "{ activity = \"boking\", record = \"pin\" }",
        41,
        "did you mean booking?",
    );
    check(
        "{ activity = \"nada\", record = \"pin\" }",
        41,
        "there are: booking, visit",
    );
}
#[test]
fn a_length_that_makes_no_sense() {
    let words = "is not a length of time: write 90s, 15m, 24h, 7d or 2w";
    for absurd in ["-24h", "0s", "24", "100w 3d", "900w"] {
        let trigger = format!("{{ activity = \"booking\", after = \"{absurd}\" }}");
        check(&trigger, 60, words);
    }
    check("{ activity = \"booking\", after = 24 }", 60, "invalid type");
}
#[test]
fn a_name_that_it_does_not_have() {
    check(
        "{ activity = \"booking\", afer = \"24h\" }",
        52,
        "did you mean after?",
    );
    check("{ record = \"pin\" }", 14, "missing field `activity`");
    check(
        "{ activity = \"booking\", record = \"pim\" }",
        61,
        "did you mean pin?",
    );
}

#[test]
fn one_that_makes_sense_is_left_to_who_reports() {
    let trigger =
        "{ activity = \"booking\", record = \"pin\", after = \"24h\", not_after = \"3d\" }";
    let at = place("[\"booking\"]", trigger);
    let said = at.run(&["check", "campanas/renovacion"]).succeeds();
    assert!(said.out.contains("no problems"), "{}", said.out);
    let said = at.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(said.json()["planned"], 0, "{}", said.out);
    assert_eq!(at.messages("salida").len(), 0);
}

#[test]
fn a_word_that_is_no_kind_is_refused_in_the_configuration() {
    let at = place(
        "[\"booking\", \"a call\"]",
        "{ activity = \"booking\", record = \"pin\" }",
    );
    at.run(&["run", "--once"])
        .ends(2)
        .complains("pregon.toml:16:26: \"a call\" is not a kind of activity");
}

#[test]
fn without_a_configuration_any_kind_may_be_one() {
    let at = place(
        "[]",
        "{ activity = \"booking\", record = \"pin\", after = \"24h\" }",
    );
    std::fs::remove_file(at.path("pregon.toml")).unwrap();
    at.run(&["check", "campanas/renovacion"]).succeeds();
    at.change(CAMPAIGN, "\"booking\"", "\"a booking\"");
    let said = at.run(&["check", "campanas/renovacion"]).ends(1);
    assert!(said.out.contains(":9:41: error: "), "{}", said.out);
}
