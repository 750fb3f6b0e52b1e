//! A dispatch before and in the ledger.

use chrono::{DateTime, Utc};

use super::{AddressHash, DispatchId, DispatchKey, Reason, Standing};
use crate::{BrandId, Class, Purpose, RecordRef};

/// A dispatch as the plan makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What makes it the same dispatch.
    pub key: DispatchKey,
    /// The record that the occasion is about.
    pub record: Option<RecordRef>,
    /// Why we write.
    pub purpose: Purpose,
    /// What class of writing that is.
    pub class: Class,
    /// In whose name.
    pub brand: Option<BrandId>,
    /// Which comes first when two want the last place; smaller is more important.
    pub priority: i32,
    /// When it may begin.
    pub not_before: DateTime<Utc>,
    /// When it no longer makes sense.
    pub not_after: DateTime<Utc>,
    /// The hash of the address as read when it was planned.
    pub address: Option<AddressHash>,
    /// Whether the occasion is everybody's (a broadcast): then an address gets it once.
    pub shared: bool,
    /// Why it can never be sent, when that is known already; it is written down all the same.
    pub refused: Option<Reason>,
}

impl Planned {
    /// The key that keeps an address from a second copy; only shared occasions have one.
    #[must_use]
    pub fn address_key(&self) -> Option<[u8; 16]> {
        self.address
            .as_ref()
            .filter(|_| self.shared)
            .map(|hash| self.key.at_address(hash))
    }
}

/// A dispatch as the ledger hands it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// By what the holder settles it.
    pub ticket: Ticket,
    /// Its name.
    pub id: DispatchId,
    /// Its standing.
    pub standing: Standing,
    /// How many times it began.
    pub attempts: u32,
    /// When it first began.
    pub first_at: Option<DateTime<Utc>>,
    /// As it was planned; `address` is the latest known.
    pub plan: Planned,
}

/// The right to say what became of a dispatch: it is void once somebody else holds a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The ledger's own number of the row.
    pub row: i64,
    /// The claim (before it began) or the fence (after) under which it is held.
    pub number: u32,
    /// Whether it began.
    pub begun: bool,
}
