//! Nothing that somebody writes exhausts the stack or the memory.

use crate::Value;
use chrono::NaiveDate;

use super::super::{Expr, Lack, MAX_LEVELS, MAX_LIST, MAX_NODES, Rule, RuleErrorKind, attr};

const MANY: usize = 100_000;

#[track_caller]
fn kind(result: Result<Rule, super::super::RuleError>) -> Option<RuleErrorKind> {
    result.err().map(|error| error.kind())
}

fn nots(n: usize) -> Expr {
    (0..n).fold(attr("a").eq(1), |expr, _| !expr)
}

/// `and` and `or` in turn, so many levels with the test.
fn ladder(levels: usize) -> Expr {
    (1..levels).fold(attr("a").eq(1), |expr, n| match n % 2 {
        0 => attr("b").eq(2) & expr,
        _ => attr("b").eq(2) | expr,
    })
}

#[test]
fn levels_of_text() {
    let text = |nots: usize| format!("{}a = 1", "not ".repeat(nots));
    assert_eq!(kind(Rule::parse(&text(MAX_LEVELS - 1))), None);
    assert_eq!(
        kind(Rule::parse(&text(MAX_LEVELS))),
        Some(RuleErrorKind::TooDeep)
    );
    assert_eq!(kind(Rule::parse(&text(MANY))), Some(RuleErrorKind::TooDeep));
    let brackets = |n: usize| format!("{}a = 1{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(kind(Rule::parse(&brackets(MAX_LEVELS))), None);
    assert_eq!(
        kind(Rule::parse(&brackets(MANY))),
        Some(RuleErrorKind::TooDeep)
    );
    assert_eq!(
        kind(Rule::parse(&"(".repeat(MANY))),
        Some(RuleErrorKind::TooDeep)
    );
    let mixed = "not (a = 1 or b = 2 and ".repeat(MANY);
    assert_eq!(kind(Rule::parse(&mixed)), Some(RuleErrorKind::TooDeep));
    // Each bracket here is three levels, so that the tree is too deep before the brackets are.
    let three = |n: usize| {
        format!(
            "{}a = 1{}",
            "not (a = 1 or b = 2 and ".repeat(n),
            ")".repeat(n)
        )
    };
    assert_eq!(kind(Rule::parse(&three(21))), None);
    let error = Rule::parse(&three(22)).unwrap_err();
    assert_eq!(error.kind(), RuleErrorKind::TooDeep);
    assert!(error.position().is_some());
}

#[test]
fn levels_of_json() {
    let test = r#"{"is_set":{"attribute":"a"}}"#;
    let nots = |n: usize| {
        format!(
            r#"{{"v":1,"rule":{}{test}{}}}"#,
            r#"{"not":"#.repeat(n),
            "}".repeat(n)
        )
    };
    assert_eq!(kind(Rule::from_json(&nots(MAX_LEVELS - 1))), None);
    assert_eq!(
        kind(Rule::from_json(&nots(MAX_LEVELS))),
        Some(RuleErrorKind::TooDeep)
    );
    assert_eq!(
        kind(Rule::from_json(&nots(MANY))),
        Some(RuleErrorKind::TooDeep)
    );
    let open = r#"{"v":1,"rule":"#.to_owned() + &r#"{"any":[{"all":["#.repeat(MANY);
    assert_eq!(kind(Rule::from_json(&open)), Some(RuleErrorKind::TooDeep));
}

#[test]
fn other_nesting_of_json() {
    let deep = "[".repeat(MANY);
    let object = r#"{"a":"#.repeat(MANY);
    for json in [
        deep.clone(),
        object.clone(),
        format!(r#"{{"v":{deep}"#),
        format!(r#"{{"x":{deep}"#),
        format!(r#"{{"v":1,"rule":{deep}"#),
        format!(r#"{{"v":1,"rule":{object}"#),
        format!(r#"{{"v":1,"rule":{{"all":{deep}"#),
        format!(r#"{{"v":1,"rule":{{"compare":{deep}"#),
        format!(r#"{{"v":1,"rule":{{"compare":{{"attribute":{deep}"#),
        format!(r#"{{"v":1,"rule":{{"compare":{{"other":{deep}"#),
        format!(r#"{{"v":1,"rule":{{"compare":{{"value":{deep}"#),
        format!(r#"{{"v":1,"rule":{{"compare":{{"value":{object}"#),
        format!(r#"{{"v":1,"rule":{{"compare":{{"value":{{"decimal":{deep}"#),
        format!(r#"{{"v":1,"rule":{{"compare":{{"value":{{"date":"2026-12-20","x":{deep}"#),
        format!(r#"{{"v":1,"rule":{{"in":{{"values":{deep}"#),
        format!(r#"{{"v":1,"rule":{{"older_than":{{"period":{{"days":{deep}"#),
    ] {
        let start: String = json.chars().take(80).collect();
        assert_eq!(
            kind(Rule::from_json(&json)),
            Some(RuleErrorKind::Json),
            "{start}"
        );
    }
}

#[test]
fn levels_of_built_rules() {
    assert_eq!(kind(Rule::new(nots(MAX_LEVELS - 1))), None);
    assert_eq!(
        kind(Rule::new(nots(MAX_LEVELS))),
        Some(RuleErrorKind::TooDeep)
    );
    assert_eq!(kind(Rule::new(nots(MANY))), Some(RuleErrorKind::TooDeep));
    assert_eq!(kind(Rule::new(ladder(MANY))), Some(RuleErrorKind::TooDeep));
    drop(nots(10 * MANY));
}

#[test]
fn the_deepest_rule_goes_through_text_and_json() {
    for expr in [ladder(MAX_LEVELS), nots(MAX_LEVELS - 1)] {
        let rule = Rule::new(expr).unwrap();
        assert_eq!(Rule::parse(&rule.to_string()).unwrap(), rule);
        assert_eq!(Rule::from_json(&rule.to_json()).unwrap(), rule);
        let value = serde_json::to_value(&rule).unwrap();
        assert_eq!(serde_json::from_value::<Rule>(value).unwrap(), rule);
    }
}

#[test]
fn nodes() {
    let text = |tests: usize| vec!["a = 1"; tests].join(" or ");
    assert_eq!(kind(Rule::parse(&text(MAX_NODES - 1))), None);
    assert_eq!(
        kind(Rule::parse(&text(MAX_NODES))),
        Some(RuleErrorKind::TooLarge)
    );
    let error = Rule::parse(&text(10 * MAX_NODES)).unwrap_err();
    assert_eq!(
        (error.kind(), error.position()),
        (RuleErrorKind::TooLarge, Some((1, 89_992)))
    );
    let built = |tests: usize| (1..tests).fold(attr("a").eq(1), |all, _| all & attr("a").eq(1));
    let largest = Rule::new(built(MAX_NODES - 1)).unwrap();
    assert_eq!(
        kind(Rule::new(built(MAX_NODES))),
        Some(RuleErrorKind::TooLarge)
    );
    let json = largest.to_json();
    assert_eq!(Rule::from_json(&json).unwrap(), largest);
    let more = json.replacen('[', r#"[{"is_set":{"attribute":"a"}},"#, 1);
    assert_eq!(kind(Rule::from_json(&more)), Some(RuleErrorKind::TooLarge));
}

#[test]
fn as_many_errors_as_tests() {
    let text = vec!["a = 1"; MAX_NODES - 1].join(" or ");
    let unknown = |_: &str| Err(Lack::Unknown { nearest: None });
    let errors = Rule::parse(&text).unwrap().check(&unknown).unwrap_err();
    assert_eq!(errors.len(), MAX_NODES - 1);
    assert_eq!(errors[9_998].path(), "any[9998].compare");
}

#[test]
fn lists() {
    let list = |n: usize| format!("a in ({})", vec!["1"; n].join(", "));
    assert_eq!(kind(Rule::parse(&list(MAX_LIST))), None);
    assert_eq!(
        kind(Rule::parse(&list(MAX_LIST + 1))),
        Some(RuleErrorKind::TooLarge)
    );
    let built = |n: usize| Rule::new(attr("a").has_any(vec!["x"; n]));
    assert_eq!(kind(built(MAX_LIST)), None);
    assert_eq!(kind(built(MAX_LIST + 1)), Some(RuleErrorKind::TooLarge));
    assert_eq!(kind(built(0)), Some(RuleErrorKind::Empty));
    assert_eq!(
        kind(Rule::new(attr("a").one_of([0; 0]))),
        Some(RuleErrorKind::Empty)
    );
}

#[test]
fn what_no_text_can_say() {
    let row = |expr: Expr, kind: RuleErrorKind, path: &str| {
        let error = Rule::new(attr("x").is_set() & expr).unwrap_err();
        assert_eq!((error.kind(), error.path()), (kind, path));
    };
    row(Expr::All(Vec::new()), RuleErrorKind::Empty, "all[1]");
    row(!Expr::Any(Vec::new()), RuleErrorKind::Empty, "all[1].not");
    row(attr("a b").is_set(), RuleErrorKind::Name, "all[1].is_set");
    row(attr("").is_set(), RuleErrorKind::Name, "all[1].is_set");
    row(
        attr("a").eq(Value::Texts([].into())),
        RuleErrorKind::Type,
        "all[1].compare",
    );
    let far = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap();
    row(
        attr("a").between(1, far),
        RuleErrorKind::Literal,
        "all[1].between",
    );
    let past = NaiveDate::from_ymd_opt(-1, 12, 31).unwrap();
    row(
        attr("a").one_of([past]),
        RuleErrorKind::Literal,
        "all[1].in",
    );
    row(
        attr("a").lt(NaiveDate::MAX),
        RuleErrorKind::Literal,
        "all[1].compare",
    );
}

#[test]
fn one_part_is_that_part() {
    let lone = Expr::All(vec![Expr::Any(vec![attr("a").eq(1)])]);
    assert_eq!(
        Rule::new(lone).unwrap(),
        Rule::new(attr("a").eq(1)).unwrap()
    );
}
