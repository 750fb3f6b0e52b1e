//! The clock of a storm: it runs as the machine's does, and the driver lets it jump.
//!
//! Retries come after minutes and limits after hours. When nobody has anything to do any more the
//! driver moves the clock on, never while a message is on its way: so what lies between beginning
//! and arriving is real time, and windows can be judged by arrivals.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pregon::{Clock, PortError, PortErrorKind, SystemClock};

/// When a storm begins by its clock: a Monday, at an hour at which no zone of the world of the
/// storm is near midnight.
const START: &str = "2026-11-16T12:10:00Z";

/// The clock that all processes of a storm share: a file says how far it is from the machine's.
#[derive(Debug)]
pub(crate) struct StormClock {
    file: File,
    /// How far it was when this process opened it. What it jumps from then on passes for the
    /// monotonic time as well, or engines would take it for a clock that somebody set.
    opened: i64,
}

impl StormClock {
    /// A new one, which stands at the start.
    pub(crate) async fn create(path: &Path) -> crate::Result<Self> {
        let start = Self::starts_at()?;
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)?;
        let ahead = start - SystemClock::new().now().await?;
        let opened = ahead.num_microseconds().ok_or("the clock is far off")?;
        let clock = Self { file, opened };
        clock.write(opened)?;
        Ok(clock)
    }

    /// When it starts.
    pub(crate) fn starts_at() -> crate::Result<DateTime<Utc>> {
        Ok(START.parse()?)
    }

    /// One that is there.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        let opened = read(&file)?;
        Ok(Self { file, opened })
    }

    /// Lets it jump to an instant, if that is ahead.
    pub(crate) async fn jump(&self, to: DateTime<Utc>) -> crate::Result {
        let by = (to - self.now().await?).max(TimeDelta::zero());
        let by = by
            .num_microseconds()
            .ok_or("the clock would jump too far")?;
        Ok(self.write(self.read()? + by)?)
    }

    fn read(&self) -> std::io::Result<i64> {
        read(&self.file)
    }

    fn write(&self, ahead: i64) -> std::io::Result<()> {
        self.file.write_all_at(&ahead.to_ne_bytes(), 0)
    }
}

#[async_trait]
impl Clock for StormClock {
    async fn now(&self) -> Result<DateTime<Utc>, PortError> {
        let ahead = self.read().map_err(|error| {
            PortError::new("storm", "clock", PortErrorKind::Unavailable).with_source(error)
        })?;
        Ok(SystemClock::new().now().await? + TimeDelta::microseconds(ahead))
    }

    fn monotonic(&self) -> Duration {
        let jumped = self.read().unwrap_or(self.opened) - self.opened;
        let jumped = u64::try_from(jumped).map_or(Duration::ZERO, Duration::from_micros);
        SystemClock::new().monotonic() + jumped
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock::new().sleep(duration).await;
    }
}

fn read(file: &File) -> std::io::Result<i64> {
    let mut bytes = [0; 8];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(i64::from_ne_bytes(bytes))
}
