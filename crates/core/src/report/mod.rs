//! What a pass did.

mod pass_report;
mod problem;

pub use pass_report::{PassReport, Trouble};
pub use problem::{Problem, Severity};
