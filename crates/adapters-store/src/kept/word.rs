//! Of whom words speak.

use std::collections::HashSet;

use pregon_core::{AddressHash, CustomerId, Preference, Subject};

use super::flaw::Flaw;
use super::wire;

/// Those of whom some words speak.
#[derive(Debug)]
pub(crate) struct Spoken<'a>(HashSet<&'a Subject>);

impl<'a> Spoken<'a> {
    pub(crate) fn of(words: &'a [Preference]) -> Self {
        Self(words.iter().map(|word| &word.subject).collect())
    }

    /// Whether what goes to a customer, at an address, goes to one of them.
    pub(crate) fn meets(&self, customer: String, address: Option<&[u8]>) -> Result<bool, Flaw> {
        let customer = CustomerId::new(customer);
        let customer = customer.map_err(|_| Flaw::Damaged("a customer has no name"))?;
        let address = address.map(wire::bytes16).transpose()?;
        let address = address.map(|hash| Subject::Address(AddressHash::from_bytes(hash)));
        let mut subjects = [Some(Subject::Customer(customer)), address]
            .into_iter()
            .flatten();
        Ok(subjects.any(|subject| self.0.contains(&subject)))
    }
}
