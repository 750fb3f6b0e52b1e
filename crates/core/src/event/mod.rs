//! What happened, told to whoever wants to know: in the form of CloudEvents 1.0.
//!
//! A store writes each fact in the transaction that makes it true, so nothing is told that did not
//! happen and nothing that happened stays untold. An event may be told twice, with the same id.

mod fact;
mod line;
mod name;

pub use fact::{CampaignFact, ErasedFact, Fact, FeedbackFact, LimitFact, WordFact};
pub use name::{Event, EventId};
