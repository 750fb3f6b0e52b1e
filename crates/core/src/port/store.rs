//! All of a store.

use super::{CampaignStore, DispatchLog, Ledger, PreferenceStore};

/// A store that is all of its ports. The engine takes exactly one, because a decision over
/// campaign, preferences and limits is one transaction.
pub trait Store: Ledger + DispatchLog + CampaignStore + PreferenceStore {}

impl<T: Ledger + DispatchLog + CampaignStore + PreferenceStore + ?Sized> Store for T {}
