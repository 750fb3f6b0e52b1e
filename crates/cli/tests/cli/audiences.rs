//! Segments of the configuration, and audiences that are frozen.

use crate::program::{NOON, Place};

const CONFIG: &str = r#"
zone      = "America/Guayaquil"
consent   = "opt_out"
segments  = ["segmentos.toml"]
campaigns = ["promo.toml"]
[source.csv]
customers = "clientes.csv"
[source.csv.schema]
city   = "text"
visits = "integer"
[channel.email.outbox]
dir  = "salida/correo"
from = "Pregón <hola@example.org>"
"#;

const SEGMENTS: &str = r#"
[[segment]]
name = "quito"
rule = 'city = "Quito"'

[[segment]]
name = "frecuentes"
rule = 'in segment quito and visits >= 3'
"#;

const CAMPAIGN: &str = r#"
id      = "promo"
name    = "Promoción"
purpose = "promotion"

[[journey]]
id       = "mensual"
trigger  = { calendar = { cron = "0 9 * * *" } }
audience = 'in segment frecuentes'
freeze   = "ids"

[[journey.step]]
id    = "correo"
email = { subject = "Novedades", text = "Hola {{customer_name}}" }
"#;

const CUSTOMERS: &str = "id,name,email,city,visits
C-1,Ana,ana@example.org,Quito,3
C-2,Bea,bea@example.org,Quito,9
C-3,Eva,eva@example.org,Loja,9
";

fn shop() -> Place {
    let place = Place::new();
    place.write("pregon.toml", CONFIG);
    place.write("segmentos.toml", SEGMENTS);
    place.write("promo.toml", CAMPAIGN);
    place.write("clientes.csv", CUSTOMERS);
    place
}

/// The people of the messages that are there, each line of `To` as often as it is.
fn told(place: &Place) -> Vec<String> {
    let messages = place.messages("salida/correo").into_values();
    let to = |text: String| {
        text.lines()
            .find_map(|it| it.strip_prefix("To: ").map(str::to_owned))
    };
    let mut told: Vec<String> = messages.filter_map(to).collect();
    told.sort();
    told
}

#[test]
fn who_was_there_when_it_was_published_gets_it() {
    let place = shop();
    let run = place.run(&["run", "--now", NOON, "--json"]).succeeds();
    assert_eq!(run.json()["accepted"], 2);
    place.change(
        "clientes.csv",
        "ana@example.org,Quito",
        "ana@example.org,Loja",
    );
    place.change(
        "clientes.csv",
        "eva@example.org,Loja",
        "eva@example.org,Quito",
    );
    let tomorrow = "2026-11-21T17:00:00Z";
    let run = place.run(&["run", "--now", tomorrow, "--json"]).succeeds();
    assert_eq!(run.json()["accepted"], 2, "{}", run.out);
    let both = [
        "ana@example.org",
        "ana@example.org",
        "bea@example.org",
        "bea@example.org",
    ];
    let told = told(&place);
    assert_eq!(told.len(), 4);
    assert!(
        told.iter().zip(both).all(|(told, to)| told.contains(to)),
        "{told:?}"
    );

    let said = place
        .run(&["explain", "--customer", "C-3", "--json"])
        .succeeds();
    let audience = &said.json()["audiences"][0];
    assert_eq!(
        (&audience["campaign"], &audience["journey"]),
        (&"promo".into(), &"mensual".into())
    );
    assert_eq!(
        (&audience["member"], &audience["members"]),
        (&false.into(), &2.into())
    );
    assert_eq!(audience["frozen"], NOON);
    let said = place
        .run(&["explain", "--customer", "C-1", "--lang", "es"])
        .succeeds();
    let words = "promo · mensual: en la audiencia congelada el 2026-11-20 12:00";
    assert!(said.out.contains(words), "{}", said.out);
}

#[test]
fn nobody_is_a_mistake_and_nothing_is_made() {
    let place = shop();
    place.change("segmentos.toml", "visits >= 3", "visits >= 30");
    let words = "nobody is in the audience of mensual: there is nobody to freeze";
    let said = place.run(&["run", "--now", NOON]).ends(2).complains(words);
    assert!(said.err.contains("promo.toml:9:12: "), "{}", said.err);
    assert_eq!(place.count("salida"), 0);
    let said = place
        .run(&["explain", "--customer", "C-1", "--json"])
        .succeeds();
    assert_eq!(said.json()["audiences"].as_array().map(Vec::len), Some(0));
    let said = place.run(&["check", "promo.toml", "--json"]).ends(1);
    assert_eq!(said.json()["problems"][0]["message"], words);
    // With somebody in it, it goes; and it stays when later nobody would be found any more.
    place.change("segmentos.toml", "visits >= 30", "visits >= 3");
    place.run(&["run", "--now", NOON]).succeeds();
    place.change("segmentos.toml", "visits >= 3", "visits >= 30");
    place
        .run(&["run", "--now", "2026-11-21T17:00:00Z"])
        .succeeds();
    assert_eq!(told(&place).len(), 4);
}

#[test]
fn values_of_people_are_kept_only_where_it_is_written() {
    let place = shop();
    place.change("promo.toml", "freeze   = \"ids\"", "freeze   = \"profile\"");
    let words = "promo.toml:10:12: values of people may not be kept here";
    place.run(&["run", "--now", NOON]).ends(2).complains(words);
    place.change("pregon.toml", "consent ", "keep_profiles = true\nconsent ");
    place.run(&["run", "--now", NOON]).succeeds();
    place.change("promo.toml", "\"profile\"", "\"profil\"");
    let said = place.run(&["check", "promo.toml"]).ends(1);
    assert!(said.out.contains("did you mean profile?"), "{}", said.out);
}

/// Changes a file and checks what is complained of when the program runs.
#[track_caller]
fn check(file: &str, (from, to): (&str, &str), words: &str) {
    let place = shop();
    place.change(file, from, to);
    place.run(&["run", "--now", NOON]).ends(2).complains(words);
    assert_eq!(place.count("salida"), 0);
}

#[test]
fn mistakes_in_files_of_segments_are_named_with_their_place() {
    let file = "segmentos.toml";
    let wrong = "segmentos.toml:4:22: expected a value";
    check(file, ("city = \"Quito\"", "city =       "), wrong);
    let wrong = "segmentos.toml:4:9: there is no attribute \"citi\"";
    check(file, ("city = \"Quito\"", "citi = \"Quito\""), wrong);
    let wrong = "there is no segment \"qito\"";
    check(file, ("in segment quito", "in segment qito"), wrong);
    check(
        file,
        ("\"frecuentes\"", "\"quito\""),
        "there is another segment of that name",
    );
    check(
        file,
        ("rule = 'city", "rul  = 'city"),
        "segmentos.toml:4:1: there is no rul here",
    );
    let wrong = "there is no file ";
    check("pregon.toml", ("segmentos.toml", "segmento.toml"), wrong);
    let wrong = "promo.toml:9:24: there is no segment \"frecuente\"";
    check(
        "promo.toml",
        ("segment frecuentes", "segment frecuente"),
        wrong,
    );
}
