//! `pregon preview`: a step as it would leave, and tests to one's own people.

use crate::program::{NOON, Place};

const CAMPAIGN: &str = "campanas/renovacion";

/// A place whose mail is HTML alone, with styles of a page.
fn styled() -> Place {
    let place = Place::begun();
    place.change(
        "campanas/renovacion/campaign.toml",
        ", text = \"correo.txt\"",
        "",
    );
    place.write(
        "campanas/renovacion/correo.html",
        "<!doctype html><html lang=\"es\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <style>\n.nombre { color: #0f766e }\n</style></head><body>\n\
         <p>Hola, <b class=\"nombre\">{{first_name customer_name}}</b>:</p>\n\
         <p><a href=\"http://example.org/r\">Renovar</a></p></body></html>",
    );
    place
}

#[test]
fn a_step_is_written_as_it_would_leave_and_nothing_leaves() {
    let place = styled();
    let args = format!("preview {CAMPAIGN} --customer C-3 --now {NOON} --json");
    let args: Vec<&str> = args.split(' ').collect();
    let said = place.run(&args);
    // A link that is not https is an error of the template; it is told, not hidden.
    let said = said.ends(2).complains("correo.html:7:17");
    assert!(said.err.contains("https://"), "{}", said.err);

    place.change(
        "campanas/renovacion/correo.html",
        "http://example.org/r",
        "https://example.org/r",
    );
    let said = place.run(&args).succeeds();
    let expected = [
        "v",
        "campaign",
        "journey",
        "step",
        "channel",
        "customer",
        "reachable",
        "dir",
        "files",
        "subject",
        "problems",
        "sent",
    ];
    assert_eq!(said.members(), expected);
    let json = said.json();
    assert_eq!(json["customer"], "C-3");
    assert_eq!(
        json["files"],
        serde_json::json!(["subject.txt", "email.html", "email.txt"])
    );
    let problems = json["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0]["severity"], "warning");
    let html = std::fs::read_to_string(place.path("vista/email.html")).unwrap();
    assert!(
        html.contains("<b class=\"nombre\" style=\"color: #0f766e;\">"),
        "{html}"
    );
    let text = std::fs::read_to_string(place.path("vista/email.txt")).unwrap();
    assert!(text.ends_with("Renovar: https://example.org/r\n"), "{text}");
    assert_eq!(place.count("salida"), 0);
    assert!(!place.path("pregon.db").exists());
}

#[test]
fn what_is_sent_has_the_same_text_and_styles() {
    let place = styled();
    place.change("campanas/renovacion/correo.html", "http://", "https://");
    place.run(&["run", "--once", "--now", NOON]).succeeds();
    let messages = place.messages("salida");
    assert!(!messages.is_empty());
    for message in messages.values() {
        // Whether a mail is quoted hangs on the name in it.
        let message = message.replace("=3D", "=");
        assert!(
            message.contains("Renovar: https://example.org/r"),
            "{message}"
        );
        assert!(message.contains("style=\"color: #0f766e;\""), "{message}");
    }
}

#[test]
fn a_test_goes_to_ones_own_people_and_counts_nowhere() {
    let place = Place::begun();
    let seeds = "ana@example.org,beto@example.org,+56912345678";
    let said = place.run(&[
        "preview",
        CAMPAIGN,
        "--now",
        NOON,
        "--send-to",
        seeds,
        "--json",
    ]);
    // The phone is not where mails go, and that is a failure.
    let said = said.ends(1);
    let sent = said.json()["sent"].clone();
    let accepted: Vec<bool> = sent
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["accepted"] == true)
        .collect();
    assert_eq!(accepted, [true, true, false]);
    for address in seeds.split(',') {
        assert!(
            !said.out.contains(address) && !said.err.contains(address),
            "{address} is told"
        );
    }
    let messages = place.messages("salida");
    assert_eq!(messages.len(), 2);
    for message in messages.values() {
        assert!(message.contains("Subject: [prueba] "), "{message}");
    }
    assert!(!place.path("pregon.db").exists(), "no store was made");
    // Nobody's place in a limit was taken, and nothing counts as sent.
    let run = place
        .run(&["run", "--once", "--now", NOON, "--json"])
        .succeeds();
    assert_eq!(run.json()["accepted"], 2, "{}", run.out);
}

