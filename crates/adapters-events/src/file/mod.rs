//! A file of events, one a line.

mod lines;

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use pregon_core::{Event, EventSink, PortError, PortErrorKind};

pub use lines::{EventFileError, EventLines};

/// Events as lines of a file, each a CloudEvent 1.0 in JSON, written through to the disk before
/// the store forgets them.
///
/// The file is opened anew for each page of events, so it may be renamed at any time and begins
/// anew under its name. A line that a killed process left unfinished is cut off; its events come
/// again. The same event may stand in it twice, with the same `id`.
///
/// ```
/// # use pregon_adapters_events::EventFile;
/// # use pregon_core::{CustomerId, Event, EventId, EventSink, Fact, HashKey, Preference};
/// # use pregon_core::{PreferenceScope, Subject, Word};
/// # let dir = tempfile::tempdir()?;
/// # let said = Preference {
/// #     subject: Subject::Customer(CustomerId::new("C-1")?),
/// #     scope: PreferenceScope::promotional(),
/// #     word: Word::OptOut,
/// #     source: "form".to_owned(),
/// #     wording: None,
/// # };
/// # let id = EventId::of(&HashKey::new([7; 32]), 1, 0);
/// # let at = "2026-11-22T12:00:00Z".parse()?;
/// # let event = Event { id, at, fact: Fact::word(&said) };
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let file = EventFile::new(dir.path().join("events.jsonl"));
/// file.publish(std::slice::from_ref(&event)).await?;
/// let read: Vec<Event> = file.lines()?.collect::<Result<_, _>>()?;
/// assert_eq!(read, [event]);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct EventFile {
    path: PathBuf,
}

impl EventFile {
    /// The file of this name; it is made when the first event comes.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Reads the events that stand in it, a line at a time; a file that is not there has none.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn lines(&self) -> io::Result<EventLines> {
        match File::open(&self.path) {
            Ok(file) => Ok(EventLines::of(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(EventLines::none()),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl EventSink for EventFile {
    async fn publish(&self, events: &[Event]) -> Result<(), PortError> {
        if events.is_empty() {
            return Ok(());
        }
        let lines = written(events).map_err(|error| failed(error.into()))?;
        let path = self.path.clone();
        let task = tokio::task::spawn_blocking(move || append(&path, &lines));
        let done = task.await.map_err(io::Error::other);
        done.and_then(|done| done).map_err(failed)
    }
}

fn written(events: &[Event]) -> serde_json::Result<Vec<u8>> {
    let mut lines = Vec::new();
    for event in events {
        serde_json::to_writer(&mut lines, event)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// Writes lines behind those that are there, all of them or, as far as readers see, none.
fn append(path: &Path, lines: &[u8]) -> io::Result<()> {
    let is_new = !path.exists();
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)?;
    // Who waits here for another worker writes behind what that one has finished.
    file.lock()?;
    cut(&mut file)?;
    file.write_all(lines)?;
    file.sync_data()?;
    if is_new && let Some(folder) = path.parent() {
        let here = folder.as_os_str().is_empty();
        File::open(if here { Path::new(".") } else { folder })?.sync_all()?;
    }
    Ok(())
}

/// Cuts off a line that has no end, and goes behind the last one that has.
fn cut(file: &mut File) -> io::Result<()> {
    const PIECE: u64 = 64 * 1024;
    let mut end = file.seek(SeekFrom::End(0))?;
    let length = end;
    while end > 0 {
        let from = end.saturating_sub(PIECE);
        let mut piece = vec![0; usize::try_from(end - from).map_err(io::Error::other)?];
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(&mut piece)?;
        if let Some(last) = piece.iter().rposition(|byte| *byte == b'\n') {
            end = from + last as u64 + 1;
            break;
        }
        end = from;
    }
    if end < length {
        file.set_len(end)?;
    }
    file.seek(SeekFrom::Start(end))?;
    Ok(())
}

fn failed(error: io::Error) -> PortError {
    let kind = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => PortErrorKind::Unauthorized,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory => {
            PortErrorKind::Invalid
        }
        _ => PortErrorKind::Unavailable,
    };
    PortError::new("event_file", "publish", kind).with_source(error)
}
