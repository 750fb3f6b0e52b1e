//! Why we write, and what class of writing that is.

use std::collections::BTreeMap;

use crate::Purpose;

/// What opt-outs, limits and the law hang on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Written because the business wants something: needs consent or stops at a refusal.
    Promotional,
    /// Written because the person did something: a booking's confirmation, a reminder.
    Transactional,
}

impl Class {
    /// The name, as files and rows write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Promotional => "promotional",
            Self::Transactional => "transactional",
        }
    }
}

const BUILT_IN: [(&str, Class); 8] = [
    ("renewal", Class::Promotional),
    ("promotion", Class::Promotional),
    ("birthday", Class::Promotional),
    ("newsletter", Class::Promotional),
    ("reactivation", Class::Promotional),
    ("booking_confirmation", Class::Transactional),
    ("reminder", Class::Transactional),
    ("survey", Class::Transactional),
];

/// The table of purposes: the built-in ones and those that the configuration adds.
///
/// ```
/// # use pregon_core::{Class, Purpose, Purposes};
/// let purposes = Purposes::new().with(Purpose::new("invoice")?, Class::Transactional);
/// assert_eq!(purposes.class(&Purpose::new("invoice")?), Some(Class::Transactional));
/// assert_eq!(purposes.class(&Purpose::new("birthday")?), Some(Class::Promotional));
/// assert_eq!(purposes.class(&Purpose::new("birthdya")?), None, "an unknown one is an error");
/// # Ok::<(), pregon_core::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purposes(BTreeMap<Purpose, Class>);

impl Purposes {
    /// The built-in purposes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a purpose more, or a built-in one of another class.
    #[must_use]
    pub fn with(mut self, purpose: Purpose, class: Class) -> Self {
        self.0.insert(purpose, class);
        self
    }

    /// The class of a purpose; `None` when nobody declared it.
    #[must_use]
    pub fn class(&self, purpose: &Purpose) -> Option<Class> {
        let built_in = || BUILT_IN.iter().find(|(name, _)| *name == purpose.as_str());
        self.0
            .get(purpose)
            .copied()
            .or_else(|| built_in().map(|(_, class)| *class))
    }

    /// All names, for hints.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let added = self.0.keys().map(Purpose::as_str);
        BUILT_IN.iter().map(|(name, _)| *name).chain(added)
    }
}
