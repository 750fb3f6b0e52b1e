//! The columnar form of many customers.

mod column;
mod dictionary;

pub(crate) use column::{Codes, Coding, Column};
