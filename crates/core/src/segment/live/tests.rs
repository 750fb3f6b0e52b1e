//! Live says what the segments say of each row alone, after any history.

mod chance;
mod history;
mod recoded;
mod threads;
