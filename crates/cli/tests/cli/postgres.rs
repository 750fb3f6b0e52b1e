//! A store on a PostgreSQL server.

use crate::program::{NOON, Place};

#[cfg(not(feature = "postgres"))]
#[test]
fn a_build_without_it_says_so() {
    let place = Place::begun();
    place.change(
        "pregon.toml",
        "sqlite:pregon.db",
        "postgres://localhost/pregon",
    );
    for command in [&["run"][..], &["audit"], &["optout", "--customer", "C-1"]] {
        let said = place.run(command).ends(2);
        let said = said
            .complains("pregon.toml:10:13")
            .complains("lacks the feature `postgres`");
        assert_eq!(said.out, "");
    }
}

/// A place whose store is a new schema of the test server, if there is one.
#[cfg(feature = "postgres")]
fn place(name: &str) -> Option<Place> {
    let Ok(url) = std::env::var("PREGON_TEST_POSTGRES") else {
        // Past the test runner, which keeps what a passing test prints to itself.
        let said = b"NOT RUN: no PostgreSQL in PREGON_TEST_POSTGRES; see `cargo xtask servers`\n";
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said);
        return None;
    };
    let place = Place::begun();
    let store = format!("{url}\"\nschema    = \"cli_{name}_{}", std::process::id());
    place.change("pregon.toml", "sqlite:pregon.db", &store);
    Some(place)
}

#[cfg(feature = "postgres")]
#[test]
fn everything_works_on_a_server() {
    let Some(place) = place("all") else { return };
    place.run(&["audit"]).ends(2).complains("there is no store");
    place.run(&["optout", "--customer", "C-2"]).succeeds();
    let run = ["run", "--now", NOON, "--json"];
    let first = place.run(&run).succeeds();
    assert_eq!(first.json()["accepted"], 1, "{}", first.out);
    assert_eq!(first.json()["refused"]["opted_out"], 2, "{}", first.out);
    let again = place.run(&run).succeeds();
    assert_eq!(
        (&again.json()["accepted"], &again.json()["planned"]),
        (&0.into(), &0.into())
    );
    assert!(!place.path("pregon.db").exists());
    place
        .run(&["run", "--now", "2026-11-20T16:59:59Z"])
        .ends(2)
        .complains("which the store has seen already");

    let explain = place
        .run(&["explain", "--customer", "C-2", "--json"])
        .succeeds();
    assert_eq!(explain.json()["dispatches"][0]["reason"], "opted_out");
    let pause = place.run(&["pause", "renovacion", "--json"]).succeeds();
    assert_eq!(pause.out.trim(), r#"{"v":1,"in_flight":0}"#);
    place
        .run(&["pause", "renovacio"])
        .ends(2)
        .complains("did you mean renovacion?");
    let later = ["run", "--now", "2026-12-05T17:00:00Z", "--json"];
    assert_eq!(place.run(&later).succeeds().json()["accepted"], 0);
    place.run(&["resume", "renovacion"]).succeeds();
    assert_eq!(place.run(&later).succeeds().json()["accepted"], 1);
    let audit = place.run(&["audit", "--json"]).succeeds();
    assert_eq!(
        audit.json()["violations"],
        serde_json::json!([]),
        "{}",
        audit.out
    );
    assert_eq!(audit.json()["checked"]["dispatches"], 5, "{}", audit.out);
}

#[cfg(feature = "postgres")]
#[test]
fn two_workers_send_side_by_side() {
    let Some(place) = place("two") else { return };
    let config = std::fs::read_to_string(place.path("pregon.toml")).unwrap();
    let second = format!("{config}\n[worker]\nname = \"second\"\n");
    place.write("second.toml", &second);
    let children = ["pregon.toml", "second.toml"].map(|file| {
        let mut command = place.command(&["run", file, "--now", NOON, "--json"]);
        command
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    });
    let accepted = children.map(|child| {
        let done = crate::program::said(child.wait_with_output().unwrap()).succeeds();
        done.json()["accepted"].as_u64().unwrap()
    });
    assert_eq!(accepted.iter().sum::<u64>(), 2);
    assert_eq!(place.messages("salida").len(), 2);
    place.run(&["audit"]).succeeds();
}

#[test]
fn what_was_lost_is_said_of_a_server_that_is_accepted() {
    let place = Place::begun();
    let since = "2026-11-20T16:00:00Z";
    let said = place.run(&["run", "--now", NOON, "--lost-since", since]);
    said.ends(2).complains("--accept-moved");
    let said = place.run(&["run", "--accept-moved", "--lost-since", "yesterday"]);
    said.ends(2).complains("yesterday");
}

#[cfg(feature = "postgres")]
#[test]
fn a_password_stands_in_no_file_and_in_no_message() {
    let place = Place::begun();
    place.change(
        "pregon.toml",
        "sqlite:pregon.db",
        "postgres://u:hunter2@127.0.0.1:1/d",
    );
    let said = place
        .run(&["run"])
        .ends(2)
        .complains("PREGON_POSTGRES_PASSWORD");
    assert!(!said.err.contains("hunter2"), "{}", said.err);
    place.change(
        "pregon.toml",
        "u:hunter2@127.0.0.1:1/d",
        "u@127.0.0.1:1/d?password=hunter2",
    );
    let said = place
        .run(&["run"])
        .ends(2)
        .complains("PREGON_POSTGRES_PASSWORD");
    assert!(!said.err.contains("hunter2"), "{}", said.err);
    place.change("pregon.toml", "?password=hunter2", "");
    let mut command = place.command(&["run", "--once", "--json", "--log", "trace"]);
    command.env("PREGON_POSTGRES_PASSWORD", "hunter2");
    let said = crate::program::said(command.output().unwrap()).ends(3);
    let said = said.complains("postgres://u@127.0.0.1:1/d cannot be opened");
    assert!(
        !said.err.contains("hunter2") && !said.out.contains("hunter2"),
        "{}",
        said.err
    );
}
