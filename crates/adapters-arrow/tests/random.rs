//! Random batches, cut anywhere, mean what their rows say one by one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use pregon_adapters_arrow::arrow_array::builder::{
    FixedSizeListBuilder, LargeListBuilder, ListBuilder, StringBuilder, StringDictionaryBuilder,
    StringViewBuilder,
};
use pregon_adapters_arrow::arrow_array::types::{Int8Type, Int16Type};
use pregon_adapters_arrow::arrow_array::*;
use pregon_adapters_arrow::{PopulationOptions, population, schema_of};
use pregon_core::rule::Facts as _;
use pregon_core::{Decimal, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// What a customer may say, as Rust has it; each field is a column or several.
#[derive(Debug, Clone)]
struct Row {
    yes: Option<bool>,
    small: Option<i8>,
    short: Option<u16>,
    wide: Option<i64>,
    natural: Option<u64>,
    ratio: Option<f64>,
    short_ratio: Option<f32>,
    units: Option<i64>,
    text: Option<String>,
    days: Option<i32>,
    micros: Option<i64>,
    tags: Option<Vec<Option<String>>>,
}

fn row() -> impl Strategy<Value = Row> {
    let numbers = (
        option::of(any::<bool>()),
        option::of(any::<i8>()),
        option::of(any::<u16>()),
        option::of(any::<i64>()),
        option::of(0..=i64::MAX as u64),
        option::of(any::<f64>()),
        option::of(any::<f32>()),
        option::of(any::<i64>()),
    );
    let others = (
        option::of("[a-cáñ]{0,3}"),
        // The years -5000 to 9000, and seconds around them.
        option::of(-2_500_000..2_500_000),
        option::of(-200_000_000_000_000_000_i64..200_000_000_000_000_000),
        option::of(vec(option::of("[ab]{1,2}"), 3)),
    );
    (numbers, others).prop_map(|(numbers, (text, days, micros, tags))| {
        let (yes, small, short, wide, natural, ratio, short_ratio, units) = numbers;
        Row {
            yes,
            small,
            short,
            wide,
            natural,
            ratio,
            short_ratio,
            units,
            text,
            days,
            micros,
            tags,
        }
    })
}

fn column<A: FromIterator<T> + Array + 'static, T>(rows: &[Row], of: fn(&Row) -> T) -> ArrayRef {
    Arc::new(rows.iter().map(of).collect::<A>())
}

