//! What the engine takes for the present: its clock, as long as the clock goes as time does.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Engine, EngineError};
use crate::Trouble;
use crate::time::instant;

/// How the clock was seen to go.
#[derive(Debug, Default)]
pub(super) struct Present(Mutex<Seen>);

#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    /// Where the clock stood when the monotonic time was zero. It follows what the clock loses or
    /// wins little by little, and stays when the clock goes back: an instant that was there before
    /// is no jump.
    origin: Option<DateTime<Utc>>,
    /// The jump that nobody has confirmed.
    jump: Option<Jump>,
}

/// A clock that is further than time alone could have brought it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jump {
    shows: DateTime<Utc>,
    expected: DateTime<Utc>,
}

/// How far the clock may run ahead of the monotonic time from one reading to the next.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

impl Present {
    /// Takes a reading of both times; gives the instant that counts as the present.
    fn take(&self, shows: DateTime<Utc>, monotonic: Duration) -> DateTime<Utc> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = TimeDelta::from_std(monotonic).unwrap_or(TimeDelta::MAX);
        let origin = shows.checked_sub_signed(passed).unwrap_or(shows);
        let known = *seen.origin.get_or_insert(origin);
        if origin.signed_duration_since(known) > AHEAD {
            let expected = known.checked_add_signed(passed).unwrap_or(shows);
            seen.jump = Some(Jump { shows, expected });
            return expected;
        }
        (seen.origin, seen.jump) = (Some(known.max(origin)), None);
        shows
    }

    /// The jump that nobody has confirmed, if the last reading saw one.
    pub(super) fn jump(&self) -> Option<Jump> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).jump
    }

    fn confirm(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
    }
}

impl Jump {
    /// When to look again, by the clock itself.
    pub(super) fn look_again(self, after: TimeDelta) -> DateTime<Utc> {
        self.shows.checked_add_signed(after).unwrap_or(self.shows)
    }
}

impl From<Jump> for Trouble {
    fn from(Jump { shows, expected }: Jump) -> Self {
        Self::Clock { shows, expected }
    }
}

impl Engine {
    /// The present. While the clock stands where time alone did not bring it, it is the instant to
    /// which time would have brought it.
    pub(super) async fn now(&self) -> Result<DateTime<Utc>, EngineError> {
        // The monotonic time is read second: what passes between the two makes no jump.
        let shows = self.clock.now().await?;
        Ok(instant::kept(
            self.present.take(shows, self.clock.monotonic()),
        ))
    }

    /// Takes the clock as it stands, after it jumped ahead; gives the instant that it shows.
    ///
    /// An engine whose clock is suddenly more than five minutes further than the time that passed
    /// plans and begins nothing ([`Trouble::Clock`]): were the clock wrong, every limit would be
    /// free at once, and what was written down would stay in the future. When the clock is right,
    /// because the machine was asleep for instance, somebody says so here. A clock that comes back
    /// needs no word, and a new engine takes its clock as it finds it.
    ///
    /// # Errors
    /// When the clock cannot be asked.
    pub async fn confirm_clock(&self) -> Result<DateTime<Utc>, EngineError> {
        let shows = self.clock.now().await?;
        self.present.confirm();
        Ok(instant::kept(
            self.present.take(shows, self.clock.monotonic()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Readings as seconds of the clock and of the monotonic time, with what counts and whether
    /// that is a jump.
    #[track_caller]
    fn check(readings: &[(i64, u64, i64, bool)]) {
        let present = Present::default();
        let at = |secs: i64| DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap();
        for (n, (shows, monotonic, counts, jump)) in readings.iter().enumerate() {
            let taken = present.take(at(*shows), Duration::from_secs(*monotonic));
            assert_eq!(taken, at(*counts), "reading {n}");
            assert_eq!(present.jump().is_some(), *jump, "reading {n}");
        }
    }

    #[test]
    fn time_that_passes_is_no_jump() {
        check(&[(0, 7, 0, false), (864_000, 864_007, 864_000, false)]);
    }
    #[test]
    fn five_minutes_are_no_jump_and_more_are() {
        check(&[(0, 0, 0, false), (310, 10, 310, false)]);
        check(&[(0, 0, 0, false), (311, 10, 10, true), (320, 20, 320, false)]);
    }
    #[test]
    fn a_jump_stays_one_until_the_clock_comes_back() {
        check(&[
            (0, 0, 0, false),
            (86_400, 0, 0, true),
            (86_500, 100, 100, true),
            (200, 200, 200, false),
        ]);
    }
    #[test]
    fn a_clock_that_goes_back_and_returns_does_not_jump() {
        check(&[
            (0, 0, 0, false),
            (-3_590, 10, -3_590, false),
            (20, 20, 20, false),
        ]);
        check(&[
            (0, 0, 0, false),
            (-3_590, 10, -3_590, false),
            (330, 20, 20, true),
        ]);
    }
    #[test]
    fn a_clock_that_wins_a_little_is_followed() {
        check(&[
            (0, 0, 0, false),
            (200, 0, 200, false),
            (400, 0, 400, false),
            (600, 0, 600, false),
        ]);
    }
    #[test]
    fn the_ends_of_time_do_not_panic() {
        let present = Present::default();
        let _ = present.take(DateTime::<Utc>::MIN_UTC, Duration::MAX);
        let _ = present.take(DateTime::<Utc>::MAX_UTC, Duration::ZERO);
        let _ = present.jump().map(|jump| jump.look_again(AHEAD));
    }
}
