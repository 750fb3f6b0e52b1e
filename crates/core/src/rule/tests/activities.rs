//! What rules say of activities, of segments and of several rules: the text and its meaning.

mod meaning;

use super::super::{
    Activities, ActivityTest, Comparison, Condition, Expr, Measure, Period, Relation, Rule, Unit,
    Window, activity, at_least, attr, days, months, segment,
};
use crate::{SegmentName, Value};

/// The text means the expression and prints as `printed`.
#[track_caller]
fn check(text: &str, expr: Expr, printed: &str) {
    let rule = Rule::parse(text).unwrap_or_else(|error| panic!("{error} ({:?})", error.hint()));
    assert_eq!(rule, Rule::new(expr).unwrap(), "{text}");
    assert_eq!(rule.to_string(), printed);
    assert_eq!(Rule::parse(printed).unwrap(), rule);
    assert_eq!(Rule::from_json(&rule.to_json()).unwrap(), rule);
}

/// The text prints as it is written.
#[track_caller]
fn same(text: &str, expr: Expr) {
    check(text, expr, text);
}

fn compare(how: Comparison, value: impl Into<Value>) -> Condition {
    Condition::Compare(how, value.into())
}

fn older(n: u32) -> Condition {
    Condition::Relative(Relation::OlderThan, days(n))
}

#[test]
fn the_rule_of_the_design() {
    let text = "visits >= 6 and spend >= 150000 and last_visit older than 90 days \
        and province in (\"Azuay\", \"Guayas\") \
        and at least 2 purchase(product = \"fibra\") within 365 days and not in segment staff";
    let fibre = activity("purchase").with(attr("product").eq("fibra"));
    let expr = attr("visits").ge(6)
        & attr("spend").ge(150_000)
        & attr("last_visit").older_than(days(90))
        & attr("province").one_of(["Azuay", "Guayas"])
        & fibre.within(days(365)).at_least(2)
        & !segment("staff");
    same(text, expr);
}

#[test]
fn so_many_activities() {
    same("at least 2 visit", activity("visit").at_least(2));
    same("at most 3 visit", activity("visit").at_most(3));
    same("exactly 0 visit", activity("visit").exactly(0));
    same("not at least 2 visit", !activity("visit").at_least(2));
    let within = |period| activity("visit").within(period).at_least(2);
    same("at least 2 visit within 3 months", within(months(3)));
    check(
        "AT LEAST 2 visit Within The Last 1 day",
        within(days(1)),
        "at least 2 visit within 1 day",
    );
    let running = activity("visit").to_date(Unit::Quarter).at_most(9);
    same("at most 9 visit within the quarter to date", running);
    let of = activity("purchase").with(attr("a").eq(1) | attr("b").eq(2));
    same(
        "at least 1 purchase(a = 1 or b = 2) within 4 weeks and a = 1",
        of.within(Period::Weeks(4)).at_least(1) & attr("a").eq(1),
    );
}

#[test]
fn counts_that_have_no_short_form() {
    let count = |condition| activity("visit").count(condition);
    same("count of visit > 2", count(compare(Comparison::Gt, 2)));
    same("count of visit >= -2", count(compare(Comparison::Ge, -2)));
    let beyond = i64::from(u32::MAX) + 1;
    same(
        "count of visit = 4294967296",
        count(compare(Comparison::Eq, beyond)),
    );
    same(
        "count of visit between 2 and 5",
        count(Condition::Between(2.into(), 5.into())),
    );
    check(
        "count of visit >= 2",
        count(compare(Comparison::Ge, 2)),
        "at least 2 visit",
    );
    let odd = Condition::In(vec![1.into(), 3.into()]);
    same("count of visit not in (1, 3)", !count(odd.clone()));
    check(
        "not count of visit in (1, 3)",
        !count(odd),
        "count of visit not in (1, 3)",
    );
}

#[test]
fn sums_and_ends() {
    let purchase = || activity("purchase");
    same(
        "sum of amount of purchase >= 150000",
        purchase().sum_at_least("amount", 150_000),
    );
    same(
        "sum of amount of purchase(amount > 1) within the year to date < 9",
        purchase()
            .with(attr("amount").gt(1))
            .to_date(Unit::Year)
            .sum("amount", compare(Comparison::Lt, 9)),
    );
    same(
        "last purchase older than 90 days",
        purchase().last(older(90)),
    );
    same(
        "first purchase is missing",
        purchase().first(Condition::IsMissing),
    );
    same(
        "last purchase at least 3 days ago",
        purchase().last(Condition::Relative(Relation::AtLeastAgo, days(3))),
    );
    same(
        "first purchase anniversary within 7 days",
        purchase().first(Condition::Anniversary(days(7))),
    );
}

