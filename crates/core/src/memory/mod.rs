//! The reference of every port: what the others must do, in memory and in few lines.

mod audiences;
mod begin;
mod books;
mod feedback;
mod ledger;
mod news;
mod privacy;
mod recorder;
mod source;
mod state;
mod store;
mod tallies;

pub use recorder::MemoryRecorder;
pub use source::MemorySource;
pub use store::MemoryStore;
