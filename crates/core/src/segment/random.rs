//! Values, questions, rules and populations by chance, for the tests of this folder.

mod rules;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rule::{
    Activities, ActivityTest, Comparison, Condition, Expr, Has, Measure, Relation, Rule, Test,
    TextMatch, Window,
};
use crate::{AttributeType, Cell, Decimal, Population, Schema, SegmentPart, Segments, Value, Zone};

use crate::rule::random::{period, unit};
pub(super) use rules::segments;

pub(super) const TEXTS: [&str; 7] = ["", "Bogotá", "BOGOTA", "bogo", "Peña", "n\u{303}A", "Loja"];

/// Zones with midnights that are skipped, doubled or gone back over, and such far from Greenwich.
pub(super) const ZONES: [&str; 7] = [
    "UTC",
    "America/Bogota",
    "America/St_Johns",
    "America/Santiago",
    "America/Asuncion",
    "Pacific/Apia",
    "Pacific/Kiritimati",
];

pub(super) fn zone() -> impl Strategy<Value = Zone> {
    select(&ZONES[..]).prop_map(|name| name.parse().expect("a zone"))
}

/// An instant to ask at.
pub(super) fn now() -> impl Strategy<Value = DateTime<Utc>> {
    near_instant()
}

/// A value of a type.
pub(super) fn value(r#type: &AttributeType) -> BoxedStrategy<Value> {
    match r#type {
        AttributeType::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        AttributeType::Integer => integer().prop_map(Value::Integer).boxed(),
        AttributeType::Decimal => decimal().prop_map(Value::Decimal).boxed(),
        AttributeType::Text | AttributeType::Choice(_) => text().prop_map(Value::Text).boxed(),
        AttributeType::Date => date().prop_map(Value::Date).boxed(),
        AttributeType::Instant => instant().prop_map(Value::Instant).boxed(),
        AttributeType::Texts => btree_set(text(), 0..3).prop_map(Value::Texts).boxed(),
    }
}

/// A value of a type, of which many are asked and had.
pub(super) fn near_value(r#type: &AttributeType) -> BoxedStrategy<Value> {
    match r#type {
        AttributeType::Integer => (-2_i64..4).prop_map(Value::Integer).boxed(),
        AttributeType::Decimal => near_decimal().prop_map(Value::Decimal).boxed(),
        AttributeType::Date => near_date().prop_map(Value::Date).boxed(),
        AttributeType::Instant => near_instant().prop_map(Value::Instant).boxed(),
        _ => value(r#type),
    }
}

/// All types.
pub(super) fn types() -> Vec<AttributeType> {
    let choice = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    vec![
        AttributeType::Bool,
        AttributeType::Integer,
        AttributeType::Decimal,
        AttributeType::Text,
        AttributeType::Choice(choice),
        AttributeType::Date,
        AttributeType::Instant,
        AttributeType::Texts,
    ]
}

fn text() -> impl Strategy<Value = String> {
    select(&TEXTS[..]).prop_map(str::to_owned)
}

fn integer() -> impl Strategy<Value = i64> {
    let edges = [
        0,
        255,
        256,
        65_535,
        65_536,
        i64::from(i32::MAX),
        i64::from(i32::MIN),
        i64::MAX,
    ];
    let edge = (select(edges.to_vec()), -1_i64..=1).prop_map(|(edge, by)| edge.saturating_add(by));
    prop_oneof![6 => -3_i64..4, 3 => 0_i64..300, 3 => edge, 1 => any::<i64>(), 1 => Just(i64::MIN)]
}

fn near_decimal() -> impl Strategy<Value = Decimal> {
    (-25_i64..25).prop_map(|n| Decimal::from_parts(n, 1).expect("fits"))
}

