//! The columnar form of many customers.

mod whole;
mod builder;
mod change;
mod member;
mod sizes;
mod error;
#[cfg(feature = "engine")]
mod customers;

mod column;
mod codes;
mod encode;
mod fill;
mod growth;
mod decimals;
mod dictionary;
mod ids;
mod index;
mod hash;
mod zones;
mod activities;

#[cfg(test)]
mod tests;

pub use builder::PopulationBuilder;
pub use error::{CellError, PopulationError};
pub use member::Member;
pub use sizes::Sizes;
pub use whole::Population;
pub(crate) use {
    activities::ActivityTable,
    column::{Codes, Coding, Column},
};
