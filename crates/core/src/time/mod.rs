//! Zones and calendars: three kinds of time, never mixed.
//!
//! An instant is a `DateTime<Utc>`, a birthday or an expiry a `NaiveDate`, and local wall time
//! exists only through a [`Zone`], which decides gaps and overlaps.

#[cfg(feature = "engine")]
mod cron;
#[cfg(feature = "engine")]
mod duration;
#[cfg(feature = "engine")]
pub(crate) mod instant;
mod zone;

#[cfg(feature = "engine")]
pub use cron::{Cron, ScheduleError};
#[cfg(feature = "engine")]
pub use duration::{Days, Length, LengthError};
pub use zone::{Before, Zone, ZoneError};