fn decimal() -> impl Strategy<Value = Decimal> {
    let units = (any::<i64>(), 0_u32..=28).prop_map(|(n, scale)| Decimal::from_parts(n, scale));
    let whole = integer().prop_map(|n| Some(n.into()));
    let large = (any::<u64>(), any::<bool>()).prop_map(|(n, minus)| {
        format!("{}{n}0000{n}", if minus { "-" } else { "" })
            .get(..26)?
            .parse()
            .ok()
    });
    let few = prop_oneof![1 => units, 2 => whole, 1 => large].prop_filter_map("fits", |d| d);
    prop_oneof![5 => near_decimal(), 1 => few]
}

/// Days around the end of a February, and the autumn of 2006 in St. John's.
fn near_date() -> impl Strategy<Value = NaiveDate> {
    near_instant().prop_map(|at| at.date_naive())
}

fn near_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
    let starts = vec![
        at("2024-02-27T00:00:00Z"),
        at("2006-10-28T20:00:00Z"),
        at("2011-12-29T00:00:00Z"),
        at("2023-12-30T00:00:00Z"),
    ];
    let minutes = prop_oneof![4 => 0_i64..6 * 1440, 1 => 0_i64..90 * 1440];
    (select(starts), minutes).prop_map(|(start, minutes)| start + Duration::minutes(minutes))
}

fn date() -> impl Strategy<Value = NaiveDate> {
    let any = (-262_143_i32..=262_142, 1_u32..=366);
    let any = any.prop_filter_map("a day", |(year, day)| NaiveDate::from_yo_opt(year, day));
    let ends = select(vec![NaiveDate::MIN, NaiveDate::MAX]);
    let people = (1930_i32..2026, 1_u32..=366);
    let people = people.prop_filter_map("a day", |(year, day)| NaiveDate::from_yo_opt(year, day));
    prop_oneof![20 => near_date(), 10 => people, 1 => any, 1 => ends]
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let nanos = select(vec![1_i64, 999, 1_000, 999_999_999, -1]);
    let between = (near_instant(), nanos).prop_map(|(at, by)| at + Duration::nanoseconds(by));
    let far = date().prop_map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    let ends = select(vec![DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC]);
    let leap = Just("2016-12-31T23:59:60Z".parse().expect("a leap second"));
    prop_oneof![60 => near_instant(), 6 => between, 6 => far, 1 => ends, 1 => leap]
}

/// A question of a value of this type; now and then one that does not go with it.
pub(super) fn condition(r#type: &AttributeType) -> BoxedStrategy<Condition> {
    let own = value(r#type);
    let literal = match r#type {
        AttributeType::Texts => text().prop_map(Value::Text).boxed(),
        AttributeType::Integer => {
            prop_oneof![4 => own, 1 => value(&AttributeType::Decimal)].boxed()
        }
        AttributeType::Decimal => {
            prop_oneof![4 => own, 1 => value(&AttributeType::Integer)].boxed()
        }
        AttributeType::Instant => prop_oneof![2 => own, 1 => value(&AttributeType::Date)].boxed(),
        _ => own,
    };
    let others = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        text().prop_map(Value::Text),
        instant().prop_map(Value::Instant),
        date().prop_map(Value::Date),
    ];
    let written = |value: &Value| match value {
        Value::Date(day) => (0..=9999).contains(&chrono::Datelike::year(day)),
        Value::Instant(at) => (0..=9999).contains(&chrono::Datelike::year(&at.date_naive())),
        _ => true,
    };
    let literal = prop_oneof![12 => literal, 1 => others].prop_filter("can be written", written);
    about(literal.boxed())
}

fn about(literal: BoxedStrategy<Value>) -> BoxedStrategy<Condition> {
    use Comparison::{Eq, Ge, Gt, Le, Lt, Ne};
    let comparison = select(vec![Eq, Ne, Lt, Le, Gt, Ge]);
    let how = select(vec![
        TextMatch::Same,
        TextMatch::Contains,
        TextMatch::StartsWith,
    ]);
    let has = select(vec![Has::Any, Has::All, Has::None]);
    prop_oneof![
        5 => (comparison, literal.clone()).prop_map(|(how, v)| Condition::Compare(how, v)),
        3 => (literal.clone(), literal.clone()).prop_map(|(a, b)| Condition::Between(a, b)),
        2 => vec(literal, 1..4).prop_map(Condition::In),
        1 => Just(Condition::IsSet),
        1 => Just(Condition::IsMissing),
        1 => (how, text()).prop_map(|(how, text)| Condition::Text(how, text)),
        1 => (has, vec(text(), 1..3)).prop_map(|(has, texts)| Condition::Has(has, texts)),
        5 => dated(),
    ]
    .boxed()
}

