//! How a column keeps the values of an attribute.

use std::collections::BTreeSet;

use pregon_core::AttributeType;

use crate::table::Dialect;

/// How a column keeps the values of an attribute.
///
/// `NULL` is a missing value, and so is whatever the storage cannot mean: a text in a column of
/// numbers, `NaN`, an infinity, the 30th of February. A rule reads such a row as one without the
/// value, in SQL as in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// Whole numbers of up to 64 bits.
    Integer,
    /// Decimals as whole numbers of hundredths, thousandths…: the number × 10^-scale, scale up to
    /// 18.
    Units {
        /// How many digits stand after the point.
        scale: u8,
    },
    /// Decimals as `numeric` (PostgreSQL). What has more than 28 digits is missing.
    Numeric,
    /// Decimals as `real` or `double precision`: each is the decimal that it prints as. In SQLite
    /// a whole number may stand there as well, up to 2^53.
    Real,
    /// Decimals as texts: `-1234.50`, at most 28 digits.
    DecimalText,
    /// Texts as `text` or `varchar`.
    Text,
    /// Texts in a type that has to be cast to one: `citext`, `uuid`, `char(n)`, an enum.
    AsText,
    /// Texts of a closed set; others are missing.
    Choice(BTreeSet<String>),
    /// Yes or no, as `boolean`; in SQLite as 1 and 0.
    Bool,
    /// Yes or no as 1 and 0; other numbers are missing.
    BoolInt,
    /// Civil dates as `date` (PostgreSQL).
    Date,
    /// Civil dates as texts: `2026-12-20`.
    DateText,
    /// Civil dates as days since 1970-01-01.
    DateDays,
    /// Instants as `timestamptz` (PostgreSQL).
    TimestampTz,
    /// Instants as `timestamp` without a zone, which are read as UTC (PostgreSQL).
    TimestampUtc,
    /// Instants as texts in UTC: `2026-12-20T10:00:00Z`, up to nine digits of a fraction; a blank
    /// for the `T`, `+00:00` for the `Z`, or none, are read as well.
    InstantText,
    /// Instants as seconds since 1970 in UTC.
    EpochSeconds,
    /// Instants as milliseconds since 1970 in UTC.
    EpochMillis,
    /// Instants as microseconds since 1970 in UTC.
    EpochMicros,
    /// Sets of texts as `text[]` (PostgreSQL); a null in it is left out.
    TextArray,
    /// Sets of texts as `jsonb` (PostgreSQL): an array of texts; anything else is missing.
    Jsonb,
    /// Sets of texts as the text of a JSON array of texts; anything else is missing.
    JsonText,
}

impl Storage {
    /// The type of an attribute that is kept so.
    #[must_use]
    pub fn attribute_type(&self) -> AttributeType {
        match self {
            Self::Integer => AttributeType::Integer,
            Self::Units { .. } | Self::Numeric | Self::Real | Self::DecimalText => {
                AttributeType::Decimal
            }
            Self::Text | Self::AsText => AttributeType::Text,
            Self::Choice(set) => AttributeType::Choice(set.clone()),
            Self::Bool | Self::BoolInt => AttributeType::Bool,
            Self::Date | Self::DateText | Self::DateDays => AttributeType::Date,
            Self::TextArray | Self::Jsonb | Self::JsonText => AttributeType::Texts,
            _ => AttributeType::Instant,
        }
    }

    /// Whether a database has it.
    pub(in crate::table) fn is_in(&self, dialect: Dialect) -> bool {
        let postgres_only = matches!(
            self,
            Self::Numeric
                | Self::Date
                | Self::TimestampTz
                | Self::TimestampUtc
                | Self::TextArray
                | Self::Jsonb
                | Self::AsText
        );
        let scale = match self {
            Self::Units { scale } => *scale,
            _ => 0,
        };
        scale <= 18 && (dialect == Dialect::Postgres || !postgres_only)
    }

    /// How many of it a second has, for instants that are numbers.
    pub(in crate::table) fn per_second(&self) -> Option<i64> {
        Some(match self {
            Self::EpochSeconds => 1,
            Self::EpochMillis => 1_000,
            Self::EpochMicros => 1_000_000,
            _ => return None,
        })
    }

    pub(in crate::table) fn is_instant(&self) -> bool {
        self.attribute_type() == AttributeType::Instant
    }
}
