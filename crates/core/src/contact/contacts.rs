//! The addresses of one person.

use std::collections::BTreeMap;
use std::fmt;

use super::{Address, EmailAddress, PhoneNumber};
use crate::AddressKind;

/// Why a person cannot be written to at a kind of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// The source knows none.
    Missing,
    /// The source has a text that is not one.
    Invalid,
}

/// The addresses of one person, at most one a kind, each parsed or known to be unusable.
///
/// ```
/// # use pregon_core::{AddressKind, Contacts, Unusable};
/// let contacts = Contacts::new().with_email("ana@example.org").with_phone("no tiene");
/// let (email, phone) = (AddressKind::new("email")?, AddressKind::new("phone")?);
/// assert_eq!(contacts.get(&email), Ok("ana@example.org"));
/// assert_eq!(contacts.get(&phone), Err(Unusable::Invalid));
/// # Ok::<(), pregon_core::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Contacts(BTreeMap<String, Option<String>>);

impl Contacts {
    /// No address.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the text as e-mail address; an empty one is a missing one.
    #[must_use]
    pub fn with_email(self, text: &str) -> Self {
        self.with::<EmailAddress>(text)
    }

    /// With the text as phone number; an empty one is a missing one.
    #[must_use]
    pub fn with_phone(self, text: &str) -> Self {
        self.with::<PhoneNumber>(text)
    }

    /// With the text as an address of kind `A`; an empty one is a missing one.
    #[must_use]
    pub fn with<A: Address>(mut self, text: &str) -> Self {
        if !text.trim().is_empty() {
            let parsed = A::parse(text)
                .ok()
                .map(|address| address.as_str().to_owned());
            self.0.insert(A::KIND.to_owned(), parsed);
        }
        self
    }

    /// The canonical address of a kind.
    ///
    /// # Errors
    /// Why there is none that can be used.
    pub fn get(&self, kind: &AddressKind) -> Result<&str, Unusable> {
        match self.0.get(kind.as_str()) {
            Some(Some(address)) => Ok(address),
            Some(None) => Err(Unusable::Invalid),
            None => Err(Unusable::Missing),
        }
    }
}

/// Says which kinds there are, never the addresses.
impl fmt::Debug for Contacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
