//! What an audit found.

use std::collections::BTreeMap;

/// A promise that the books say was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which one: `I1` to `I12`.
    pub invariant: &'static str,
    /// What is wrong, without anything of a person.
    pub what: String,
    /// Of what: a dispatch's id, or the code of a subject where there is no dispatch.
    pub key: String,
}

/// What an audit looked at and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct AuditReport {
    /// How many were looked at: `campaigns`, `dispatches`, `limits`, `places`, `words`, and under
    /// the name of each invariant how many it was asked of.
    pub checked: BTreeMap<&'static str, u64>,
    /// What was found, the first [`MOST`](Self::MOST) of it.
    pub violations: Vec<Violation>,
    /// How many more there are.
    pub more: u64,
}

impl AuditReport {
    /// How many violations are listed at most.
    pub const MOST: usize = 10_000;

    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    pub(super) fn count(&mut self, name: &'static str, more: u64) {
        *self.checked.entry(name).or_default() += more;
    }

    pub(super) fn add(&mut self, invariant: &'static str, what: String, key: String) {
        if self.violations.len() == Self::MOST {
            self.more += 1;
            return;
        }
        let violation = Violation {
            invariant,
            what,
            key,
        };
        self.violations.push(violation);
    }
}
