//! A column that gets another coding: here instants, when one comes that lies between two
//! microseconds.

use chrono::{DateTime, Duration, Utc};

use super::super::Live;
use crate::rule::Rule;
use crate::{AttributeType, Cell, Population, Schema, Segments};

#[test]
fn dates_are_sorted_again_when_a_customer_of_a_new_zone_brings_another_coding() {
    let schema = Schema::new().with("seen", AttributeType::Instant).unwrap();
    let rule = Rule::parse("seen older than 30 days").unwrap();
    let segments = Segments::default().with("inactive", rule).unwrap();
    let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut builder = Population::builder(&schema);
    for (n, ago) in [29, 30, 31, 40].into_iter().enumerate() {
        let seen = Cell::from(now - Duration::days(ago));
        builder.push(&format!("C-{n}"), [seen]).unwrap();
    }
    let mut live = Live::new(&segments, builder.finish(), now).unwrap();
    let odd = now - Duration::days(30) + Duration::nanoseconds(1);
    let _ = live
        .add("C-4", "Asia/Tokyo".parse().unwrap(), [Cell::from(odd)])
        .unwrap();
    for day in 1..4 {
        let _ = live.advance(now + Duration::days(day));
        let (_, members) = live.iter().next().unwrap();
        let expected = [day > 1, day > 0, true, true, day > 0];
        let found: Vec<bool> = (0..5).map(|row| members.get(row)).collect();
        assert_eq!(found, expected, "after {day} days");
    }
}
