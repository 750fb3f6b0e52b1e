//! All of a store.

use super::{
    AudienceStore, CampaignStore, DispatchLog, EventQueue, FeedbackStore, Ledger, PreferenceStore,
    Tallies,
};

/// A store that is all of its ports. The engine takes exactly one, because a decision over
/// campaign, preferences and limits is one transaction, and so is what is told of it.
pub trait Store: Ledger + DispatchLog + CampaignStore + AudienceStore
where
    Self: PreferenceStore + FeedbackStore + Tallies + EventQueue,
{
}

impl<T> Store for T where
    T: Ledger
        + DispatchLog
        + CampaignStore
        + AudienceStore
        + PreferenceStore
        + FeedbackStore
        + Tallies
        + EventQueue
        + ?Sized
{
}
