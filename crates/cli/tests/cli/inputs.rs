//! Configurations and surroundings that are wrong, each with its own words.

use crate::program::{NOON, Place};

/// Changes the configuration and checks what `run` says to it.
#[track_caller]
fn check((from, to): (&str, &str), code: i32, words: &str) {
    let place = Place::begun();
    place.change("pregon.toml", from, to);
    let said = place
        .run(&["run", "--once", "--json"])
        .ends(code)
        .complains(words);
    let error = &said.json()["error"];
    let names = [
        "kind", "message", "causes", "hint", "file", "line", "column",
    ];
    assert!(
        names.iter().all(|name| error.get(name).is_some()),
        "{error}"
    );
    assert!(!place.path("salida").exists(), "nothing was done");
}

#[test]
fn toml_that_is_none() {
    check(("store     = ", "store     "), 2, "pregon.toml:10:11: ");
}
#[test]
fn a_misspelt_name() {
    check(
        ("consent ", "consnt "),
        2,
        "pregon.toml:16:1: there is no consnt here",
    );
    check(("customers =", "custmers ="), 2, "did you mean customers?");
}
#[test]
fn nothing_about_consent() {
    check(
        ("consent   = \"opt_out\"", ""),
        2,
        "missing field `consent`",
    );
}
#[test]
fn a_zone_that_is_none() {
    check(("America/Bogota", "America/Bogotá"), 2, "pregon.toml:13:");
}
#[test]
fn a_preset_that_nobody_has() {
    check(
        ("consent ", "presets = [\"co-ley-23\"]\nconsent "),
        2,
        "pregon.toml:16:12: there is no preset",
    );
}
#[test]
fn a_limit_of_nothing() {
    check(("most    = 1", "most    = 0"), 2, "a limit of 0");
}
#[test]
fn a_misspelt_scope_of_a_limit() {
    check(
        ("channel = \"email\"", "chanel = \"email\""),
        2,
        "did you mean channel?",
    );
}
#[test]
fn a_secret_in_the_file() {
    check(
        ("dir  = ", "password = \"x\"\ndir  = "),
        2,
        "PREGON_SMTP_PASSWORD",
    );
    check(
        ("sqlite:pregon.db", "postgres://u:p@h/d"),
        2,
        "secrets do not stand in a file",
    );
}
#[cfg(not(feature = "postgres"))]
#[test]
fn a_store_that_this_build_lacks() {
    check(
        ("sqlite:pregon.db", "postgres://h/d"),
        2,
        "feature `postgres`",
    );
}
#[test]
fn a_source_that_is_not_there() {
    check(
        ("clientes.csv", "personas.csv"),
        2,
        "there is no file personas.csv",
    );
}
#[test]
fn a_campaign_that_is_not_there() {
    check(
        ("campanas/renovacion\"]", "campanas/otra\"]"),
        2,
        "there is no campaign campanas/otra",
    );
}
#[test]
fn a_sender_that_is_none() {
    check(
        ("<avisos@example.org>", "<avisos>"),
        2,
        "the sender's address",
    );
}

#[cfg(not(feature = "smtp"))]
#[test]
fn a_channel_that_this_build_lacks() {
    let smtp = "[channel.email.smtp]\nurl = \"smtps://mail.example.org\"\n#";
    check(("[channel.email.outbox]\ndir", smtp), 2, "feature `smtp`");
}

#[cfg(not(feature = "erpnext"))]
#[test]
fn a_site_that_this_build_lacks() {
    let site = "[source.erpnext]\nurl = \"https://erp.example.org\"\n#";
    let place = Place::begun();
    place.change("pregon.toml", "[source.csv]\ncustomers", site);
    place.change("pregon.toml", "records   =", "# records   =");
    place
        .run(&["run", "--once"])
        .ends(2)
        .complains("feature `erpnext`");
}

#[cfg(feature = "smtp")]
#[test]
fn a_mail_server_that_does_not_answer() {
    let place = Place::begun();
    // Nobody listens on a port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let smtp = format!("[channel.email.smtp]\nurl = \"smtp://127.0.0.1:{free}\"\n#");
    place.change("pregon.toml", "[channel.email.outbox]\ndir", &smtp);
    let said = place
        .run(&["run", "--now", NOON, "--json"])
        .ends(3)
        .complains("nothing is lost");
    assert_eq!(said.json()["accepted"], 0);
    place.change("pregon.toml", &smtp, "[channel.email.outbox]\ndir");
    place
        .run(&["run", "--now", "2026-11-20T23:00:00Z"])
        .succeeds();
    assert_eq!(place.messages("salida").len(), 2, "nothing was lost");
}

#[test]
fn a_database_of_somebody_else_or_of_another_version() {
    let place = Place::begun();
    place.write("pregon.db", "this is not a database, and was never one");
    let said = place.run(&["run", "--once"]);
    assert!(
        said.code.is_some_and(|code| [1, 2].contains(&code)),
        "{:?}",
        said.code
    );
    said.complains("not a database");

    let place = Place::begun();
    place.run(&["run", "--now", NOON]).succeeds();
    // SQLite keeps `user_version` in the bytes 60 to 63 of the file.
    let mut bytes = std::fs::read(place.path("pregon.db")).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(place.path("pregon.db"), bytes).unwrap();
    place
        .run(&["run", "--now", NOON])
        .ends(2)
        .complains("layout 99");
    place
        .run(&["explain", "--customer", "C-1"])
        .ends(2)
        .complains("layout 99");
}

#[test]
fn rows_that_make_no_sense_are_named() {
    let place = Place::begun();
    let rows = "C-6,Raúl,raul@example.org\n";
    let text = std::fs::read_to_string(place.path("clientes.csv")).unwrap();
    place.write("clientes.csv", &format!("{text}{rows}"));
    let said = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(said.json()["accepted"], 2);
    said.complains("clientes.csv:7: 3 fields instead of 6");
}

#[test]
fn a_key_of_the_surroundings_must_be_one() {
    let place = Place::begun();
    let run = |key: &str| {
        let said = place
            .command(&["run", "--once"])
            .env("PREGON_HASH_KEY", key)
            .output()
            .unwrap();
        (said.status.code(), String::from_utf8(said.stderr).unwrap())
    };
    assert_eq!(run("short").0, Some(2));
    assert_eq!(run(&"0a".repeat(32)).0, Some(0));
    let (code, err) = run(&"0b".repeat(32));
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("hash key") && !err.contains("0b0b"), "{err}");
}

#[test]
fn the_command_line() {
    let place = Place::new();
    for args in [
        &["run", "--onze", "--json"][..],
        &["explain", "--json"],
        &["check", "--json"],
    ] {
        let said = place.run(args).ends(2);
        assert_eq!(said.json()["error"]["kind"], "usage");
    }
    place
        .run(&["run", "--now", "ayer"])
        .ends(2)
        .complains("write it as 2026-11-20T12:00:00Z");
    place.run(&["--version"]).succeeds();
    place.run(&["run"]).ends(2).complains("pregon.toml");
    let spanish = place
        .command(&["run"])
        .env("LANG", "es_CL.UTF-8")
        .output()
        .unwrap();
    assert!(
        String::from_utf8(spanish.stderr)
            .unwrap()
            .contains("porque: ")
    );
}
