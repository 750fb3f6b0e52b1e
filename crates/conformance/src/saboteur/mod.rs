//! Adapters that break one promise each: a suite that lets one of them pass is no suite.
//!
//! They wrap an honest adapter, so everything but the one promise holds. `tests/saboteurs.rs`
//! writes down which cases reject which of them.

mod action;
mod audiences;
mod events;
mod fault;
mod feedback;
mod judge;
mod recorder;
mod source;
mod store;

pub use action::{ActionFault, SabotagedAction};
pub use fault::StoreFault;
pub use recorder::{RecorderFault, SabotagedRecorder};
pub use source::{SabotagedSource, SourceFault};
pub use store::SabotagedStore;
