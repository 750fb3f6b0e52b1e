//! Presets, holidays, rates: what a configuration may say beside limits and hours.

use crate::program::{NOON, Place};

fn with(lines: &str) -> Place {
    let place = Place::begun();
    place.change(
        "pregon.toml",
        "[source.csv]",
        &format!("{lines}\n[source.csv]"),
    );
    place
}

#[test]
fn a_preset_limits_what_is_sent_and_says_what_it_cannot_do() {
    // A Friday evening in Bogotá, after the hours of the law; the Monday is a holiday.
    let place = Place::begun();
    place.change(
        "pregon.toml",
        "consent   =",
        "presets   = [\"co-ley-2300\"]\nconsent   =",
    );
    let evening = ["run", "--now", "2026-11-21T01:00:00Z", "--json"];
    let said = place.run(&evening).succeeds();
    assert_eq!(said.json()["deferred"]["quiet_hours"], 2, "{}", said.out);
    let next = said.json()["next"].as_str().unwrap().to_owned();
    assert!(
        next.starts_with("2026-11-21T05"),
        "the plan's next look: {next}"
    );
    let asks = "co-ley-2300 also asks for what nobody but you can do";
    assert_eq!(said.err.matches(asks).count(), 1, "{}", said.err);
    assert!(
        said.err.contains("Registro de Números Excluidos"),
        "{}",
        said.err
    );
    let checked = place
        .run(&["check", "campanas/renovacion", "--lang", "es"])
        .succeeds();
    checked.complains("co-ley-2300 pide además lo que nadie más que usted");
    let saturday = ["run", "--now", "2026-11-21T14:00:00Z", "--json"];
    let said = place.run(&saturday).succeeds();
    assert_eq!(said.json()["accepted"], 2, "{}", said.out);
    let audit = place.run(&["audit", "--json"]).succeeds();
    assert!(
        audit.json()["checked"]["limits"].as_u64() >= Some(2),
        "{}",
        audit.out
    );
}

#[test]
fn a_preset_that_nobody_has() {
    let place = Place::begun();
    place.change(
        "pregon.toml",
        "consent   =",
        "presets   = [\"co-ley-230\"]\nconsent   =",
    );
    let said = place.run(&["run", "--json"]).ends(2);
    let error = &said.json()["error"];
    assert_eq!(error["hint"], "did you mean co-ley-2300?");
    assert_eq!(
        (&error["line"], &error["column"]),
        (&16.into(), &14.into()),
        "{error}"
    );
    place.change("pregon.toml", "co-ley-230", "otro");
    place
        .run(&["run"])
        .ends(2)
        .complains("there are: aremko, cl-base");
}

#[test]
fn a_holiday_of_ones_own_closes_the_day() {
    let lines = r#"[holidays.tienda]
like = "co"
days = { 2026-11-20 = "Inventario" }

[[hours]]
every_day = "00:00-24:00"
holidays  = "tienda"
"#;
    // TOML wants the day in quotes: it is a key.
    let place = with(&lines.replace("2026-11-20 =", "\"2026-11-20\" ="));
    let said = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(said.json()["deferred"]["quiet_hours"], 2, "{}", said.out);
    place.change(
        "pregon.toml",
        "holidays  = \"tienda\"",
        "holidays  = \"tiendas\"",
    );
    place
        .run(&["run", "--now", NOON])
        .ends(2)
        .complains("did you mean \"tienda\"?");
    place.change("pregon.toml", "like = \"co\"", "like = \"coo\"");
    place
        .run(&["run", "--now", NOON])
        .ends(2)
        .complains("pregon.toml:23:8: there is no calendar");
}

#[test]
fn rates_and_shares_are_read_and_nonsense_is_refused() {
    let lines = r#"[price]
email = "0.05"

[rates.channel]
email = "100/s"

[rates.recipient]
default = "20/s"

[[limit]]
id       = "mensual"
class    = "promotional"
most     = 10
per      = "month"
alert_at = "80%"
"#;
    let place = with(lines);
    let said = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(said.json()["accepted"], 2, "{}", said.out);
    place.change("pregon.toml", "100/s", "0/s");
    place
        .run(&["run", "--now", NOON])
        .ends(2)
        .complains("is not a rate");
    place.change(
        "pregon.toml",
        "0/s\"\n\n[rates.recipient]",
        "9/s\"\n\n[rates.recipent]",
    );
    place
        .run(&["run", "--now", NOON])
        .ends(2)
        .complains("recipent");
    place.change("pregon.toml", "[rates.recipent]", "[rates.recipient]");
    place.change("pregon.toml", "80%", "120%");
    place
        .run(&["run", "--now", NOON])
        .ends(2)
        .complains("is not a share");
}

#[test]
fn what_left_is_noted_beside_the_store() {
    let place = Place::begun();
    place.run(&["run", "--now", NOON]).succeeds();
    assert!(place.path("pregon.db.flights").is_file());
}
