//! `run`, from `init` on.

use crate::program::{NOON, Place};

const MEMBERS: [&str; 12] = [
    "v",
    "planned",
    "accepted",
    "deferred",
    "refused",
    "failed",
    "in_doubt",
    "retry",
    "unreachable",
    "next",
    "outside_audience",
    "events",
];

#[test]
fn what_init_writes_runs_as_it_is_and_once() {
    let place = Place::new();
    let init = place
        .run(&["init", "x", "--now", NOON, "--json"])
        .succeeds();
    assert_eq!(init.members(), ["v", "dir", "files"]);
    for file in init.json()["files"].as_array().unwrap() {
        assert!(
            place.path("x").join(file.as_str().unwrap()).is_file(),
            "{file}"
        );
    }
    place.run(&["check", "x/campanas/renovacion"]).succeeds();

    let run = ["run", "x/pregon.toml", "--once", "--now", NOON, "--json"];
    let first = place.run(&run).succeeds();
    assert_eq!(first.members(), MEMBERS);
    assert_eq!(first.json()["accepted"], 2, "{}", first.out);
    assert_eq!(first.json()["unreachable"], 1, "Óscar has no mail");
    assert_eq!(
        first.json()["refused"]["opted_out"],
        1,
        "Sofía does not want any"
    );
    assert_eq!(place.messages("x/salida").len(), 2);
    let again = place.run(&run).succeeds();
    assert_eq!(
        (&again.json()["accepted"], &again.json()["planned"]),
        (&0.into(), &0.into())
    );

    let explain = [
        "explain",
        "--config",
        "x/pregon.toml",
        "--customer",
        "C-3",
        "--json",
    ];
    let said = place.run(&explain).succeeds();
    assert_eq!(said.members()[..3], ["v", "customer", "dispatches"]);
    let dispatch = &said.json()["dispatches"][0];
    assert_eq!(
        (&dispatch["state"], &dispatch["reason"]),
        (&"suppressed".into(), &"opted_out".into())
    );
    assert!(dispatch["at"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn init_overwrites_nothing() {
    let place = Place::new();
    place.write("clientes.csv", "id\n");
    place
        .run(&["init"])
        .ends(2)
        .complains("clientes.csv: the file is there already");
    assert!(!place.path("pregon.toml").exists(), "nothing was written");
}

#[test]
fn time_does_not_go_back() {
    let place = Place::begun();
    place.run(&["run", "--now", NOON]).succeeds();
    let early = ["run", "--now", "2026-11-20T16:59:59Z", "--json"];
    let said = place
        .run(&early)
        .ends(2)
        .complains("which the store has seen already");
    assert_eq!(said.members()[..2], ["v", "error"]);
    assert_eq!(
        place.run(&["run", "--now", NOON, "--json"]).json()["planned"],
        0
    );
}

#[test]
fn a_changed_campaign_is_a_new_version_and_one_no_longer_named_is_left_alone() {
    let place = Place::begun();
    place.run(&["run", "--now", NOON]).succeeds();
    place.change("campanas/renovacion/campaign.toml", "vence el", "caduca el");
    let said = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(
        said.json()["accepted"],
        0,
        "the same occasion, whatever its words"
    );
    place.change("pregon.toml", "[\"campanas/renovacion\"]", "[]");
    place
        .run(&["run", "--now", NOON])
        .succeeds()
        .complains("renovacion: is no longer in");
}

#[test]
fn a_stop_is_clean_and_the_store_belongs_to_one() {
    let place = Place::begun();
    let start = || {
        let mut command = place.command(&["run", "--json"]);
        command
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    // It listens to signals before it takes the store, so whoever finds that in use may signal.
    let mut child = start();
    while place.run(&["run", "--once"]).code != Some(3) {
        if child.try_wait().unwrap().is_some() {
            // The other one was there first, and this one was refused.
            child = start();
        }
    }
    place.run(&["run", "--once"]).ends(3).complains("is in use");
    let pid = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status();
    assert!(kill.unwrap().success());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(143));
    let out = String::from_utf8(done.stdout).unwrap();
    assert!(out.starts_with(r#"{"v":1,"planned":"#), "its totals: {out}");
    place.run(&["explain", "--customer", "C-1"]).succeeds();
    place.run(&["run", "--once"]).succeeds();
}

#[test]
fn a_disk_that_is_full_loses_nothing() {
    let place = Place::begun();
    place
        .run(&["run", "--now", "2026-11-19T17:00:00Z"])
        .succeeds();
    let full = place.shell("ulimit -f 1; $PREGON run --now 2026-11-20T17:00:00Z");
    assert!(
        full.code.is_some_and(|code| [1, 3].contains(&code)),
        "{:?}: {}",
        full.code,
        full.err
    );
    assert!(!full.err.is_empty(), "it says why");
    let said = place
        .run(&["run", "--now", "2026-11-20T18:00:00Z", "--json"])
        .succeeds();
    assert_eq!(place.messages("salida").len(), 2, "{}", said.out);
}
