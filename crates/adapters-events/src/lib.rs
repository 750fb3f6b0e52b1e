//! Where Pregón's events go: a file of JSON lines.
#![deny(missing_docs)]

#[cfg(feature = "file")]
mod file;

#[cfg(feature = "file")]
pub use file::{EventFile, EventFileError, EventLines};
