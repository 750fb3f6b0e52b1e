//! One column of one batch, read row by row.

use std::collections::BTreeSet;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    Decimal256Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, BooleanArray, LargeStringArray, PrimitiveArray, StringArray, StringViewArray,
};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, NaiveDate};
use pregon_core::Cell;

use crate::number::{decimal, decimal256};

/// A column of a batch.
pub(crate) struct Reader<'b> {
    /// Which rows have a value; nothing when all have.
    nulls: Option<NullBuffer>,
    values: Values<'b>,
}

/// A value that an attribute cannot have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OutOfRange;

enum Values<'b> {
    Bool(&'b BooleanArray),
    Int8(&'b PrimitiveArray<Int8Type>),
    Int16(&'b PrimitiveArray<Int16Type>),
    Int32(&'b PrimitiveArray<Int32Type>),
    Int64(&'b PrimitiveArray<Int64Type>),
    UInt8(&'b PrimitiveArray<UInt8Type>),
    UInt16(&'b PrimitiveArray<UInt16Type>),
    UInt32(&'b PrimitiveArray<UInt32Type>),
    UInt64(&'b PrimitiveArray<UInt64Type>),
    Float32(&'b PrimitiveArray<Float32Type>),
    Float64(&'b PrimitiveArray<Float64Type>),
    Decimal32(&'b PrimitiveArray<Decimal32Type>, i8),
    Decimal64(&'b PrimitiveArray<Decimal64Type>, i8),
    Decimal128(&'b PrimitiveArray<Decimal128Type>, i8),
    Decimal256(&'b PrimitiveArray<Decimal256Type>, i8),
    Text(&'b StringArray),
    LargeText(&'b LargeStringArray),
    TextView(&'b StringViewArray),
    Date32(&'b PrimitiveArray<Date32Type>),
    Date64(&'b PrimitiveArray<Date64Type>),
    Seconds(&'b PrimitiveArray<TimestampSecondType>),
    Millis(&'b PrimitiveArray<TimestampMillisecondType>),
    Micros(&'b PrimitiveArray<TimestampMicrosecondType>),
    Nanos(&'b PrimitiveArray<TimestampNanosecondType>),
    /// The sets, gathered beforehand, because a cell borrows its set.
    Sets(Vec<BTreeSet<String>>),
    /// Where each row's value stands among those of the dictionary.
    Dictionary(Vec<usize>, Box<Reader<'b>>),
}

impl<'b> Reader<'b> {
    /// Reads an array; nothing when no attribute has its type.
    pub(crate) fn new(array: &'b dyn Array) -> Option<Self> {
        let values = match array.data_type() {
            DataType::Boolean => Values::Bool(array.as_boolean()),
            DataType::Int8 => Values::Int8(array.as_primitive()),
            DataType::Int16 => Values::Int16(array.as_primitive()),
            DataType::Int32 => Values::Int32(array.as_primitive()),
            DataType::Int64 => Values::Int64(array.as_primitive()),
            DataType::UInt8 => Values::UInt8(array.as_primitive()),
            DataType::UInt16 => Values::UInt16(array.as_primitive()),
            DataType::UInt32 => Values::UInt32(array.as_primitive()),
            DataType::UInt64 => Values::UInt64(array.as_primitive()),
            DataType::Float32 => Values::Float32(array.as_primitive()),
            DataType::Float64 => Values::Float64(array.as_primitive()),
            DataType::Decimal32(_, scale) => Values::Decimal32(array.as_primitive(), *scale),
            DataType::Decimal64(_, scale) => Values::Decimal64(array.as_primitive(), *scale),
            DataType::Decimal128(_, scale) => Values::Decimal128(array.as_primitive(), *scale),
            DataType::Decimal256(_, scale) => Values::Decimal256(array.as_primitive(), *scale),
            DataType::Utf8 => Values::Text(array.as_string()),
            DataType::LargeUtf8 => Values::LargeText(array.as_string()),
            DataType::Utf8View => Values::TextView(array.as_string_view()),
            DataType::Date32 => Values::Date32(array.as_primitive()),
            DataType::Date64 => Values::Date64(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Second, _) => Values::Seconds(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Millisecond, _) => Values::Millis(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Microsecond, _) => Values::Micros(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Values::Nanos(array.as_primitive()),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let values = Box::new(Self::new(dictionary.values().as_ref())?);
                // An empty dictionary has no key that one could ask for.
                let keys = if dictionary.values().is_empty() {
                    Vec::new()
                } else {
                    dictionary.normalized_keys()
                };
                Values::Dictionary(keys, values)
            }
            _ => Values::Sets(sets(array)?),
        };
        Some(Self {
            nulls: array.nulls().cloned(),
            values,
        })
    }

    /// The value of a row.
    #[inline]
    pub(crate) fn cell(&self, row: usize) -> Result<Cell<'_>, OutOfRange> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(Cell::Missing);
        }
        self.values.cell(row)
    }
}

impl Values<'_> {
    #[inline]
    fn cell(&self, row: usize) -> Result<Cell<'_>, OutOfRange> {
        let cell = match self {
            Self::Bool(array) => Some(Cell::Bool(array.value(row))),
            Self::Int8(array) => whole(array, row),
            Self::Int16(array) => whole(array, row),
            Self::Int32(array) => whole(array, row),
            Self::Int64(array) => whole(array, row),
            Self::UInt8(array) => whole(array, row),
            Self::UInt16(array) => whole(array, row),
            Self::UInt32(array) => whole(array, row),
            Self::UInt64(array) => whole(array, row),
            Self::Float32(array) => Some(Cell::from(array.value(row))),
            Self::Float64(array) => Some(Cell::Float(array.value(row))),
            Self::Decimal32(array, scale) => decimal(array.value(row).into(), *scale),
            Self::Decimal64(array, scale) => decimal(array.value(row).into(), *scale),
            Self::Decimal128(array, scale) => decimal(array.value(row), *scale),
            Self::Decimal256(array, scale) => decimal256(array.value(row), *scale),
            Self::Text(array) => Some(Cell::Text(array.value(row))),
            Self::LargeText(array) => Some(Cell::Text(array.value(row))),
            Self::TextView(array) => Some(Cell::Text(array.value(row))),
            Self::Date32(array) => date(array.value(row).into()),
            Self::Date64(array) => date(array.value(row).div_euclid(86_400_000)),
            Self::Seconds(array) => {
                DateTime::from_timestamp(array.value(row), 0).map(Cell::Instant)
            }
            Self::Millis(array) => {
                DateTime::from_timestamp_millis(array.value(row)).map(Cell::Instant)
            }
            Self::Micros(array) => {
                DateTime::from_timestamp_micros(array.value(row)).map(Cell::Instant)
            }
            Self::Nanos(array) => Some(Cell::Instant(DateTime::from_timestamp_nanos(
                array.value(row),
            ))),
            Self::Sets(sets) => Some(Cell::Texts(&sets[row])),
            Self::Dictionary(keys, values) => return values.cell(keys[row]),
        };
        cell.ok_or(OutOfRange)
    }
}

#[inline]
fn whole<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, row: usize) -> Option<Cell<'static>>
where
    i64: TryFrom<T::Native>,
{
    i64::try_from(array.value(row)).ok().map(Cell::Integer)
}

/// A date by its days since 1970.
fn date(days: i64) -> Option<Cell<'static>> {
    let days = i32::try_from(days).ok()?;
    NaiveDate::from_epoch_days(days).map(Cell::Date)
}

/// The set of each row of a list of texts; nothing when it is no such list.
fn sets(array: &dyn Array) -> Option<Vec<BTreeSet<String>>> {
    let of = |texts: &dyn Array| -> Option<BTreeSet<String>> {
        let reader = Reader::new(texts)?;
        let mut set = BTreeSet::new();
        for row in 0..texts.len() {
            match reader.cell(row).ok()? {
                Cell::Text(text) if !set.contains(text) => {
                    set.insert(text.to_owned());
                }
                Cell::Text(_) | Cell::Missing => {}
                _ => return None,
            }
        }
        Some(set)
    };
    let each = |value: &dyn Fn(usize) -> arrow_array::ArrayRef| {
        let rows = 0..array.len();
        // Behind a null there may be anything.
        let rows = rows.map(|row| match array.is_null(row) {
            true => Some(BTreeSet::new()),
            false => of(value(row).as_ref()),
        });
        rows.collect()
    };
    match array.data_type() {
        DataType::List(_) => each(&|row| array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => each(&|row| array.as_list::<i64>().value(row)),
        DataType::ListView(_) => each(&|row| array.as_list_view::<i32>().value(row)),
        DataType::LargeListView(_) => each(&|row| array.as_list_view::<i64>().value(row)),
        DataType::FixedSizeList(..) => each(&|row| array.as_fixed_size_list().value(row)),
        _ => None,
    }
}
