//! Why somebody belongs, or does not.

use serde_json::json;

use super::{place, run};

const PEOPLE: &str = "id,visits,spend,since\nA,7,10.50,2020-01-01\nB,2,,\n";

#[test]
fn a_rule_with_the_value_and_the_verdict_of_each_part() {
    let place = place(PEOPLE);
    let rule = "visits >= 6 and not spend < 10";
    let said = run(&place, &["--rule", rule, "--explain", "A", "--json"]).succeeds();
    let tree = json!({"op": "all", "rule": rule, "verdict": true, "parts": [
        {"op": "test", "rule": "visits >= 6", "verdict": true, "value": 7},
        {"op": "not", "rule": "not spend < 10", "verdict": true, "parts": [
            {"op": "test", "rule": "spend < 10", "verdict": false, "value": "10.5"},
        ]},
    ]});
    assert_eq!(
        said.json(),
        json!({"v": 1, "id": "A", "verdict": true, "tree": tree})
    );
    assert!(
        said.out
            .starts_with(r#"{"v":1,"id":"A","verdict":true,"tree":{"op":"all","#)
    );
}

#[test]
fn what_is_not_known_is_null() {
    let place = place(PEOPLE);
    for (rule, verdict) in [
        ("spend < 10", json!(null)),
        ("visits >= 6 and spend < 10", json!(false)),
        ("visits < 6 and spend < 10", json!(null)),
        ("spend is missing", json!(true)),
    ] {
        let said = run(&place, &["--rule", rule, "--explain", "B", "--json"]).succeeds();
        assert_eq!(said.json()["verdict"], verdict, "{rule}");
        assert_eq!(said.json()["tree"]["verdict"], verdict, "{rule}");
    }
}

#[test]
fn segments_and_families() {
    let place = place(PEOPLE);
    place.write(
        "s.toml",
        "[[segment]]\nname = \"old\"\nrule = \"since older than 3 years\"\n\
         [[family]]\nname = \"f\"\n\
         [[family.segment]]\nname = \"many\"\nrule = \"visits >= 6 and in segment old\"\n\
         [[family.segment]]\nname = \"some\"\nrule = \"visits >= 1\"\n",
    );
    let explain = |id, more: &[&str]| {
        let flags = [&["--file", "s.toml", "--explain", id], more].concat();
        run(&place, &flags).succeeds()
    };
    let some = explain("A", &["--segment", "some", "--json"]).json();
    assert_eq!(some["verdict"], false);
    assert_eq!(some["tree"]["taken_by"], "many");
    let all = explain("A", &["--json"]).json();
    assert_eq!(
        (&all["verdict"], &all["tree"]["op"]),
        (&json!(true), &json!("segments"))
    );
    let names: Vec<_> = all["tree"]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| &part["name"])
        .collect();
    assert_eq!(names, ["old", "many", "some"]);
    let people = explain("B", &["--lang", "es"]).out;
    for words in [
        "B: pertenece",
        "? since older than 3 years   [sin dato]",
        "✓ some",
    ] {
        assert!(people.contains(words), "{words} in {people}");
    }
}

#[test]
fn nobody_of_that_id() {
    let place = place(PEOPLE);
    let said = run(
        &place,
        &["--rule", "visits > 1", "--explain", "Z", "--json"],
    )
    .ends(2);
    assert_eq!(said.json()["error"]["kind"], "usage");
    said.complains("there is no customer \"Z\" in c.csv");
}
