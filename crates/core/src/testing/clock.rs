//! A clock that stands until it is turned.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Clock, PortError};

/// A clock that stands until it is turned by hand; its copies are the same clock.
///
/// Sleeping on it turns it, so that nothing in a test waits.
#[derive(Debug, Clone)]
pub struct ManualClock {
    state: Arc<Mutex<(DateTime<Utc>, Duration)>>,
}

impl ManualClock {
    /// A clock that stands at an instant written as RFC 3339.
    ///
    /// # Panics
    /// When the text is not one: this is for tests.
    #[must_use]
    pub fn at(text: &str) -> Self {
        Self::new(text.parse().expect("an instant as 2026-11-20T06:00:00Z"))
    }

    /// A clock that stands at an instant.
    #[must_use]
    pub fn new(at: DateTime<Utc>) -> Self {
        Self {
            state: Arc::new(Mutex::new((at, Duration::ZERO))),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn stands(&self) -> DateTime<Utc> {
        self.with(|(at, _)| *at)
    }

    /// Turns it forward; time that passes, passes for the monotonic time as well.
    pub fn advance(&self, by: chrono::Duration) {
        self.with(|(at, monotonic)| {
            *at += by;
            *monotonic += by.to_std().unwrap_or_default();
        });
    }

    /// Turns it to an instant. What lies between passes, for the monotonic time as well; back
    /// goes only what it shows.
    pub fn set(&self, to: DateTime<Utc>) {
        self.with(|(at, monotonic)| {
            *monotonic += (to - *at).to_std().unwrap_or_default();
            *at = to;
        });
    }

    /// Lets it jump to an instant, as a wall clock does that somebody sets: no time passes, and the
    /// monotonic time does not notice.
    pub fn jump(&self, to: DateTime<Utc>) {
        self.with(|(at, _)| *at = to);
    }

    fn with<T>(&self, change: impl FnOnce(&mut (DateTime<Utc>, Duration)) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Clock for ManualClock {
    async fn now(&self) -> Result<DateTime<Utc>, PortError> {
        Ok(self.stands())
    }

    fn monotonic(&self) -> Duration {
        self.with(|(_, monotonic)| *monotonic)
    }

    async fn sleep(&self, duration: Duration) {
        self.advance(chrono::Duration::from_std(duration).unwrap_or(chrono::Duration::MAX));
    }
}
