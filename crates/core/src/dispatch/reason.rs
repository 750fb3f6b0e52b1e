//! Why a dispatch was not sent, or not yet.

use std::fmt;

use super::End;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal => $end:expr),* $(,)?) => {
        /// Why a dispatch was not sent, or not yet; the names are those of reports and ledgers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$doc])* $variant,)*
        }

        impl Reason {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name that reports and ledgers write.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The state in which a dispatch that never left ends for this reason.
            #[must_use]
            pub fn end(self) -> End {
                match self { $(Self::$variant => $end,)* }
            }
        }
    };
}

reasons! {
    /// The source knows no address of the kind.
    NoAddress = "no_address" => End::Suppressed,
    /// The source has a text that is not an address.
    InvalidAddress = "invalid_address" => End::Suppressed,
    /// The person does not want it.
    OptedOut = "opted_out" => End::Suppressed,
    /// Promotional, consent is `opt_in`, and the person gave none.
    NoConsent = "no_consent" => End::Suppressed,
    /// Another customer with the same address gets this one.
    DuplicateAddress = "duplicate_address" => End::Suppressed,
    /// The audience's rule no longer matches.
    NotInAudience = "not_in_audience" => End::Suppressed,
    /// The record is gone, or its date has moved, or it belongs to somebody else.
    RecordGone = "record_gone" => End::Suppressed,
    /// The person was forgotten.
    Erased = "erased" => End::Suppressed,
    /// The customer is gone from its source.
    CustomerGone = "customer_gone" => End::Suppressed,
    /// A limit is full.
    Limit = "limit" => End::Capped,
    /// These are hours in which one does not write.
    QuietHours = "quiet_hours" => End::Expired,
    /// The budget of its campaign is spent.
    Budget = "budget" => End::Expired,
    /// The time in which it made sense is over.
    Expired = "expired" => End::Expired,
    /// The campaign was cancelled or finished, or no longer has the step.
    Cancelled = "cancelled" => End::Cancelled,
    /// The campaign is paused.
    Paused = "paused" => End::Cancelled,
    /// The template could not be rendered for this person.
    Template = "template" => End::Failed,
    /// The provider will never take it.
    Rejected = "rejected" => End::Failed,
    /// The provider did not take it this time.
    NotAccepted = "not_accepted" => End::Dead,
    /// The channel as a whole does not work.
    ChannelDown = "channel_down" => End::Dead,
    /// Its provider takes no more so soon.
    Rate = "rate" => End::Dead,
    /// It did not leave in time, or the engine was asked to stop first.
    Stopped = "stopped" => End::Dead,
    /// The source could not be asked.
    SourceDown = "source_down" => End::Dead,
    /// Whoever prepared it died each time.
    Poison = "poison" => End::Dead,
    /// It was tried as often as it may be.
    Exhausted = "exhausted" => End::Dead,
    /// Nobody knows whether it arrived.
    InDoubt = "in_doubt" => End::Dead,
}

impl Reason {
    /// Whether an attempt that ended so is given back, because it says nothing of the message.
    #[must_use]
    pub fn costs_no_attempt(self) -> bool {
        matches!(self, Self::ChannelDown | Self::Rate | Self::Stopped)
    }

    /// The reason of a name; `None` when no reason has it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|reason| reason.as_str() == name)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
