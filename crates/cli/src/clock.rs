//! The clocks of the program.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon::{Clock, PortError, SystemClock};

/// A clock that stands where it is set; what is measured on it is real, and the time over which it
/// is turned.
#[derive(Debug)]
pub(crate) struct StandingClock(Mutex<Standing>);

#[derive(Debug)]
struct Standing {
    at: DateTime<Utc>,
    /// How far it was turned in all: an engine would take it for a jump if no time passed.
    turned: Duration,
}

impl StandingClock {
    /// A clock that stands at an instant.
    pub(crate) fn at(at: DateTime<Utc>) -> Self {
        let turned = Duration::ZERO;
        Self(Mutex::new(Standing { at, turned }))
    }

    /// Where it stands.
    pub(crate) fn stands(&self) -> DateTime<Utc> {
        self.with(|it| it.at)
    }

    /// Turns it to an instant.
    pub(crate) fn set(&self, at: DateTime<Utc>) {
        self.with(|it| {
            it.turned += (at - it.at).to_std().unwrap_or_default();
            it.at = at;
        });
    }

    fn with<T>(&self, what: impl FnOnce(&mut Standing) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Clock for StandingClock {
    async fn now(&self) -> Result<DateTime<Utc>, PortError> {
        Ok(self.stands())
    }

    fn monotonic(&self) -> Duration {
        SystemClock::new().monotonic() + self.with(|it| it.turned)
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock::new().sleep(duration).await;
    }
}
