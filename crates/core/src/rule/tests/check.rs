//! A rule against the attributes that exist.

mod happened;

use crate::{AttributeType, Schema, Value};

use super::super::{Checked, Lack, Rule, RuleError, RuleErrorKind, Types, attr};

fn schema() -> Schema {
    let levels = ["oro", "plata", "cobre"].map(str::to_owned).into();
    [
        ("visits", AttributeType::Integer),
        ("spend", AttributeType::Decimal),
        ("city", AttributeType::Text),
        ("level", AttributeType::Choice(levels)),
        ("member", AttributeType::Bool),
        ("birthday", AttributeType::Date),
        ("seen", AttributeType::Instant),
        ("tags", AttributeType::Texts),
    ]
    .into_iter()
    .try_fold(Schema::new(), |schema, (name, r#type)| {
        schema.with(name, r#type)
    })
    .and_then(|schema| schema.with_activity("purchase", purchase()))
    .unwrap()
}

fn purchase() -> Schema {
    let attributes = [
        ("amount", AttributeType::Decimal),
        ("pieces", AttributeType::Integer),
        ("product", AttributeType::Text),
    ];
    let mut schema = Schema::new();
    for (name, r#type) in attributes {
        schema.insert(name, r#type).unwrap();
    }
    schema
}

/// A schema in which a name is ambiguous.
struct Both(Schema);

impl Types for Both {
    fn attribute(&self, name: &str) -> Result<AttributeType, Lack> {
        if name == "status" {
            let choices = ["customer.status", "pin.status"].map(str::to_owned).into();
            return Err(Lack::Ambiguous { choices });
        }
        self.0.attribute(name)
    }

    fn activity(&self, kind: &str) -> Result<&Schema, Lack> {
        Types::activity(&self.0, kind)
    }
}

fn types() -> Both {
    Both(schema())
}

/// Every error in one line: place, message, hint.
#[track_caller]
fn check(text: &str, errors: &[(&str, Option<&str>)]) {
    let rule = Rule::parse(text).unwrap();
    expect(&rule, rule.check(&types()), errors);
}

#[track_caller]
fn expect(rule: &Rule, checked: Result<Checked, Vec<RuleError>>, errors: &[(&str, Option<&str>)]) {
    let found = match checked {
        Ok(checked) => {
            assert_eq!(checked.rule(), rule);
            Vec::new()
        }
        Err(errors) => errors,
    };
    let lines: Vec<_> = found
        .iter()
        .map(|e| (e.to_string(), e.hint().map(str::to_owned)))
        .collect();
    let expected: Vec<_> = errors
        .iter()
        .map(|(e, hint)| ((*e).to_owned(), hint.map(str::to_owned)))
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn right() {
    for text in [
        "visits = 6 and visits < 6.5 and spend >= 6 and spend in (1, 2.5)",
        "city = \"x\" and city != \"y\" and city in (\"x\")",
        "city =~ \"z\" and city contains \"\"",
        "level = \"oro\" and level =~ \"ORO\" and level contains \"r\" and level starts with \"p\"",
        "member = true and member in (true, false) and birthday < 2026-12-20",
        "seen < 2026-12-20 and seen >= 2026-12-20T10:00:00Z and seen older than 1 day",
        "seen between 2026-12-20T10:00:00Z and 2026-12-20 and birthday on this day",
        "at least 2 purchase(product = \"x\" and amount > 1) within 9 days and exactly 0 purchase",
        "sum of amount of purchase >= 1.5 or sum of pieces of purchase between 1 and 2",
        "last purchase older than 9 days and first purchase = 2026-12-20 and count of purchase > 1",
        "birthday anniversary within 7 days and seen within the month to date",
        "at least 1 of (visits = 1, city = \"x\")",
        "tags has any of (\"x\") and tags is set and level is missing and spend between 1 and 1.0",
    ] {
        check(text, &[]);
    }
}

#[test]
fn names() {
    check(
        "visit = 1",
        &[(
            "1:1: there is no attribute \"visit\"",
            Some("did you mean visits?"),
        )],
    );
    check(
        "zapatos is set",
        &[("1:1: there is no attribute \"zapatos\"", None)],
    );
    check(
        "status is set",
        &[(
            "1:1: more than one attribute is named \"status\"",
            Some("write customer.status or pin.status"),
        )],
    );
}

#[test]
fn values_of_another_type() {
    check(
        "visits = \"seis\"",
        &[("1:10: \"seis\" is a text, visits is an integer", None)],
    );
    check(
        "visits = \"6\"",
        &[(
            "1:10: \"6\" is a text, visits is an integer",
            Some("write it without quotes: 6"),
        )],
    );
    check(
        "city = 6",
        &[(
            "1:8: 6 is an integer, city is a text",
            Some("in quotes it is a text: \"6\""),
        )],
    );
    check(
        "birthday >= \"2026-12-20\"",
        &[(
            "1:13: \"2026-12-20\" is a text, birthday is a date",
            Some("write it without quotes: 2026-12-20"),
        )],
    );
    check(
        "birthday = 2026-12-20T10:00:00Z",
        &[(
            "1:12: 2026-12-20T10:00:00Z is an instant, birthday is a date",
            Some("write the day: 2026-12-20"),
        )],
    );
    check(
        "member = 1",
        &[("1:10: 1 is an integer, member is a boolean", None)],
    );
    check(
        "visits in (1, true, \"x\")",
        &[
            ("1:15: true is a boolean, visits is an integer", None),
            ("1:21: \"x\" is a text, visits is an integer", None),
        ],
    );
}

#[test]
fn operators_of_another_type() {
    check(
        "city < \"x\"",
        &[(
            "1:6: < does not go with city, which is a text",
            Some("texts have no order"),
        )],
    );
    check(
        "level between \"a\" and \"b\"",
        &[(
            "1:7: between does not go with level, which is one text of a closed set",
            Some("texts have no order"),
        )],
    );
    check(
        "member >= true",
        &[("1:8: >= does not go with member, which is a boolean", None)],
    );
    check(
        "tags = \"x\"",
        &[(
            "1:6: = does not go with tags, which is a set of texts",
            Some("a set has any of, all of, none of some texts"),
        )],
    );
    check(
        "city has any of (\"x\")",
        &[(
            "1:6: has does not go with city, which is a text",
            Some("one text is in a list: in (…)"),
        )],
    );
    check(
        "visits contains \"x\"",
        &[(
            "1:8: contains does not go with visits, which is an integer",
            None,
        )],
    );
    check(
        "visits not older than 9 days",
        &[(
            "1:12: a relative date does not go with visits, which is an integer",
            None,
        )],
    );
}

#[test]
fn values_outside_a_closed_set() {
    let near = Some("did you mean \"plata\"?");
    check(
        "level = \"plate\"",
        &[("1:9: \"plate\" is not a value of level", near)],
    );
    let list = Some("there are: cobre, oro, plata");
    check(
        "level in (\"oro\", \"diamante\")",
        &[("1:18: \"diamante\" is not a value of level", list)],
    );
    check(
        "level =~ \"PLATTA\"",
        &[("1:10: \"PLATTA\" is not a value of level", near)],
    );
}

#[test]
fn empty_ranges() {
    let hint = Some("the smaller one stands first");
    check(
        "visits between 9 and 1.5",
        &[("1:16: nothing lies between 9 and 1.5", hint)],
    );
    check(
        "birthday between 2026-12-20 and 2026-12-19",
        &[("1:18: nothing lies between 2026-12-20 and 2026-12-19", hint)],
    );
}

#[test]
fn all_errors_at_once_in_the_order_of_the_text() {
    check(
        "visit = 1 and (level = \"x\" or\n not city > \"a\")",
        &[
            (
                "1:1: there is no attribute \"visit\"",
                Some("did you mean visits?"),
            ),
            (
                "1:24: \"x\" is not a value of level",
                Some("there are: cobre, oro, plata"),
            ),
            (
                "2:11: > does not go with city, which is a text",
                Some("texts have no order"),
            ),
        ],
    );
}

#[test]
fn a_built_rule_says_the_path() {
    let rule = attr("visits").ge(6) & (attr("city").eq("x") | !attr("visit").eq(1));
    let errors = Rule::new(rule).unwrap().check(&types()).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "all[1].any[1].not.compare: there is no attribute \"visit\""
    );
    assert_eq!(
        (errors[0].kind(), errors[0].span()),
        (RuleErrorKind::UnknownAttribute, None)
    );
    let lone = Rule::new(attr("visit").eq(1))
        .unwrap()
        .check(&types())
        .unwrap_err();
    assert_eq!(lone[0].path(), "compare");
}

#[test]
fn the_places_survive_a_clone_but_equality_ignores_them() {
    let parsed = Rule::parse("  visit = 1").unwrap();
    assert_eq!(parsed, Rule::new(attr("visit").eq(Value::from(1))).unwrap());
    let copy = Rule::clone(&parsed);
    assert_eq!(
        copy.check(&types()).unwrap_err()[0].position(),
        Some((1, 3))
    );
}
