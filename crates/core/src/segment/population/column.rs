//! A column: one narrow number for each row, and what it stands for.

use super::dictionary::Dictionary;
use crate::{AttributeType, Bitmap};

/// The values of one attribute, as narrow numbers.
///
/// Every value is a *code*, a whole number of at most eight bytes. In the ordered codings a greater
/// value has a greater code; in a dictionary codes count the values as they first appeared. So every
/// question of a rule becomes a set of codes, and one that a negation asks becomes another.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) r#type: AttributeType,
    pub(crate) coding: Coding,
    pub(crate) codes: Codes,
    /// Which rows have a value; nothing when all have. The code of a row without one means nothing.
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
#[derive(Debug, Clone)]
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

impl Column {
    /// The code of a row; nothing when its value is missing.
    pub(crate) fn code(&self, row: usize) -> Option<i64> {
        self.is_known(row).then(|| self.codes.get(row))
    }

    /// Whether the row has a value.
    pub(crate) fn is_known(&self, row: usize) -> bool {
        self.known.as_ref().is_none_or(|known| known.get(row))
    }
}
