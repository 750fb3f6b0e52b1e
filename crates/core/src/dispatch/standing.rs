//! The state machine: one table, T1 to T10 of the protocol.

use std::fmt;

/// Where a dispatch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// Waits for its time.
    Scheduled,
    /// May leave, or is leaving, or has left: an intent is written and no answer yet.
    Sending,
    /// Left without an answer, and is to leave again.
    Resend,
    /// The provider has it.
    Accepted,
    /// The provider will never take it, or it could not be rendered.
    Failed,
    /// Left without an answer, and nobody will ever send it again; it counts.
    Unknown,
    /// Must not be sent to this person.
    Suppressed,
    /// Its time is over.
    Expired,
    /// Its campaign is over.
    Cancelled,
    /// A limit refused it for good.
    Capped,
    /// Given up after too many attempts.
    Dead,
}

const STATES: [(State, &str); 11] = [
    (State::Scheduled, "scheduled"),
    (State::Sending, "sending"),
    (State::Resend, "resend"),
    (State::Accepted, "accepted"),
    (State::Failed, "failed"),
    (State::Unknown, "unknown"),
    (State::Suppressed, "suppressed"),
    (State::Expired, "expired"),
    (State::Cancelled, "cancelled"),
    (State::Capped, "capped"),
    (State::Dead, "dead"),
];

impl State {
    /// The name that reports and ledgers write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        STATES
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("", |(_, name)| name)
    }

    /// The state of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        STATES
            .iter()
            .find(|(_, n)| *n == name)
            .map(|(state, _)| *state)
    }

    /// Whether nothing but evidence from outside can change it any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Scheduled | Self::Sending | Self::Resend)
    }

    /// Whether the message may have reached the person, so that limits count it.
    #[must_use]
    pub fn counts(self) -> bool {
        matches!(
            self,
            Self::Sending | Self::Resend | Self::Accepted | Self::Unknown
        )
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The end of a dispatch that never left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// [`State::Suppressed`].
    Suppressed,
    /// [`State::Expired`].
    Expired,
    /// [`State::Cancelled`].
    Cancelled,
    /// [`State::Capped`].
    Capped,
    /// [`State::Failed`].
    Failed,
    /// [`State::Dead`].
    Dead,
}

impl End {
    fn state(self) -> State {
        match self {
            Self::Suppressed => State::Suppressed,
            Self::Expired => State::Expired,
            Self::Cancelled => State::Cancelled,
            Self::Capped => State::Capped,
            Self::Failed => State::Failed,
            Self::Dead => State::Dead,
        }
    }
}

/// What happens to a dispatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transition {
    /// T2: the gate said go.
    Begin,
    /// T3: the provider has it.
    Accept,
    /// T4, T4b: the provider definitely did not take it this time.
    Retry,
    /// T5: the provider definitely never will.
    Reject,
    /// T6: no definite answer; it is to be sent again under its key.
    DoubtResend,
    /// T6: no definite answer; it must never be sent again.
    DoubtUnknown,
    /// T7: the flight recorder proves that not a byte left.
    NeverLeft,
    /// T8: a webhook or a look-up shows that the provider has it.
    Confirm,
    /// T9, T10: it must not, or need not, be sent any more.
    Withdraw(End),
}

/// What becomes of the places that a dispatch takes in limits and budgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// They stay as they are.
    Keep,
    /// They are taken now.
    Take,
    /// They are given back.
    Release,
}

/// State and doubt together. A doubt once there goes away only by acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// Where the dispatch stands.
    pub state: State,
    /// Whether an earlier attempt may have reached the person.
    pub in_doubt: bool,
}

/// What a transition makes of a standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The new standing.
    pub to: Standing,
    /// What becomes of its holds.
    pub hold: Hold,
}

impl Standing {
    /// Where every dispatch begins.
    pub const NEW: Self = Self {
        state: State::Scheduled,
        in_doubt: false,
    };

    /// What the transition makes of this standing; `None` when it cannot happen here.
    ///
    /// Two rules that model checking found: a hold is never released while in doubt, and a
    /// definite rejection of a retry does not clear an older doubt.
    ///
    /// ```
    /// # use pregon_core::{Transition, Hold, Standing, State};
    /// let sending = Standing::NEW.after(Transition::Begin).expect("it may begin").to;
    /// let doubt = sending.after(Transition::DoubtResend).expect("no answer").to;
    /// let again = doubt.after(Transition::Begin).expect("it may begin again").to;
    /// let rejected = again.after(Transition::Reject).expect("a definite answer");
    /// assert_eq!((rejected.to.state, rejected.hold), (State::Unknown, Hold::Keep));
    /// ```
    #[must_use]
    pub fn after(self, transition: Transition) -> Option<Change> {
        use State::{Accepted, Failed, Resend, Scheduled, Sending, Unknown};
        let doubt = self.in_doubt;
        let (state, in_doubt, hold) = match (self.state, transition) {
            (Scheduled, Transition::Begin) => (Sending, false, Hold::Take),
            (Resend, Transition::Begin) => (Sending, true, Hold::Keep),
            (Sending, Transition::Accept) => (Accepted, false, Hold::Keep),
            (Sending, Transition::Retry | Transition::NeverLeft) if doubt => {
                (Resend, true, Hold::Keep)
            }
            (Sending, Transition::Retry | Transition::NeverLeft) => {
                (Scheduled, false, Hold::Release)
            }
            (Sending, Transition::Reject) if doubt => (Unknown, true, Hold::Keep),
            (Sending, Transition::Reject) => (Failed, false, Hold::Release),
            (Sending, Transition::DoubtResend) => (Resend, true, Hold::Keep),
            (Sending, Transition::DoubtUnknown) => (Unknown, true, Hold::Keep),
            (Sending | Resend | Unknown, Transition::Confirm) => (Accepted, false, Hold::Keep),
            (Resend, Transition::Withdraw(_)) => (Unknown, true, Hold::Keep),
            (Scheduled, Transition::Withdraw(end)) => (end.state(), false, Hold::Release),
            _ => return None,
        };
        Some(Change {
            to: Self { state, in_doubt },
            hold,
        })
    }
}

#[cfg(test)]
mod tests;
