//! The suite of [`pregon_core::Store`]: all of a store's ports.

use std::sync::Arc;

use pregon_core::Store;

use crate::Case;
use crate::case::suite;

/// Every case of the ledger, the log, the campaigns, the audiences, the preferences, what
/// came back and the events.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    let parts = [
        crate::ledger::cases(),
        crate::dispatch_log::cases(),
        crate::campaign_store::cases(),
        crate::audience_store::cases(),
        crate::preference_store::cases(),
        crate::feedback_store::cases(),
        crate::tallies::cases(),
        crate::event_queue::cases(),
    ];
    parts.into_iter().flatten().collect()
}

suite!(Arc<dyn Store>);
