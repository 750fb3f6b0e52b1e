//! What is wrong with rows, and with single values.

use crate::{AttributeType, IdError, NameError, Value};

/// Why a population does not take a row; the population is as it was.
///
/// It names the place, and never the value: that is a person's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// The type of the rows has an attribute that rules cannot say.
    #[error("the type of the rows has an attribute that rules cannot say")]
    Name(#[from] NameError),
    /// The id is not one that a customer can have.
    #[error("row {row}: the id is not one")]
    Id {
        /// The row it would have been.
        row: usize,
        /// What is wrong with it.
        source: IdError,
    },
    /// Another row has the id.
    #[error("row {row}: {id:?} is the id of row {first} already")]
    Duplicate {
        /// The row it would have been.
        row: usize,
        /// The id.
        id: String,
        /// The row that has it.
        first: usize,
    },
    /// There are fewer values than attributes.
    #[error("row {row} ({id:?}): only {found} of {expected} values")]
    TooFew {
        /// The row.
        row: usize,
        /// The customer's id.
        id: String,
        /// How many attributes there are.
        expected: usize,
        /// How many values.
        found: usize,
    },
    /// There are more values than attributes.
    #[error("row {row} ({id:?}): more than {expected} values")]
    TooMany {
        /// The row.
        row: usize,
        /// The customer's id.
        id: String,
        /// How many attributes there are.
        expected: usize,
    },
    /// A value is not one of its attribute.
    #[error("row {row} ({id:?}): {attribute} is not what it should be")]
    Cell {
        /// The row.
        row: usize,
        /// The customer's id.
        id: String,
        /// The attribute; of an activity with its kind before it: `purchase(amount)`.
        attribute: String,
        /// What is wrong with the value.
        source: CellError,
    },
    /// There is no such row.
    #[error("there is no row {0}")]
    NoRow(usize),
    /// Customers have no activities of that kind.
    #[error("there are no activities {kind:?}")]
    NoActivity {
        /// The kind as given.
        kind: String,
        /// The kind that is probably meant.
        nearest: Option<String>,
    },
    /// There are as many rows as there can be: 2^32 - 1 customers, as many activities of a kind.
    #[error("there cannot be more rows")]
    Full,
}

/// Why an attribute does not take a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CellError {
    /// The value has another type.
    #[error("it is {expected}, not {found}")]
    Type {
        /// The type of the attribute.
        expected: &'static str,
        /// The type of the value.
        found: &'static str,
    },
    /// The text is not one of the set that the attribute is of.
    #[error("the text is not one of its set")]
    NotOfSet,
    /// There is no such attribute.
    #[error("there is no attribute {name:?}")]
    NoAttribute {
        /// The name as given.
        name: String,
        /// The name that is probably meant.
        nearest: Option<String>,
    },
    /// There is no such row.
    #[error("there is no row {0}")]
    NoRow(usize),
}

impl CellError {
    /// Why a value is not one of a type that does not admit it.
    pub(super) fn of(r#type: &AttributeType, value: &Value) -> Self {
        match (r#type, value) {
            (AttributeType::Choice(_), Value::Text(_)) => Self::NotOfSet,
            _ => Self::Type {
                expected: r#type.name(),
                found: value.type_name(),
            },
        }
    }
}

/// What is wrong with a row, before the place is named.
pub(super) enum Fault {
    Full,
    Id(IdError),
    Duplicate(usize),
    TooFew(usize),
    TooMany,
    Cell(usize, CellError),
}

impl Fault {
    /// With its place: the row and its id, and the attributes by their number.
    #[cold]
    pub(super) fn at(
        self,
        row: usize,
        id: &str,
        expected: usize,
        name: impl FnOnce(usize) -> String,
    ) -> PopulationError {
        let own = id.to_owned();
        match self {
            Self::Full => PopulationError::Full,
            Self::Id(source) => PopulationError::Id { row, source },
            Self::Duplicate(first) => PopulationError::Duplicate {
                row,
                id: own,
                first,
            },
            Self::TooFew(found) => PopulationError::TooFew {
                row,
                id: own,
                expected,
                found,
            },
            Self::TooMany => PopulationError::TooMany {
                row,
                id: own,
                expected,
            },
            Self::Cell(place, source) => PopulationError::Cell {
                row,
                id: own,
                attribute: name(place),
                source,
            },
        }
    }
}