fn dated() -> impl Strategy<Value = Condition> {
    let relation = select(vec![
        Relation::OlderThan,
        Relation::AtLeastAgo,
        Relation::WithinLast,
        Relation::WithinNext,
    ]);
    prop_oneof![
        4 => (relation, period()).prop_map(|(r, period)| Condition::Relative(r, period)),
        1 => Just(Condition::OnThisDay),
        2 => period().prop_map(Condition::Anniversary),
        2 => unit().prop_map(Condition::ToDate),
    ]
}

/// A row's values by the order of the schema, its zone, and what happened: kind, instant, values.
pub(super) type Row = (
    Vec<Option<Value>>,
    Zone,
    Vec<(usize, DateTime<Utc>, Vec<Option<Value>>)>,
);

/// Attributes of all types under short names, and two kinds of activities.
pub(super) fn schema() -> Schema {
    let names = ["b", "i", "d", "t", "c", "day", "at", "ts"];
    let mut schema = Schema::new();
    for (name, r#type) in names.into_iter().zip(types()) {
        schema = schema.with(name, r#type).expect("a name");
    }
    let buy = Schema::new()
        .with("amount", AttributeType::Decimal)
        .and_then(|schema| schema.with("n", AttributeType::Integer))
        .and_then(|schema| schema.with("what", AttributeType::Text))
        .and_then(|schema| schema.with("due", AttributeType::Date))
        .expect("names");
    let schema = schema.with_activity("buy", buy).expect("a name");
    schema
        .with_activity("visit", Schema::new())
        .expect("a name")
}

const KINDS: [&str; 2] = ["buy", "visit"];

fn cells(schema: &Schema) -> impl Strategy<Value = Vec<Option<Value>>> + use<> {
    let values = schema.iter().map(|(_, r#type)| {
        let often = option::weighted(0.8, near_value(r#type));
        prop_oneof![20 => often, 1 => option::of(value(r#type))]
    });
    values.collect::<Vec<_>>()
}

/// A row of [`schema`].
pub(super) fn row() -> impl Strategy<Value = Row> {
    let schema = schema();
    let happened = KINDS.map(|kind| cells(schema.activity(kind).expect("it is there")));
    let [buy, visit] = happened;
    let happened = prop_oneof![
        2 => (Just(0_usize), near_instant(), buy),
        1 => (Just(1_usize), near_instant(), visit),
    ];
    (cells(&schema), zone(), vec(happened, 0..4))
}

fn as_cell(value: &Option<Value>) -> Cell<'_> {
    value.as_ref().map_or(Cell::Missing, Cell::from)
}

/// The population of some rows, over and over, until there are so many.
pub(super) fn population(rows: &[Row], len: usize) -> Population {
    let mut builder = Population::builder(&schema());
    for (n, (values, zone, happened)) in rows.iter().cycle().take(len).enumerate() {
        let row = builder.push_in(&format!("C-{n}"), *zone, values.iter().map(as_cell));
        let row = row.expect("a good row");
        for (kind, at, values) in happened {
            let added = builder.activity(row, KINDS[*kind], *at, values.iter().map(as_cell));
            added.expect("a good activity");
        }
    }
    builder.finish()
}

/// Values for a column: some of one type, and some missing.
pub(super) fn column(r#type: &AttributeType) -> impl Strategy<Value = Vec<Option<Value>>> + use<> {
    let near = vec(option::weighted(0.9, near_value(r#type)), 1..20);
    let far = vec(option::weighted(0.9, value(r#type)), 1..20);
    prop_oneof![near, far]
}
