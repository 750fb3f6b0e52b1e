//! Every interleaving of the protocol, up to some crashes, freezes and attempts.
//!
//! Two workers and two dispatches to one person who may get one message. What a dispatch becomes is
//! asked of the product itself: [`Standing::after`](pregon_core::Standing::after),
//! [`in_doubt`](pregon_core::in_doubt) and [`Promise`](pregon_core::Promise). Around them stand
//! small models of the ledger's transactions, of a worker with its flight recorder, and of a
//! provider that answers, stays silent, refuses or delivers late.
//!
//! [`explore`] goes through all states breadth first, so a counterexample is a shortest one. A
//! [`Bug`] breaks one rule of the protocol: a proof that catches none of them proves nothing.

mod bug;
mod setup;
mod state;
mod ledger;
mod step;
mod laws;
mod seen;
mod search;

pub use bug::Bug;
pub use laws::Broken;
pub use search::{Counterexample, Explored, explore};
pub use setup::Setup;
