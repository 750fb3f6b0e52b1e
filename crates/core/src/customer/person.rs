//! The customer.

use std::fmt;

use super::{Activity, Attributes};
use crate::{
    AddressKind, ChannelName, ContactHours, Contacts, CustomerId, Purpose, Unusable, Zone,
};

/// What a source itself knows of a person's consent or refusal.
///
/// It is read each time the customer is read and is not stored: a refusal that the person took
/// back in the source is gone here as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The channel it speaks of, or all.
    pub channel: Option<ChannelName>,
    /// The purpose it speaks of, or all that are promotional.
    pub purpose: Option<Purpose>,
    /// Whether the person agreed; otherwise it refused.
    pub granted: bool,
}

impl Permission {
    /// Whether it speaks of this channel and this promotional purpose.
    #[must_use]
    pub fn covers(&self, channel: &ChannelName, purpose: &Purpose) -> bool {
        self.channel.as_ref().is_none_or(|c| c == channel)
            && self.purpose.as_ref().is_none_or(|p| p == purpose)
    }
}

/// What a source knows of a person.
///
/// ```
/// # use pregon_core::{Contacts, Customer};
/// let ana = Customer::new("C-1")?.named("Ana Paredes").language("es").email("ana@example.org");
/// assert_eq!(ana.name.as_deref(), Some("Ana Paredes"));
/// assert!(!format!("{ana:?}").contains("Paredes"), "logs never show a person's data");
/// # Ok::<(), pregon_core::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Customer {
    /// The id in the source, as returned by it.
    pub id: CustomerId,
    /// How the person is addressed.
    pub name: Option<String>,
    /// The language to write in, as an ISO 639 code in lower case: `es`.
    pub language: Option<String>,
    /// The zone the person lives in.
    pub zone: Option<Zone>,
    /// The hours in which the person wants to be written to.
    pub hours: Option<ContactHours>,
    /// Where the person can be reached.
    pub contacts: Contacts,
    /// What rules and templates read.
    pub attributes: Attributes,
    /// What happened to the person, as far as rules read it.
    pub activities: Vec<Activity>,
    /// Consent and refusals that the source itself carries.
    pub permissions: Vec<Permission>,
}

impl Customer {
    /// The kind of address of actions that tell somebody else about a person: its id.
    pub const ADDRESS: &str = "customer";

    /// A customer of whom nothing but the id is known.
    ///
    /// # Errors
    /// When the id is not one.
    pub fn new(id: impl Into<String>) -> Result<Self, crate::IdError> {
        Ok(Self::with_id(CustomerId::new(id)?))
    }

    /// A customer of whom nothing but the id is known.
    #[must_use]
    pub fn with_id(id: CustomerId) -> Self {
        Self {
            id,
            name: None,
            language: None,
            zone: None,
            hours: None,
            contacts: Contacts::new(),
            attributes: Attributes::new(),
            activities: Vec::new(),
            permissions: Vec::new(),
        }
    }

    /// With a name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// With a language: `es`, `en-US` becomes `en`.
    #[must_use]
    pub fn language(mut self, language: &str) -> Self {
        let code = language
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .trim()
            .to_lowercase();
        self.language = (!code.is_empty()).then_some(code);
        self
    }

    /// With an e-mail address.
    #[must_use]
    pub fn email(mut self, text: &str) -> Self {
        self.contacts = self.contacts.with_email(text);
        self
    }

    /// With a phone number.
    #[must_use]
    pub fn phone(mut self, text: &str) -> Self {
        self.contacts = self.contacts.with_phone(text);
        self
    }

    /// With a zone.
    #[must_use]
    pub fn in_zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// Where the person is reached by actions of this kind of address: one of its contacts, or,
    /// where actions are about a person and not to one (`customer`), its id.
    ///
    /// ```
    /// # use pregon_core::{AddressKind, Customer};
    /// let ana = Customer::new("C-1")?.email("ana@example.org");
    /// assert_eq!(ana.address(&AddressKind::new("email")?), Ok("ana@example.org"));
    /// assert_eq!(ana.address(&AddressKind::new(Customer::ADDRESS)?), Ok("C-1"));
    /// # Ok::<(), pregon_core::IdError>(())
    /// ```
    ///
    /// # Errors
    /// Why there is none that can be used.
    pub fn address(&self, kind: &AddressKind) -> Result<&str, Unusable> {
        if kind.as_str() == Self::ADDRESS {
            Ok(self.id.as_str())
        } else {
            self.contacts.get(kind)
        }
    }

    /// With one attribute more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<crate::Value>) -> Self {
        self.attributes = self.attributes.with(name, value);
        self
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("id", &self.id)
            .field("zone", &self.zone)
            .field("hours", &self.hours)
            .field("contacts", &self.contacts)
            .field("attributes", &self.attributes)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}
