//! The verdict: what the provider knows, against what the ledger says and what the world allows.
//!
//! The provider is the witness. Limits and refusals are counted by what arrived there, never by
//! what the ledger thinks it holds.

mod duplicates;
mod losses;
mod limits;
mod refusals;
mod budget;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use pregon::{DispatchView, State};

use crate::args::Mode;
use crate::wire::{Arrival, Effect};
use crate::world::{Planned, Refusal, World};

/// A refusal that was acknowledged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused {
    /// It.
    pub(crate) refusal: Refusal,
    /// Where the provider's order was when it was acknowledged.
    pub(crate) order: u64,
    /// How many messages to the person the store said were on their way.
    pub(crate) in_flight: u64,
}

/// All that is known in the end.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) world: World,
    pub(crate) plan: BTreeMap<String, Planned>,
    pub(crate) mode: Mode,
    pub(crate) arrivals: Vec<Arrival>,
    pub(crate) refused: Vec<Refused>,
    /// None of a protocol that keeps no states: it is judged by what arrived.
    pub(crate) ledger: Option<Vec<DispatchView>>,
}

impl Facts {
    /// What people got, in order.
    fn taken(&self) -> impl Iterator<Item = &Arrival> {
        self.arrivals.iter().filter(|it| it.effect == Effect::Taken)
    }
}

/// What went wrong, each in a sentence.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) duplicates: Vec<String>,
    pub(crate) lost: Vec<String>,
    pub(crate) over_limit: Vec<String>,
    pub(crate) after_refusal: Vec<String>,
    pub(crate) over_budget: Vec<String>,
    ends: BTreeMap<State, u64>,
    budgets: String,
}

/// Judges.
pub(crate) fn judge(facts: &Facts) -> Verdict {
    let ledger = facts.ledger.iter().flatten();
    let mut ends = BTreeMap::new();
    for view in ledger {
        *ends.entry(view.standing.state).or_default() += 1;
    }
    Verdict {
        duplicates: duplicates::find(facts),
        lost: losses::find(facts),
        over_limit: limits::find(facts),
        after_refusal: refusals::find(facts),
        over_budget: budget::find(facts),
        ends,
        budgets: budget::told(facts),
    }
}

impl Verdict {
    /// Whether nothing went wrong.
    pub(crate) fn is_clean(&self) -> bool {
        self.findings().iter().all(|(_, found)| found.is_empty())
    }

    /// Says the first of each kind that went wrong.
    pub(crate) fn print_findings(&self) {
        for (kind, found) in self.findings() {
            for finding in found.iter().take(10) {
                println!("{kind}: {finding}");
            }
        }
    }

    /// How many dispatches ended how.
    pub(crate) fn ends(&self) -> String {
        let ends = self.ends.iter();
        let ends: Vec<String> = ends
            .map(|(state, count)| format!("{count} {state}"))
            .collect();
        ends.join(", ")
    }

    /// How much of each budget was spent on what arrived.
    pub(crate) fn budgets(&self) -> &str {
        &self.budgets
    }

    fn unknown(&self) -> u64 {
        self.ends.get(&State::Unknown).copied().unwrap_or_default()
    }

    fn findings(&self) -> [(&'static str, &[String]); 5] {
        [
            ("duplicate", &self.duplicates),
            ("lost", &self.lost),
            ("over a limit", &self.over_limit),
            ("after an opt-out", &self.after_refusal),
            ("over budget", &self.over_budget),
        ]
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (duplicates, lost) = (self.duplicates.len(), self.lost.len());
        let (over, after) = (self.over_limit.len(), self.after_refusal.len());
        let (budget, unknown) = (self.over_budget.len(), self.unknown());
        write!(
            f,
            "{duplicates} duplicates, {lost} lost, {over} over a limit, \
             {after} after an opt-out, {budget} over budget, {unknown} unknown"
        )
    }
}
