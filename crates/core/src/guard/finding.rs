//! What came back of a sender's messages, and what a guard says of it.

use std::fmt;

use crate::{BrandId, ChannelName, FeedbackKind};

/// Who writes, as those who receive see it: a channel in the name of a brand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderName {
    /// By which channel.
    pub channel: ChannelName,
    /// In whose name; `None` for what no brand writes.
    pub brand: Option<BrandId>,
}

impl fmt::Display for SenderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.brand {
            Some(brand) => write!(f, "{} of {brand}", self.channel),
            None => write!(f, "{}", self.channel),
        }
    }
}

/// How many of a sender's messages came to a bad end. One message counts once under each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Somebody called them spam.
    pub complained: u64,
    /// They went to addresses that do not exist.
    pub bounced: u64,
    /// Somebody asked for no more.
    pub refused: u64,
}

impl Tally {
    /// How many of a kind; none of one that is not counted.
    #[must_use]
    pub fn of(&self, kind: FeedbackKind) -> u64 {
        match kind {
            FeedbackKind::Complained => self.complained,
            FeedbackKind::BouncedHard => self.bounced,
            FeedbackKind::Unsubscribed => self.refused,
            _ => 0,
        }
    }
}

/// A sender of whose messages too many came to a bad end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose messages.
    pub sender: SenderName,
    /// What came back of them.
    pub kind: FeedbackKind,
    /// How many.
    pub count: u64,
    /// Of how many; never less than the guard's floor.
    pub of: u64,
    /// Whether its promotional campaigns are paused for it.
    pub stops: bool,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In thousandths of a percent, cut: whole numbers say the same on every machine.
        let share = u128::from(self.count) * 100_000 / u128::from(self.of.max(1));
        let (whole, part) = (share / 1_000, share % 1_000 / 10);
        write!(
            f,
            "{}: {} of {} messages {} ({whole}.{part:02} %)",
            self.sender, self.count, self.of, self.kind
        )
    }
}
