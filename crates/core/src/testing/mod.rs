//! For hosts that test their own campaigns: a channel that records and a clock turned by hand.
//!
//! ```
//! use pregon_core::testing::{ManualClock, Recording};
//! let clock = ManualClock::at("2026-11-20T06:00:00Z");
//! let email = Recording::email();
//! // … build an engine with them, run passes …
//! email.assert_sent(&[]);
//! clock.advance(chrono::Duration::days(1));
//! ```

mod breathing;
mod clock;
mod recording;
mod reports;
#[cfg(test)]
mod sample;
mod turns;

pub use breathing::Breathing;
pub use clock::ManualClock;
pub use recording::{Recording, Reply, Sent};
pub use reports::Reports;
#[cfg(test)]
pub(crate) use sample::candidate;
pub use turns::{breath, poll_times};
