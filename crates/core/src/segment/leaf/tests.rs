//! The sets have the codes of which the reference says so.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::rule::{LeapDay, holds};
use crate::segment::random;
use crate::{AttributeType, Cell, Population, Schema, Zone};

type Case = (Vec<Option<Value>>, Condition, DateTime<Utc>, Zone, bool);

fn case(r#type: &AttributeType) -> BoxedStrategy<Case> {
    let column = random::column(r#type);
    let condition = random::condition(r#type);
    (
        column,
        condition,
        random::now(),
        random::zone(),
        any::<bool>(),
    )
        .boxed()
}

fn column(r#type: &AttributeType, values: &[Option<Value>]) -> Population {
    let schema = Schema::new().with("x", r#type.clone()).expect("a name");
    let mut builder = Population::builder(&schema);
    for (n, value) in values.iter().enumerate() {
        let cell = value.as_ref().map_or(Cell::Missing, Cell::from);
        builder.push(&n.to_string(), [cell]).expect("a good row");
    }
    builder.finish()
}

fn check(r#type: &AttributeType, (values, condition, now, zone, march): Case) {
    let population = column(r#type, &values);
    let column = population.column(0);
    let leap_day = if march {
        LeapDay::March1
    } else {
        LeapDay::February28
    };
    let moment = Moment::new(now, zone).with_leap_day(leap_day);
    for truth in [true, false] {
        let set = code_set(&condition, column, &moment, truth);
        let ranges = set.ranges();
        assert_eq!(
            CodeSet::of(ranges.iter().copied()),
            set,
            "in order and apart"
        );
        for (row, value) in values.iter().enumerate() {
            // NaN never comes here, so each value is there or was missing before.
            let found = match column.code(row) {
                Some(code) => set.has(code),
                None => of_missing(&condition, truth),
            };
            let expected = holds(value.as_ref(), &condition, &moment) == Some(truth);
            assert_eq!(
                found, expected,
                "{condition:?} of {value:?} is {truth}, {moment:?}"
            );
        }
        if !is_timed(&condition, &column.coding) {
            let other = Moment::new(DateTime::UNIX_EPOCH, Zone::UTC);
            assert_eq!(
                code_set(&condition, column, &other, truth),
                set,
                "at any time"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn sets_agree_with_the_reference(
        (r#type, case) in proptest::sample::select(random::types())
            .prop_flat_map(|r#type| (Just(r#type.clone()), case(&r#type)))
    ) {
        check(&r#type, case);
    }
}

#[track_caller]
fn row(
    r#type: AttributeType,
    value: impl Into<Value>,
    condition: Condition,
    zone: &str,
    now: &str,
) {
    let values = vec![Some(value.into()), None];
    let now = now.parse().expect("an instant");
    let zone = zone.parse().expect("a zone");
    check(&r#type, (values, condition, now, zone, false));
}

/// The clocks of St. John's went back at one minute past midnight: the last hour of a day comes
/// again after the first minute of the next.
#[test]
fn a_date_that_comes_back_after_the_next_one_began() {
    let before: chrono::NaiveDate = "2006-10-29".parse().expect("a date");
    for minute in 0..90 {
        let at = "2006-10-29T02:00:00Z"
            .parse::<DateTime<Utc>>()
            .expect("an instant")
            + chrono::Duration::minutes(minute);
        for how in [Comparison::Lt, Comparison::Ge, Comparison::Eq] {
            let condition = Condition::Compare(how, before.into());
            row(
                AttributeType::Instant,
                at,
                condition,
                "America/St_Johns",
                "2006-10-29T02:30:30Z",
            );
        }
    }
}

#[test]
fn decimals_of_another_scale_lie_between_codes() {
    let units = |units, scale| crate::Decimal::from_parts(units, scale).expect("fits");
    for how in [
        Comparison::Lt,
        Comparison::Le,
        Comparison::Gt,
        Comparison::Ge,
        Comparison::Ne,
    ] {
        for literal in [
            units(15, 1),
            units(-15, 1),
            units(1, 28),
            units(i64::MAX, 0),
        ] {
            for value in [
                units(1, 0),
                units(2, 0),
                units(-1, 0),
                units(-2, 0),
                units(0, 0),
            ] {
                let condition = Condition::Compare(how, literal.into());
                row(
                    AttributeType::Decimal,
                    value,
                    condition,
                    "UTC",
                    "2026-01-01T00:00:00Z",
                );
            }
        }
    }
}

#[test]
fn a_column_of_nothing_has_no_anniversaries() {
    let population = column(&AttributeType::Date, &[None, None]);
    let moment = Moment::new(DateTime::UNIX_EPOCH, Zone::UTC);
    let condition = Condition::Anniversary(crate::rule::Period::Days(3));
    let found = code_set(&condition, population.column(0), &moment, true);
    assert_eq!(found, CodeSet::none());
}
