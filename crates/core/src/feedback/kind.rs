//! The words for what comes back.

use std::fmt;

/// What a provider reports of a message.
///
/// The order is that of their weight: of two that came back, the later one in this list is what a
/// report shows ([`Heard::status`](super::Heard::status)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FeedbackKind {
    /// The provider has it and has not tried yet.
    Queued,
    /// It tries again later.
    Deferred,
    /// It has passed it on to the next one and knows no more.
    Sent,
    /// It gave up, or never tried: its own rules, a blocked route, a text that it does not take.
    Failed,
    /// The other side did not take it this time: a full mailbox, a policy.
    BouncedSoft,
    /// The next one has it: a mailbox, a phone.
    Delivered,
    /// A machine fetched its pictures; whether a person saw it is not known.
    OpenedByMachine,
    /// A person opened it.
    Opened,
    /// A person followed a link in it.
    Clicked,
    /// A person answered.
    Replied,
    /// There is no such address: it will never take anything.
    BouncedHard,
    /// The person asked for no more of it.
    Unsubscribed,
    /// The person called it spam.
    Complained,
}

const KINDS: [(FeedbackKind, &str); 13] = [
    (FeedbackKind::Queued, "queued"),
    (FeedbackKind::Deferred, "deferred"),
    (FeedbackKind::Sent, "sent"),
    (FeedbackKind::Failed, "failed"),
    (FeedbackKind::BouncedSoft, "bounced_soft"),
    (FeedbackKind::Delivered, "delivered"),
    (FeedbackKind::OpenedByMachine, "opened_by_machine"),
    (FeedbackKind::Opened, "opened"),
    (FeedbackKind::Clicked, "clicked"),
    (FeedbackKind::Replied, "replied"),
    (FeedbackKind::BouncedHard, "bounced_hard"),
    (FeedbackKind::Unsubscribed, "unsubscribed"),
    (FeedbackKind::Complained, "complained"),
];

impl FeedbackKind {
    /// All of them, the lightest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        KINDS.iter().map(|(kind, _)| *kind)
    }

    /// The name that reports and stores write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let named = KINDS.iter().find(|(kind, _)| *kind == self);
        named.map_or("", |(_, name)| name)
    }

    /// The kind of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let named = KINDS.iter().find(|(_, its)| *its == name);
        named.map(|(kind, _)| *kind)
    }

    /// Whether it shows that the provider had taken the message: then a lost answer is none any
    /// more (T8). A provider reports `failed` of messages that it never took, too.
    #[must_use]
    pub fn proves_acceptance(self) -> bool {
        self != Self::Failed
    }

    /// Whether the address must not be written to again: it is dead, or its person wants no more.
    #[must_use]
    pub fn suppresses(self) -> bool {
        matches!(
            self,
            Self::BouncedHard | Self::Unsubscribed | Self::Complained
        )
    }
}

impl fmt::Display for FeedbackKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own_and_they_stand_in_order() {
        let all: Vec<FeedbackKind> = FeedbackKind::all().collect();
        assert!(all.is_sorted());
        for kind in all {
            assert_eq!(FeedbackKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(FeedbackKind::parse("bounced"), None);
    }
}