/// What follows says whether a stretch of days is when the activities were.
#[test]
fn a_stretch_of_days_after_activities() {
    let last = |within, condition| {
        Expr::Activity(ActivityTest {
            measure: Measure::Last,
            of: Activities {
                kind: "visit".to_owned(),
                with: None,
                within,
            },
            condition,
        })
    };
    let of_late = Condition::Relative(Relation::WithinLast, days(30));
    let (month, year) = (
        Condition::ToDate(Unit::Month),
        Condition::ToDate(Unit::Year),
    );
    same(
        "last visit within the last 30 days",
        last(None, of_late.clone()),
    );
    same(
        "last visit within the month to date",
        last(None, month.clone()),
    );
    same("last visit within the month to date and a = 1", {
        last(None, month.clone()) & attr("a").eq(1)
    });
    same(
        "last visit within 30 days older than 9 days",
        last(Some(Window::Last(days(30))), older(9)),
    );
    check(
        "last visit within the last 30 days older than 9 days",
        last(Some(Window::Last(days(30))), older(9)),
        "last visit within 30 days older than 9 days",
    );
    let running = Some(Window::ToDate(Unit::Year));
    same(
        "last visit within the year to date within the month to date",
        last(running, month),
    );
    check(
        "last visit within the year to date not within the last 30 days",
        !last(running, of_late),
        "not last visit within the year to date within the last 30 days",
    );
    check(
        "last visit not within the year to date",
        !last(None, year),
        "not last visit within the year to date",
    );
    let ahead = Condition::Relative(Relation::WithinNext, days(1));
    same("last visit within the next 1 day", last(None, ahead));
}

#[test]
fn names_that_are_words() {
    same("last older than 1 day", attr("last").older_than(days(1)));
    same(
        "last at least 1 day ago",
        attr("last").at_least_ago(days(1)),
    );
    same("first is set", attr("first").is_set());
    same("first not in (1)", !attr("first").one_of([1]));
    same(
        "count >= 3 and sum = 1",
        attr("count").ge(3) & attr("sum").eq(1),
    );
    same("exactly between 1 and 2", attr("exactly").between(1, 2));
    same("exactly 2 exactly", activity("exactly").exactly(2));
    same("at least 2 `of`(of = 1)", {
        activity("of").with(attr("of").eq(1)).at_least(2)
    });
    same(
        "last `of` older than 1 day",
        activity("of").last_older_than(days(1)),
    );
    same("last last is set", activity("last").last(Condition::IsSet));
    same("sum of of of `of` > 1", {
        activity("of").sum("of", compare(Comparison::Gt, 1))
    });
    same("at least 1 `in`(`at` = 1)", {
        activity("in").with(attr("at").eq(1)).at_least(1)
    });
    check("`last` = 1", attr("last").eq(1), "last = 1");
    check("`count` is set", attr("count").is_set(), "count is set");
    check(
        "last `purchase` is set",
        activity("purchase").last(Condition::IsSet),
        "last purchase is set",
    );
}

#[test]
fn dates_of_every_year_and_of_the_running_one() {
    same(
        "birth_date anniversary within 7 days",
        attr("birth_date").anniversary_within(days(7)),
    );
    check(
        "birth_date not anniversary within 7 days",
        !attr("birth_date").anniversary_within(days(7)),
        "not birth_date anniversary within 7 days",
    );
    let units = [
        (Unit::Day, "day"),
        (Unit::Week, "week"),
        (Unit::Month, "month"),
        (Unit::Quarter, "quarter"),
        (Unit::Year, "year"),
    ];
    for (unit, word) in units {
        same(
            &format!("paid within the {word} to date"),
            attr("paid").to_date(unit),
        );
    }
    check(
        "paid not within the month to date",
        !attr("paid").to_date(Unit::Month),
        "not paid within the month to date",
    );
}

#[test]
fn at_least_so_many_rules() {
    let (a, b) = (|| attr("a").eq(1), || attr("b").eq(2));
    same("at least 1 of (a = 1)", at_least(1, [a()]));
    same("at least 2 of (a = 1, b = 2, in segment c)", {
        at_least(2, [a(), b(), segment("c")])
    });
    same(
        "at least 1 of (a = 1 or b = 2, a = 1 and b = 2, not a = 1)",
        at_least(1, [a() | b(), a() & b(), !a()]),
    );
    same(
        "not at least 1 of (at least 2 visit, at least 1 of (a = 1))",
        !at_least(1, [activity("visit").at_least(2), at_least(1, [a()])]),
    );
    check(
        "at least 1 of ((a = 1 or (b = 2)))",
        at_least(1, [a() | b()]),
        "at least 1 of (a = 1 or b = 2)",
    );
}

#[test]
fn names_of_segments() {
    let named = |name: &str| Expr::InSegment(SegmentName::new(name).unwrap());
    same("in segment staff", named("staff"));
    same(
        "not in segment staff or a = 1",
        !named("staff") | attr("a").eq(1),
    );
    same(
        "in segment \"Gran Gastador Ocasional\"",
        named("Gran Gastador Ocasional"),
    );
    same("in segment \"in\"", named("in"));
    same("in segment vip.alto", named("vip.alto"));
    same(r#"in segment "di \"sí\"""#, named("di \"sí\""));
    check("in segment \"staff\"", named("staff"), "in segment staff");
    check("IN Segment `staff`", named("staff"), "in segment staff");
}
