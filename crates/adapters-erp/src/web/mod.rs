//! What sources over HTTP have in common: whom they trust, how long they wait, how much they read.

mod client;
mod read;
mod secret;

pub(crate) use client::{SetupError, base, builder};
pub(crate) use read::{ReadError, read};
pub use secret::{Secret, Timeouts};
