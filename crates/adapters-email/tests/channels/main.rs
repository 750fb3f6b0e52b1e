//! The channels of this crate: in one binary, because they share a server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::print_stderr,
    reason = "what was not run is said where people look"
)]

mod outbox;
mod phases;
mod pool;
mod servers;
mod support;
mod tls;
