//! Who writes next: the process that has a file open, or a guest.
//!
//! SQLite lets write whoever asks at the right moment, and who has to wait asks again after up to a
//! tenth of a second. A pass writes nearly without a pause, so a guest could ask for seconds and
//! never meet the moment. Therefore a guest that wants to write holds a lock, the door, until it
//! has; and who has the file open waits before each transaction until nobody holds the door.
//!
//! The door is only politeness: what keeps the file right is SQLite's own lock. So nobody waits at
//! it for ever, whatever has become of the other process.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::error::Error;

/// How long one waits at the door, in naps.
const NAPS: u32 = 2_000;
const NAP: Duration = Duration::from_millis(1);

/// The door of a file.
#[derive(Debug)]
pub(super) struct Door {
    file: Arc<File>,
    /// Whether somebody has held it for longer than anybody should, and still does: one waits for
    /// him once, and not before each transaction.
    is_stuck: AtomicBool,
}

/// The door while somebody holds it.
#[derive(Debug)]
pub(super) struct Held(Arc<File>);

impl Drop for Held {
    fn drop(&mut self) {
        // What cannot be unlocked is free with the end of the process; nobody waits that long.
        let _ = self.0.unlock();
    }
}

impl Door {
    /// The door beside a file.
    pub(super) fn beside(path: &Path) -> Result<Self, Error> {
        let mut name = path.as_os_str().to_owned();
        name.push(".door");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(PathBuf::from(name))
            .map_err(Error::LockFile)?;
        Ok(Self {
            file: Arc::new(file),
            is_stuck: AtomicBool::new(false),
        })
    }

    /// Holds the door; `None` when somebody else holds it for longer than anybody should.
    pub(super) async fn hold(&self) -> Result<Option<Held>, Error> {
        let mut held = try_hold(&self.file)?;
        if held.is_none() && !self.is_stuck.load(Ordering::Relaxed) {
            held = self.wait().await?;
        }
        self.is_stuck.store(held.is_none(), Ordering::Relaxed);
        Ok(held)
    }

    /// Waits until nobody holds the door.
    pub(super) async fn pass(&self) -> Result<(), Error> {
        self.hold().await.map(drop)
    }

    async fn wait(&self) -> Result<Option<Held>, Error> {
        // Somebody is at the door: rare, and never for long, so a thread of its own may nap.
        let (tell, told) = oneshot::channel();
        let file = Arc::clone(&self.file);
        let wait = move || {
            let held = (0..NAPS).find_map(|_| {
                std::thread::sleep(NAP);
                try_hold(&file).transpose()
            });
            // Whoever has gone away in the meantime lets go of the door by this.
            let _ = tell.send(held.transpose());
        };
        std::thread::Builder::new()
            .name("pregon door".to_owned())
            .spawn(wait)
            .map_err(Error::LockFile)?;
        told.await.unwrap_or(Ok(None))
    }
}

fn try_hold(file: &Arc<File>) -> Result<Option<Held>, Error> {
    match file.try_lock() {
        Ok(()) => Ok(Some(Held(Arc::clone(file)))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(Error::LockFile(error)),
    }
}
