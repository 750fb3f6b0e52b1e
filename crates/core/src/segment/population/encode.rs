//! Values become codes; what a coding does not hold exactly changes the coding.

use super::column::{Codes, Coding, Column};
use super::decimals::{at_scale, least_scale, units_of_float};
use super::dictionary::Dictionary;
use super::error::CellError;
use crate::{AttributeType, Bitmap, Cell, Decimal};
use chrono::{DateTime, Utc};

/// What setting a value did to its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// The code that the row had, in the coding of now; nothing for a missing value.
    pub(crate) before: Option<i64>,
    /// The code that it has.
    pub(crate) after: Option<i64>,
    /// Whether codes now mean something else, or the dictionary has a value more: questions must be
    /// asked of the column again.
    pub(crate) recoded: bool,
}

impl Column {
    /// Adds a row, when its value is one that the column holds as it is: all but few are.
    #[inline]
    pub(super) fn push_held(&mut self, cell: &Cell<'_>) -> bool {
        let Some(code) = self.held(cell) else {
            return false;
        };
        self.codes.push(code);
        if let Some(known) = &mut self.known {
            known.push(true);
        }
        true
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, cell: Cell<'_>) -> Result<(), CellError> {
        let code = self.encode(cell)?;
        let rows = self.len();
        if code.is_none() {
            self.known.get_or_insert_with(|| Bitmap::all(rows));
        }
        if let Some(known) = &mut self.known {
            known.push(code.is_some());
        }
        self.codes.push(code.unwrap_or(0));
        Ok(())
    }

    /// Replaces the value of a row.
    pub(super) fn set(&mut self, row: usize, cell: Cell<'_>) -> Result<Change, CellError> {
        let compacted = self.compact();
        let was = self.stamp();
        let after = self.encode(cell)?;
        let before = self.code(row);
        if after.is_none() || self.known.is_some() {
            let rows = self.len();
            let known = self.known.get_or_insert_with(|| Bitmap::all(rows));
            known.set(row, after.is_some());
        }
        self.codes.set(row, after.unwrap_or(0));
        Ok(Change {
            before,
            after,
            recoded: compacted || was != self.stamp(),
        })
    }

    /// The code of a value that needs no other coding and no new place in a dictionary; `None` for
    /// a missing one as well.
    #[inline(always)]
    fn held(&self, cell: &Cell<'_>) -> Option<i64> {
        match (&self.coding, cell) {
            (Coding::Integer | Coding::Scaled(0), Cell::Integer(n)) => Some(*n),
            (Coding::Scaled(scale), Cell::Units(units, own)) if scale == own => Some(*units),
            (Coding::Scaled(scale), Cell::Float(value)) => units_of_float(*value, *scale),
            (Coding::Days, Cell::Date(day)) => Some(day.to_epoch_days().into()),
            (Coding::Bool, Cell::Bool(b)) => Some((*b).into()),
            (Coding::Dictionary(dictionary), Cell::Text(text)) => dictionary.code_of_text(text),
            _ => None,
        }
    }

    /// The code of a value in the coding of afterwards; nothing for a missing one.
    fn encode(&mut self, cell: Cell<'_>) -> Result<Option<i64>, CellError> {
        if let Some(code) = self.held(&cell) {
            return Ok(Some(code));
        }
        match (&self.r#type, cell) {
            (AttributeType::Instant, Cell::Instant(at)) => Ok(self.encode_instant(at)),
            (AttributeType::Decimal, Cell::Integer(n)) => Ok(self.encode_decimal(n.into())),
            (AttributeType::Decimal, Cell::Decimal(decimal)) => Ok(self.encode_decimal(decimal)),
            (AttributeType::Decimal, Cell::Units(units, scale)) => {
                Ok(Decimal::from_parts(units, scale.into()).and_then(|d| self.encode_decimal(d)))
            }
            (AttributeType::Decimal, Cell::Float(value)) => {
                Ok(Decimal::from_f64(value).and_then(|decimal| self.encode_decimal(decimal)))
            }
            (AttributeType::Choice(set), Cell::Text(text)) if set.contains(text) => {
                Ok(self.enter(cell))
            }
            (AttributeType::Text, Cell::Text(_)) | (AttributeType::Texts, Cell::Texts(_)) => {
                Ok(self.enter(cell))
            }
            (r#type, _) => match cell.to_value() {
                Some(value) => Err(CellError::of(r#type, &value)),
                None => Ok(None),
            },
        }
    }

    fn encode_instant(&mut self, at: DateTime<Utc>) -> Option<i64> {
        if let Coding::Micros = self.coding {
            let nanos = at.timestamp_subsec_nanos();
            // A leap second has more than 10^9: its microseconds are those of the next second.
            if nanos < 1_000_000_000 && nanos.is_multiple_of(1_000) {
                return Some(at.timestamp_micros());
            }
        }
        self.enter(Cell::Instant(at))
    }

    fn encode_decimal(&mut self, decimal: Decimal) -> Option<i64> {
        let Coding::Scaled(scale) = self.coding else {
            return self.enter(Cell::Decimal(decimal));
        };
        let (units, own) = decimal.parts();
        if let Some(code) = at_scale(units, own, scale.into()) {
            return Some(code);
        }
        let least = least_scale(units, own);
        if let Some(more) = least.checked_sub(scale.into())
            && let (Some(code), Some(factor)) =
                (at_scale(units, own, least), 10_i64.checked_pow(more))
            && let Ok(least) = u8::try_from(least)
            && self.codes.times(factor).is_some()
        {
            self.coding = Coding::Scaled(least);
            return Some(code);
        }
        self.enter(Cell::Decimal(decimal))
    }

    /// The code of a value in the dictionary, which the column gets when it has none.
    fn enter(&mut self, cell: Cell<'_>) -> Option<i64> {
        if let Coding::Dictionary(dictionary) = &mut self.coding {
            return dictionary.enter(cell);
        }
        let mut dictionary = Dictionary::default();
        let codes = self.reentered(&mut dictionary);
        let code = dictionary.enter(cell);
        self.codes = codes;
        self.coding = Coding::Dictionary(dictionary);
        code
    }

    /// The codes of all rows in a new dictionary.
    fn reentered(&self, dictionary: &mut Dictionary) -> Codes {
        let mut codes = Codes::with_capacity(self.len());
        for row in 0..self.len() {
            let value = self.value(row);
            let code = value.and_then(|value| dictionary.enter(Cell::from(&*value)));
            codes.push(code.unwrap_or(0));
        }
        codes
    }

    /// Forgets what nobody has any more, once a dictionary has more than twice as many values as
    /// there are rows: changes alone would let it grow forever.
    fn compact(&mut self) -> bool {
        let Coding::Dictionary(dictionary) = &self.coding else {
            return false;
        };
        if dictionary.values().len() < 2 * self.len() + 64 {
            return false;
        }
        let mut used = Dictionary::default();
        self.codes = self.reentered(&mut used);
        self.coding = Coding::Dictionary(used);
        true
    }

    /// What changes whenever codes mean something else or more.
    fn stamp(&self) -> (usize, bool) {
        match &self.coding {
            Coding::Scaled(scale) => (usize::from(*scale), false),
            Coding::Dictionary(dictionary) => (dictionary.values().len(), true),
            Coding::Bool | Coding::Integer | Coding::Days | Coding::Micros => (0, false),
        }
    }
}
