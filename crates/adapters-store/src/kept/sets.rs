//! The sets of limits that count a place together, by their numbers.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use pregon_core::LimitId;

use super::flaw::Flaw;

/// Every set by its number, and its number by its names with a blank between them.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    names: HashMap<i64, Arc<str>>,
    numbers: HashMap<Arc<str>, i64>,
}

impl Sets {
    /// The names under which a set is kept.
    pub(crate) fn names(set: &BTreeSet<&str>) -> Arc<str> {
        let names: Vec<&str> = set.iter().copied().collect();
        names.join(" ").into()
    }

    /// Learns a set.
    pub(crate) fn know(&mut self, number: i64, names: Arc<str>) {
        self.names.insert(number, Arc::clone(&names));
        self.numbers.insert(names, number);
    }

    /// Learns every set of others.
    #[cfg(feature = "postgres")]
    pub(crate) fn know_all(&mut self, others: Self) {
        self.names.extend(others.names);
        self.numbers.extend(others.numbers);
    }

    /// The number of a set by its names.
    pub(crate) fn number(&self, names: &str) -> Option<i64> {
        self.numbers.get(names).copied()
    }

    /// Whether a set is known: only where others make sets too, one is not.
    #[cfg(feature = "postgres")]
    pub(crate) fn knows(&self, set: i64) -> bool {
        self.names.contains_key(&set)
    }

    /// The limits of a set.
    pub(crate) fn limits(&self, set: i64) -> Result<Vec<LimitId>, Flaw> {
        let names = self.names.get(&set);
        let names = names.ok_or(Flaw::Damaged("a place names no set of limits"))?;
        let limits: Result<_, _> = names.split(' ').map(LimitId::new).collect();
        limits.map_err(|_| Flaw::Damaged("a limit has a name that is none"))
    }

    /// Whether a set has a limit.
    pub(crate) fn has(&self, set: i64, limit: &str) -> bool {
        let names = self.names.get(&set);
        names.is_some_and(|names| names.split(' ').any(|name| name == limit))
    }
}
