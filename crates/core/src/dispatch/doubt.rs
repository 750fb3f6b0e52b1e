//! What is done about a dispatch that left without an answer.

use chrono::{DateTime, Duration, Utc};

use crate::{Class, Length};

/// What a provider can do for us when an answer was lost. Every action says it; none is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Promise {
    /// The same key sent again has no second effect, as long as the provider remembers it.
    Idempotent {
        /// How long it remembers; `None` is for ever.
        retention: Option<Length>,
    },
    /// It can be asked for a dispatch by our key; "not found" means nothing before `settle`.
    Lookup {
        /// How long after an attempt its answer can be trusted.
        settle: Length,
    },
    /// It will tell us later what became of a dispatch, by our key.
    Webhook,
    /// None of these.
    Blind,
}

impl Promise {
    /// When what is in doubt since `now` may be tried or asked for again.
    #[must_use]
    pub fn settles_at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Lookup { settle } => now + settle.duration(),
            _ => now,
        }
    }
}

/// What becomes of a dispatch in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It is sent again, under the same key and flagged.
    Resend,
    /// It is never sent again; it counts, and a later word from the provider can still settle it.
    Unknown,
}

/// A provider's memory is trusted until an hour before it ends.
fn safety() -> Duration {
    Duration::hours(1)
}

/// The policy for a dispatch without an answer.
///
/// An idempotent provider gets it again. One that can be asked is asked first, and gets it again
/// only if it does not have it. Otherwise a promotional message is sent at most once, and
/// a transactional one gets one more chance: `resent` says that it had it.
///
/// ```
/// # use pregon_core::{Class, Doubt, Promise, in_doubt};
/// # let at = "2026-11-20T06:00:00Z".parse().expect("an instant");
/// let blind = |class, resent| in_doubt(Promise::Blind, class, resent, at, at);
/// assert_eq!(blind(Class::Promotional, false), Doubt::Unknown);
/// assert_eq!(blind(Class::Transactional, false), Doubt::Resend);
/// assert_eq!(blind(Class::Transactional, true), Doubt::Unknown);
/// ```
#[must_use]
pub fn in_doubt(
    promise: Promise,
    class: Class,
    resent: bool,
    first_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Doubt {
    match promise {
        Promise::Idempotent { retention: None } => Doubt::Resend,
        Promise::Idempotent {
            retention: Some(retention),
        } => {
            let remembered = now < first_at + retention.duration() - safety();
            if remembered {
                Doubt::Resend
            } else {
                Doubt::Unknown
            }
        }
        // It is asked for before it is sent again, and sent only if it is not there.
        Promise::Lookup { .. } => Doubt::Resend,
        Promise::Webhook | Promise::Blind => {
            let again = class == Class::Transactional && !resent;
            if again { Doubt::Resend } else { Doubt::Unknown }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(retention: &str, after_mins: i64, expected: Doubt) {
        let first: DateTime<Utc> = "2026-11-20T06:00:00Z".parse().unwrap();
        let promise = Promise::Idempotent {
            retention: Some(retention.parse().unwrap()),
        };
        let now = first + Duration::minutes(after_mins);
        assert_eq!(
            in_doubt(promise, Class::Promotional, true, first, now),
            expected
        );
    }

    #[test]
    fn resent_while_the_provider_remembers() {
        check("24h", 22 * 60 + 59, Doubt::Resend);
    }
    #[test]
    fn not_in_its_last_hour() {
        check("24h", 23 * 60, Doubt::Unknown);
    }
    #[test]
    fn a_memory_shorter_than_the_margin_is_none() {
        check("30m", 0, Doubt::Unknown);
    }
}
