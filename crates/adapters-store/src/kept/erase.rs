//! Forgetting a person: what is kept in their place.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use pregon_core::{
    AddressHash, CustomerId, Erased, ErasedFact, Fact, HashKey, PlannedPage, Preference, Reason,
    State, Subject,
};

use super::row::Row;
use super::wire;

/// Somebody who is forgotten, and what stands for them from here on.
#[derive(Debug)]
pub(crate) struct Grave {
    pub(crate) stone: CustomerId,
    /// The place of the person in all tables, and the one of the tombstone.
    pub(crate) places: [Vec<u8>; 2],
    /// How they are remembered.
    pub(crate) person: [u8; 16],
    pub(crate) erased: Erased,
    addresses: BTreeSet<AddressHash>,
}

impl Grave {
    pub(crate) fn of(customer: &CustomerId, key: &HashKey) -> Self {
        let stone = key.tombstone(customer);
        let place = |id: &CustomerId| wire::place(&Subject::Customer(id.clone()));
        Self {
            places: [place(customer), place(&stone)],
            person: person(customer, key),
            erased: Erased::default(),
            addresses: BTreeSet::new(),
            stone,
        }
    }

    /// Whether the customer is a tombstone, of whom nothing is left to forget.
    pub(crate) fn is_old(&self) -> bool {
        self.places[0] == self.places[1]
    }

    /// Ends what waits of the person's rows, and gives those that were changed.
    pub(crate) fn end<'r>(&mut self, rows: &'r mut [Row], now: DateTime<Utc>) -> Vec<&'r Row> {
        let mut ended = Vec::new();
        for row in rows {
            self.erased.dispatches += 1;
            self.addresses.extend(row.address);
            if row.standing.state == State::Sending {
                self.erased.in_flight += 1;
            } else if row.waits() {
                self.erased.withdrawn += 1;
                row.withdraw(Reason::Erased, now);
                ended.push(&*row);
            }
        }
        ended
    }

    /// The places whose gates are taken: the person's, the tombstone's and those of the addresses.
    #[cfg(feature = "postgres")]
    pub(crate) fn gates(&self) -> Vec<Vec<u8>> {
        let addresses = self.addresses.iter().copied().map(Subject::Address);
        let addresses = addresses.map(|address| wire::place(&address));
        let all: BTreeSet<Vec<u8>> = self.places.iter().cloned().chain(addresses).collect();
        all.into_iter().collect()
    }

    /// What is told of it; of each dispatch nothing.
    pub(crate) fn fact(&self) -> Fact {
        Fact::Erased(ErasedFact {
            tombstone: self.stone.clone(),
            dispatches: self.erased.dispatches,
            withdrawn: self.erased.withdrawn,
        })
    }

    /// What nobody writes to any more: the addresses that the person's rows had.
    pub(crate) fn refusals(&self) -> Vec<Preference> {
        let addresses = self.addresses.iter().copied();
        addresses.map(Preference::of_erased).collect()
    }
}

/// How somebody who is forgotten is remembered.
fn person(customer: &CustomerId, key: &HashKey) -> [u8; 16] {
    key.pseudonym(&Subject::Customer(customer.clone()))
}

/// How each of a page would be remembered, where anybody is forgotten.
pub(crate) fn people(page: &PlannedPage, key: &HashKey) -> Vec<[u8; 16]> {
    let plans = page.dispatches.iter();
    plans.map(|it| person(&it.key.customer, key)).collect()
}

/// The places in a page of those who are forgotten, by how each of it would be remembered.
pub(crate) fn places(people: &[[u8; 16]], forgotten: &HashSet<[u8; 16]>) -> HashSet<usize> {
    let all = people.iter().enumerate();
    all.filter(|(_, person)| forgotten.contains(*person))
        .map(|(place, _)| place)
        .collect()
}
