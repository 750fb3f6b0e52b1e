//! What time it is.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::PortError;

/// What time it is. Only the engine asks; everything below takes the present as an argument.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present instant, which may jump when somebody sets the clock.
    ///
    /// # Errors
    /// When the clock is kept elsewhere and cannot be asked.
    async fn now(&self) -> Result<DateTime<Utc>, PortError>;

    /// The time since some fixed point, which never goes back.
    ///
    /// It goes as the present goes: an engine whose clock is suddenly minutes ahead of it stops
    /// until somebody confirms the clock ([`Trouble::Clock`](crate::Trouble)). A clock that is
    /// turned for a simulation turns both.
    fn monotonic(&self) -> Duration;

    /// Returns when the monotonic time has grown by the duration.
    async fn sleep(&self, duration: Duration);
}
