//! The demonstration: whole, again, and killed in the middle.

use crate::program::Place;

#[test]
fn killed_and_run_again_it_ends_with_the_same_messages() {
    let (whole, killed) = (Place::new(), Place::new());
    let first = whole.run(&["demo", "--json"]).succeeds();
    let sent = first.json()["accepted"].as_u64().unwrap();
    assert_eq!(first.json()["dir"], "pregon-demo");
    assert!(sent > 2_000, "{}", first.out);
    let messages = whole.messages("pregon-demo/salida");
    assert_eq!(messages.len() as u64, sent, "each message is a file");

    let again = whole.run(&["demo", "--json"]).succeeds();
    assert_eq!(again.json()["accepted"], 0, "nothing twice");
    assert_eq!(again.json()["planned"], 0);

    // Three kills, each once so many messages are there more.
    for part in 1..4 {
        let mut child = killed.command(&["demo", "--quiet"]).spawn().unwrap();
        let enough = messages.len() * part / 5;
        while killed.count("pregon-demo/salida") < enough {
            assert!(child.try_wait().unwrap().is_none(), "it still runs");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    killed.run(&["demo", "--quiet"]).succeeds();
    let found = killed.messages("pregon-demo/salida");
    assert!(found.keys().eq(messages.keys()), "none missing, none more");
    assert!(found == messages, "the same bytes apart from their date");

    let nobody = whole
        .run(&["explain", "--json", "--customer", "C-9999"])
        .succeeds();
    assert_eq!(
        nobody.json()["dispatches"].as_array().map(Vec::len),
        Some(0)
    );
    let people = whole.run(&["demo", "--lang", "es"]).succeeds();
    assert!(
        people.out.contains("nada se envía dos veces"),
        "{}",
        people.out
    );
    assert!(
        !people.out.contains('\u{1b}'),
        "no colour where nobody looks"
    );
    let command = people
        .out
        .lines()
        .find(|line| line.contains("pregon explain"))
        .unwrap();
    let args: Vec<&str> = command.split_whitespace().skip(1).collect();
    let told = whole.run(&args).succeeds();
    assert!(!told.out.is_empty(), "the printed command works");
}

#[test]
fn what_nobody_reads_is_no_failure() {
    let place = Place::begun();
    let said = place.shell("$PREGON run --once --now 2026-11-20T17:00:00Z | head -0; echo ok");
    assert_eq!((said.out.as_str(), said.err.as_str()), ("ok\n", ""));
    assert_eq!(
        place.run(&["run", "--once", "--json"]).json()["accepted"],
        0,
        "it was done"
    );
}
