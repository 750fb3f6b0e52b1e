//! The clocks of the program.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon::{Clock, PortError, SystemClock};

/// A clock that stands where it is set; what is measured on it is real.
#[derive(Debug)]
pub(crate) struct StandingClock(Mutex<DateTime<Utc>>);

impl StandingClock {
    /// A clock that stands at an instant.
    pub(crate) fn at(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    /// Where it stands.
    pub(crate) fn stands(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets it.
    pub(crate) fn set(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

#[async_trait]
impl Clock for StandingClock {
    async fn now(&self) -> Result<DateTime<Utc>, PortError> {
        Ok(self.stands())
    }

    fn monotonic(&self) -> Duration {
        SystemClock::new().monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock::new().sleep(duration).await;
    }
}
