//! What a campaign has brought, as increments.

use crate::Decimal;

/// What a campaign has used and brought so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Money spent, in the budget's currency.
    pub spent: Decimal,
    /// Sales counted for it.
    pub sales: u64,
    /// Reactions counted for it.
    pub engagement: u64,
}

/// What is added to the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Increment {
    /// Money spent.
    pub spent: Decimal,
    /// Sales.
    pub sales: u64,
    /// Reactions.
    pub engagement: u64,
}

impl Metrics {
    /// The metrics with the increment; `None` when it is negative or leaves the range.
    #[must_use]
    pub fn plus(self, more: Increment) -> Option<Self> {
        if more.spent.is_negative() {
            return None;
        }
        Some(Self {
            spent: self.spent.checked_add(more.spent)?,
            sales: self.sales.checked_add(more.sales)?,
            engagement: self.engagement.checked_add(more.engagement)?,
        })
    }
}
