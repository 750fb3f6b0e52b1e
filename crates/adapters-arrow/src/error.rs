//! What is wrong with batches.

use pregon_core::{NameError, PopulationError};

/// Why batches are no population. It names the column and the row, and never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArrowError {
    /// A column's name is not one that rules can say.
    #[error("the column {column:?} cannot be an attribute")]
    Name {
        /// The column.
        column: String,
        /// What is wrong with its name.
        source: NameError,
    },
    /// Two columns have the name.
    #[error("two columns are {column:?}")]
    Twice {
        /// The name.
        column: String,
    },
    /// No attribute has the column's type.
    #[error("the column {column:?} is of the type {found}, which no attribute has")]
    Type {
        /// The column.
        column: String,
        /// Its type, as Arrow writes it.
        found: String,
    },
    /// The column of ids or of zones is not of texts, nor, for ids, of whole numbers.
    #[error("the column {column:?} is of the type {found}, and {role} are texts")]
    Role {
        /// The column.
        column: String,
        /// What it should hold: `ids` or `zones`.
        role: &'static str,
        /// Its type, as Arrow writes it.
        found: String,
    },
    /// There is no such column.
    #[error("there is no column {column:?}")]
    NoColumn {
        /// The name that was asked for.
        column: String,
    },
    /// In a later batch the column is of another type.
    #[error("from row {row} on the column {column:?} is of another type: {found}")]
    Changed {
        /// The column.
        column: String,
        /// The first row of the batch.
        row: usize,
        /// The type there.
        found: String,
    },
    /// A value is one that its attribute cannot have: a whole number beyond `i64`, a decimal of
    /// more than 28 digits, a date or an instant beyond the calendar.
    #[error("row {row}: the value of {column:?} is out of range")]
    Range {
        /// The column.
        column: String,
        /// The row, counted over all batches.
        row: usize,
    },
    /// A customer has no id.
    #[error("row {row} has no id")]
    NoId {
        /// The row, counted over all batches.
        row: usize,
    },
    /// A text in the column of zones is no zone.
    #[error("row {row}: the text in {column:?} is no time zone")]
    Zone {
        /// The column.
        column: String,
        /// The row, counted over all batches.
        row: usize,
    },
    /// The population does not take a row.
    #[error("a row is not taken")]
    Population(#[from] PopulationError),
}
