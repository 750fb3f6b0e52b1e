//! What rules of activities mean.

use chrono::{DateTime, Utc};

use super::super::super::{Moment, Rule};
use super::super::random::Row;
use crate::{Activity, Attributes, CustomerId, Value, Zone};

fn happened(kind: &str, at: &str, amount: impl Into<Value>) -> Activity {
    Activity {
        id: at.to_owned(),
        customer: CustomerId::new("C-1").unwrap(),
        kind: kind.to_owned(),
        at: at.parse::<DateTime<Utc>>().unwrap(),
        attributes: Attributes::new().with("amount", amount),
    }
}

/// One person of Guayaquil, five hours behind, asked on Tuesday 31 March 2026 at 22:30 there.
#[track_caller]
fn means(text: &str, expected: Option<bool>) {
    let activities = vec![
        happened("purchase", "2026-03-01T04:59:59Z", 10), // the last second of February there
        happened("purchase", "2026-03-01T05:00:00Z", 20),
        happened(
            "purchase",
            "2026-03-30T05:00:00Z",
            "1.5".parse::<crate::Decimal>().unwrap(),
        ),
        happened("purchase", "2026-01-01T05:00:00Z", "mucho"),
        happened("visit", "2026-04-01T03:30:00Z", 1), // today there
        happened("visit", "2026-04-01T05:00:00Z", 1), // tomorrow
    ];
    let row = Row {
        activities,
        ..Row::default()
    };
    let now = "2026-04-01T03:30:00Z".parse().unwrap();
    let moment = Moment::new(now, "America/Guayaquil".parse::<Zone>().unwrap());
    let rule = Rule::parse(text).unwrap();
    assert_eq!(rule.eval(&&row, &moment), expected, "{text}");
}

#[track_caller]
fn yes(text: &str) {
    means(text, Some(true));
}

#[track_caller]
fn no(text: &str) {
    means(text, Some(false));
}

#[test]
fn counting() {
    yes("exactly 4 purchase and exactly 2 visit and exactly 0 call");
    yes("exactly 2 purchase(amount >= 10) and at most 2 purchase(amount >= 10)");
    no("at least 3 purchase(amount >= 10)");
    // What is unknown of an activity does not make it one of those asked for.
    yes("exactly 3 purchase(not amount > 1000)");
    yes("exactly 0 visit(price > 0)");
}

#[test]
fn adding_up() {
    yes("sum of amount of purchase = 31.5 and sum of amount of call = 0");
    yes("sum of price of purchase = 0 and sum of amount of purchase is set");
    no("sum of amount of purchase(amount < 20) >= 12");
}

#[test]
fn the_last_and_the_first() {
    yes("last purchase = 2026-03-30 and first purchase = 2026-01-01");
    yes("last purchase older than 0 days and last purchase within the last 1 day");
    yes("last call is missing");
    means("last call older than 1 day", None);
    means(
        "last purchase(amount > 100) within 9 days >= 2026-01-01",
        None,
    );
    no("last call is set");
}

#[test]
fn windows_end_today_and_include_both_ends() {
    // From 28 February, one month before 31 March, in the zone.
    yes("exactly 3 purchase within 1 month and exactly 2 purchase within 30 days");
    yes("exactly 2 purchase within the month to date");
    yes("exactly 4 purchase within the quarter to date");
    yes("exactly 1 purchase within the week to date");
    yes("exactly 1 visit within the day to date and exactly 1 visit within 0 days");
    yes("exactly 4 purchase within 4294967295 years and exactly 1 visit within 99 weeks");
}

#[test]
fn several_rules_together() {
    yes("at least 2 of (at least 1 visit, at least 9 visit, at least 1 purchase)");
    no("at least 2 of (at least 1 visit, at least 9 visit, at least 9 purchase)");
    means(
        "at least 2 of (gone = 1, at least 1 visit, at least 9 visit)",
        None,
    );
    yes("at least 1 of (gone = 1, at least 1 visit)");
    no("at least 2 of (gone = 1, at least 9 visit, at least 9 visit)");
}

#[test]
fn a_segment_without_a_set_is_unknown() {
    means("in segment staff", None);
    means("not in segment staff", None);
}
