//! Audiences as they were when their campaign was published.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Profile;
use crate::CustomerId;

/// What is kept of those who are in a frozen audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Freeze {
    /// Their ids alone.
    Ids,
    /// Their ids, and the values that the audience's rule read. The host must allow it.
    Profile,
}

/// The number of a frozen audience in its store, which never gives it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FrozenId(u64);

impl FrozenId {
    /// The audience of a number, which a store gave.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// The audience of a journey as it was when the campaign was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenAudience {
    /// Its number in the store.
    pub id: FrozenId,
    /// The instant at which its rule was asked.
    pub at: DateTime<Utc>,
    /// How many people are in it: at least one.
    pub members: u64,
}

/// Somebody in a frozen audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenMember {
    /// Who.
    pub customer: CustomerId,
    /// The values that the rule read then, when they are kept; empty otherwise.
    pub profile: Profile,
}

impl FrozenMember {
    /// Somebody of whom only the id is kept.
    #[must_use]
    pub fn of(customer: CustomerId) -> Self {
        Self {
            customer,
            profile: Profile::default(),
        }
    }
}
