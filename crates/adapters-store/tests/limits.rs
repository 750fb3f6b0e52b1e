//! The largest rules there can be, in both databases: none of them is refused.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/clients.rs"]
#[expect(dead_code, reason = "the other tests need more of it")]
mod clients;
#[path = "support/database.rs"]
mod database;

use pregon_core::rule::{Expr, Moment, Rule, at_least, attr, days, months, segment, years};
use pregon_core::{Row, Segments, Value, Zone};

use pregon_conformance::sample;

use clients::{Clients, NOW};

#[track_caller]
fn rule(expr: Expr) -> Rule {
    Rule::new(expr).unwrap()
}

/// The database finds those whom the memory finds.
async fn check(rule: &Rule, segments: &Segments) {
    let zone = Zone::UTC;
    let people = sample::customers().into_iter().map(Row::of);
    let holds = |row: &Row| {
        let moment = Moment::new(NOW, row.customer.zone.unwrap_or(zone));
        segments.eval(rule, &row, &moment) == Some(true)
    };
    let expected = people.filter(holds).count() as u64;
    for clients in Clients::everywhere().await {
        let count = clients.table().count(rule, segments, NOW, zone).await;
        assert_eq!(count.unwrap(), expected, "in {:?}", clients.0.dialect());
    }
}

async fn check_alone(expr: Expr) {
    check(&rule(expr), &Segments::default()).await;
}

#[tokio::test]
async fn long_lists() {
    check_alone(attr("visits").one_of(0..10_000)).await;
    check_alone(!attr("visits").one_of(3..10_003)).await;
    let names = (0..9_999)
        .map(|n| format!("city {n}"))
        .chain(["Temuco".to_owned()]);
    check_alone(attr("city").one_of(names)).await;
    let first = "2000-01-01".parse::<chrono::NaiveDate>().unwrap();
    let many = (0..10_000).map(|n| Value::Date(first + chrono::Days::new(n)));
    check_alone(attr("last_visit").one_of(many)).await;
    let halves = (0..10_000).map(|n| Value::Decimal(format!("{n}.5").parse().unwrap()));
    check_alone(attr("spend").one_of(halves)).await;
}

#[tokio::test]
async fn many_parts() {
    let parts = |n: i64| match n % 4 {
        0 => attr("visits").eq(n),
        1 => attr("spend").between(n, n + 1),
        2 => attr("last_visit").older_than(days(u32::try_from(n).unwrap())),
        _ => attr("city").contains(format!("x{n}")),
    };
    check_alone(Expr::Any((0..9_000).map(parts).collect())).await;
    check_alone(Expr::All((0..4_500).map(|n| !parts(n)).collect())).await;
    check_alone(at_least(2_000, (0..4_500).map(|n| !parts(n)))).await;
}

#[tokio::test]
async fn many_levels() {
    let mut expr = attr("visits").ge(3);
    for n in 0..30_i64 {
        expr = Expr::Any(vec![
            Expr::All(vec![expr, !attr("visits").eq(n)]),
            attr("spend").gt(100_000 + n),
        ]);
    }
    check_alone(expr).await;
}

#[tokio::test]
async fn segments_that_double_at_each_step() {
    let mut segments = Segments::default();
    segments = segments.with("s0", rule(attr("visits").ge(2))).unwrap();
    for n in 1..16 {
        let before = format!("s{}", n - 1);
        let twice = segment(&before) & !(!segment(&before) & attr("visits").eq(n));
        segments = segments.with(&format!("s{n}"), rule(twice)).unwrap();
    }
    check(&rule(segment("s15")), &segments).await;
    check(&rule(!segment("s15")), &segments).await;
}

#[tokio::test]
async fn what_lies_beyond_any_calendar() {
    for period in [
        years(300_000),
        months(u32::MAX),
        days(u32::MAX),
        years(5_000),
        years(7_000),
    ] {
        check_alone(attr("last_visit").older_than(period)).await;
        check_alone(!attr("last_visit").older_than(period)).await;
        check_alone(attr("last_visit").within_next(period)).await;
        check_alone(attr("last_visit").within_last(period)).await;
        check_alone(attr("last_visit").anniversary_within(period)).await;
    }
    check_alone(attr("visits").lt("1.5".parse::<pregon_core::Decimal>().unwrap())).await;
    let huge: pregon_core::Decimal = "79228162514264337593543950335".parse().unwrap();
    check_alone(attr("visits").lt(huge)).await;
    check_alone(!attr("spend").ge(huge)).await;
    check_alone(attr("city").eq("a zero\0")).await;
    check_alone(!attr("city").one_of(["a zero\0", "Temuco"])).await;
}
