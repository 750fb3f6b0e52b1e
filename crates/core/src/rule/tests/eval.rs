//! What a rule says of one row.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::{Decimal, Value, Zone};
use chrono::{DateTime, NaiveDate, Utc};

use super::super::{Moment, Rule};

/// One person: a customer of Guayaquil, seen at 22:30 of 20 December, local time.
fn row() -> BTreeMap<&'static str, Value> {
    let date = |text: &str| Value::Date(text.parse::<NaiveDate>().unwrap());
    let seen: DateTime<Utc> = "2026-12-21T03:30:00Z".parse().unwrap();
    let tags = ["vip", "Socio"].map(str::to_owned).into();
    BTreeMap::from([
        ("visits", 6.into()),
        (
            "spend",
            Value::Decimal("150000.50".parse::<Decimal>().unwrap()),
        ),
        ("city", "Bogotá D.C.".into()),
        ("member", true.into()),
        ("birthday", date("1990-02-28")),
        ("seen", seen.into()),
        ("tags", Value::Texts(tags)),
        ("none", Value::Texts([].into())),
        ("due", date("2026-12-31")),
        ("huge", Value::Integer(i64::MAX)),
    ])
}

#[track_caller]
fn check_at(now: &str, text: &str, expected: Option<bool>) {
    let row = row();
    let zone: Zone = "America/Guayaquil".parse().unwrap();
    let moment = Moment::new(now.parse().unwrap(), zone);
    let rule = Rule::parse(text).unwrap();
    let read = |name: &str| row.get(name).map(Cow::Borrowed);
    assert_eq!(rule.eval(&read, &moment), expected, "{text}");
    assert_eq!(rule.matches(&read, &moment), expected == Some(true));
}

#[track_caller]
fn check(text: &str, expected: Option<bool>) {
    check_at("2026-12-21T04:59:59Z", text, expected);
}

#[track_caller]
fn yes(text: &str) {
    check(text, Some(true));
}

#[track_caller]
fn no(text: &str) {
    check(text, Some(false));
}

#[track_caller]
fn unknown(text: &str) {
    check(text, None);
}

#[test]
fn numbers_compare_exactly() {
    yes("visits = 6.0 and visits >= 6 and visits < 6.01 and visits != 5");
    yes("spend = 150000.5 and spend > 150000 and spend <= 150000.50");
    no("huge = 9223372036854775806 or huge >= 9223372036854775808");
    yes("huge < 9223372036854775807.1");
}

#[test]
fn texts_compare_as_written_or_folded() {
    no("city = \"bogotá d.c.\"");
    yes("city =~ \"BOGOTA D.C.\" and city contains \"gotá\" and city starts with \"BOGO\"");
    no("city contains \"quito\" or city starts with \"d.c\" or city =~ \"bogota\"");
    yes("city in (\"Quito\", \"Bogotá D.C.\")");
    yes("city not in (\"Quito\")");
}

#[test]
fn a_missing_value_is_unknown() {
    for test in [
        "gone = 1",
        "gone != 1",
        "gone between 1 and 2",
        "gone in (1)",
        "gone not in (1)",
        "gone contains \"x\"",
        "gone has none of (\"x\")",
        "gone older than 1 day",
        "gone on this day",
        "not gone = 1",
    ] {
        unknown(test);
    }
    yes("gone is missing and not gone is set");
    no("gone is set or visits is missing");
}

#[test]
fn unknown_within_and_or() {
    no("gone = 1 and visits = 7");
    unknown("gone = 1 and visits = 6");
    yes("gone = 1 or visits = 6");
    unknown("gone = 1 or visits = 7");
}

#[test]
fn an_empty_set_is_a_value() {
    yes("none is set and none has none of (\"x\")");
    no("none has any of (\"x\") or none has all of (\"x\")");
    yes("tags has any of (\"x\", \"vip\") and tags has all of (\"vip\", \"Socio\")");
    no("tags has all of (\"vip\", \"x\") or tags has none of (\"vip\")");
    no("tags has any of (\"socio\")");
}

#[test]
fn what_does_not_go_together_is_unknown() {
    for test in [
        "visits = \"seis\"",
        "city < \"z\"",
        "birthday = 2026-12-20T00:00:00Z",
        "city older than 1 day",
        "tags = \"vip\"",
        "visits in (\"x\", 7)",
    ] {
        unknown(test);
    }
    yes("visits in (\"x\", 6)");
}

#[test]
fn an_instant_meets_a_date_in_the_zone() {
    yes("seen = 2026-12-20 and seen on this day and seen < 2026-12-21");
    yes("seen between 2026-12-20 and 2026-12-20");
    yes("seen = 2026-12-21T03:30:00Z and seen between 2026-12-21T03:30:00Z and 2026-12-22");
    no("seen = 2026-12-21");
}

#[test]
fn between_includes_both_ends() {
    yes("visits between 6 and 6 and birthday between 1990-02-28 and 1990-02-28");
    no("visits between 7 and 9 or visits between 1 and 5 or visits between 9 and 1");
}

#[test]
fn days_ago() {
    // Today is 20 December in Guayaquil.
    yes("seen within the last 0 days and seen within the next 0 days");
    no("seen older than 0 days");
    yes("seen at least 0 days ago");
    let at = "2027-03-20T12:00:00Z"; // ninety days after
    check_at(at, "seen older than 90 days", Some(false));
    check_at(at, "seen at least 90 days ago", Some(true));
    check_at(at, "seen within the last 90 days", Some(true));
    check_at(at, "seen within the last 89 days", Some(false));
    check_at(at, "seen older than 89 days", Some(true));
    check_at(at, "seen older than 12 weeks", Some(true));
    yes("due within the next 11 days");
    no("due within the next 10 days or due within the last 10 days");
}

#[test]
fn months_end_on_the_last_day_there_is() {
    let at = "2026-03-31T12:00:00Z";
    // One month before 31 March is 28 February.
    check_at(at, "birthday older than 433 months", Some(false));
    check_at(at, "birthday at least 433 months ago", Some(true));
    check_at(
        "2026-05-31T12:00:00Z",
        "birthday older than 145 quarters",
        Some(false),
    );
    check_at(
        "2026-06-01T12:00:00Z",
        "birthday older than 145 quarters",
        Some(true),
    );
    check_at(
        "2028-02-29T12:00:00Z",
        "birthday at least 38 years ago",
        Some(true),
    );
    check_at(
        "2028-02-29T12:00:00Z",
        "birthday older than 38 years",
        Some(false),
    );
    check_at(
        "2027-02-28T12:00:00Z",
        "birthday older than 37 years",
        Some(false),
    );
    check_at(
        "2026-11-30T12:00:00Z",
        "due within the next 1 month",
        Some(false),
    );
    check_at(
        "2026-11-30T12:00:00Z",
        "due within the next 1 quarter",
        Some(true),
    );
}

#[test]
fn beyond_the_calendar() {
    for unit in ["days", "weeks", "months", "quarters", "years"] {
        no(&format!("birthday older than 4294967295 {unit}"));
        no(&format!("birthday at least 4294967295 {unit} ago"));
        yes(&format!("birthday within the last 4294967295 {unit}"));
        yes(&format!("due within the next 4294967295 {unit}"));
        no(&format!("birthday within the next 4294967295 {unit}"));
    }
}
