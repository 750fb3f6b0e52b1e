//! Proofs that need no machine's time: every interleaving of the protocol, months of simulated
//! business with faults by seed, every crash point struck over real databases, and windows that
//! tile all of time.
//!
//! Each is an ordinary test of this package, small by default and large by a variable of the
//! environment: `docs/proof.md` says which, and what was really run.

mod dice;
mod heard;
pub mod model;
pub mod month;
pub mod failpoint;

pub use dice::Dice;
