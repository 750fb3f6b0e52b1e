//! What happened, until somebody has it, in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemoryStore;
use super::state::Tables;
use crate::{CustomerId, Event, EventId, EventQueue, Fact, HashKey, Mark, PortError, Waiting};

/// The facts of the decision that is being made, and of those before that nobody has yet.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Whether anybody wants to hear them.
    pub(super) wanted: bool,
    /// The rows that were changed by this decision.
    rows: BTreeSet<usize>,
    facts: Vec<Fact>,
    waiting: BTreeMap<i64, (DateTime<Utc>, Vec<Fact>)>,
    decisions: i64,
}

impl News {
    /// Notes that a row was changed.
    pub(super) fn of(&mut self, row: usize) {
        if self.wanted {
            self.rows.insert(row);
        }
    }

    /// What was changed by this decision is not told row by row.
    pub(super) fn forget_rows(&mut self) {
        self.rows.clear();
    }

    pub(super) fn tell(&mut self, fact: Fact) {
        if self.wanted {
            self.facts.push(fact);
        }
    }

    /// All that waits, decision by decision.
    pub(super) fn waiting(&self, key: &HashKey) -> Vec<(i64, Vec<Event>)> {
        let events = |(number, (at, facts)): (&i64, &(DateTime<Utc>, Vec<Fact>))| {
            let named = facts.iter().enumerate().map(|(place, fact)| Event {
                id: EventId::of(key, *number, place),
                at: *at,
                fact: fact.clone(),
            });
            (*number, named.collect())
        };
        self.waiting.iter().map(events).collect()
    }

    /// Puts the tombstone of somebody who was forgotten in their place.
    pub(super) fn forget(&mut self, customer: &CustomerId, tombstone: &CustomerId) {
        for fact in self.waiting.values_mut().flat_map(|(_, facts)| facts) {
            fact.forget(customer, tombstone);
        }
    }
}

impl Tables {
    /// Ends a decision: what it changed waits to be told.
    pub(super) fn decided(&mut self, now: DateTime<Utc>) {
        let rows = std::mem::take(&mut self.news.rows).into_iter();
        let mut facts: Vec<Fact> = rows
            .map(|row| Fact::Dispatch(self.rows[row].view()))
            .collect();
        facts.append(&mut self.news.facts);
        if !facts.is_empty() {
            self.news.decisions += 1;
            self.news.waiting.insert(self.news.decisions, (now, facts));
        }
    }
}

#[async_trait]
impl EventQueue for MemoryStore {
    async fn waiting(&self, decisions: u32, _: DateTime<Utc>) -> Result<Waiting, PortError> {
        let all = self.tables().news.waiting(&self.hash_key).into_iter();
        let (numbers, events): (Vec<i64>, Vec<_>) = all.take(decisions as usize).unzip();
        Ok(Waiting {
            events: events.into_iter().flatten().collect(),
            mark: Mark::new(numbers),
        })
    }

    async fn passed_on(&self, these: &Mark) -> Result<(), PortError> {
        let mut tables = self.tables();
        for number in these.decisions() {
            tables.news.waiting.remove(number);
        }
        Ok(())
    }
}
