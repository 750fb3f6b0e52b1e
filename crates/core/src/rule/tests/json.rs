//! The JSON of a rule.

use super::super::{Rule, RuleErrorKind};

/// A golden file and the text of its rule. Files of old versions stay for ever.
const GOLDEN: [(&str, &str); 4] = [
    (
        include_str!("../golden/v1-fieles.json"),
        include_str!("../golden/v1-fieles.txt"),
    ),
    (
        include_str!("../golden/v1-every-test.json"),
        include_str!("../golden/v1-every-test.txt"),
    ),
    (
        include_str!("../golden/v1-values.json"),
        include_str!("../golden/v1-values.txt"),
    ),
    (
        include_str!("../golden/v1-activities.json"),
        include_str!("../golden/v1-activities.txt"),
    ),
];

#[test]
fn golden_files() {
    for (json, text) in GOLDEN {
        let rule = Rule::from_json(json).unwrap();
        assert_eq!(rule, Rule::parse(text).unwrap());
        let written: serde_json::Value = serde_json::from_str(&rule.to_json()).unwrap();
        let golden: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(written, golden, "what is written is what was read");
        assert!(
            rule.to_json().starts_with(r#"{"v":1,"rule":{"#),
            "the version comes first"
        );
    }
}

#[track_caller]
fn check(json: &str, error: &str, kind: RuleErrorKind) {
    let found = Rule::from_json(json).expect_err(json);
    assert!(
        found.to_string().starts_with(error),
        "{found} is not {error}"
    );
    assert_eq!(found.kind(), kind, "{json}");
}

/// A wrong rule inside a right document.
#[track_caller]
fn wrong(rule: &str, error: &str) {
    check(
        &format!(r#"{{"v":1,"rule":{rule}}}"#),
        error,
        RuleErrorKind::Json,
    );
}

#[test]
fn documents() {
    check("", "1:1: EOF", RuleErrorKind::Json);
    check(
        "[]",
        "1:2: invalid type: sequence, expected a rule",
        RuleErrorKind::Json,
    );
    check("{}", "1:2: missing field `v`", RuleErrorKind::Json);
    check(
        r#"{"v":1}"#,
        "1:7: missing field `rule`",
        RuleErrorKind::Json,
    );
    let rule = r#""rule":{"is_set":{"attribute":"a"}}"#;
    check(
        &format!("{{{rule}}}"),
        "1:37: missing field `v`",
        RuleErrorKind::Json,
    );
    let version = "1:6: version 2 of a rule is not known here, only 1 is";
    check(
        &format!(r#"{{"v":2,{rule}}}"#),
        version,
        RuleErrorKind::Version,
    );
    check(
        &format!(r#"{{"v":1,"w":1,{rule}}}"#),
        "1:10: unknown field `w`",
        RuleErrorKind::Json,
    );
    check(
        &format!(r#"{{"v":1,{rule}}} x"#),
        "1:45: trailing characters",
        RuleErrorKind::Json,
    );
    check(
        &format!(r#"{{"v":1,"v":1,{rule}}}"#),
        "1:10: duplicate field `v`",
        RuleErrorKind::Json,
    );
    assert!(Rule::from_json(&format!(r#"{{{rule},"v":1}}"#)).is_ok());
}

#[test]
fn tests_that_are_none() {
    wrong(
        r#"{"eq":{}}"#,
        "1:19: unknown variant `eq`, expected one of `all`, `any`, `not`",
    );
    wrong(r#""is_set""#, "1:");
    wrong("7", "1:");
    wrong(r#"{}"#, "1:");
    wrong(r#"{"is_set":{"attribute":"a"},"any":[]}"#, "1:");
    wrong(
        r#"{"is_set":{"attribute":"a","x":1}}"#,
        "1:44: unknown field `x`",
    );
    wrong(r#"{"is_set":{}}"#, "1:27: missing field `attribute`");
    wrong(
        r#"{"compare":{"attribute":"a","op":"like","value":1}}"#,
        "1:53: unknown variant `like`",
    );
    wrong(
        r#"{"older_than":{"attribute":"a","period":{"days":-1}}}"#,
        "1:",
    );
    wrong(
        r#"{"older_than":{"attribute":"a","period":{"days":4294967296}}}"#,
        "1:",
    );
    wrong(
        r#"{"has":{"attribute":"a","which":"any","texts":[1]}}"#,
        "1:62: invalid type",
    );
}

#[test]
fn activities_that_are_none() {
    let wrong_in = |inner: &str, error: &str| wrong(&format!(r#"{{"activity":{inner}}}"#), error);
    let condition = r#""condition":{"is_set":{}}"#;
    wrong_in("{}", "1:28: missing field `kind`");
    wrong_in(
        r#"{"kind":"a","measure":"count"}"#,
        "1:56: missing field `condition`",
    );
    wrong_in(
        &format!(r#"{{"kind":"a",{condition}}}"#),
        "1:64: missing field `measure`",
    );
    wrong_in(
        r#"{"of":1}"#,
        "1:31: unknown field `of`, expected one of `measure`, `kind`",
    );
    wrong_in(r#"{"kind":"a","kind":"b"}"#, "1:");
    wrong_in(
        r#"{"measure":"mean"}"#,
        "1:43: unknown variant `mean`, expected one of `count`",
    );
    wrong_in(r#"{"within":{"next":{"days":1}}}"#, "1:");
    wrong_in(
        r#"{"within":{"to_date":"hour"}}"#,
        "1:53: unknown variant `hour`",
    );
    wrong_in(
        r#"{"condition":{"all":[]}}"#,
        "1:45: unknown variant `all`, expected one of `compare`",
    );
    let own = "a condition on activities has no attribute of its own";
    wrong_in(
        r#"{"condition":{"is_set":{"attribute":"a"}}}"#,
        &format!("1:67: {own}"),
    );
    wrong_in(r#"{"with":{"is_set":{}}}"#, "1:");
    wrong(r#"{"at_least":{"least":-1,"of":[]}}"#, "1:");
    wrong(r#"{"at_least":{"of":[]}}"#, "1:");
    wrong(
        r#"{"at_least":{"least":1,"of":[],"x":1}}"#,
        "1:48: unknown field `x`",
    );
    wrong(r#"{"in_segment":{"name":"a"}}"#, "1:");
    wrong(r#"{"in_segment":""}"#, "1:31: an id cannot be empty");
    wrong(
        r#"{"to_date":{"attribute":"a","unit":"month","period":{"days":1}}}"#,
        "1:",
    );
}

#[test]
fn places_count_characters() {
    let found = Rule::from_json("{\"v\": 1,\n \"rule\": {\"ñandú\": 1}}").unwrap_err();
    assert_eq!(found.position(), Some((2, 17)));
}

#[track_caller]
fn value(json: &str, text: Option<&str>) {
    let json =
        format!(r#"{{"v":1,"rule":{{"compare":{{"attribute":"a","op":"eq","value":{json}}}}}}}"#);
    let read = Rule::from_json(&json);
    assert_eq!(
        read.as_ref().ok().map(ToString::to_string),
        text.map(|t| format!("a = {t}"))
    );
    if let Err(error) = read {
        assert_eq!(error.kind(), RuleErrorKind::Json, "{json}");
    }
}

#[test]
fn values() {
    value("6", Some("6"));
    value("-9223372036854775808", Some("-9223372036854775808"));
    value("18446744073709551615", Some("18446744073709551615"));
    value("1.5", Some("1.5"));
    value("6.0", Some("6"));
    value("true", Some("true"));
    value(r#""2026-12-20""#, Some(r#""2026-12-20""#));
    value(r#"{"date":"2026-12-20"}"#, Some("2026-12-20"));
    value(
        r#"{"decimal":"0.1234567890123456789"}"#,
        Some("0.1234567890123456789"),
    );
    value(
        r#"{"instant":"2026-12-20T10:00:00-05:00"}"#,
        Some("2026-12-20T15:00:00Z"),
    );
}

#[test]
fn values_that_are_none() {
    for json in [
        "null",
        "[]",
        "{}",
        "1e300",
        "0.1234567890123456789",
        "NaN",
        r#"{"date":"2026-02-30"}"#,
        r#"{"date":"+12026-01-01"}"#,
        r#"{"date":"2026-1-1"}"#,
        r#"{"date":20261220}"#,
        r#"{"instant":"2026-12-20"}"#,
        r#"{"decimal":"mil"}"#,
        r#"{"decimal":1.5}"#,
        r#"{"decimal":"NaN"}"#,
        r#"{"text":"x"}"#,
        r#"{"date":"2026-12-20","decimal":"1"}"#,
        r#"{"instant":"-0001-12-20T10:00:00Z"}"#,
    ] {
        value(json, None);
    }
}

#[test]
fn a_rule_inside_a_document() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Segment {
        rule: Rule,
    }
    let segment = Segment {
        rule: Rule::parse("visits > 1 and city is set").unwrap(),
    };
    let json = serde_json::to_string(&segment).unwrap();
    let back: Segment = serde_json::from_str(&json).unwrap();
    assert_eq!(back.rule, segment.rule);
    let wrong = json.replace("city", "c ty");
    let error = serde_json::from_str::<Segment>(&wrong)
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("all[1].is_set: \"c ty\" cannot be the name"),
        "{error}"
    );
}
