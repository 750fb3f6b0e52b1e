//! Files of rules and segments.

use serde_json::json;

use super::{place, run};

const PEOPLE: &str = "\
id,visits,spend,email
A,7,200000,a@x.org
B,7,10,
C,2,,c@x.org
D,0,0,
";

const TOML: &str = "\
# Two ways to see the same people.
[[segment]]
name = \"reachable\"
rule = \"email is set\"

[[family]]
name = \"value\"
  [[family.segment]]
  name = \"high\"
  rule = 'visits >= 6 and spend >= 150000'
  [[family.segment]]
  name = \"frequent\"
  rule = \"visits >= 6\"
  [[family.segment]]
  name = \"to greet\"
  rule = \"visits >= 1 and in segment reachable\"
";

const JSON: &str = r#"{"v": 1,
    "segment": [{"name": "reachable",
        "rule": {"v": 1, "rule": {"is_set": {"attribute": "email"}}}}],
    "family": [{"name": "value", "segment": [
        {"name": "high", "rule": "visits >= 6 and spend >= 150000"},
        {"name": "frequent", "rule": "visits >= 6"},
        {"name": "to greet", "rule": "visits >= 1 and in segment reachable"}
    ]}]
}"#;

#[test]
fn families_and_plain_segments() {
    for (name, text) in [
        ("s.toml", TOML),
        ("s.json", JSON),
        ("s.yaml", JSON),
        ("s", JSON),
        ("t", TOML),
    ] {
        let place = place(PEOPLE);
        place.write(name, text);
        let said = run(&place, &["--file", name, "--json"]).succeeds();
        let count = |name: &str, count: u64| json!({"name": name, "count": count});
        let segments = [
            count("reachable", 2),
            count("high", 1),
            count("frequent", 1),
            count("to greet", 1),
        ];
        let expected = json!({"v": 1, "customers": 4, "segments": segments, "none": 1});
        assert_eq!(said.json(), expected, "{name}");
        let ids = run(&place, &["--file", name, "--ids", "--segment", "to greet"]).succeeds();
        assert_eq!(ids.out, "C\n");
        assert_eq!(
            run(&place, &["--file", name, "--ids"]).succeeds().out,
            "A\nB\nC\n"
        );
    }
}

#[test]
fn one_rule_in_a_file() {
    let json = r#"{"v":1,"rule":{"compare":{"attribute":"visits","op":"ge","value":6}}}"#;
    for (name, text) in [
        ("r.txt", "visits >= 6\n"),
        ("r.rule", "\u{feff}visits\n  >= 6\n"),
        ("r.json", json),
        ("r", json),
    ] {
        let place = place(PEOPLE);
        place.write(name, text);
        let said = run(&place, &["--file", name, "--json"]).succeeds();
        assert_eq!(
            said.json(),
            json!({"v": 1, "customers": 4, "count": 2}),
            "{name}"
        );
    }
}

#[test]
fn one_named_segment_has_both_shapes() {
    let place = place(PEOPLE);
    place.write(
        "s.toml",
        "[[segment]]\nname = \"a\"\nrule = \"visits >= 6\"\n",
    );
    let expected = json!({"v": 1, "customers": 4, "count": 2,
        "segments": [{"name": "a", "count": 2}], "none": 2});
    assert_eq!(
        run(&place, &["--file", "s.toml", "--json"])
            .succeeds()
            .json(),
        expected
    );
    place.write(
        "f.toml",
        "[[family]]\nname = \"f\"\n[[family.segment]]\nname = \"a\"\nrule = \"visits >= 6\"\n",
    );
    let expected =
        json!({"v": 1, "customers": 4, "segments": [{"name": "a", "count": 2}], "none": 2});
    assert_eq!(
        run(&place, &["--file", "f.toml", "--json"])
            .succeeds()
            .json(),
        expected
    );
}

#[track_caller]
fn refused(text: &str, words: &[&str]) {
    let place = place(PEOPLE);
    place.write("s.toml", text);
    let said = run(&place, &["--file", "s.toml"]).ends(2);
    for words in words {
        assert!(said.err.contains(words), "{words:?} in {}", said.err);
    }
    assert_eq!(said.out, "");
}

#[test]
fn mistakes_in_files_of_segments() {
    let one =
        |name: &str, rule: &str| format!("[[segment]]\nname = \"{name}\"\nrule = '''{rule}'''\n");
    refused(
        &one("a", "visits >= 6 and\n visit = 1"),
        &["s.toml:4:2: there is no attribute", "visits?"],
    );
    refused(
        &one("a", "visits >= and"),
        &["s.toml:3:21: expected a value", "^^^"],
    );
    refused(&one("a", "visits >= 'x\\u{f1}'"), &["s.toml:3:21: "]);
    refused(
        &(one("a", "visits = 1") + &one("a", "visits = 2")),
        &["s.toml:6:8: ", "another segment"],
    );
    refused(
        &(one("loyal", "visits = 1") + &one("b", "in segment loyl")),
        &[
            "s.toml:6:22: there is no segment \"loyl\"",
            "did you mean loyal?",
        ],
    );
    refused(
        &(one("a", "in segment b") + &one("b", "in segment a")),
        &["s.toml:3:8: ", "depends on itself", "→"],
    );
    refused(
        "[[segment]]\nname = \"a\"\nrul = \"x = 1\"\n",
        &["s.toml:3:1: there is no rul", "rule?"],
    );
    refused(
        "[[segment]]\nname = \"a\"\n",
        &["s.toml:1", "missing field `rule`"],
    );
    refused(
        "[[segmnt]]\nname = \"a\"\n",
        &["there is no segmnt here", "segment?"],
    );
    refused(
        "[[family]]\nname = \"f\"\nsegment = []\n",
        &["s.toml:1", "a family has segments"],
    );
    refused(
        "v = 2\n[[segment]]\nname = \"a\"\nrule = \"visits = 1\"\n",
        &["version 2"],
    );
    refused("# nothing\n", &["there is no [[segment]]"]);
    refused("[[segment]\n", &["s.toml:1:"]);
}

#[test]
fn mistakes_in_files_of_one_rule() {
    let place = place(PEOPLE);
    place.write("r.txt", "visits >= 6\n  and visit = 1\n");
    run(&place, &["--file", "r.txt"])
        .ends(2)
        .complains("r.txt:2:7: there is no attribute \"visit\"");
    place.write(
        "r.json",
        "{\"v\":1,\n \"rule\": {\"is_st\": {\"attribute\": \"x\"}}}",
    );
    run(&place, &["--file", "r.json"])
        .ends(2)
        .complains("r.json:2:");
    place.write(
        "r.json",
        "{\"v\":1,\n \"rule\": {\"all\": [{\"is_set\": {\"attribute\": \"id\"}},\n  \
         {\"is_set\": {\"attribute\": \"x\"}}]}}",
    );
    let said = run(&place, &["--file", "r.json", "--json"]).ends(2);
    let error = &said.json()["error"];
    assert_eq!(
        (&error["file"], &error["line"]),
        (&json!("r.json"), &json!(3)),
        "{error}"
    );
    place.write("r.json", "{\"v\":1,\n \"rule\"");
    run(&place, &["--file", "r.json"])
        .ends(2)
        .complains("r.json:2:");
    run(&place, &["--file", "gone.toml"])
        .ends(2)
        .complains("gone.toml: the file cannot be read");
}

#[test]
fn which_segment() {
    let place = place(PEOPLE);
    place.write("s.toml", TOML);
    run(&place, &["--file", "s.toml", "--segment", "hig"])
        .ends(2)
        .complains("did you mean high?");
}
