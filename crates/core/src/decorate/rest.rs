//! Leaves a provider alone that does not work.

use chrono::{DateTime, Duration, Utc};

use crate::{Fate, PortErrorKind, SendError};

/// How long the first rest is; each in a row is twice as long as the one before.
const FIRST_SECS: i64 = 30;

/// How long a rest is at most. What a provider itself asks for may be an hour.
const LONGEST_SECS: i64 = 900;

/// After so many failures to reach it in a row a provider is left alone.
const MOST_FAILURES: u32 = 3;

/// How a provider has fared of late.
#[derive(Debug, Default)]
pub(super) struct Rest {
    until: Option<DateTime<Utc>>,
    /// How often in a row it could not be reached.
    unreached: u32,
    /// How many rests there were since it last took a message.
    rests: u32,
}

impl Rest {
    /// Whether it is left alone at an instant.
    pub(super) fn holds(&self, now: DateTime<Utc>) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    /// It took a message, or judged one.
    pub(super) fn works(&mut self) {
        *self = Self::default();
    }

    /// It did not take a message at an instant.
    pub(super) fn fails(&mut self, error: &SendError, now: DateTime<Utc>) {
        match (error.fate(), error.port().kind()) {
            (
                _,
                PortErrorKind::RateLimited {
                    retry_after: Some(wait),
                },
            ) => {
                let asked = Duration::from_std(wait).unwrap_or(Duration::hours(1));
                self.until = Some(now + asked.clamp(Duration::seconds(1), Duration::hours(1)));
            }
            (Fate::ChannelDown, _) | (_, PortErrorKind::RateLimited { .. }) => self.begin(now),
            (_, PortErrorKind::Unavailable) => {
                self.unreached += 1;
                if self.unreached >= MOST_FAILURES {
                    self.begin(now);
                }
            }
            // It is the message's matter, not the provider's.
            _ => {}
        }
    }

    fn begin(&mut self, now: DateTime<Utc>) {
        // Those of the same batch that fail beside it are one failure.
        if self.holds(now) {
            return;
        }
        let secs = FIRST_SECS << self.rests.min(8);
        self.until = Some(now + Duration::seconds(secs.min(LONGEST_SECS)));
        self.rests += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration as Wait;

    use super::*;
    use crate::PortError;

    fn error(fate: Fate, kind: PortErrorKind) -> SendError {
        SendError::new(fate, PortError::new("test", "send", kind))
    }

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::seconds(secs)
    }

    /// The first second after its failures at which it is asked again.
    #[track_caller]
    fn check(fate: Fate, kind: PortErrorKind, failures: u32, asked_again: i64) {
        let mut rest = Rest::default();
        for _ in 0..failures {
            rest.fails(&error(fate, kind), at(0));
        }
        let first = (0..10_000).find(|secs| !rest.holds(at(*secs)));
        assert_eq!(first, Some(asked_again), "{fate} {kind:?} {failures} times");
    }

    #[test]
    fn a_closed_account_is_left_alone() {
        check(Fate::ChannelDown, PortErrorKind::Unauthorized, 1, 30);
    }

    #[test]
    fn one_that_cannot_be_reached_is_tried_three_times() {
        check(Fate::NotSent, PortErrorKind::Unavailable, 2, 0);
        check(Fate::NotSent, PortErrorKind::Unavailable, 3, 30);
    }

    #[test]
    fn what_a_provider_asks_for_is_believed_up_to_an_hour() {
        let limited = |secs| PortErrorKind::RateLimited {
            retry_after: Some(Wait::from_secs(secs)),
        };
        check(Fate::NotSent, limited(0), 1, 1);
        check(Fate::NotSent, limited(77), 1, 77);
        check(Fate::NotSent, limited(u64::MAX), 1, 3_600);
        let silent = PortErrorKind::RateLimited { retry_after: None };
        check(Fate::NotSent, silent, 1, 30);
    }

    #[test]
    fn a_recipient_who_is_not_taken_now_says_nothing_of_the_provider() {
        check(Fate::NotSent, PortErrorKind::Invalid, 50, 0);
    }

    #[test]
    fn many_that_fail_at_once_are_one_failure() {
        check(Fate::ChannelDown, PortErrorKind::Unauthorized, 64, 30);
    }

    #[test]
    fn each_rest_is_longer_until_it_works_again() {
        let down = error(Fate::ChannelDown, PortErrorKind::Unauthorized);
        let mut rest = Rest::default();
        let mut rests = Vec::new();
        let mut now = at(0);
        for _ in 0..7 {
            rest.fails(&down, now);
            let until = rest.until.unwrap();
            rests.push((until - now).num_seconds());
            now = until;
        }
        assert_eq!(rests, [30, 60, 120, 240, 480, 900, 900]);
        rest.works();
        rest.fails(&down, now);
        assert_eq!(rest.until.unwrap() - now, Duration::seconds(30));
    }
}
