//! Values of attributes: what rules compare and templates print.

mod decimal;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

pub use decimal::{Decimal, DecimalError};

/// A typed value of an attribute. A missing value is the absence of a `Value`.
///
/// ```
/// # use pregon_core::Value;
/// assert_eq!(Value::from("oro").to_string(), "oro");
/// assert_eq!(Value::from(true).to_string(), "true");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal number, money among them.
    Decimal(Decimal),
    /// A text, from an open or a closed set.
    Text(String),
    /// A civil date, without a time and without a zone.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A set of texts; the empty set is a value.
    Texts(BTreeSet<String>),
}

impl Value {
    /// The name of the value's type, as messages say it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "boolean",
            Self::Integer(_) => "integer",
            Self::Decimal(_) => "decimal",
            Self::Text(_) => "text",
            Self::Date(_) => "date",
            Self::Instant(_) => "instant",
            Self::Texts(_) => "set of texts",
        }
    }
}

/// Prints the value as people write it: dates ISO, instants RFC 3339, sets with commas.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(b) => write!(f, "{b}"),
            Self::Integer(n) => write!(f, "{n}"),
            Self::Decimal(d) => write!(f, "{d}"),
            Self::Text(t) => f.write_str(t),
            Self::Date(d) => write!(f, "{d}"),
            Self::Instant(t) => f.write_str(&t.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Texts(set) => {
                let texts: Vec<&str> = set.iter().map(String::as_str).collect();
                f.write_str(&texts.join(", "))
            }
        }
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}
from!(bool => Bool, i32 => Integer, i64 => Integer, u32 => Integer, Decimal => Decimal,
      &str => Text, String => Text, NaiveDate => Date, DateTime<Utc> => Instant);
