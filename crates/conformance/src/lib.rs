//! The suites that every adapter of Pregón must pass, and the saboteurs they must reject.
//!
//! A module a port, named as the port's file. Each has `cases()`, one for a sentence of the port's
//! contract; `suite(make)`, which panics with the sentences that do not hold; and `verdicts(make)`,
//! which says what became of each. `make` makes a fresh instance and is called once for each case.
//! No executor is chosen here: an adapter's test awaits the suite on its own.

mod case;
mod desk;
mod paging;

pub mod chance;
pub mod sample;

pub mod audience;
pub mod clock;
pub mod customer_source;
pub mod feedback_source;
pub mod limit;
pub mod lookup;
pub mod record_source;
pub mod tallies;
pub mod trigger;

pub mod action;
pub mod recorder;

pub mod audience_store;
pub mod books;
pub mod campaign_store;
pub mod dispatch_log;
pub mod event_queue;
pub mod event_sink;
pub mod feedback_store;
pub mod ledger;
pub mod preference_store;
pub mod privacy;
pub mod store;

pub mod saboteur;

pub use case::{Case, Make, Verdicts};
