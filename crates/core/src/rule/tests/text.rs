//! The text form and what it means.

use super::super::{Expr, Rule, attr, days, months, quarters, weeks, years};
use crate::{Decimal, Value};

/// The text means the expression, and prints as `printed`.
#[track_caller]
fn check(text: &str, expr: Expr, printed: &str) {
    let rule = Rule::parse(text).unwrap_or_else(|error| panic!("{error} ({:?})", error.hint()));
    assert_eq!(rule, Rule::new(expr).unwrap());
    assert_eq!(rule.to_string(), printed);
    assert_eq!(Rule::parse(printed).unwrap(), rule);
}

/// The text prints as it is written.
#[track_caller]
fn same(text: &str, expr: Expr) {
    check(text, expr, text);
}

fn date(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

#[test]
fn comparisons() {
    same("visits >= 6", attr("visits").ge(6));
    same("visits < -3", attr("visits").lt(-3));
    same(
        "spend <= 1.5",
        attr("spend").le("1.5".parse::<Decimal>().unwrap()),
    );
    same("spend > 99999999999999999999", {
        attr("spend").gt("99999999999999999999".parse::<Decimal>().unwrap())
    });
    same("city != \"Cuenca\"", attr("city").ne("Cuenca"));
    same("member = true", attr("member").eq(true));
    same(
        "birthday = 2026-12-20",
        attr("birthday").eq(date("2026-12-20")),
    );
}

#[test]
fn instants_print_in_utc() {
    let at = "2026-12-20T15:00:00Z"
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    let printed = "seen > 2026-12-20T15:00:00Z";
    check(
        "seen > 2026-12-20T10:00:00-05:00",
        attr("seen").gt(at),
        printed,
    );
}

#[test]
fn other_tests() {
    same(
        "spend between 50000 and 150000",
        attr("spend").between(50_000, 150_000),
    );
    same(
        "province in (\"Azuay\", \"Guayas\")",
        attr("province").one_of(["Azuay", "Guayas"]),
    );
    same(
        "province not in (\"Azuay\")",
        !attr("province").one_of(["Azuay"]),
    );
    same("phone is set", attr("phone").is_set());
    same("phone is missing", attr("phone").is_missing());
    same("city =~ \"bogota\"", attr("city").same_text("bogota"));
    same("city contains \"go\"", attr("city").contains("go"));
    same("city starts with \"bo\"", attr("city").starts_with("bo"));
    same(
        "tags has any of (\"vip\", \"a\")",
        attr("tags").has_any(["vip", "a"]),
    );
    same("tags has all of (\"vip\")", attr("tags").has_all(["vip"]));
    same("tags has none of (\"vip\")", attr("tags").has_none(["vip"]));
}

#[test]
fn relative_dates() {
    same("seen older than 90 days", attr("seen").older_than(days(90)));
    same("seen older than 1 week", attr("seen").older_than(weeks(1)));
    same(
        "seen at least 3 months ago",
        attr("seen").at_least_ago(months(3)),
    );
    same(
        "seen within the last 2 quarters",
        attr("seen").within_last(quarters(2)),
    );
    same(
        "booked within the next 1 year",
        attr("booked").within_next(years(1)),
    );
    same("booked on this day", attr("booked").on_this_day());
    same("seen older than 0 days", attr("seen").older_than(days(0)));
}

#[test]
fn binding() {
    let (a, b, c) = (attr("a").eq(1), attr("b").eq(2), attr("c").eq(3));
    let all = |x: &Expr, y: &Expr| x.clone() & y.clone();
    same("a = 1 and b = 2 or c = 3", all(&a, &b) | c.clone());
    same("a = 1 or b = 2 and c = 3", a.clone() | all(&b, &c));
    same(
        "a = 1 and (b = 2 or c = 3)",
        a.clone() & (b.clone() | c.clone()),
    );
    same("not a = 1 and b = 2", !a.clone() & b.clone());
    same("not (a = 1 and b = 2)", !all(&a, &b));
    same("a = 1 and b = 2 and c = 3", all(&a, &b) & c.clone());
    same("a = 1 and (b = 2 and c = 3)", a.clone() & all(&b, &c));
    same("not not a = 1", !!a.clone());
    check("((a = 1))", a.clone(), "a = 1");
    check("not (a = 1)", !a.clone(), "not a = 1");
    check(
        "a between 1 and 2 and b = 2",
        attr("a").between(1, 2) & b,
        "a between 1 and 2 and b = 2",
    );
}

#[test]
fn not_before_an_operator_of_words() {
    check("not a in (1)", !attr("a").one_of([1]), "a not in (1)");
    check(
        "a not between 1 and 2",
        !attr("a").between(1, 2),
        "not a between 1 and 2",
    );
    check(
        "a not contains \"x\"",
        !attr("a").contains("x"),
        "not a contains \"x\"",
    );
    check(
        "not a not in (1)",
        !!attr("a").one_of([1]),
        "not a not in (1)",
    );
}

#[test]
fn words_in_any_case_names_as_they_are() {
    check(
        "Visits BETWEEN 1 And 2 OR x Is Set",
        attr("Visits").between(1, 2) | attr("x").is_set(),
        "Visits between 1 and 2 or x is set",
    );
    check("member = TRUE", attr("member").eq(true), "member = true");
}

#[test]
fn names() {
    same("pin.status = \"x\"", attr("pin.status").eq("x"));
    same("año_2.día >= 1", attr("año_2.día").ge(1));
    same(
        "`and` = 1 and `In` = 2",
        attr("and").eq(1) & attr("In").eq(2),
    );
    check("`visits` = 1", attr("visits").eq(1), "visits = 1");
    same("pin.not = 1", attr("pin.not").eq(1));
    same(
        "set is set and last older than 1 day and day on this day",
        attr("set").is_set() & attr("last").older_than(days(1)) & attr("day").on_this_day(),
    );
    assert_eq!(attr("a").eq(1).clone(), attr("a").eq(1));
}

#[test]
fn quotes_and_escapes() {
    check(
        r#"a = 'di \'sí\' y \"no\"'"#,
        attr("a").eq("di 'sí' y \"no\""),
        r#"a = "di 'sí' y \"no\"""#,
    );
    same(
        r#"a = "\\ \n \r \t \u{0} \u{200b}""#,
        attr("a").eq("\\ \n \r \t \0 \u{200b}"),
    );
    check(
        r#"a = "\u{f1}\u{01F600}""#,
        attr("a").eq("ñ😀"),
        "a = \"ñ😀\"",
    );
    same("a = \"\"", attr("a").eq(""));
}

#[test]
fn a_whole_decimal_is_a_whole_number() {
    check("a = 6.00", attr("a").eq(6), "a = 6");
    check("a = -0.0", attr("a").eq(0), "a = 0");
}
