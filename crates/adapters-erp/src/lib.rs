//! Where Pregón reads people and what belongs to them: ERPNext and CSV files. Nothing is written.
//!
//! | feature | source | port |
//! |---|---|---|
//! | `csv` | [`Csv`]: files with a header | `CustomerSource`, `RecordSource` |
//! | `erpnext` | [`ErpNext`]: serial numbers that expire, and their customers | both |
#![warn(missing_docs)]

#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "erpnext")]
mod erpnext;

#[cfg(feature = "csv")]
pub use csv::{
    CellProblem, Csv, CsvBatch, CsvColumn, CsvConfig, CsvError, CsvRow, CsvSheet, Encoding,
    HeaderFault, RowFault, RowProblem,
};
#[cfg(feature = "erpnext")]
pub use erpnext::{ErpNext, ErpNextConfig, Plan, Secret, SerialSource, Timeouts};
