//! What is wrong is told with its column and row.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::error::Error as _;
use std::sync::Arc;

use pregon_adapters_arrow::arrow_array::*;
use pregon_adapters_arrow::arrow_schema::{DataType, Field, Schema};
use pregon_adapters_arrow::{ArrowError, Batches, PopulationOptions, population, schema_of};
use pregon_core::rule::Facts as _;
use pregon_core::{AttributeType, Value};

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

/// A batch of two customers with one column more.
fn two(name: &str, array: impl Array + 'static) -> RecordBatch {
    batch(vec![
        ("id", texts(&[Some("A"), Some("B")])),
        (name, Arc::new(array)),
    ])
}

#[track_caller]
fn check(batch: &RecordBatch, options: &PopulationOptions, expected: &str) -> ArrowError {
    let error = population(&batch.schema(), [batch], options).unwrap_err();
    assert_eq!(error.to_string(), expected);
    error
}

fn by_id() -> PopulationOptions {
    PopulationOptions::new("id")
}

#[test]
fn values_out_of_range() {
    let naturals = UInt64Array::from(vec![7, i64::MAX as u64 + 1]);
    check(
        &two("points", naturals),
        &by_id(),
        "row 1: the value of \"points\" is out of range",
    );
    let wide = Decimal128Array::from(vec![None, Some(10_i128.pow(30) + 1)]);
    let wide = wide.with_precision_and_scale(38, 2).unwrap();
    check(
        &two("spend", wide),
        &by_id(),
        "row 1: the value of \"spend\" is out of range",
    );
    let days = Date32Array::from(vec![i32::MAX, 0]);
    check(
        &two("born", days),
        &by_id(),
        "row 0: the value of \"born\" is out of range",
    );
    let seconds = TimestampSecondArray::from(vec![0, i64::MIN]);
    check(
        &two("seen", seconds),
        &by_id(),
        "row 1: the value of \"seen\" is out of range",
    );
}

#[test]
fn what_is_no_number_is_missing() {
    let ratios = Float64Array::from(vec![f64::NAN, f64::INFINITY]);
    let batch = two("ratio", ratios);
    let population = population(&batch.schema(), [&batch], &by_id()).unwrap();
    assert_eq!(population.facts(0).value("ratio"), None);
    assert_eq!(population.facts(1).value("ratio"), None);
}

#[test]
fn columns_that_are_no_attributes() {
    let hours = Time32SecondArray::from(vec![1, 2]);
    let expected = "the column \"opens\" is of the type Time32(s), which no attribute has";
    check(&two("opens", hours.clone()), &by_id(), expected);
    let name = check(
        &two("last visit", Int64Array::from(vec![1, 2])),
        &by_id(),
        "the column \"last visit\" cannot be an attribute",
    );
    assert!(name.source().is_some());
    // Unless nobody asks for them.
    let batch = batch(vec![
        ("id", texts(&[Some("A"), Some("B")])),
        ("opens", Arc::new(hours)),
        ("visits", Arc::new(Int64Array::from(vec![1, 2]))),
    ]);
    let few = population(&batch.schema(), [&batch], &by_id().with_only(["visits"])).unwrap();
    assert_eq!(few.schema().iter().count(), 1);
    assert_eq!(
        few.facts(1).value("visits").as_deref(),
        Some(&Value::Integer(2))
    );
}

#[test]
fn columns_that_are_not_there_or_twice() {
    let batch = two("visits", Int64Array::from(vec![1, 2]));
    check(
        &batch,
        &PopulationOptions::new("key"),
        "there is no column \"key\"",
    );
    check(
        &batch,
        &by_id().with_only(["visit"]),
        "there is no column \"visit\"",
    );
    check(
        &batch,
        &by_id().with_zone_column("tz"),
        "there is no column \"tz\"",
    );
    let schema = pregon_core::Schema::new()
        .with("age", AttributeType::Integer)
        .unwrap();
    check(
        &batch,
        &by_id().with_schema(schema),
        "there is no column \"age\"",
    );
    let twice = Schema::new(vec![
        Field::new("n", DataType::Int64, true),
        Field::new("n", DataType::Int64, true),
    ]);
    assert_eq!(
        schema_of(&twice),
        Err(ArrowError::Twice {
            column: "n".to_owned()
        })
    );
}

#[test]
fn ids() {
    let float = batch(vec![("id", Arc::new(Float64Array::from(vec![1.0])))]);
    let expected = "the column \"id\" is of the type Float64, and ids are texts";
    check(&float, &by_id(), expected);
    let none = batch(vec![("id", texts(&[Some("A"), None]))]);
    check(&none, &by_id(), "row 1 has no id");
    let twice = batch(vec![("id", texts(&[Some("A"), Some("A")]))]);
    let error = check(&twice, &by_id(), "a row is not taken");
    assert!(
        error
            .source()
            .is_some_and(|source| source.to_string().contains("row 1"))
    );
}

#[test]
fn zones() {
    let of = |zone| {
        batch(vec![
            ("id", texts(&[Some("A"), Some("B")])),
            ("tz", texts(&[None, Some(zone)])),
        ])
    };
    let options = by_id()
        .with_zone("America/Guayaquil".parse().unwrap())
        .with_zone_column("tz");
    let good = of("America/Santiago");
    let population = population(&good.schema(), [&good], &options).unwrap();
    let zones: Vec<String> = (0..2).map(|row| population.zone(row).to_string()).collect();
    assert_eq!(zones, ["America/Guayaquil", "America/Santiago"]);
    assert_eq!(
        population.schema().iter().count(),
        0,
        "the zone is no attribute"
    );
    check(
        &of("Santiago"),
        &options,
        "row 1: the text in \"tz\" is no time zone",
    );
}

#[test]
fn a_schema_makes_a_closed_set() {
    let gender = AttributeType::Choice(["f", "m"].map(String::from).into());
    let schema = pregon_core::Schema::new()
        .with("gender", gender.clone())
        .unwrap();
    let options = by_id().with_schema(schema);
    let good = two("gender", StringArray::from(vec![Some("f"), None]));
    let population = population(&good.schema(), [&good], &options).unwrap();
    assert_eq!(population.schema().get("gender"), Some(&gender));
    let bad = two("gender", StringArray::from(vec!["f", "x"]));
    let error = check(&bad, &options, "a row is not taken");
    assert!(
        error
            .source()
            .is_some_and(|source| source.to_string().contains("gender"))
    );
}

#[test]
fn a_later_batch_may_be_narrower_but_not_of_another_type() {
    let first = two("visits", Int64Array::from(vec![1, 2]));
    let mut batches = Batches::new(&first.schema(), &by_id()).unwrap();
    batches.push(&first).unwrap();
    let narrow = batch(vec![
        ("visits", Arc::new(Int8Array::from(vec![3]))),
        ("id", texts(&[Some("C")])),
    ]);
    batches.push(&narrow).unwrap();
    let other = batch(vec![
        ("id", texts(&[Some("D")])),
        ("visits", texts(&[Some("4")])),
    ]);
    let error = batches.push(&other).unwrap_err().to_string();
    assert_eq!(
        error,
        "from row 3 on the column \"visits\" is of another type: Utf8"
    );
    let gone = batch(vec![("id", texts(&[Some("D")]))]);
    let error = batches.push(&gone).unwrap_err();
    assert_eq!(
        error,
        ArrowError::NoColumn {
            column: "visits".to_owned()
        }
    );
    assert_eq!(batches.finish().len(), 3);
}
