//! One value on its way into a column.

use std::collections::BTreeSet;

use crate::{Attributes, Decimal, Schema, Value};
use chrono::{DateTime, NaiveDate, Utc};

/// One value of a row, borrowed from wherever it is, or nothing for a missing one.
///
/// ```
/// use pregon_core::{Cell, Value};
/// assert_eq!(Cell::from("oro").to_value(), Some(Value::from("oro")));
/// assert_eq!(Cell::Float(f64::NAN).to_value(), None, "what is no number is missing");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Cell<'a> {
    /// No value.
    Missing,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal number.
    Decimal(Decimal),
    /// So many hundredths, thousandths…: the number × 10^-scale. Cheaper than a [`Decimal`].
    Units(i64, u8),
    /// A binary float: the decimal it prints as; missing when it is no number or beyond decimals.
    Float(f64),
    /// A text.
    Text(&'a str),
    /// A civil date.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A set of texts.
    Texts(&'a BTreeSet<String>),
}

impl Cell<'_> {
    /// The value, for keeps; nothing when it is missing.
    #[must_use]
    pub fn to_value(self) -> Option<Value> {
        Some(match self {
            Self::Missing => return None,
            Self::Bool(b) => Value::Bool(b),
            Self::Integer(n) => Value::Integer(n),
            Self::Decimal(d) => Value::Decimal(d),
            Self::Units(units, scale) => Value::Decimal(Decimal::from_parts(units, scale.into())?),
            Self::Float(x) => Value::Decimal(Decimal::from_f64(x)?),
            Self::Text(text) => Value::from(text),
            Self::Date(date) => Value::Date(date),
            Self::Instant(at) => Value::Instant(at),
            Self::Texts(set) => Value::Texts(set.clone()),
        })
    }
}

impl<'a> From<&'a Value> for Cell<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Bool(b) => Self::Bool(*b),
            Value::Integer(n) => Self::Integer(*n),
            Value::Decimal(d) => Self::Decimal(*d),
            Value::Text(text) => Self::Text(text),
            Value::Date(date) => Self::Date(*date),
            Value::Instant(at) => Self::Instant(*at),
            Value::Texts(set) => Self::Texts(set),
        }
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl<'a> From<$type> for Cell<'a> {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}
from!(bool => Bool, i8 => Integer, i16 => Integer, i32 => Integer, i64 => Integer, u8 => Integer,
      u16 => Integer, u32 => Integer, f64 => Float, Decimal => Decimal,
      &'a str => Text, NaiveDate => Date, DateTime<Utc> => Instant,
      &'a BTreeSet<String> => Texts);

/// The decimal that the short float prints as, not the longer one of the float in between.
impl From<f32> for Cell<'_> {
    fn from(value: f32) -> Self {
        // Whole numbers of up to 24 bits, and what is no number, need no detour.
        let plain = !value.is_finite() || (value.fract() == 0.0 && value.abs() <= 16_777_216.0);
        Self::Float(if plain {
            value.into()
        } else {
            value.to_string().parse().unwrap_or(f64::NAN)
        })
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

/// A type whose values are attributes: what `#[derive(Attributes)]` writes for a host's struct.
///
/// ```
/// use pregon_core::{AttributeType, Cell, HasAttributes, NameError, Schema};
///
/// struct Client { spend_cents: i64, province: Option<String> }
///
/// impl HasAttributes for Client {
///     fn schema() -> Result<Schema, NameError> {
///         Schema::new()
///             .with("province", AttributeType::Text)?
///             .with("spend", AttributeType::Decimal)
///     }
///     fn cells(&self) -> impl IntoIterator<Item = Cell<'_>> {
///         [self.province.as_ref().into(), Cell::Units(self.spend_cents, 2)]
///     }
/// }
/// let ana = Client { spend_cents: 150_000_00, province: None };
/// assert_eq!(ana.cells().into_iter().count(), Client::schema()?.iter().count());
/// # Ok::<(), NameError>(())
/// ```
pub trait HasAttributes {
    /// Which attributes there are.
    ///
    /// # Errors
    /// When a name is not one that rules can say.
    fn schema() -> Result<Schema, crate::NameError>;

    /// One cell for each attribute of the schema, in the order of [`Schema::iter`].
    fn cells(&self) -> impl IntoIterator<Item = Cell<'_>>;

    /// The values by name, as a rule asked of this one row reads them.
    ///
    /// # Errors
    /// When a name of the schema is not one that rules can say.
    fn attributes(&self) -> Result<Attributes, crate::NameError> {
        let mut attributes = Attributes::new();
        for ((name, _), cell) in Self::schema()?.iter().zip(self.cells()) {
            if let Some(value) = cell.to_value() {
                attributes.insert(name, value);
            }
        }
        Ok(attributes)
    }
}
