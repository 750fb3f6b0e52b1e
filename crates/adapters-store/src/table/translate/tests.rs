use chrono::{DateTime, Utc};
use pregon_core::Zone;

use super::*;
use crate::table::{ActivityMapping, Dialect, Storage};

fn clients(dialect: Dialect) -> TableMapping {
    let orders = ActivityMapping::of(dialect, "orders", "purchase", "client")
        .and_then(|it| it.attribute("amount", "cents", Storage::Units { scale: 2 }));
    TableMapping::new(dialect, "clients", "id")
        .and_then(|it| it.zone_column("zone"))
        .and_then(|it| it.attribute("visits", "visits", Storage::Integer))
        .and_then(|it| it.attribute("spend", "cents", Storage::Units { scale: 2 }))
        .and_then(|it| it.attribute("city", "ci\"ty", Storage::Text))
        .and_then(|it| it.attribute("seen", "seen", Storage::DateDays))
        .and_then(|it| it.activities(orders.unwrap()))
        .unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-20T03:00:00Z".parse().unwrap()
}

fn pushed(rule: &str) -> Pushed {
    let when = When::at(now(), Zone::UTC).with_zones(["America/Bogota", "nowhere"]);
    where_clause(
        &Rule::parse(rule).unwrap(),
        &clients(Dialect::Postgres),
        &when,
        None,
    )
}

#[track_caller]
fn check(rule: &str, text: &str, binds: &[Bind]) {
    let pushed = pushed(rule);
    assert_eq!(pushed.text, text);
    assert_eq!(pushed.binds, binds);
    assert_eq!(pushed.residual, None);
}

#[test]
fn a_value_is_bound_and_a_name_is_quoted() {
    check(
        "city = \"x' OR 1=1 --\"",
        "(c.\"ci\"\"ty\" IS NOT NULL) AND (c.\"ci\"\"ty\" = $1) AND \
         (c.\"ci\"\"ty\"::text COLLATE \"C\" = $1)",
        &[Bind::Text("x' OR 1=1 --".to_owned())],
    );
}

#[test]
fn not_reaches_the_tests() {
    check(
        "not (visits >= 6 and not spend < 1.005)",
        "((c.\"visits\" IS NOT NULL) AND (c.\"visits\" < $1)) OR \
         ((c.\"cents\" IS NOT NULL) AND (c.\"cents\" < $2))",
        &[Bind::Int(6), Bind::Int(101)],
    );
}

#[test]
fn what_cannot_be_is_known_at_once() {
    for never in [
        "visits = \"six\"",
        "visits > 99999999999999999999",
        "nothing > 1",
    ] {
        check(never, "FALSE", &[]);
    }
    check("nothing is missing", "TRUE", &[]);
}

#[test]
fn each_zone_has_its_day() {
    let pushed = pushed("seen on this day");
    // In Bogotá it is still the 19th; `nowhere` is no zone, so that its day is that of UTC.
    let days = [Bind::Int(20_776), Bind::Int(20_777)];
    assert!(
        days.iter().all(|day| pushed.binds.contains(day)),
        "{pushed:?}"
    );
    assert!(
        pushed
            .binds
            .contains(&Bind::Text("America/Bogota".to_owned()))
    );
    let listed = vec!["America/Bogota".to_owned(), "nowhere".to_owned()];
    assert!(pushed.binds.contains(&Bind::Texts(listed)));
    assert!(pushed.unlisted.is_some() && pushed.residual.is_none());
}

#[test]
fn without_today_the_day_may_be_any() {
    let rule = Rule::parse("seen on this day and visits > 1").unwrap();
    let pushed = where_clause(&rule, &clients(Dialect::Sqlite), &When::anytime(), None);
    assert_eq!(
        pushed.residual,
        Some(Rule::parse("seen on this day").unwrap())
    );
    assert!(
        pushed.text.contains("typeof(c.\"seen\") = 'integer'"),
        "{}",
        pushed.text
    );
}

#[test]
fn an_earlier_segment_that_cannot_be_said_takes_nobody_away() {
    let segments = Segments::default()
        .with_family(
            "f",
            [
                ("first", Rule::parse("city contains \"a\"").unwrap()),
                ("second", Rule::parse("visits > 1").unwrap()),
            ],
        )
        .unwrap();
    let rule = Rule::parse("in segment second").unwrap();
    let when = When::at(now(), Zone::UTC);
    let pushed = where_clause(&rule, &clients(Dialect::Sqlite), &when, Some(&segments));
    assert!(!pushed.text.contains("GLOB"), "{}", pushed.text);
    assert_eq!(pushed.residual, Some(rule));
}

#[test]
fn one_is_looked_for_and_more_are_counted() {
    let once = pushed("at least 1 purchase");
    assert!(
        once.text
            .starts_with("EXISTS (SELECT 1 FROM \"orders\" AS a WHERE"),
        "{}",
        once.text
    );
    let twice = pushed("at least 2 purchase");
    assert!(
        twice.text.starts_with("(SELECT count(*) FROM \"orders\""),
        "{}",
        twice.text
    );
    assert_eq!(twice.residual, None);
}

#[test]
fn names_that_cannot_be_are_refused() {
    let table = |name: &str| TableMapping::new(Dialect::Sqlite, name, "id");
    assert!(table("").is_err() && table("a\0b").is_err());
    let clients = || table("clients").unwrap();
    for name in ["customer_id", "pin.status", "two words", ""] {
        assert!(
            clients().attribute(name, "c", Storage::Text).is_err(),
            "{name}"
        );
    }
    assert!(
        clients().attribute("n", "c", Storage::Numeric).is_err(),
        "SQLite has none"
    );
    assert!(
        clients()
            .attribute("n", "c", Storage::Units { scale: 19 })
            .is_err()
    );
}
