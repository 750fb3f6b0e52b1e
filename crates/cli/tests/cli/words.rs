//! `optout`, `pause`, `resume`, `cancel`, `finish`.

use crate::program::{NOON, Place};

const LATER: &str = "2026-11-20T18:00:00Z";

/// Two of the shipped people are due; nothing was sent yet.
fn planned_for_two() -> Place {
    let place = Place::begun();
    place.change(
        "pregon.toml",
        "[source.csv]",
        "[[hours]]\nevery_day = \"12:30-20:00\"\n\n[source.csv]",
    );
    let said = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(said.json()["deferred"]["quiet_hours"], 2, "{}", said.out);
    place
}

#[track_caller]
fn refused(place: &Place, of: &str, state: &str, reason: &str) {
    let explain = place
        .run(&["explain", "--customer", of, "--json"])
        .succeeds();
    let dispatch = &explain.json()["dispatches"][0];
    assert_eq!(
        (&dispatch["state"], &dispatch["reason"]),
        (&state.into(), &reason.into())
    );
}

#[test]
fn a_refusal_holds_from_then_on_by_person_or_by_address() {
    let place = planned_for_two();
    let said = place
        .run(&["optout", "--customer", "C-1", "--json"])
        .succeeds();
    assert_eq!(said.out.trim(), r#"{"v":1,"in_flight":0}"#);
    // Written as somebody would say it on the phone; kept by its canonical form.
    let address = [
        "optout",
        "--address",
        " joaquin.ibanez@EXAMPLE.com ",
        "--channel",
        "email",
        "--json",
    ];
    place.run(&address).succeeds();
    place.run(&address).succeeds();
    let run = place.run(&["run", "--now", LATER, "--json"]).succeeds();
    assert_eq!(run.json()["accepted"], 0, "{}", run.out);
    assert_eq!(run.json()["refused"]["opted_out"], 2);
    refused(&place, "C-1", "suppressed", "opted_out");
    refused(&place, "C-2", "suppressed", "opted_out");
    place.run(&["audit"]).succeeds();
}

#[test]
fn a_word_of_another_purpose_or_channel_refuses_nothing_here() {
    let place = planned_for_two();
    for args in [
        &["optout", "--customer", "C-1", "--purpose", "newsletter"][..],
        &["optout", "--customer", "C-2", "--channel", "sms"],
        &["optout", "--address", "+56958655810"],
    ] {
        place.run(args).succeeds();
    }
    let run = place.run(&["run", "--now", LATER, "--json"]).succeeds();
    assert_eq!(run.json()["accepted"], 2, "{}", run.out);
}

#[test]
fn words_come_before_everything_else() {
    let place = Place::begun();
    place
        .run(&["optout", "--customer", "C-1", "--all"])
        .succeeds();
    place
        .run(&["optout", "--customer", "nobody-yet"])
        .succeeds();
    let run = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(run.json()["accepted"], 1, "{}", run.out);
    refused(&place, "C-1", "suppressed", "opted_out");
}

#[test]
fn people_are_told_the_truth_in_their_language() {
    let place = Place::begun();
    let said = place
        .run(&["optout", "--customer", "C-1", "--lang", "es"])
        .succeeds();
    assert!(said.out.contains("No se le escribirá más"), "{}", said.out);
    assert!(
        said.out.contains("No hay ningún mensaje en camino"),
        "{}",
        said.out
    );
    let said = place.run(&["optout", "--customer", "C-1"]).succeeds();
    assert!(
        said.out.contains("No message is on its way"),
        "{}",
        said.out
    );
}

#[test]
fn what_makes_no_sense_is_refused_and_no_address_is_repeated() {
    let place = Place::begun();
    for (args, words) in [
        (
            &["--address", "ana(at)example.org"][..],
            "neither an e-mail address nor a phone",
        ),
        (&["--address", "ana@@example"], "--address: "),
        (&["--address", "22345678"], "neither an e-mail"),
        (&["--customer", ""], "--customer: "),
        (
            &["--customer", "C-1", "--purpose", "newsleter"],
            "did you mean newsletter?",
        ),
        (
            &["--customer", "C-1", "--channel", "emial"],
            "did you mean email?",
        ),
        (
            &["--customer", "C-1", "--address", "a@example.org"],
            "cannot be used with",
        ),
        (
            &["--customer", "C-1", "--all", "--purpose", "renewal"],
            "cannot be used with",
        ),
        (&[], "required arguments"),
    ] {
        let line = [&["optout"], args].concat();
        let said = place.run(&line).ends(2).complains(words);
        assert!(
            !said.err.contains("ana@") && !said.err.contains("22345678"),
            "{}",
            said.err
        );
    }
    assert!(!place.path("pregon.db").exists(), "nothing was written");
}

#[test]
fn a_paused_campaign_stays_paused_whatever_its_file_says() {
    let place = planned_for_two();
    let paused = place.run(&["pause", "renovacion", "--json"]).succeeds();
    assert_eq!(paused.out.trim(), r#"{"v":1,"in_flight":0}"#);
    place.run(&["pause", "renovacion"]).succeeds();
    let run = ["run", "--now", LATER, "--json"];
    assert_eq!(place.run(&run).succeeds().json()["accepted"], 0);
    place.change("campanas/renovacion/campaign.toml", "vence el", "caduca el");
    assert_eq!(
        place.run(&run).succeeds().json()["accepted"],
        0,
        "a new version"
    );
    let said = place
        .run(&["resume", "renovacion", "--lang", "es"])
        .succeeds();
    assert!(said.out.contains("renovacion: activa"), "{}", said.out);
    place.run(&["resume", "renovacion"]).succeeds();
    assert_eq!(place.run(&run).succeeds().json()["accepted"], 2);
    let mails = place.messages("salida").into_values();
    assert!(
        mails.into_iter().all(|mail| mail.contains("caduca el")),
        "the newer words"
    );
    place.run(&["audit"]).succeeds();
}

#[test]
fn what_is_called_off_is_never_sent() {
    for (word, state) in [("cancel", "cancelled"), ("finish", "finished")] {
        let place = planned_for_two();
        let said = place.run(&[word, "renovacion"]).succeeds();
        assert!(said.out.contains(state), "{}", said.out);
        place.run(&[word, "renovacion"]).succeeds();
        refused(&place, "C-1", "cancelled", "cancelled");
        let said = place.run(&["resume", "renovacion", "--json"]).ends(2);
        let message = said.json()["error"]["message"].to_string();
        assert!(
            message.contains(&format!("is {state}: it cannot resume")),
            "{message}"
        );
        place.run(&["audit"]).succeeds();
    }
}

#[test]
fn a_campaign_that_is_not_there() {
    let place = planned_for_two();
    let said = place.run(&["pause", "renovación", "--json"]).ends(2);
    assert_eq!(said.json()["error"]["hint"], "did you mean renovacion?");
    place.run(&["resume", "renovacion"]).succeeds();
    place
        .run(&["pause", "otra"])
        .ends(2)
        .complains("there are: renovacion");
}

/// What somebody says while another process sends holds at once, and is acknowledged.
#[test]
fn words_and_pauses_are_taken_while_run_runs() {
    // Its campaign is active, whether or not the first pass of the child has come to it.
    let place = planned_for_two();
    std::fs::remove_file(place.path("pregon.db.flights")).unwrap();
    let mut child = place
        .command(&["run", "--json"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // It makes its recorder when it has the store. To ask by taking the store would take it away.
    while !place.path("pregon.db.flights").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        std::thread::yield_now();
    }
    place.run(&["run", "--once", "--quiet"]).ends(3);
    let said = place
        .run(&["optout", "--customer", "C-5", "--json"])
        .succeeds();
    assert_eq!(said.members(), ["v", "in_flight"]);
    place.run(&["pause", "renovacion"]).succeeds();
    place.run(&["audit"]).succeeds();
    place.run(&["resume", "renovacion"]).succeeds();
    place.run(&["finish", "renovacion"]).succeeds();
    assert!(child.try_wait().unwrap().is_none(), "it goes on");
    let pid = child.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(143));
    place
        .run(&["resume", "renovacion"])
        .ends(2)
        .complains("is finished");
}
