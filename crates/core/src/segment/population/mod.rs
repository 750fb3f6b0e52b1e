//! The columnar form of many customers.

mod column;
mod dictionary;
