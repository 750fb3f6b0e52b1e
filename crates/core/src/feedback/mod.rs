//! What comes back about a message: one vocabulary for every provider.
//!
//! An adapter turns what its provider calls a bounce, a receipt or a reply into [`Feedback`]. What
//! came back of one dispatch is [`Heard`]: a set that only grows, so that reports that come twice,
//! late or in any order end the same.

mod follows;
mod heard;
mod kind;
mod remark;
mod reply;
mod report;

pub use follows::Hearing;
pub use heard::Heard;
pub use kind::FeedbackKind;
pub use remark::Remark;
pub use reply::StopWords;
pub use report::{About, Awaited, Feedback, FeedbackId, Recipient};
