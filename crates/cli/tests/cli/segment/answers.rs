//! What rules mean on rows, and how the answer is printed.

use serde_json::json;

use super::{check, place, run};

const PEOPLE: &str = "\
id,visits,spend,province,city,tags,agreed,birth
C-1,7,150000.50,Azuay,Cuenca,vip|socio,sí,1990-11-21
C-2,3,,Guayas,GUAYAQUIL,,no,
C-3,,50000,,bogotá,vip,,2000-02-29
C-4,6,-10,Azuay,,nuevo,SI,1990-11-22
";

const RULES: &[(&str, &[&str])] = &[
    ("visits >= 6", &["C-1", "C-4"]),
    ("not visits >= 6", &["C-2"]),
    ("visits != 7", &["C-2", "C-4"]),
    ("visits is missing", &["C-3"]),
    ("visits is set and spend is set", &["C-1", "C-4"]),
    ("visits between 3 and 6", &["C-2", "C-4"]),
    ("visits not between 3 and 6", &["C-1"]),
    ("spend >= 150000", &["C-1"]),
    ("spend = 150000.5", &["C-1"]),
    ("spend < 0", &["C-4"]),
    ("province in (\"Azuay\", \"Loja\")", &["C-1", "C-4"]),
    ("province not in (\"Azuay\")", &["C-2"]),
    ("province = \"azuay\"", &[]),
    ("province =~ \"azuay\"", &["C-1", "C-4"]),
    ("city contains \"bogota\"", &["C-3"]),
    ("city starts with \"guay\"", &["C-2"]),
    ("city not contains \"E\"", &["C-2", "C-3"]),
    ("agreed = true", &["C-1", "C-4"]),
    ("agreed = false or spend = 50000", &["C-2", "C-3"]),
    ("birth on this day", &[]),
    ("birth anniversary within 0 days", &["C-1"]),
    ("birth anniversary within 1 day", &["C-1", "C-4"]),
    (
        "visits >= 6 and spend >= 100 or province = \"Guayas\"",
        &["C-1", "C-2"],
    ),
    (
        "visits >= 6 and (spend >= 100 or province = \"Guayas\")",
        &["C-1"],
    ),
    (
        "at least 2 of (visits >= 6, spend >= 100, agreed = true)",
        &["C-1", "C-4"],
    ),
    ("not (visits >= 6 and spend >= 100)", &["C-2", "C-4"]),
    ("id = \"C-3\" or customer_id = \"C-1\"", &["C-1", "C-3"]),
];

#[test]
fn rules_of_every_kind() {
    for (rule, ids) in RULES {
        check(PEOPLE, rule, ids);
    }
}

#[test]
fn sets_of_texts_are_declared() {
    let place = place(PEOPLE);
    place.write(
        "types.toml",
        "tags = \"texts\"\nprovince = [\"Azuay\", \"Guayas\"]\n",
    );
    for (rule, ids) in [
        ("tags has any of (\"vip\", \"otro\")", "C-1\nC-3\n"),
        ("tags has all of (\"vip\", \"socio\")", "C-1\n"),
        ("tags has none of (\"vip\")", "C-4\n"),
    ] {
        let said = run(&place, &["--schema", "types.toml", "--rule", rule, "--ids"]);
        assert_eq!(said.succeeds().out, ids, "{rule}");
    }
    run(
        &place,
        &["--schema", "types.toml", "--rule", "province = \"Azuai\""],
    )
    .ends(2)
    .complains("did you mean \"Azuay\"?");
}

#[test]
fn one_rule_as_a_document() {
    let place = place(PEOPLE);
    let said = run(&place, &["--rule", "visits >= 6", "--json"]).succeeds();
    assert_eq!(said.members(), ["v", "customers", "count"]);
    assert_eq!(said.json(), json!({"v": 1, "customers": 4, "count": 2}));
    let said = run(&place, &["--rule", "visits >= 6", "--ids", "--json"]).succeeds();
    assert_eq!(said.members(), ["v", "customers", "ids", "count"]);
    let expected = json!({"v": 1, "customers": 4, "ids": ["C-1", "C-4"], "count": 2});
    assert_eq!(said.json(), expected);
    let said = run(&place, &["--rule", "visits >= 6", "--ids", "--json-lines"]).succeeds();
    assert_eq!(
        said.out,
        "{\"v\":1,\"id\":\"C-1\"}\n{\"v\":1,\"id\":\"C-4\"}\n"
    );
    let nobody = run(&place, &["--rule", "visits > 99", "--ids", "--json"]).succeeds();
    assert_eq!(
        nobody.json(),
        json!({"v": 1, "customers": 4, "ids": [], "count": 0})
    );
}

#[test]
fn several_rules_as_a_document() {
    let place = place(PEOPLE);
    let rules = [
        "--rule",
        "visits >= 6",
        "--rule",
        "poor: spend < 100",
        "--json",
    ];
    let said = run(&place, &rules).succeeds();
    assert_eq!(said.members(), ["v", "customers", "segments", "none"]);
    let expected = json!({"v": 1, "customers": 4, "segments": [
        {"name": "visits >= 6", "count": 2}, {"name": "poor", "count": 1},
    ], "none": 2});
    assert_eq!(said.json(), expected);
    let only = [&rules[..], &["--segment", "poor"]].concat();
    let said = run(&place, &only).succeeds();
    assert_eq!(said.json(), json!({"v": 1, "customers": 4, "count": 1}));
    let lines = run(&place, &[&rules[..4], &["--ids", "--json-lines"]].concat()).succeeds();
    assert_eq!(
        lines.out.lines().last(),
        Some(r#"{"v":1,"id":"C-4","segments":["visits >= 6","poor"]}"#)
    );
    let ids = run(&place, &[&rules[..4], &["--ids"]].concat()).succeeds();
    assert_eq!(ids.out, "C-1\nC-4\n");
}

#[test]
fn people_read_a_table_in_their_language() {
    let place = place(PEOPLE);
    let rules = ["--rule", "a: visits >= 6", "--rule", "b: spend < 100"];
    let said = run(&place, &[&rules[..], &["--lang", "es"]].concat()).succeeds();
    for words in ["segmento", "clientes", "en ninguno", "50.0 %"] {
        assert!(said.out.contains(words), "{words} in {}", said.out);
    }
    assert!(!said.out.contains('\u{1b}'), "no colour in a file");
    assert_eq!(said.err, "");
    let quiet = run(&place, &["--rule", "visits >= 6", "--quiet"]).succeeds();
    assert_eq!(quiet.out, "2\n", "a result is not chatter");
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    let rows: String = (0..200_000).map(|n| format!("C-{n},1\n")).collect();
    let place = place(format!("id,n\n{rows}"));
    let line = "$PREGON segment --customers c.csv --rule 'n = 1' --ids | head -2; \
                { $PREGON segment --customers c.csv --rule 'n = 1' --ids; echo $? >&2; } | head -1";
    let said = place.shell(line);
    assert_eq!(
        (said.out.as_str(), said.err.as_str()),
        ("C-0\nC-1\nC-0\n", "0\n")
    );
}