type Columns = Vec<(&'static str, ArrayRef)>;

fn batch(rows: &[Row]) -> RecordBatch {
    let ids: StringArray = (0..rows.len()).map(|n| Some(format!("C-{n}"))).collect();
    let mut columns: Columns = vec![("id", Arc::new(ids))];
    columns.extend(numbers(rows));
    columns.extend(texts(rows));
    columns.extend(times(rows));
    columns.extend(sets(rows));
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn numbers(rows: &[Row]) -> Columns {
    let units = |scale| -> ArrayRef {
        let units: Decimal128Array = rows.iter().map(|row| row.units.map(i128::from)).collect();
        Arc::new(units.with_precision_and_scale(38, scale).unwrap())
    };
    let small: Decimal64Array = rows.iter().map(|row| row.units.map(|n| n % 1000)).collect();
    vec![
        ("yes", column::<BooleanArray, _>(rows, |row| row.yes)),
        ("small", column::<Int8Array, _>(rows, |row| row.small)),
        ("short", column::<UInt16Array, _>(rows, |row| row.short)),
        ("wide", column::<Int64Array, _>(rows, |row| row.wide)),
        ("natural", column::<UInt64Array, _>(rows, |row| row.natural)),
        ("ratio", column::<Float64Array, _>(rows, |row| row.ratio)),
        (
            "short_ratio",
            column::<Float32Array, _>(rows, |row| row.short_ratio),
        ),
        ("cents", units(2)),
        ("thousands", units(-3)),
        (
            "small_units",
            Arc::new(small.with_precision_and_scale(18, 1).unwrap()),
        ),
    ]
}

fn texts(rows: &[Row]) -> Columns {
    let (mut view, mut code) = (StringViewBuilder::new(), dictionary());
    for row in rows {
        view.append_option(row.text.as_deref());
        code.append_option(row.text.as_deref());
    }
    vec![
        (
            "text",
            column::<StringArray, _>(rows, |row| row.text.clone()),
        ),
        (
            "large_text",
            column::<LargeStringArray, _>(rows, |row| row.text.clone()),
        ),
        ("text_view", Arc::new(view.finish())),
        ("text_code", Arc::new(code.finish())),
    ]
}

fn times(rows: &[Row]) -> Columns {
    let micros: TimestampMicrosecondArray = rows.iter().map(|row| row.micros).collect();
    let seconds = |row: &Row| row.micros.map(|micros| micros.div_euclid(1_000_000));
    let millis = |row: &Row| row.days.map(|days| i64::from(days) * 86_400_000);
    vec![
        ("day", column::<Date32Array, _>(rows, |row| row.days)),
        ("day_millis", column::<Date64Array, _>(rows, millis)),
        ("at", Arc::new(micros.clone())),
        (
            "at_second",
            column::<TimestampSecondArray, _>(rows, seconds),
        ),
        (
            "at_zone",
            Arc::new(micros.with_timezone("America/Santiago")),
        ),
    ]
}

fn sets(rows: &[Row]) -> Columns {
    let mut list = ListBuilder::new(StringBuilder::new());
    let mut large = LargeListBuilder::new(dictionary());
    let mut fixed = FixedSizeListBuilder::new(StringViewBuilder::new(), 3);
    for row in rows {
        list.append_option(row.tags.clone());
        large.append_option(row.tags.clone());
        for place in 0..3 {
            let tag = row.tags.as_ref().and_then(|tags| tags[place].as_deref());
            fixed.values().append_option(tag);
        }
        fixed.append(row.tags.is_some());
    }
    vec![
        ("tags", Arc::new(list.finish())),
        ("tags_large", Arc::new(large.finish())),
        ("tags_fixed", Arc::new(fixed.finish())),
    ]
}

fn dictionary() -> StringDictionaryBuilder<Int16Type> {
    StringDictionaryBuilder::new()
}

/// The value of a row's column, by another way than Arrow.
fn expected(row: &Row, name: &str) -> Option<Value> {
    let decimal = |text: String| text.parse::<Decimal>().ok().map(Value::Decimal);
    let float = |x| Decimal::from_f64(x).map(Value::Decimal);
    let units = |units: i128, scale: u32| {
        let sign = if units < 0 { "-" } else { "" };
        let one = 10_u128.pow(scale);
        let units = units.unsigned_abs();
        let width = scale as usize;
        decimal(format!("{sign}{}.{:0width$}", units / one, units % one))
    };
    match name {
        "yes" => row.yes.map(Value::Bool),
        "small" => row.small.map(|n| Value::Integer(n.into())),
        "short" => row.short.map(|n| Value::Integer(n.into())),
        "wide" => row.wide.map(Value::Integer),
        "natural" => row.natural.map(|n| Value::Integer(n as i64)),
        "ratio" => row.ratio.and_then(float),
        "short_ratio" => row
            .short_ratio
            .and_then(|x| float(x.to_string().parse().unwrap())),
        "cents" => units(row.units?.into(), 2),
        "thousands" => decimal(format!("{}000", row.units?)),
        "small_units" => units((row.units? % 1000).into(), 1),
        "text" | "large_text" | "text_view" | "text_code" => row.text.clone().map(Value::Text),
        "day" | "day_millis" => row.days.map(|days| {
            let epoch = NaiveDate::default();
            let days = chrono::TimeDelta::days(days.into());
            Value::Date(epoch.checked_add_signed(days).unwrap())
        }),
        "at" | "at_zone" => row.micros.map(|micros| {
            let epoch = DateTime::UNIX_EPOCH;
            Value::Instant(epoch + chrono::TimeDelta::microseconds(micros))
        }),
        "at_second" => row.micros.map(|micros| {
            let seconds = micros.div_euclid(1_000_000);
            Value::Instant(DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(seconds))
        }),
        "tags" | "tags_large" | "tags_fixed" => row
            .tags
            .clone()
            .map(|tags| Value::Texts(tags.into_iter().flatten().collect::<BTreeSet<_>>())),
        other => unreachable!("{other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn rows_say_what_they_said(rows in vec(row(), 0..60), cuts in vec(0_usize..60, 0..4)) {
        let whole = batch(&rows);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(rows.len())).collect();
        cuts.extend([0, rows.len()]);
        cuts.sort_unstable();
        let batches: Vec<RecordBatch> = cuts
            .windows(2)
            .map(|ends| whole.slice(ends[0], ends[1] - ends[0]))
            .collect();
        let options = PopulationOptions::new("id");
        let population = population(&whole.schema(), &batches, &options).unwrap();
        prop_assert_eq!(population.len(), rows.len());
        let schema = schema_of(&whole.schema()).unwrap();
        for (number, row) in rows.iter().enumerate() {
            prop_assert_eq!(population.id(number), format!("C-{number}"));
            for (name, r#type) in schema.iter().filter(|(name, _)| *name != "id") {
                let value = population.facts(number).value(name).map(|value| value.into_owned());
                prop_assert_eq!(&value, &expected(row, name), "{} of {:?}", name, row);
                prop_assert!(value.is_none_or(|value| r#type.admits(&value)));
            }
        }
    }
}

#[test]
fn a_dictionary_of_dates_and_one_without_values() {
    let keys = Int8Array::from(vec![Some(1), None, Some(0)]);
    let dates = Arc::new(Date32Array::from(vec![Some(0), None]));
    let dates = DictionaryArray::<Int8Type>::try_new(keys, dates).unwrap();
    let nobody = Int8Array::from(vec![None, None, None]);
    let empty = DictionaryArray::<Int8Type>::try_new(
        nobody,
        Arc::new(StringArray::from(Vec::<&str>::new())),
    );
    let columns: [(&str, ArrayRef); 3] = [
        ("id", Arc::new(UInt32Array::from(vec![1, 2, 3]))),
        ("born", Arc::new(dates)),
        ("city", Arc::new(empty.unwrap())),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let options = PopulationOptions::new("id");
    let population = population(&batch.schema(), [&batch], &options).unwrap();
    let born = |row| {
        population
            .facts(row)
            .value("born")
            .map(|value| value.to_string())
    };
    assert_eq!(
        [born(0), born(1), born(2)],
        [None, None, Some("1970-01-01".to_owned())]
    );
    assert_eq!(population.facts(0).value("city"), None);
    assert_eq!(population.id(2), "3");
}
