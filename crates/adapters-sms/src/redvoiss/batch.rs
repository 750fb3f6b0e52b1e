//! The name that the service gives to a message.

use std::fmt;

/// The name of a batch: digits. The service has calls under whose path anything else leads
/// elsewhere, so nothing else is ever one.
///
/// ```
/// # use pregon_adapters_sms::BatchId;
/// assert_eq!(BatchId::parse("8123456").map(|id| id.to_string()).as_deref(), Some("8123456"));
/// assert!(BatchId::parse("../initsms").is_none());
/// assert!(BatchId::parse("-1").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(String);

/// As many as a number of 64 bits may have.
const MOST_DIGITS: usize = 20;

impl BatchId {
    /// The name that is written so; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        let names = text.bytes().any(|byte| byte != b'0');
        (digits && names).then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
