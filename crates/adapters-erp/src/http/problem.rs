//! Items that were left out, and why: never in silence.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pregon_core::IdError;

/// As many are remembered; what is more is in the log only.
const MOST: usize = 1000;

/// What is wrong with an item. It never carries a value, which is a person's, except an id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum ItemFault {
    /// There is nothing where something must be.
    #[error("must not be missing")]
    Missing,
    /// The value is not of the type that the configuration says.
    #[error("not a value of type {expected}")]
    Value {
        /// The type.
        expected: &'static str,
    },
    /// The text cannot be an id.
    #[error("{0}")]
    Id(String),
    /// No item of a page has anything there: the service may call it otherwise.
    #[error("no item has it")]
    Nowhere,
}

impl From<IdError> for ItemFault {
    fn from(error: IdError) -> Self {
        Self::Id(error.to_string())
    }
}

/// An item that was left out, and why: `customers 1042: /birth_date: not a value of type date`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemProblem {
    /// `customers`, or the kind of the records.
    pub of: String,
    /// The item's id, where it has one.
    pub id: Option<String>,
    /// Where in it.
    pub pointer: String,
    /// What is wrong with it.
    pub fault: ItemFault,
}

impl fmt::Display for ItemProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, pointer, .. } = self;
        match &self.id {
            Some(id) => write!(f, "{of} {id}: {pointer}: {}", self.fault),
            None => write!(f, "{of}: {pointer}: {}", self.fault),
        }
    }
}

/// The problems that were seen, each once.
#[derive(Debug, Default)]
pub(super) struct Problems(Mutex<BTreeSet<ItemProblem>>);

impl Problems {
    /// Tells of a problem the first time that it is seen.
    pub(super) fn tell(&self, problem: ItemProblem) {
        let mut seen = self.seen();
        if seen.len() < MOST && !seen.contains(&problem) {
            tracing::warn!(%problem, "left out");
            seen.insert(problem);
        }
    }

    pub(super) fn all(&self) -> Vec<ItemProblem> {
        self.seen().iter().cloned().collect()
    }

    fn seen(&self) -> MutexGuard<'_, BTreeSet<ItemProblem>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
