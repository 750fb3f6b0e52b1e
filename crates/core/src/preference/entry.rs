//! One word of a person about being written to.

use chrono::{DateTime, Utc};

use crate::{ChannelName, Class, Purpose, Subject};

/// Whether promotional messages need a consent, or stop at a refusal. Said by the host, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// Nothing promotional without a recorded consent.
    OptIn,
    /// Promotional messages until the person refuses.
    OptOut,
}

/// Which purposes a word speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PurposeScope {
    /// Everything, transactional messages too: a dead address, a complaint.
    Everything,
    /// Everything promotional: what a person means by "no more advertising".
    Promotional,
    /// One purpose.
    One(Purpose),
}

impl PurposeScope {
    /// The name under which stores keep it; purposes cannot have these signs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Everything => "*",
            Self::Promotional => "*promotional",
            Self::One(purpose) => purpose.as_str(),
        }
    }

    /// The scope of a kept name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "*" => Some(Self::Everything),
            "*promotional" => Some(Self::Promotional),
            purpose => Purpose::new(purpose).ok().map(Self::One),
        }
    }
}

/// What a word speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PreferenceScope {
    /// The channel, or all.
    pub channel: Option<ChannelName>,
    /// The purposes.
    pub purpose: PurposeScope,
}

impl PreferenceScope {
    /// Everything promotional on every channel.
    #[must_use]
    pub fn promotional() -> Self {
        Self {
            channel: None,
            purpose: PurposeScope::Promotional,
        }
    }

    /// Whether it speaks of a message of this channel, purpose and class.
    #[must_use]
    pub fn covers(&self, channel: &ChannelName, purpose: &Purpose, class: Class) -> bool {
        self.channel.as_ref().is_none_or(|c| c == channel)
            && match &self.purpose {
                PurposeScope::Everything => true,
                PurposeScope::Promotional => class == Class::Promotional,
                PurposeScope::One(one) => one == purpose,
            }
    }
}

/// What the person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// No.
    OptOut,
    /// Yes. It takes back refusals of exactly the same scope, and is the proof that `opt_in` asks
    /// for.
    OptIn,
}

/// A word of a person, with its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// Whose word it is.
    pub subject: Subject,
    /// What it speaks of.
    pub scope: PreferenceScope,
    /// What it says.
    pub word: Word,
    /// How it came: `unsubscribe_link`, `sms_stop`, `form`, `adviser:maria`.
    pub source: String,
    /// The version of the text that the person agreed to.
    pub wording: Option<String>,
}

/// A recorded word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreferenceEntry {
    /// The word.
    pub preference: Preference,
    /// When it was recorded.
    pub at: DateTime<Utc>,
}

/// What recording a word answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Recorded {
    /// How many messages to the person had already begun: they may still arrive.
    pub in_flight: u64,
}
