//! `explain` in full: which rule, with which count, and when next.

use crate::program::{NOON, Place};

#[test]
fn a_limit_is_told_with_its_count_and_when_it_frees() {
    let place = Place::begun();
    place.change("pines.csv", "Returned", "Delivered");
    place.run(&["run", "--now", NOON]).succeeds();
    let explain = [
        "explain",
        "--customer",
        "C-2",
        "--now",
        "2026-11-20T18:00:00Z",
    ];
    let said = place.run(&[&explain[..], &["--json"]].concat()).succeeds();
    assert_eq!(
        said.members()[..5],
        ["v", "customer", "dispatches", "audiences", "next"]
    );
    let json = said.json();
    let dispatches = json["dispatches"].as_array().unwrap();
    let waiting = dispatches
        .iter()
        .find(|it| it["state"] == "scheduled")
        .unwrap();
    assert_eq!(waiting["rule"], "un-correo-por-dia");
    let fill = serde_json::json!([waiting["count"], waiting["most"], waiting["per"]]);
    assert_eq!(fill, serde_json::json!([1, 1, "day"]), "{waiting}");
    assert_eq!(
        waiting["until"], "2026-11-21T05:00:00Z",
        "the person's midnight"
    );
    let sent = dispatches
        .iter()
        .find(|it| it["state"] == "accepted")
        .unwrap();
    assert!(sent["count"].is_null() && sent["most"].is_null(), "{sent}");
    let next = &json["next"][0];
    assert_eq!(
        (&next["channel"], &next["purpose"]),
        (&"email".into(), &"renewal".into())
    );
    assert_eq!(
        (&next["at"], &next["reason"]),
        (&waiting["until"], &"limit".into())
    );
    assert_eq!(
        (&next["rule"], &next["count"]),
        (&"un-correo-por-dia".into(), &1.into())
    );
}

#[test]
fn people_read_the_count_and_the_instant() {
    let place = Place::begun();
    place.change("pines.csv", "Returned", "Delivered");
    place.run(&["run", "--now", NOON]).succeeds();
    let explain = ["explain", "--customer", "C-2", "--lang", "es"];
    let later = ["--now", "2026-11-20T18:00:00Z"];
    let told = place.run(&[&explain[..], &later].concat()).succeeds();
    assert!(
        told.out.contains("un-correo-por-dia: 1 de 1 / day"),
        "{}",
        told.out
    );
    assert!(
        told.out
            .contains("email · renewal: no antes de 2026-11-21 00:00"),
        "{}",
        told.out
    );
}

#[test]
fn what_waited_for_a_limit_and_was_refused_is_not_told_as_a_limit() {
    let place = Place::begun();
    place.change("pines.csv", "Returned", "Delivered");
    place.run(&["run", "--now", NOON]).succeeds();
    place.run(&["optout", "--customer", "C-2"]).succeeds();
    let later = ["--now", "2026-11-21T17:00:00Z"];
    place.run(&[&["run"][..], &later].concat()).succeeds();
    let explain = [&["explain", "--customer", "C-2"][..], &later].concat();
    let json = place.run(&[&explain[..], &["--json"]].concat()).succeeds();
    let json = json.json();
    let dispatches = json["dispatches"].as_array().unwrap();
    let refused = dispatches.iter().find(|it| it["reason"] == "opted_out");
    let refused = refused.unwrap();
    assert!(
        refused["rule"].is_null() && refused["count"].is_null(),
        "{refused}"
    );
    let told = place.run(&explain).succeeds();
    assert!(!told.out.contains("un-correo-por-dia"), "{}", told.out);
}

#[test]
fn who_may_be_written_to_now_and_who_never() {
    let place = Place::begun();
    place.run(&["run", "--now", NOON]).succeeds();
    let next = |of: &str| {
        let later = "2026-11-22T17:00:00Z";
        let said = place.run(&["explain", "--customer", of, "--now", later, "--json"]);
        said.succeeds().json()["next"][0].clone()
    };
    let one = next("C-1");
    assert_eq!(one["at"], "2026-11-22T17:00:00Z", "{one}");
    assert!(one["reason"].is_null() && one["rule"].is_null(), "{one}");
    place.run(&["optout", "--customer", "C-1"]).succeeds();
    let one = next("C-1");
    assert_eq!(
        (&one["at"], &one["reason"]),
        (&().into(), &"opted_out".into()),
        "{one}"
    );
    let nobody = place
        .run(&["explain", "--customer", "C-99", "--json"])
        .succeeds();
    assert_eq!(nobody.json()["next"], serde_json::json!([]));
}
