//! Nothing that somebody writes exhausts the stack or the memory.

use crate::Value;
use chrono::NaiveDate;

use super::super::{
    Comparison, Condition, Expr, Lack, MAX_LEVELS, MAX_LIST, MAX_NODES, Rule, RuleErrorKind,
    activity, at_least, attr, segment,
};

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

fn within_activity(expr: Expr) -> Expr {
    activity("visit").with(expr).at_least(1)
}

#[test]
fn what_activities_and_lists_of_rules_can_be() {
    use RuleErrorKind::{Empty, Least, Literal, Name, Nested, TooLarge};
    let row = |expr: Expr, kind: RuleErrorKind, path: &str| {
        let error = Rule::new(attr("x").is_set() & expr).unwrap_err();
        assert_eq!((error.kind(), error.path()), (kind, path));
    };
    let set = || attr("a").is_set();
    row(at_least(1, []), Least, "all[1].at_least");
    row(at_least(0, [set()]), Least, "all[1].at_least");
    row(!at_least(2, [set()]), Least, "all[1].not.at_least");
    row(
        at_least(1, [attr("").is_set()]),
        Name,
        "all[1].at_least.of[0].is_set",
    );
    row(activity("a b").at_least(1), Name, "all[1].activity.kind");
    row(
        activity("a").sum_at_least("", 1),
        Name,
        "all[1].activity.measure.sum",
    );
    let far = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap();
    let path = "all[1].activity.condition.compare";
    row(
        activity("a").last(Condition::Compare(Comparison::Lt, far.into())),
        Literal,
        path,
    );
    let long = Condition::In(vec![1.into(); MAX_LIST + 1]);
    row(
        activity("a").count(long),
        TooLarge,
        "all[1].activity.condition.in",
    );
    row(
        activity("a").count(Condition::In(Vec::new())),
        Empty,
        "all[1].activity.condition.in",
    );
    row(
        within_activity(attr("").is_set()),
        Name,
        "all[1].activity.with.is_set",
    );
    row(
        within_activity(segment("a")),
        Nested,
        "all[1].activity.with",
    );
    row(
        within_activity(set() | within_activity(set())),
        Nested,
        "all[1].activity.with.any[1]",
    );
}

#[test]
fn what_is_said_in_two_ways_is_one_everywhere() {
    let whole = Value::Decimal("6.0".parse().unwrap());
    let lone = |expr: Expr| Expr::All(vec![Expr::Any(vec![expr])]);
    for join in [within_activity, |expr| at_least(1, [expr])] {
        let odd = Rule::new(join(lone(attr("a").eq(whole.clone())))).unwrap();
        assert_eq!(odd, Rule::new(join(attr("a").eq(6))).unwrap());
        assert_eq!(Rule::parse(&odd.to_string()).unwrap(), odd);
    }
    let many = Condition::Compare(Comparison::Ge, whole);
    let odd = Rule::new(activity("visit").count(many)).unwrap();
    assert_eq!(odd.to_string(), "at least 6 visit");
}

#[test]
fn levels_within_activities_and_lists_count() {
    let deepest = within_activity(nots(MAX_LEVELS - 2));
    assert_eq!(kind(Rule::new(deepest.clone())), None);
    assert_eq!(kind(Rule::new(!deepest)), Some(RuleErrorKind::TooDeep));
    let lists = |n: usize| (0..n).fold(attr("a").eq(1), |expr, _| at_least(1, [expr]));
    assert_eq!(kind(Rule::new(lists(MAX_LEVELS - 1))), None);
    assert_eq!(kind(Rule::new(lists(MANY))), Some(RuleErrorKind::TooDeep));
    for expr in [lists(MAX_LEVELS - 1), within_activity(nots(MAX_LEVELS - 2))] {
        let rule = Rule::new(expr).unwrap();
        assert_eq!(Rule::parse(&rule.to_string()).unwrap(), rule);
        assert_eq!(Rule::from_json(&rule.to_json()).unwrap(), rule);
    }
    for open in ["at least 1 of (", "not in segment a and at least 1 of ("] {
        let text = open.repeat(MANY);
        assert_eq!(
            kind(Rule::parse(&text)),
            Some(RuleErrorKind::TooDeep),
            "{open}"
        );
    }
    let json = r#"{"v":1,"rule":"#.to_owned() + &r#"{"at_least":{"least":1,"of":["#.repeat(MANY);
    assert_eq!(kind(Rule::from_json(&json)), Some(RuleErrorKind::TooDeep));
    let json = r#"{"v":1,"rule":"#.to_owned() + &r#"{"activity":{"with":"#.repeat(MANY);
    assert_eq!(kind(Rule::from_json(&json)), Some(RuleErrorKind::TooDeep));
}

#[test]
fn nodes_within_activities_count() {
    let text = |tests: usize| format!("at least 1 visit({})", vec!["a = 1"; tests].join(" or "));
    assert_eq!(kind(Rule::parse(&text(MAX_NODES - 2))), None);
    assert_eq!(
        kind(Rule::parse(&text(MAX_NODES - 1))),
        Some(RuleErrorKind::TooLarge)
    );
    let list = |tests: usize| at_least(1, vec![attr("a").eq(1); tests]);
    assert_eq!(kind(Rule::new(list(MAX_NODES - 1))), None);
    assert_eq!(
        kind(Rule::new(list(MAX_NODES))),
        Some(RuleErrorKind::TooLarge)
    );
}

/// However deep a program builds it, a tree is cloned, compared, shown and freed.
#[test]
fn deep_material() {
    let activities = (0..MANY).fold(attr("a").eq(1), |expr, _| within_activity(expr));
    let lists = (0..MANY).fold(segment("a"), |expr, _| at_least(1, [!expr]));
    for expr in [nots(MANY), ladder(MANY), activities, lists] {
        let copy = expr.clone();
        assert!(copy == expr && !expr != copy);
        assert!(format!("{copy:?}").len() < 100_000);
        assert_eq!(kind(Rule::new(copy)), Some(RuleErrorKind::TooDeep));
    }
}
