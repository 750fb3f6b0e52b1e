//! What a change did to one customer.

use std::sync::Arc;

use crate::{CellError, PopulationError, SegmentName};

/// Which segments a customer entered and left by a change.
#[derive(Debug, Clone)]
#[must_use]
pub struct Changes {
    pub(super) names: Arc<[SegmentName]>,
    pub(super) row: usize,
    pub(super) entered: Vec<u32>,
    pub(super) left: Vec<u32>,
}

impl Changes {
    /// The customer's row.
    #[must_use]
    pub fn row(&self) -> usize {
        self.row
    }

    /// Whether the customer is where it was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entered.is_empty() && self.left.is_empty()
    }

    /// The segments that it entered, in their order.
    pub fn entered(&self) -> impl ExactSizeIterator<Item = &SegmentName> {
        self.entered.iter().map(|n| &self.names[*n as usize])
    }

    /// The segments that it left, in their order.
    pub fn left(&self) -> impl ExactSizeIterator<Item = &SegmentName> {
        self.left.iter().map(|n| &self.names[*n as usize])
    }
}

/// Why a change is refused; everything is as it was.
///
/// It names the place, and never the value: that is a person's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// Nobody has the id.
    #[error("there is no customer {id:?}")]
    NoCustomer {
        /// The id as given.
        id: String,
    },
    /// There is no such row.
    #[error("there is no row {0}")]
    NoRow(usize),
    /// The attribute does not exist, or does not take the value.
    #[error("row {row}: {attribute} is not what it should be")]
    Cell {
        /// The row.
        row: usize,
        /// The attribute.
        attribute: String,
        /// What is wrong with the value.
        source: CellError,
    },
    /// The population does not take the new customer or activity.
    #[error(transparent)]
    Population(#[from] PopulationError),
}
