//! Over budget: more was spent than a campaign may.
//!
//! The ledger does not count budgets yet, and the world's campaigns have none. When it does, the
//! world says what each campaign may spend, and what was taken is counted against it here.

use super::Facts;

/// Every message beyond the budget of its campaign.
pub(super) fn find(_: &Facts) -> Vec<String> {
    Vec::new()
}
