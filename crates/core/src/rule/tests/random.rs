//! Rules and rows by chance.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::{Activity, Attributes, CustomerId, Decimal, SegmentName, Value};
use chrono::{DateTime, NaiveDate, Utc};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{
    Activities, ActivityTest, Comparison, Condition, Expr, Facts, Has, LeapDay, Measure, Period,
    Relation, Rule, Test, TextMatch, Unit, Window,
};

/// Values by name, and what happened; what is missing is not there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) values: BTreeMap<&'static str, Value>,
    pub(crate) activities: Vec<Activity>,
}

impl<'r> Facts<'r> for &'r Row {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        self.values.get(name).map(Cow::Borrowed)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&self.activities)
    }
}

/// When a rule is asked, in the zone of Guayaquil.
#[derive(Debug, Clone, Copy)]
pub(crate) struct When {
    pub(crate) now: DateTime<Utc>,
    pub(crate) leap_day: LeapDay,
}

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

/// Kinds of activities, among them words of the language.
const KINDS: [&str; 6] = ["visit", "purchase", "of", "in", "compra.ñ", "within"];

/// Any rule that can be written.
pub(crate) fn rule() -> impl Strategy<Value = Rule> {
    let condition = condition(any_value().boxed(), any::<String>().boxed()).boxed();
    let test = test(&NAMES, condition.clone());
    let happened = activity(&KINDS, &NAMES, condition, test.clone());
    let segment = segment_name().prop_map(Expr::InSegment);
    finished(tree(
        prop_oneof![6 => test, 3 => happened, 1 => segment].boxed(),
    ))
}

/// A rule over few values, so that its tests are often true and often false.
pub(crate) fn near_rule() -> impl Strategy<Value = Rule> {
    finished(tree(near_leaf()))
}

/// A rule over the same few values that names some of these segments.
pub(crate) fn naming_rule(segments: Vec<SegmentName>) -> BoxedStrategy<Rule> {
    if segments.is_empty() {
        return near_rule().boxed();
    }
    let segment = select(segments).prop_map(Expr::InSegment);
    finished(tree(prop_oneof![3 => near_leaf(), 2 => segment].boxed())).boxed()
}

fn near_leaf() -> BoxedStrategy<Expr> {
    let texts = select(&TEXTS[..]).prop_map(str::to_owned).boxed();
    let condition = condition(near_value().boxed(), texts).boxed();
    let test = test(&NAMES[..4], condition.clone());
    let happened = activity(&KINDS[..2], &NAMES[..4], condition, test.clone());
    prop_oneof![2 => test, 1 => happened].boxed()
}

/// A row over the same few values.
pub(crate) fn row() -> impl Strategy<Value = Row> {
    (values(), vec(happened(), 0..5)).prop_map(|(values, activities)| Row { values, activities })
}

fn values() -> impl Strategy<Value = BTreeMap<&'static str, Value>> {
    let sets = btree_set(select(&TEXTS[..]).prop_map(str::to_owned), 0..3).prop_map(Value::Texts);
    btree_map(
        select(&NAMES[..4]),
        prop_oneof![8 => near_value(), 2 => sets],
        0..5,
    )
}

/// The values of an activity, as a row has them.
pub(super) fn named(attributes: &Attributes) -> BTreeMap<&'static str, Value> {
    let known = NAMES
        .iter()
        .filter_map(|name| Some((*name, attributes.get(name)?.clone())));
    known.collect()
}

fn happened() -> impl Strategy<Value = Activity> {
    (select(&KINDS[..2]), near_instant(), values()).prop_map(|(kind, at, values)| {
        let mut attributes = Attributes::new();
        for (name, value) in values {
            attributes.insert(name, value);
        }
        Activity {
            id: String::new(),
            customer: CustomerId::new("C-1").expect("an id"),
            kind: kind.to_owned(),
            at,
            attributes,
        }
    })
}

pub(crate) fn when() -> impl Strategy<Value = When> {
    let begin = select(vec![FEBRUARY, FEBRUARY, FEBRUARY, LEAP_FEBRUARY, DECEMBER]);
    let leap_day = select(vec![LeapDay::February28, LeapDay::March1]);
    (begin, near_hour(), leap_day).prop_map(|(begin, hours, leap_day)| When {
        now: begin + chrono::Duration::hours(hours),
        leap_day,
    })
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
        let row = Row {
            values: BTreeMap::from([(NAMES[0], value)]),
            activities: Vec::new(),
        };
        (rule.expect("within the bounds"), row)
    })
}

