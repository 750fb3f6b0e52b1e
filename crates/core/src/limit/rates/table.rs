//! Rates as they are written.

use std::collections::BTreeMap;

use crate::{ChannelName, Rate};

/// The rates of domains: one for each that is named, and one for each of the others.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "BTreeMap<String, Rate>", into = "BTreeMap<String, Rate>")]
pub struct DomainRates {
    default: Option<Rate>,
    by_domain: BTreeMap<String, Rate>,
}

impl DomainRates {
    /// The rate of a domain in lower case.
    #[must_use]
    pub fn of(&self, domain: &str) -> Option<Rate> {
        self.by_domain.get(domain).copied().or(self.default)
    }
}

const DEFAULT: &str = "default";

impl TryFrom<BTreeMap<String, Rate>> for DomainRates {
    type Error = String;
    fn try_from(mut written: BTreeMap<String, Rate>) -> Result<Self, String> {
        let default = written.remove(DEFAULT);
        let mut by_domain = BTreeMap::new();
        for (name, rate) in written {
            let strange = |c: char| c.is_whitespace() || c.is_control() || "@/\\".contains(c);
            if name.is_empty() || name.contains(strange) {
                return Err(format!(
                    "{name:?} is not a domain; write example.org or default"
                ));
            }
            if by_domain.insert(name.to_lowercase(), rate).is_some() {
                return Err(format!("{name:?} is there twice"));
            }
        }
        Ok(Self { default, by_domain })
    }
}

impl From<DomainRates> for BTreeMap<String, Rate> {
    fn from(it: DomainRates) -> Self {
        let default = it.default.map(|rate| (DEFAULT.to_owned(), rate));
        it.by_domain.into_iter().chain(default).collect()
    }
}

/// The rates of an engine: of channels, of the domains that it sends from, of those it sends to.
///
/// A domain's rate counts the messages of all channels from it, or to it. Rates hold within one
/// engine and begin anew with it: they spare the provider, and are no limit of what a person gets.
///
/// ```
/// # use pregon_core::RateTable;
/// let written = r#"{
///     "channel": { "email": "100/s", "sms": "10/s" },
///     "sender": { "avisos.example.org": "50/s" },
///     "recipient": { "default": "20/s", "gmail.com": "5/s" }
/// }"#;
/// let table: RateTable = serde_json::from_str(written)?;
/// assert_eq!(table.recipient.of("gmail.com"), Some("5/s".parse()?));
/// assert_eq!(table.recipient.of("example.com"), Some("20/s".parse()?));
/// assert_eq!(table.sender.of("example.com"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateTable {
    /// By channel.
    pub channel: BTreeMap<ChannelName, Rate>,
    /// By the domain from which a message is sent.
    pub sender: DomainRates,
    /// By the domain to which a message is sent.
    pub recipient: DomainRates,
}

impl RateTable {
    /// Whether it has no rate at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
