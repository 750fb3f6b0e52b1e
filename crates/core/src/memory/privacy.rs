//! Forgetting in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemoryStore;
use super::state::Tables;
use crate::{
    CustomerId, Erased, ErasedFact, Fact, HashKey, OccurrenceId, PortError, Preference,
    PreferenceEntry, Privacy, Reason, SealedWord, State, Subject,
};

impl Tables {
    /// Keeps words at the end of the chain.
    pub(super) fn say(&mut self, words: &[Preference], at: DateTime<Utc>, key: &HashKey) {
        for preference in words.iter().cloned() {
            self.news.tell(Fact::word(&preference));
            let entry = PreferenceEntry { preference, at };
            let link = SealedWord::of(&entry, key).link(self.links.last().copied());
            self.words.push(entry);
            self.links.push(link);
        }
    }

    pub(super) fn is_erased(&self, customer: &CustomerId, key: &HashKey) -> bool {
        !self.erased.is_empty() && self.erased.contains(&key.tombstone(customer))
    }

    fn erase(&mut self, customer: &CustomerId, now: DateTime<Utc>, key: &HashKey) -> Erased {
        let stone = key.tombstone(customer);
        self.erased.insert(stone.clone());
        let mut erased = Erased::default();
        let mut addresses = BTreeSet::new();
        for row in 0..self.rows.len() {
            if self.rows[row].plan.key.customer != *customer || *customer == stone {
                continue;
            }
            erased.dispatches += 1;
            if self.rows[row].standing.state == State::Sending {
                erased.in_flight += 1;
            } else if self.rows[row].waits() {
                erased.withdrawn += 1;
                self.withdraw(row, Reason::Erased, now);
            }
            let it = &mut self.rows[row];
            addresses.extend(it.plan.address);
            it.plan.key.customer = stone.clone();
            it.plan.key.occurrence = OccurrenceId::erased();
            (it.plan.record, it.reference) = (None, None);
        }
        self.bury(customer, &stone, &mut erased);
        let refusals = addresses.into_iter().map(Preference::of_erased);
        let refusals: Vec<Preference> = refusals.collect();
        let at = self.high_water.map_or(now, |seen| seen.max(now));
        self.news.forget_rows(); // The fact of the person stands for them.
        if *customer != stone {
            self.news.forget(customer, &stone);
            self.news.tell(Fact::Erased(ErasedFact {
                tombstone: stone,
                dispatches: erased.dispatches,
                withdrawn: erased.withdrawn,
            }));
        }
        self.say(&refusals, at, key);
        self.decided(at);
        erased
    }

    /// Puts the tombstone in the customer's place where something else speaks of them.
    fn bury(&mut self, customer: &CustomerId, stone: &CustomerId, erased: &mut Erased) {
        let subject = |id: &CustomerId| Subject::Customer(id.clone());
        let (old, new) = (subject(customer), subject(stone));
        for held in &mut self.holds {
            if held.subject == old.code() {
                held.subject = new.code();
            }
        }
        for entry in &mut self.words {
            if entry.preference.subject == old && old != new {
                entry.preference.subject = new.clone();
                erased.words += 1;
            }
        }
        for audience in self.audiences.values_mut() {
            erased.audiences += u64::from(audience.forget(customer));
        }
    }
}

#[async_trait]
impl Privacy for MemoryStore {
    async fn erase(&self, customer: &CustomerId, now: DateTime<Utc>) -> Result<Erased, PortError> {
        Ok(self.tables().erase(customer, now, &self.hash_key))
    }
}