/// The ends of a plain February, of one with 29 days, and of a year.
const FEBRUARY: DateTime<Utc> = DateTime::from_timestamp(1_772_193_600, 0).expect("2026-02-27");
const LEAP_FEBRUARY: DateTime<Utc> =
    DateTime::from_timestamp(1_835_265_600, 0).expect("2028-02-27");
const DECEMBER: DateTime<Utc> = DateTime::from_timestamp(1_766_836_800, 0).expect("2025-12-27");

/// Hours after a beginning: days around the ends of months, so that bounds are often met.
fn near_hour() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 0_i64..24 * 6, 2 => 24_i64 * 29..24 * 35, 1 => 0_i64..24 * 70]
}

fn near_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let begin = select(vec![FEBRUARY, FEBRUARY, FEBRUARY, LEAP_FEBRUARY, DECEMBER]);
    (begin, near_hour()).prop_map(|(begin, hours)| begin + chrono::Duration::hours(hours))
}

fn near_date() -> impl Strategy<Value = Value> {
    (any::<bool>(), near_instant()).prop_map(|(date, at)| {
        if date {
            Value::Date(at.date_naive())
        } else {
            Value::Instant(at)
        }
    })
}

fn test(
    names: &'static [&'static str],
    condition: BoxedStrategy<Condition>,
) -> BoxedStrategy<Expr> {
    let test = (select(names), condition).prop_map(|(name, condition)| {
        Expr::Test(Test {
            attribute: name.to_owned(),
            condition,
        })
    });
    test.boxed()
}

fn activity(
    kinds: &'static [&'static str],
    names: &'static [&'static str],
    condition: BoxedStrategy<Condition>,
    inner: BoxedStrategy<Expr>,
) -> BoxedStrategy<Expr> {
    let measure = prop_oneof![
        2 => Just(Measure::Count),
        1 => select(names).prop_map(|name| Measure::Sum(name.to_owned())),
        1 => Just(Measure::Last),
        1 => Just(Measure::First),
    ];
    let window = prop_oneof![
        period().prop_map(Window::Last),
        unit().prop_map(Window::ToDate)
    ];
    let with = proptest::option::of(tree_of(inner, 2).prop_map(Box::new));
    let how = select(vec![Comparison::Ge, Comparison::Le, Comparison::Eq]);
    let counted = (how, 0_u32..4).prop_map(|(how, n)| Condition::Compare(how, n.into()));
    let of = (select(kinds), with, proptest::option::of(window));
    (measure, of, prop_oneof![condition, counted])
        .prop_map(|(measure, (kind, with, within), condition)| {
            let of = Activities {
                kind: kind.to_owned(),
                with,
                within,
            };
            Expr::Activity(ActivityTest {
                measure,
                of,
                condition,
            })
        })
        .boxed()
}

pub(crate) fn segment_name() -> impl Strategy<Value = SegmentName> {
    let known = select(vec![
        "staff",
        "in",
        "Gran Gastador",
        "a.b",
        "día",
        "_",
        "\"",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "\\PC{1,9}"]
        .prop_map(|name| SegmentName::new(name).expect("a name"))
}

fn tree(leaf: BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    tree_of(leaf, 6)
}

fn tree_of(leaf: BoxedStrategy<Expr>, levels: u32) -> BoxedStrategy<Expr> {
    leaf.prop_recursive(levels, 40, 4, |inner| {
        let parts = || vec(inner.clone(), 1..4);
        let least = (parts(), any::<prop::sample::Index>()).prop_map(|(parts, least)| {
            let least = u32::try_from(least.index(parts.len()) + 1).expect("a small number");
            Expr::AtLeast(least, parts)
        });
        prop_oneof![
            2 => parts().prop_map(Expr::All),
            2 => parts().prop_map(Expr::Any),
            1 => least,
            1 => inner.prop_map(|expr| Expr::Not(Box::new(expr))),
        ]
    })
    .boxed()
}

fn finished(tree: BoxedStrategy<Expr>) -> impl Strategy<Value = Rule> {
    tree.prop_map(|expr| Rule::new(expr).expect("within the bounds"))
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
        1 => period().prop_map(Condition::Anniversary),
        1 => unit().prop_map(Condition::ToDate),
    ]
}

pub(crate) fn unit() -> impl Strategy<Value = Unit> {
    select(vec![
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ])
}

pub(crate) fn period() -> impl Strategy<Value = Period> {
    let units: Vec<fn(u32) -> Period> = vec![
        Period::Days,
        Period::Weeks,
        Period::Months,
        Period::Quarters,
        Period::Years,
    ];
    let count = prop_oneof![9 => 0_u32..6, 2 => 6_u32..400, 1 => any::<u32>()];
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
