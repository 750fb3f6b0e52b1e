//! A flight recorder in a local file.

mod error;
mod line;
mod notes;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pregon_core::{Epoch, Flights, Outcome, PortError, Recorder, Ticket};

use error::{During as _, Error};
use notes::Notes;

/// Where Linux says which boot this is.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// A flight recorder in a local file: after a kill, what never left need not be doubted.
///
/// A note is one write into the page cache, without waiting for the disk: it outlives the process
/// and not the machine. So the file names the boot in which it was written, and what another boot
/// wrote is ignored. Where a system has no boot id (it is Linux that has one), what another process
/// wrote is always ignored, and its messages are in doubt.
///
/// One process at a time has a file open, each worker one of its own. It lies on a local disk, and
/// is never brought back from a copy: a copy does not know what left since. Whatever in it is not
/// understood makes all of it worth nothing, which means doubt and never a second message. It keeps
/// numbers of rows, outcomes and the provider's own names of messages, nothing about people.
///
/// ```
/// # use pregon_adapters_store::FlightFile;
/// # use pregon_core::{Flight, PortErrorKind, Recorder, Ticket};
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("flights");
/// let ticket = |row| Ticket { row, number: 1, begun: true };
/// let recorder = FlightFile::open(&path)?;
/// recorder.opened(7)?;
/// recorder.leaves(7, ticket(1))?;
/// let second = FlightFile::open(&path).map(drop);
/// assert_eq!(second.map_err(|e| e.kind()), Err(PortErrorKind::Conflict));
///
/// let flights = recorder.recover()?;
/// assert_eq!(flights.of(7, 1, 1), Flight::Left);
/// assert_eq!(flights.of(7, 2, 1), Flight::NeverLeft);
/// assert!(recorder.leaves(7, ticket(2)).is_err(), "the pass is closed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FlightFile {
    notes: Mutex<Notes<File>>,
}

impl FlightFile {
    /// Opens a file, and makes it when it is not there. What a dead process left is kept until the
    /// next pass was opened.
    ///
    /// # Errors
    /// `Conflict` when somebody else has it open; `Unauthorized` and `Unavailable` when the system
    /// does not let us.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, PortError> {
        Self::open_file(path.as_ref()).during("open")
    }

    fn open_file(path: &Path) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Locked),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        // What cannot be read is a boot without a name.
        let boot = std::fs::read_to_string(BOOT).unwrap_or_default();
        let notes = Notes::on(file, boot.trim());
        Ok(Self {
            notes: Mutex::new(notes),
        })
    }

    fn notes(&self) -> MutexGuard<'_, Notes<File>> {
        // Each note is made under one lock, and nothing in it panics.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorder for FlightFile {
    fn recover(&self) -> Result<Flights, PortError> {
        self.notes().recover().during("recover")
    }

    fn opened(&self, epoch: Epoch) -> Result<(), PortError> {
        self.notes().opened(epoch).during("begin of a pass")
    }

    fn leaves(&self, epoch: Epoch, ticket: Ticket) -> Result<(), PortError> {
        self.notes()
            .leaves(epoch, ticket)
            .during("note of a flight")
    }

    fn landed(&self, epoch: Epoch, ticket: Ticket, outcome: &Outcome) -> Result<(), PortError> {
        let landed = self.notes().landed(epoch, ticket, outcome);
        landed.during("note of a flight's end")
    }
}