/// A list for mails and short messages alike: a mail goes to those who have an address.
#[test]
fn a_test_goes_to_the_seeds_of_the_house() {
    let place = Place::begun();
    let test = |args: &[&str]| {
        let all = [&["preview", CAMPAIGN, "--now", NOON, "--json"], args].concat();
        place.run(&all)
    };
    test(&["--seeds"]).ends(2).complains("[seeds] to = ");
    let config = std::fs::read_to_string(place.path("pregon.toml")).unwrap();
    let seeds = |list: &str| {
        place.write("pregon.toml", &format!("{config}\n[seeds]\nto = {list}\n"));
    };
    seeds("[\"+56912345678\", \"eva@example.org\"]");
    let said = test(&["--seeds", "--send-to", "ana@example.org"]).succeeds();
    let expected = serde_json::json!([
        { "list": "send-to", "seed": 1, "accepted": true, "error": null },
        { "list": "seeds", "seed": 2, "accepted": true, "error": null },
    ]);
    assert_eq!(said.json()["sent"], expected);
    assert_eq!(place.messages("salida").len(), 2);
    test(&[]).succeeds();
    assert_eq!(place.messages("salida").len(), 2, "nobody asked for a test");
    seeds("[\"ana@example.org\", \"eva\"]");
    test(&["--seeds"]).ends(2).complains("pregon.toml:");
    seeds("[\"+56912345678\"]");
    test(&["--seeds"]).succeeds().complains("reaches none");
}

#[test]
fn a_short_message_tells_its_parts_and_what_they_cost() {
    let place = Place::begun();
    place.write(
        "campanas/sms/campaign.toml",
        "id = \"sms\"\nname = \"SMS\"\npurpose = \"renewal\"\n\
         [[journey]]\nid = \"a\"\ntrigger = { calendar = { cron = \"0 9 * * *\" } }\n\
         [[journey.step]]\nid = \"uno\"\nsms = { text = \"Promoción de hoy 💧\" }\n\
         [[journey]]\nid = \"b\"\ntrigger = { calendar = { cron = \"0 9 * * *\" } }\n\
         [[journey.step]]\nid = \"uno\"\nsms = { text = \"Hola\" }\n",
    );
    let config = std::fs::read_to_string(place.path("pregon.toml")).unwrap();
    place.write(
        "pregon.toml",
        &format!("{config}\n[price]\nsms = \"0.05\"\n[channel.sms.outbox]\n"),
    );
    place
        .run(&["preview", "campanas/sms", "--now", NOON])
        .ends(2)
        .complains("--journey a --step uno, or --journey b --step uno");
    let args = [
        "preview",
        "campanas/sms",
        "--journey",
        "a",
        "--now",
        NOON,
        "--json",
    ];
    let sms = place.run(&args).succeeds().json()["sms"].clone();
    assert_eq!(sms["alphabet"], "UCS-2");
    assert_eq!((&sms["parts"], &sms["cost"]), (&1.into(), &"0.05".into()));
    assert_eq!(sms["offending"][0]["char"], "ó");
    assert_eq!(sms["offending"][1]["at"], 18);
    assert!(place.path("vista/sms.txt").is_file());
}

#[test]
fn wrong_lines_are_told() {
    let place = Place::begun();
    let run = |args: &[&str]| place.run(&[&["preview", CAMPAIGN, "--now", NOON], args].concat());
    run(&["--customer", "C-99"]).ends(2).complains("C-99");
    run(&["--step", "otro"]).ends(2).complains("no such step");
    run(&["--send-to", "nadie"]).ends(2).complains("--send-to");
}
