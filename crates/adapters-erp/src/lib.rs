//! Where Pregón reads people and what belongs to them: ERPNext, CSV files, a host's own JSON
//! service. Nothing is written.
//!
//! | feature | source | port |
//! |---|---|---|
//! | `csv` | [`Csv`]: files with a header | `CustomerSource`, `RecordSource` |
//! | `erpnext` | [`ErpNext`]: serial numbers that expire, and their customers | both |
//! | `http-source` | [`HttpSource`]: a service of one's own, by configuration | both |
#![warn(missing_docs)]

#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "erpnext")]
mod erpnext;
#[cfg(feature = "http-source")]
mod http;
#[cfg(feature = "web")]
mod web;

#[cfg(feature = "csv")]
pub use csv::{
    CellProblem, Csv, CsvBatch, CsvColumn, CsvConfig, CsvError, CsvRow, CsvSheet, Encoding,
    HeaderFault, RowFault, RowProblem,
};
#[cfg(feature = "erpnext")]
pub use erpnext::{ErpNext, ErpNextConfig, Plan, SerialSource};
#[cfg(feature = "http-source")]
pub use http::{
    HttpAuth, HttpCustomers, HttpFind, HttpListing, HttpPaging, HttpRecords, HttpSource,
    HttpSourceConfig, ItemFault, ItemProblem, PersonField, fuzz,
};
#[cfg(feature = "web")]
pub use web::{Secret, Timeouts};
