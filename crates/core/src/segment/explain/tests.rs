//! What is said of one customer.

use crate::rule::{Moment, Rule};
use crate::{Attributes, Explanation, Segments, Value, Zone};

fn moment() -> Moment {
    Moment::new(
        "2026-11-20T06:00:00Z".parse().expect("an instant"),
        Zone::UTC,
    )
}

fn ana() -> Attributes {
    Attributes::new().with("visits", 2).with("city", "Loja")
}

fn explain(text: &str) -> Explanation {
    Rule::parse(text)
        .expect("a rule")
        .explain(&&ana(), &moment())
}

#[track_caller]
fn check(text: &str, verdict: Option<bool>, decisive: &[&str]) {
    let why = explain(text);
    assert_eq!(why.verdict, verdict, "{text}");
    let found: Vec<&str> = why
        .decisive()
        .iter()
        .map(|part| part.text.as_str())
        .collect();
    assert_eq!(found, decisive, "{text}");
}

#[test]
fn what_decided() {
    check(
        "visits = 2 and city = \"Loja\"",
        Some(true),
        &["visits = 2", "city = \"Loja\""],
    );
    check(
        "visits = 2 and city = \"Ibarra\"",
        Some(false),
        &["city = \"Ibarra\""],
    );
    check("visits = 2 or spend > 1", Some(true), &["visits = 2"]);
    check("visits = 3 or spend > 1", None, &["spend > 1"]);
    check(
        "not (visits = 3 and spend > 1)",
        Some(true),
        &["visits = 3"],
    );
    check(
        "at least 2 of (visits = 2, city is set, spend > 1)",
        Some(true),
        &["visits = 2", "city is set"],
    );
    check("at least 1 purchase", Some(false), &["at least 1 purchase"]);
}

#[test]
fn a_family_says_who_was_first_and_a_segment_is_told_once() {
    let rule = |text: &str| Rule::parse(text).expect("a rule");
    let segments = Segments::new([])
        .and_then(|set| {
            set.with_family(
                "size",
                [("some", rule("visits >= 1")), ("few", rule("visits >= 0"))],
            )
        })
        .and_then(|set| set.with("both", rule("in segment few or in segment few")))
        .expect("good segments");
    let name = "both".parse().expect("a name");
    let why = segments
        .explain_segment(&name, &&ana(), &moment())
        .expect("it is there");
    assert_eq!(why.verdict, Some(false));
    let decisive: Vec<&str> = why
        .decisive()
        .iter()
        .map(|part| part.text.as_str())
        .collect();
    assert_eq!(decisive, ["visits >= 1", "few"]);
    let nobody = "nobody".parse().expect("a name");
    assert!(
        segments
            .explain_segment(&nobody, &&ana(), &moment())
            .is_none()
    );
}

#[test]
fn as_json_and_without_values_for_logs() {
    let why = explain("city = \"Ibarra\" and not at least 2 of (spend > 1, visits >= 1)");
    let expected = serde_json::json!({
        "kind": "all", "verdict": false, "decided": true, "parts": [
            {"kind": "test", "text": "city = \"Ibarra\"", "value": "Loja", "verdict": false,
             "decided": true},
            {"kind": "not", "verdict": null, "decided": false, "parts": [
                {"kind": "at_least", "least": 2, "verdict": null, "decided": false, "parts": [
                    {"kind": "test", "text": "spend > 1", "value": null, "verdict": null,
                     "decided": false},
                    {"kind": "test", "text": "visits >= 1", "value": 2, "verdict": true,
                     "decided": false},
                ]},
            ]},
        ],
    });
    assert_eq!(serde_json::to_value(&why).expect("it is JSON"), expected);
    assert!(
        !format!("{why:?}").contains("Loja"),
        "values are a person's"
    );
    assert_eq!(why.parts[0].value, Some(Value::from("Loja")));
}
