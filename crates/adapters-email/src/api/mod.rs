//! What providers with an HTTP interface have in common: one request, one answer, and what the
//! answer, or its absence, says about the message.

mod answer;
mod client;
mod config;
mod error;

pub(crate) use self::answer::{Answer, wait};
pub(crate) use self::client::{Client, Settings};
pub use self::config::{ApiConfigError, ApiKey, ApiTimeouts, Region};
pub(crate) use self::error::{Error, Unfit};
