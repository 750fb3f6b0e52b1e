//! Rules and rows by chance.

use std::collections::BTreeMap;

use crate::{Decimal, Value};
use chrono::{DateTime, NaiveDate, Utc};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{Comparison, Condition, Expr, Has, Period, Relation, Rule, Test, TextMatch};

/// A row: values by name, what is missing is not there.
pub(super) type Row = BTreeMap<&'static str, Value>;

/// Names, among them words of the language and such with marks and prefix.
const NAMES: [&str; 8] = [
    "visits",
    "ñandú",
    "in",
    "AND",
    "pin.status",
    "set",
    "_x1",
    "true",
];

/// Any rule that can be written.
pub(super) fn rule() -> impl Strategy<Value = Rule> {
    let test = (
        select(&NAMES[..]),
        condition(any_value().boxed(), any::<String>().boxed()),
    );
    tree(test.boxed())
}

/// A rule over few values, so that its tests are often true and often false.
pub(super) fn near_rule() -> impl Strategy<Value = Rule> {
    let texts = select(&TEXTS[..]).prop_map(str::to_owned).boxed();
    let test = (select(&NAMES[..4]), condition(near_value().boxed(), texts));
    tree(test.boxed())
}

/// A row over the same few values.
pub(super) fn row() -> impl Strategy<Value = Row> {
    let sets = btree_set(select(&TEXTS[..]).prop_map(str::to_owned), 0..3).prop_map(Value::Texts);
    btree_map(
        select(&NAMES[..4]),
        prop_oneof![8 => near_value(), 2 => sets],
        0..5,
    )
}

pub(super) fn now() -> impl Strategy<Value = DateTime<Utc>> {
    near_hour().prop_map(|hours| FIRST + chrono::Duration::hours(hours))
}

/// One question about a date or an instant that is there.
pub(super) fn dated() -> impl Strategy<Value = (Rule, Row)> {
    let asked = condition(near_date().boxed(), Just(String::new()).boxed());
    (asked, near_date()).prop_map(|(condition, value)| {
        let attribute = NAMES[0].to_owned();
        let rule = Rule::new(Expr::Test(Test {
            attribute,
            condition,
        }));
        (
            rule.expect("within the bounds"),
            Row::from([(NAMES[0], value)]),
        )
    })
}

/// The end of a February.
const FIRST: DateTime<Utc> = DateTime::from_timestamp(1_772_193_600, 0).expect("27 February 2026");

/// Hours after [`FIRST`]: days around the ends of months, so that bounds are often met.
fn near_hour() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 0_i64..24 * 6, 2 => 24_i64 * 29..24 * 35, 1 => 0_i64..24 * 70]
}

fn near_date() -> impl Strategy<Value = Value> {
    (any::<bool>(), near_hour()).prop_map(|(date, hours)| {
        let at = FIRST + chrono::Duration::hours(hours);
        if date {
            Value::Date(at.date_naive())
        } else {
            Value::Instant(at)
        }
    })
}

fn tree(test: BoxedStrategy<(&'static str, Condition)>) -> impl Strategy<Value = Rule> {
    let leaf = test.prop_map(|(name, condition)| {
        Expr::Test(Test {
            attribute: name.to_owned(),
            condition,
        })
    });
    leaf.prop_recursive(6, 40, 4, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 1..4).prop_map(Expr::All),
            2 => vec(inner.clone(), 1..4).prop_map(Expr::Any),
            1 => inner.prop_map(|expr| Expr::Not(Box::new(expr))),
        ]
    })
    .prop_map(|expr| Rule::new(expr).expect("within the bounds"))
}

fn condition(
    value: BoxedStrategy<Value>,
    text: BoxedStrategy<String>,
) -> impl Strategy<Value = Condition> {
    let comparison = select(vec![
        Comparison::Eq,
        Comparison::Ne,
        Comparison::Lt,
        Comparison::Le,
        Comparison::Gt,
        Comparison::Ge,
    ]);
    let how = select(vec![
        TextMatch::Same,
        TextMatch::Contains,
        TextMatch::StartsWith,
    ]);
    let has = select(vec![Has::Any, Has::All, Has::None]);
    let relation = select(vec![
        Relation::OlderThan,
        Relation::AtLeastAgo,
        Relation::WithinLast,
        Relation::WithinNext,
    ]);
    prop_oneof![
        3 => (comparison, value.clone()).prop_map(|(how, v)| Condition::Compare(how, v)),
        2 => (value.clone(), value.clone()).prop_map(|(a, b)| Condition::Between(a, b)),
        2 => vec(value, 1..4).prop_map(Condition::In),
        1 => Just(Condition::IsSet),
        1 => Just(Condition::IsMissing),
        1 => (how, text.clone()).prop_map(|(how, text)| Condition::Text(how, text)),
        1 => (has, vec(text, 1..4)).prop_map(|(has, texts)| Condition::Has(has, texts)),
        2 => (relation, period()).prop_map(|(r, period)| Condition::Relative(r, period)),
        1 => Just(Condition::OnThisDay),
    ]
}

fn period() -> impl Strategy<Value = Period> {
    let units: Vec<fn(u32) -> Period> = vec![
        Period::Days,
        Period::Weeks,
        Period::Months,
        Period::Quarters,
        Period::Years,
    ];
    let count = prop_oneof![9 => 0_u32..6, 2 => 6_u32..40, 1 => any::<u32>()];
    (count, 0..units.len()).prop_map(move |(n, unit)| units[unit](n))
}

fn any_value() -> impl Strategy<Value = Value> {
    // The years 0000 to 9999.
    let seconds = -62_167_219_200_i64..=253_402_300_799;
    let instant = (seconds, 0_u32..1_000_000_000).prop_map(|(s, nanos)| {
        DateTime::from_timestamp(s, nanos)
            .expect("a year of four digits")
            .into()
    });
    let date = (0_i32..=9999, 1_u32..=366).prop_filter_map("a plain year", |(y, d)| {
        NaiveDate::from_yo_opt(y, d).map(Value::Date)
    });
    let decimal = (any::<i64>(), 0_u32..=28).prop_filter_map("fits", |(n, scale)| {
        Decimal::from_parts(n, scale).map(Value::Decimal)
    });
    let large = any::<u64>().prop_filter_map("fits", |n| n.to_string().parse().ok());
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        decimal,
        large.prop_map(Value::Decimal),
        any::<String>().prop_map(Value::Text),
        ".*[\"\\\\\n\r\t\u{200b}\u{85}ñ]+.*".prop_map(Value::Text),
        date,
        instant,
    ]
}

pub(super) const TEXTS: [&str; 6] = ["", "Bogotá", "BOGOTA", "bogo", "Peña", "n\u{303}A"];

fn near_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => any::<bool>().prop_map(Value::Bool),
        1 => (-2_i64..3).prop_map(Value::Integer),
        1 => (-25_i64..25).prop_map(|n| {
            Value::Decimal(Decimal::from_parts(n, 1).expect("fits"))
        }),
        2 => select(&TEXTS[..]).prop_map(Value::from),
        3 => near_date(),
    ]
}
