//! Activities and segments against those that exist.

use super::super::super::{Rule, RuleError, RuleErrorKind, Types as _, activity, attr, segment};
use super::{check, expect, schema, types};
use crate::Segments;

fn segments() -> Segments {
    let rule = |text: &str| Rule::parse(text).unwrap();
    let members = [
        ("first", rule("vists > 1")),
        ("second", rule("in segment plain")),
    ];
    Segments::new([])
        .and_then(|set| set.with("plain", rule("city = 1 and visits > 1")))
        .and_then(|set| set.with("right", rule("visits > 1")))
        .and_then(|set| set.with_family("both", members))
        .unwrap()
}

#[test]
fn kinds_and_their_attributes() {
    check(
        "at least 2 purchas(amount > \"x\")",
        &[(
            "1:12: there is no activity \"purchas\"",
            Some("did you mean purchase?"),
        )],
    );
    check(
        "at least 1 of (a = 1, \
            sum of product of purchase(amuont = \"x\" or amount = \"x\") = true)",
        &[
            ("1:16: there is no attribute \"a\"", None),
            ("1:30: product cannot be summed up, it is a text", None),
            (
                "1:82: true is a boolean, the sum of product of purchase is a decimal",
                None,
            ),
            (
                "1:50: there is no attribute \"amuont\" of purchase",
                Some("did you mean amount?"),
            ),
            ("1:75: \"x\" is a text, amount is a decimal", None),
        ],
    );
    check(
        "sum of pices of purchase > 1",
        &[(
            "1:8: there is no attribute \"pices\" of purchase",
            Some("did you mean pieces?"),
        )],
    );
}

#[test]
fn what_is_made_of_activities() {
    let hint = Some("what must hold of the number follows the time: within 30 days >= 2");
    check(
        "count of purchase within the last 30 days",
        &[(
            "1:19: a relative date does not go with the count of purchase, which is an integer",
            hint,
        )],
    );
    check(
        "last purchase contains \"x\" and count of purchase between 5 and 2",
        &[
            (
                "1:15: contains does not go with the last purchase, which is an instant",
                None,
            ),
            (
                "1:58: nothing lies between 5 and 2",
                Some("the smaller one stands first"),
            ),
        ],
    );
    // Its own attributes only.
    check(
        "at least 1 purchase(visits > 1)",
        &[("1:21: there is no attribute \"visits\" of purchase", None)],
    );
    let closure = |name: &str| schema().attribute(name);
    let rule = Rule::parse("visits > 1 and at least 1 purchase").unwrap();
    let errors = rule.check(&closure).unwrap_err();
    assert_eq!(errors[0].kind(), RuleErrorKind::UnknownActivity);
}

#[test]
fn built_activities_say_the_path() {
    let purchase = || activity("purchase").with(attr("amount").eq("x"));
    let sum = attr("visits").ge(6) & !purchase().sum_at_least("product", true);
    let errors = Rule::new(sum).unwrap().check(&types()).unwrap_err();
    let paths: Vec<&str> = errors.iter().map(RuleError::path).collect();
    let expected = [
        "all[1].not.activity.measure.sum",
        "all[1].not.activity.condition.compare",
        "all[1].not.activity.with.compare",
    ];
    assert_eq!(paths, expected);
    let errors = Rule::new(activity("call").at_least(1)).unwrap();
    let errors = errors.check(&types()).unwrap_err();
    assert_eq!(errors[0].path(), "activity.kind");
}

#[test]
fn names_of_segments() {
    let row = |text: &str, errors: &[(&str, Option<&str>)]| {
        let rule = Rule::parse(text).unwrap();
        expect(&rule, rule.check_in(&types(), &segments()), errors);
    };
    row("in segment right and visits > 1", &[]);
    row(
        "not in segment \"rihgt\"",
        &[(
            "1:16: there is no segment \"rihgt\"",
            Some("did you mean right?"),
        )],
    );
    let plain = "segment \"plain\": 1 is an integer, city is a text";
    let quotes = Some("in quotes it is a text: \"1\"");
    row(
        "in segment plain or in segment plain",
        &[(&format!("1:12: {plain}"), quotes)],
    );
    row(
        "visits > 1 and in segment second",
        &[
            (&format!("1:27: {plain}"), quotes),
            (
                "1:27: segment \"first\": there is no attribute \"vists\"",
                Some("did you mean visits?"),
            ),
        ],
    );
    check(
        "in segment right",
        &[("1:12: there is no segment \"right\"", None)],
    );
    let errors = Rule::new(!segment("x")).unwrap();
    let errors = errors.check(&types()).unwrap_err();
    assert_eq!(errors[0].path(), "not.in_segment");
}
