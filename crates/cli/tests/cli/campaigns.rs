//! What `check` finds, and where.

use crate::program::Place;

const CAMPAIGN: &str = "campanas/renovacion/campaign.toml";

/// Changes a file of the campaign and checks that this is found at that place.
#[track_caller]
fn check(file: &str, (from, to): (&str, &str), place: (&str, u32, u32), words: &str) {
    let at = Place::begun();
    at.change(file, from, to);
    let said = at.run(&["check", "campanas/renovacion", "--json"]).ends(1);
    assert_eq!(said.members()[..2], ["v", "problems"]);
    let json = said.json();
    let found = json["problems"].as_array().unwrap().iter().find(|problem| {
        let message = problem["message"].as_str().unwrap();
        let hint = problem["hint"].as_str().unwrap_or_default();
        format!("{message} {hint}").contains(words)
    });
    let problem = found.unwrap_or_else(|| panic!("{words:?} in {}", said.out));
    assert_eq!(problem["severity"], "error");
    let file = format!("campanas/renovacion/{}", place.0);
    assert_eq!(problem["file"].as_str().unwrap(), file);
    let (line, column) = (place.1.into(), place.2.into());
    assert_eq!(
        (&problem["line"], &problem["column"]),
        (&line, &column),
        "{}",
        said.out
    );
    at.run(&["run", "--once"])
        .ends(2)
        .complains(&format!("{file}:{line}:{column}: "));
    assert!(
        !at.path("salida/correo")
            .read_dir()
            .is_ok_and(|mut dir| dir.next().is_some())
    );
}

#[test]
fn toml_that_is_none() {
    check(
        CAMPAIGN,
        ("name    = ", "name    "),
        ("campaign.toml", 3, 9),
        "",
    );
}
#[test]
fn an_unknown_name() {
    let near = "did you mean purpose?";
    check(
        CAMPAIGN,
        ("purpose =", "purpos  ="),
        ("campaign.toml", 4, 1),
        near,
    );
}
#[test]
fn a_value_of_another_type() {
    let line = ("days = 30", "days = \"30\"");
    check(CAMPAIGN, line, ("campaign.toml", 9, 75), "invalid type");
}
#[test]
fn a_record_that_the_source_does_not_have() {
    let line = ("record = \"pin\"", "record = \"pim\"");
    check(
        CAMPAIGN,
        line,
        ("campaign.toml", 9, 39),
        "did you mean pin?",
    );
}
#[test]
fn a_variable_in_a_text_of_the_file() {
    let line = ("{{item_name}} vence", "{{item_nam}} vence");
    check(
        CAMPAIGN,
        line,
        ("campaign.toml", 15, 24),
        "did you mean item_name?",
    );
}
#[test]
fn an_attribute_in_a_rule() {
    let line = ("status = \"Delivered\"", "statu = \"Delivered\"");
    check(
        CAMPAIGN,
        line,
        ("campaign.toml", 11, 56),
        "did you mean status?",
    );
}
#[test]
fn a_variable_in_a_template() {
    let file = "campanas/renovacion/correo.txt";
    let line = ("{{item_name}}", "{{item_nam}}");
    check(file, line, ("correo.txt", 3, 18), "did you mean item_name?");
}
#[test]
fn a_template_that_is_not_there() {
    let line = ("\"correo.html\"", "\"correu.html\"");
    check(
        CAMPAIGN,
        line,
        ("campaign.toml", 15, 75),
        "did you mean correo.html?",
    );
}
#[test]
fn a_template_outside_of_the_campaign() {
    let line = ("\"correo.html\"", "\"../../clientes.txt\"");
    check(
        CAMPAIGN,
        line,
        ("campaign.toml", 15, 75),
        "not in the directory",
    );
}
#[test]
fn a_template_that_never_ends() {
    let bomb = "{{#if item_name}}".repeat(500);
    let file = "campanas/renovacion/correo.txt";
    check(
        file,
        ("Su suscripción", &bomb),
        ("correo.txt", 3, 1 + 32 * 17),
        "limit of 32",
    );
}
#[test]
fn a_misspelt_scope_of_a_limit() {
    let limit = "purpose = \"renewal\"\n[[limit]]\nchanel = \"email\"\nmost = 1\nper = \"day\"\n#";
    let line = ("purpose = \"renewal\"", limit);
    check(
        CAMPAIGN,
        line,
        ("campaign.toml", 6, 1),
        "did you mean channel?",
    );
}

#[test]
fn yaml_says_the_same_as_toml() {
    let place = Place::begun();
    let toml = place
        .run(&["run", "--now", crate::program::NOON, "--json"])
        .succeeds();
    let other = Place::begun();
    std::fs::remove_file(other.path(CAMPAIGN)).unwrap();
    let yaml = r#"
id: renovacion
name: Renovación de suscripciones
purpose: renewal
journey:
  - id: aviso-30-dias
    trigger: { before_date: { record: pin, date: expiry_date, days: 30 } }
    audience: item_group = "Suscripciones Digitales" and status = "Delivered"
    step:
      - id: correo
        email:
          subject: "{{item_name}} vence el {{date expiry_date}}"
          html: correo.html
          text: correo.txt
"#;
    other.write("campanas/renovacion/campaign.yaml", yaml);
    let said = other
        .run(&["run", "--now", crate::program::NOON, "--json"])
        .succeeds();
    assert_eq!(said.out, toml.out);
    assert_eq!(other.messages("salida"), place.messages("salida"));
    other.change(
        "campanas/renovacion/campaign.yaml",
        "item_name}} vence",
        "item_nam}} vence",
    );
    let said = other.run(&["check", "campanas/renovacion"]).ends(1);
    let place = "campaign.yaml:12:23: error: ";
    assert!(said.out.contains(place), "{}", said.out);
}

#[test]
fn without_a_configuration_all_but_names_is_checked() {
    let place = Place::begun();
    std::fs::remove_file(place.path("pregon.toml")).unwrap();
    let said = place
        .run(&["check", "campanas/renovacion", "--json"])
        .succeeds();
    let json = said.json();
    let problems = json["problems"].as_array().unwrap();
    assert!(
        problems
            .iter()
            .all(|problem| problem["severity"] == "warning"),
        "{}",
        said.out
    );
    assert!(problems.len() > 1, "{}", said.out);
    place.change(CAMPAIGN, "renewal", "renewl");
    let said = place.run(&["check", "campanas/renovacion"]).ends(1);
    assert!(said.out.contains("did you mean renewal?"), "{}", said.out);
}

#[test]
fn the_shipped_example_of_programme_a_fits() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../campaigns/renovacion");
    let place = Place::begun();
    let said = place
        .run(&["check", example, "--config", "pregon.toml"])
        .succeeds();
    assert!(said.out.contains("no problems"), "{}", said.out);
}
