//! What `check` finds in files of segments that are named directly.

use serde_json::Value;

use crate::program::{Place, Said};

const CONFIG: &str = r#"
zone      = "America/Guayaquil"
consent   = "opt_out"
segments  = ["segmentos/base.toml"]
[source.csv]
customers = "clientes.csv"
"#;

const BASE: &str = "[[segment]]\nname = \"quito\"\nrule = 'city = \"Quito\"'\n";

const MORE: &str = r#"
[[segment]]
name = "frecuentes"
rule = 'in segment quito and visits >= 3'

[[family]]
name = "visitas"
[[family.segment]]
name = "muchas"
rule = 'visits >= 6'
[[family.segment]]
name = "pocas"
rule = 'visits >= 1'
"#;

fn shop() -> Place {
    let place = Place::new();
    place.write("pregon.toml", CONFIG);
    place.write("segmentos/base.toml", BASE);
    place.write("segmentos/mas.toml", MORE);
    place.write(
        "clientes.csv",
        "id,name,email,city,visits\nC-1,Ana,a@example.org,Quito,3\n",
    );
    place
}

/// Each problem as `SEVERITY FILE:LINE:COLUMN: MESSAGE (HINT)`.
fn problems(said: &Said) -> Vec<String> {
    let json = said.json();
    assert_eq!(said.members()[..2], ["v", "problems"]);
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let problems = json["problems"].as_array().unwrap().iter();
    problems
        .map(|one| {
            let [severity, file, line, column, message, hint] =
                ["severity", "file", "line", "column", "message", "hint"]
                    .map(|key| text(&one[key]));
            format!("{severity} {file}:{line}:{column}: {message} ({hint})")
        })
        .collect()
}

/// Changes the second file and checks what is found in it.
#[track_caller]
fn check((from, to): (&str, &str), found: &[&str]) {
    let place = shop();
    place.change("segmentos/mas.toml", from, to);
    let said = place
        .run(&["check", "segmentos/mas.toml", "--json"])
        .ends(1);
    assert_eq!(problems(&said), found);
    let first = found[0].split(' ').nth(1).unwrap();
    let said = place.run(&["check", "segmentos/mas.toml"]).ends(1);
    assert!(
        said.out.contains(&format!("{first} error: ")),
        "{}",
        said.out
    );
}

#[test]
fn files_that_go_with_the_source() {
    let place = shop();
    for files in [&["segmentos/mas.toml"][..], &["segmentos/base.toml"]] {
        let said = place
            .run(&[&["check"], files, &["--json"]].concat())
            .succeeds();
        assert_eq!(problems(&said), Vec::<String>::new());
    }
    // The one of the configuration is not there twice, by whatever path it is named.
    let both = [
        "check",
        "segmentos/../segmentos/base.toml",
        "segmentos/mas.toml",
    ];
    let said = place.run(&both).succeeds();
    assert!(said.out.contains("no problems"), "{}", said.out);
}

#[test]
fn mistakes_have_their_place() {
    check(
        ("visits >= 6", "visit >= 6"),
        &["error segmentos/mas.toml:10:9: there is no attribute \"visit\" (did you mean visits?)"],
    );
    check(
        ("visits >= 6", "visits >= "),
        &["error segmentos/mas.toml:10:19: expected a value, found the end (null)"],
    );
    check(
        ("in segment quito", "in segment qito"),
        &["error segmentos/mas.toml:2:1: there is no segment \"qito\" (did you mean quito?)"],
    );
    check(
        ("\"frecuentes\"", "\"quito\""),
        &["error segmentos/mas.toml:2:1: there is another segment of that name (null)"],
    );
    check(
        ("rule = 'in", "rul = 'in"),
        &["error segmentos/mas.toml:4:1: there is no rul here (did you mean rule?)"],
    );
}

#[test]
fn everything_that_is_wrong_is_said() {
    let place = shop();
    place.change("segmentos/mas.toml", "visits >= ", "visits contains ");
    let said = place
        .run(&["check", "segmentos/mas.toml", "--json"])
        .ends(1);
    let found = problems(&said);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found
            .iter()
            .all(|one| one.starts_with("error segmentos/mas.toml:"))
    );
}

#[test]
fn a_file_of_the_configuration_is_checked_and_not_only_refused() {
    let place = shop();
    place.change("segmentos/base.toml", "city = \"Quito\"", "city =");
    let said = place
        .run(&["check", "segmentos/base.toml", "--json"])
        .ends(1);
    let found = problems(&said);
    assert!(
        found[0].starts_with("error segmentos/base.toml:3:15: "),
        "{found:?}"
    );
    // A file without any segment is one because the configuration says so.
    place.write("segmentos/base.toml", "[[segmen]]\n");
    let said = place
        .run(&["check", "segmentos/base.toml", "--json"])
        .ends(1);
    let found = problems(&said);
    assert!(
        found[0].ends_with("there is no segmen here (did you mean segment?)"),
        "{found:?}"
    );
}

#[test]
fn without_a_configuration_names_are_warnings() {
    let place = shop();
    std::fs::remove_file(place.path("pregon.toml")).unwrap();
    let files = ["segmentos/base.toml", "segmentos/mas.toml"];
    let said = place
        .run(&[&["check"], &files[..], &["--json"]].concat())
        .succeeds();
    let found = problems(&said);
    assert!(
        found.iter().all(|one| one.starts_with("warning ")),
        "{found:?}"
    );
    let visits = found
        .iter()
        .filter(|one| one.contains("\"visits\""))
        .count();
    assert_eq!((visits, found.len()), (1, 3), "{found:?}");
    // Other mistakes are mistakes all the same: a name that no file has, and a rule that is none.
    let said = place.run(&["check", files[1], "--json"]).ends(1);
    assert!(
        problems(&said)[0].contains("there is no segment \"quito\""),
        "{}",
        said.out
    );
    place.change("segmentos/base.toml", "city = ", "city ");
    place.run(&["check", files[0]]).ends(1);
}

#[test]
fn campaigns_and_segments_together() {
    let place = Place::begun();
    place.write(
        "segmentos.toml",
        "[[segment]]\nname = \"a\"\nrule = 'nothing_such = 1'\n",
    );
    let both = ["check", "campanas/renovacion", "segmentos.toml", "--json"];
    let found = problems(&place.run(&both).ends(1));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("error segmentos.toml:3:9: "),
        "{found:?}"
    );
    // Once the configuration names it, the campaign cannot be checked without it.
    place.change(
        "pregon.toml",
        "campaigns =",
        "segments = [\"segmentos.toml\"]\ncampaigns =",
    );
    let found = problems(&place.run(&both).ends(1));
    assert!(
        found
            .iter()
            .any(|one| one.starts_with("error segmentos.toml:3:9: ")),
        "{found:?}"
    );
}

#[test]
fn the_shipped_files_are_no_campaigns() {
    let place = Place::new();
    for name in ["spa", "rfm", "profile", "tenure"] {
        let file = format!("{}/../../segments/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let said = place.run(&["check", &file, "--json"]).succeeds();
        let found = problems(&said);
        assert!(
            found.iter().all(|one| one.starts_with("warning ")),
            "{found:?}"
        );
    }
    place.run(&["check", "nothing.toml"]).ends(1);
}
