//! The rendered parts of one message.

use std::collections::BTreeMap;
use std::fmt;

/// The rendered parts of one message, by name. Its `Debug` hides the texts.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Rendered(BTreeMap<String, String>);

impl Rendered {
    /// No part.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one part more.
    #[must_use]
    pub fn with(mut self, part: &str, text: impl Into<String>) -> Self {
        self.0.insert(part.to_owned(), text.into());
        self
    }

    /// The text of a part, when the message has it.
    #[must_use]
    pub fn get(&self, part: &str) -> Option<&str> {
        self.0.get(part).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Rendered {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(parts: I) -> Self {
        Self(parts.into_iter().collect())
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
