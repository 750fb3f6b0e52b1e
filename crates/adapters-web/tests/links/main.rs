//! The pages behind links, over an engine and the store in memory.

mod support;

mod templates;
mod unsubscribe;
mod preferences;
mod forgeries;
mod scanners;
mod leaks;
mod hostile;
mod tracking;
mod conformance;
