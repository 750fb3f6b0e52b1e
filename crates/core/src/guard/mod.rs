//! When a sender harms itself: complaints, dead addresses and refusals, as shares of what was sent.
//!
//! Mailbox providers judge a sender by how many of its messages people call spam: Gmail and Yahoo
//! ask for less than 0.1 % and never 0.3 % or more (sender guidelines of February 2024). A sender
//! over that is stopped before its other mails, confirmations among them, end in spam folders.

mod finding;
mod rules;

pub use finding::{Finding, SenderName, Tally};
pub use rules::{Bounds, Guard};
