//! Actions that wrap others.

mod fail_over;
mod rest;

pub use fail_over::{FailOver, FailOverError};
