//! How many messages one message is to whoever sends the bill.

use super::Rendered;
use crate::sms::SmsParts;

/// How the providers of a kind of message count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counted {
    /// As one, however long it is.
    Once,
    /// By the parts into which the text is split on its way to the phone (3GPP TS 23.038).
    SmsParts {
        /// The part that holds the text.
        of: &'static str,
    },
}

impl Counted {
    /// As how many a rendered message counts; never less than one.
    ///
    /// ```
    /// # use pregon_core::{Counted, Rendered};
    /// let sms = Counted::SmsParts { of: "text" };
    /// let text = |text: &str| Rendered::new().with("text", text);
    /// assert_eq!(sms.parts(&text("Le esperamos a las 15:00")), 1);
    /// assert_eq!(sms.parts(&text(&"í".repeat(71))), 2, "an accent leaves 70 to the first part");
    /// assert_eq!(Counted::Once.parts(&text(&"í".repeat(71))), 1);
    /// ```
    #[must_use]
    pub fn parts(self, rendered: &Rendered) -> u32 {
        match self {
            Self::Once => 1,
            Self::SmsParts { of } => {
                let text = rendered.get(of).unwrap_or_default().trim();
                SmsParts::of(text).parts.max(1)
            }
        }
    }
}
