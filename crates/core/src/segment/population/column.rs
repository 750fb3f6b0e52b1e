//! A column: one narrow number for each row, and what it stands for.

use std::borrow::Cow;
use std::fmt;

use super::dictionary::Dictionary;
use crate::{AttributeType, Bitmap, Decimal, Value};
use chrono::{DateTime, NaiveDate};

/// The values of one attribute, as narrow numbers.
///
/// Every value is a *code*, a whole number of at most eight bytes. In the ordered codings a greater
/// value has a greater code; in a dictionary codes count the values as they first appeared. So
/// every question of a rule becomes a set of codes, and one that a negation asks becomes another.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) r#type: AttributeType,
    pub(crate) coding: Coding,
    pub(crate) codes: Codes,
    /// Which rows have a value; nothing when all have. The code of a row without one is 0 and means
    /// nothing.
    pub(crate) known: Option<Bitmap>,
}

/// What the codes of a column stand for.
#[derive(Debug, Clone)]
pub(crate) enum Coding {
    /// 0 and 1.
    Bool,
    /// The whole numbers themselves.
    Integer,
    /// Decimal numbers × 10^scale.
    Scaled(u8),
    /// Civil dates, as days since 1 January 1970.
    Days,
    /// Instants, as microseconds since 1970.
    Micros,
    /// Whatever there is few of, or what no ordered coding holds exactly: texts, sets, decimals of
    /// many digits, instants between two microseconds. A code is the place in the dictionary.
    Dictionary(Dictionary),
}

/// The codes of a column, as narrow as they can be.
///
/// Its `Debug` says how many there are and not which: they are people's.
#[derive(Clone)]
pub(crate) enum Codes {
    /// 0 to 255.
    U8(Vec<u8>),
    /// 0 to 65,535.
    U16(Vec<u16>),
    /// Four bytes, with sign.
    I32(Vec<i32>),
    /// Eight bytes, with sign.
    I64(Vec<i64>),
}

impl Codes {
    /// The code of a row.
    pub(crate) fn get(&self, row: usize) -> i64 {
        match self {
            Self::U8(codes) => codes[row].into(),
            Self::U16(codes) => codes[row].into(),
            Self::I32(codes) => codes[row].into(),
            Self::I64(codes) => codes[row],
        }
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} codes of {} bytes", self.len(), self.bytes_each())
    }
}

impl Column {
    /// A column without rows.
    pub(crate) fn new(r#type: AttributeType) -> Self {
        let coding = match r#type {
            AttributeType::Bool => Coding::Bool,
            AttributeType::Integer => Coding::Integer,
            AttributeType::Decimal => Coding::Scaled(0),
            AttributeType::Date => Coding::Days,
            AttributeType::Instant => Coding::Micros,
            AttributeType::Text | AttributeType::Choice(_) | AttributeType::Texts => {
                Coding::Dictionary(Dictionary::default())
            }
        };
        Self {
            r#type,
            coding,
            codes: Codes::zeros(0),
            known: None,
        }
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// The code of a row; nothing when its value is missing.
    pub(crate) fn code(&self, row: usize) -> Option<i64> {
        self.is_known(row).then(|| self.codes.get(row))
    }

    /// Whether the row has a value.
    pub(crate) fn is_known(&self, row: usize) -> bool {
        self.known.as_ref().is_none_or(|known| known.get(row))
    }

    /// The value of a row; nothing when it is missing.
    pub(crate) fn value(&self, row: usize) -> Option<Cow<'_, Value>> {
        self.decode(self.code(row)?)
    }

    /// What a code stands for.
    pub(crate) fn decode(&self, code: i64) -> Option<Cow<'_, Value>> {
        let value = match &self.coding {
            Coding::Bool => Value::Bool(code != 0),
            Coding::Integer => Value::Integer(code),
            Coding::Scaled(scale) => Value::Decimal(Decimal::from_parts(code, (*scale).into())?),
            Coding::Days => Value::Date(NaiveDate::from_epoch_days(code.try_into().ok()?)?),
            Coding::Micros => Value::Instant(DateTime::from_timestamp_micros(code)?),
            Coding::Dictionary(dictionary) => return dictionary.value(code).map(Cow::Borrowed),
        };
        Some(Cow::Owned(value))
    }
}
