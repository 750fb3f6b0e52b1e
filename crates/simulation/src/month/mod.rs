//! Thirty days of a business, with everything that goes wrong, from a seed.
//!
//! The real [`Engine`](pregon_core::Engine) over a real store runs campaigns for some hundred
//! customers in many zones. The seed says how its limits, hours and campaigns look, when passes run
//! and are killed or frozen, which calls of the store fail before or after they took effect, what
//! becomes of messages, how the clock jumps, and what people and the business do meanwhile.
//!
//! Beside it stands a witness that believes nobody: it hears what stores acknowledged and what
//! really arrived, and counts again, naively, whether anything was sent twice, lost, over a limit,
//! against a word, while paused or at night. In most businesses somebody wants to hear all that
//! happens: in the end they have heard it, in its order, each thing under one name.

mod sabotage;
mod people;
mod campaigns;
mod world;
mod trouble;
mod source;
mod post;
mod naive;
mod witness;
mod judged;
mod store;
mod ear;
mod process;
mod host;
mod ends;
mod run;

pub use run::{Finding, Month, Story};
pub use sabotage::Sabotage;
pub use witness::Tally;
