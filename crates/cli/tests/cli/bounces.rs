//! What mail servers send back, by a mailbox that the program reads.

use crate::program::{NOON, Place};

/// The day after, at the same time.
const LATER: &str = "2026-11-21T17:00:00Z";

/// A place with a mailbox, whose first mails have left; the pins of two people expire a day later.
fn sent() -> Place {
    let place = Place::begun();
    for part in ["new", "cur"] {
        std::fs::create_dir_all(place.path("buzon").join(part)).unwrap();
    }
    let config = std::fs::read_to_string(place.path("pregon.toml")).unwrap();
    let mailbox = "\n[bounces]\nmaildir = \"buzon\"\n";
    place.write("pregon.toml", &format!("{config}{mailbox}"));
    place.run(&["run", "--once", "--now", NOON]).succeeds();
    let pins = std::fs::read_to_string(place.path("pines.csv")).unwrap();
    let later = "STR-8,C-1,Curso,Suscripciones Digitales,Delivered,2026-12-21\n\
                 STR-9,C-2,Curso,Suscripciones Digitales,Delivered,2026-12-21\n";
    place.write("pines.csv", &format!("{pins}{later}"));
    place
}

/// The mail server's report that the mail to somebody did not find her.
fn report(place: &Place, to: &str) -> String {
    let messages = place.messages("salida");
    let theirs = messages.values().find(|mail| mail.contains(to)).unwrap();
    let id = theirs
        .lines()
        .find(|line| line.starts_with("Message-ID: "))
        .unwrap();
    format!(
        "From: mailer-daemon@mx.example.org\r\nTo: avisos@example.org\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n\
         --x\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.org\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --x\r\nContent-Type: text/rfc822-headers\r\n\r\n{id}\r\n--x--\r\n"
    )
}

/// How many files there are in a part of the mailbox.
fn count(place: &Place, part: &str) -> usize {
    place
        .path("buzon")
        .join(part)
        .read_dir()
        .map_or(0, Iterator::count)
}

#[test]
fn a_dead_address_is_heard_before_anything_else_is_sent() {
    let place = sent();
    let to = "ana.paredes@example.org";
    place.write("buzon/new/1.M1P1.mx", &report(&place, to));
    place.write(
        "buzon/new/2.M1P1.mx",
        "Subject: Vacaciones\r\n\r\nVuelvo.\r\n",
    );
    let run = place.run(&["run", "--once", "--now", LATER, "--json"]);
    let run = run.succeeds();
    let json = run.json();
    assert_eq!(
        (&json["accepted"], &json["refused"]["opted_out"]),
        (&1.into(), &1.into())
    );
    assert!(!run.err.contains(to) && !run.out.contains(to));
    assert_eq!((count(&place, "new"), count(&place, "cur")), (0, 1));
    assert_eq!(count(&place, "bad"), 2, "the vacation and why");
    assert!(run.err.contains("2.M1P1.mx"), "{}", run.err);

    let told = place.run(&["explain", "--customer", "C-1", "--now", LATER, "--json"]);
    let dispatches = told.succeeds().json()["dispatches"].clone();
    let dispatches = dispatches.as_array().unwrap();
    let heard: Vec<_> = dispatches.iter().map(|it| it["heard"].clone()).collect();
    assert_eq!(
        heard,
        [serde_json::json!(["bounced_hard"]), serde_json::json!([])]
    );
    let people = place.run(&["explain", "--customer", "C-1", "--now", LATER]);
    assert!(people.succeeds().out.contains(" · bounced_hard"));
    let export = place
        .run(&["export", "--customer", "C-1", "--json"])
        .succeeds();
    assert_eq!(export.json()["dispatches"][0]["heard"][0], "bounced_hard");
}

#[test]
fn without_a_report_both_are_written_to() {
    let place = sent();
    let run = place.run(&["run", "--once", "--now", LATER, "--json"]);
    assert_eq!(run.succeeds().json()["accepted"], 2);
}

#[test]
fn what_is_no_mailbox_and_what_has_no_key_is_said() {
    let place = Place::begun();
    let config = std::fs::read_to_string(place.path("pregon.toml")).unwrap();
    let with = |table: &str| {
        place.write("pregon.toml", &format!("{config}\n{table}"));
        place.run(&["run", "--once", "--now", NOON])
    };
    with("[bounces]\nmaildir = \"buzon\"\n")
        .ends(2)
        .complains("it is no mailbox");
    with("[bounces]\ndomain = \"rebotes.example.org\"\n")
        .ends(2)
        .complains("channel.email.smtp");
    with("[bounces]\nmailbox = \"buzon\"\n")
        .ends(2)
        .complains("maildir");
}

#[cfg(feature = "smtp")]
#[test]
fn an_address_for_bounces_needs_a_key_and_a_domain() {
    let place = Place::begun();
    place.change(
        "pregon.toml",
        "[channel.email.outbox]\ndir  = \"salida/correo\"",
        "[bounces]\ndomain = \"rebotes.example.org\"\n\
         [channel.email.smtp]\nurl = \"smtp://127.0.0.1:1\"",
    );
    let args = ["run", "--once", "--now", NOON];
    place.run(&args).ends(2).complains("PREGON_HASH_KEY");
    let keyed = || {
        let mut command = place.command(&args);
        command.env("PREGON_HASH_KEY", "07".repeat(32));
        crate::program::said(command.output().unwrap())
    };
    // The server is not there, and that is all that is wrong.
    keyed().ends(3);
    place.change("pregon.toml", "rebotes.example.org", "rebotes");
    keyed().ends(2).complains("bounces.example.org");
}
