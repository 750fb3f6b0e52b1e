//! Segments as they are written and kept.

use crate::rule::{RuleErrorKind, attr};
use crate::{SegmentFault, SegmentPart, Segments, SegmentsDocument};

const GOLDEN: &str = include_str!("../golden/v1-segments.json");

#[test]
fn golden_file() {
    let document = SegmentsDocument::from_json(GOLDEN).unwrap();
    let written: serde_json::Value = serde_json::from_str(&document.to_json()).unwrap();
    let golden: serde_json::Value = serde_json::from_str(GOLDEN).unwrap();
    assert_eq!(written, golden, "what is written is what was read");
    assert!(document.to_json().starts_with(r#"{"v":1,"#));
    let paths = ["inactive", "loyal", "high", "greeted"].map(|name| document.path_of(name));
    let expected = [
        "segment[0]",
        "segment[1]",
        "family[0].segment[0]",
        "family[0].segment[1]",
    ];
    assert_eq!(paths, expected.map(|path| Some(path.to_owned())));
    assert_eq!(document.path_of("other"), None);
    let segments = document.into_segments().unwrap();
    let json = serde_json::to_string(&segments).unwrap();
    assert_eq!(serde_json::from_str::<Segments>(&json).unwrap(), segments);
}

#[test]
fn a_file_without_anything_is_no_segment() {
    let empty = SegmentsDocument::from_json("{}").unwrap();
    assert_eq!(empty.into_segments().unwrap(), Segments::default());
}

#[track_caller]
fn wrong(json: &str, error: &str) {
    let found = SegmentsDocument::from_json(json).expect_err(json);
    assert_eq!(found.kind(), RuleErrorKind::Json);
    assert!(found.to_string().starts_with(error), "{found}");
}

#[test]
fn documents_that_are_none() {
    wrong("", "1:1: EOF");
    wrong(
        r#"{"v":2}"#,
        "1:7: version 2 of segments is not known here, only 1 is",
    );
    wrong(
        r#"{"segments":[]}"#,
        "1:11: unknown field `segments`, expected one of `v`, `segment`",
    );
    wrong(
        r#"{"segment":[{"name":"a"}]}"#,
        "1:24: missing field `rule`",
    );
    wrong(
        r#"{"segment":[{"rule":"a = 1"}]}"#,
        "1:28: missing field `name`",
    );
    wrong(r#"{"segment":[{"name":"","rule":"a = 1"}]}"#, "1:");
    wrong(r#"{"segment":[{"name":"a","rule":1}]}"#, "1:");
    wrong(r#"{"segment":[{"name":"a","rule":{"v":1}}]}"#, "1:");
    wrong(
        r#"{"family":[{"name":"a"}]}"#,
        "1:23: missing field `segment`",
    );
    wrong(r#"{} {}"#, "1:4: trailing characters");
    let deep = "[".repeat(100_000);
    for json in [
        "",
        r#"{"v":"#,
        r#"{"x":"#,
        r#"{"segment":"#,
        r#"{"segment":[{"name":"#,
    ] {
        wrong(&format!("{json}{deep}"), "1:");
    }
    wrong(&format!(r#"{{"segment":[{{"rule":{deep}"#), "1:");
}

#[test]
fn every_rule_that_cannot_be_read_is_said() {
    let json = r#"{
        "segment": [{"name": "a", "rule": "visits => 6"}, {"name": "b", "rule": "x = 1"}],
        "family": [{"name": "f", "segment": [{"name": "c", "rule": "x = 1 and\n y ="}]}]
    }"#;
    let document = SegmentsDocument::from_json(json).unwrap();
    let errors = document.into_segments().unwrap_err();
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let expected = [
        r#"segment "a": 1:8: there is no operator "=>""#,
        r#"segment "c": 2:5: expected a value, found the end"#,
    ];
    assert_eq!(lines, expected);
    let SegmentFault::Rule(error) = &errors[0].fault else {
        panic!("a rule")
    };
    assert_eq!(error.hint(), Some("did you mean >=?"));
}

#[test]
fn names_that_lead_nowhere_are_said() {
    let json = r#"{"segment": [{"name": "a", "rule": "in segment inactiv"},
        {"name": "inactive", "rule": "x = 1"}]}"#;
    let errors = SegmentsDocument::from_json(json)
        .unwrap()
        .into_segments()
        .unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].to_string(),
        r#"segment "a": there is no segment "inactiv""#
    );
}

/// A rule as deep as rules may be, which a reader with a bound of its own refuses.
#[test]
fn the_deepest_rule_is_read_again() {
    let deep = (1..crate::rule::MAX_LEVELS).fold(attr("a").eq(1), |expr, n| match n % 2 {
        0 => attr("b").eq(2) & expr,
        _ => attr("b").eq(2) | expr,
    });
    let rule = crate::rule::Rule::new(deep).unwrap();
    let name = crate::SegmentName::new("deep").unwrap();
    let segments = Segments::new([SegmentPart::Plain(name, rule)]).unwrap();
    let json = SegmentsDocument::from(&segments).to_json();
    let back = SegmentsDocument::from_json(&json).unwrap();
    assert_eq!(back.into_segments().unwrap(), segments);
}
