//! Populations from Arrow: [`population`] reads customers from `RecordBatch`es, [`Batches`] as they
//! come, [`schema_of`] says which attributes they have.
//!
//! | Arrow | attribute |
//! |---|---|
//! | `Boolean` | yes or no |
//! | `Int8` … `Int64`, `UInt8` … `UInt64` | whole number; one beyond `i64` is an error |
//! | `Float32`, `Float64` | decimal: what the float prints as; NaN and infinities are missing |
//! | `Decimal32` … `Decimal256` | decimal; one of more than 28 digits is an error |
//! | `Utf8`, `LargeUtf8`, `Utf8View` | text |
//! | `Date32`, `Date64` | civil date |
//! | `Timestamp` | instant; without a zone it is taken as UTC |
//! | lists of texts, of every kind: `List`, `FixedSizeList`, … | set of texts, without nulls |
//! | `Dictionary` of these, lists apart | as what it holds |
//!
//! A null is a missing value. Everything else is an [`ArrowError`] that names the column.

mod population;
mod batches;
mod schema;
mod error;
mod reader;
mod number;

pub use batches::Batches;
pub use error::ArrowError;
pub use population::{PopulationOptions, population};
pub use schema::schema_of;

// The versions whose types the functions take.
pub use {arrow_array, arrow_schema};
