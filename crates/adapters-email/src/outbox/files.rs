//! Files that appear whole or not at all.
//!
//! The SMS outbox has its own small copy of this: adapters may not depend on each other, and core
//! does no I/O, so the alternative would be a crate for sixty lines.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What a file must outlive before its message counts as accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// A loss of power: file and directory are written through to the disk. A disk does this some
    /// hundred to some thousand times a second, and no trick makes it cheaper for single messages.
    #[default]
    Full,
    /// A crash of the process only: for demonstrations, tests and directories in memory.
    Rename,
}

/// A file was not written, or not for certain.
#[derive(Debug, thiserror::Error)]
#[error("{step}")]
pub(super) struct Failed {
    step: &'static str,
    /// Whether the file may be there under its name.
    pub(super) visible: bool,
    #[source]
    pub(super) source: io::Error,
}

impl Failed {
    /// A failure after which the file may be there.
    pub(super) fn late(source: io::Error) -> Self {
        Self {
            step: "after the rename",
            visible: true,
            source,
        }
    }

    pub(super) fn early(step: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self {
            step,
            visible: false,
            source,
        }
    }
}

/// A directory of files named by keys.
#[derive(Debug, Clone)]
pub(super) struct Files {
    dir: PathBuf,
    durability: Durability,
}

/// Makes the names of unfinished files differ within the process.
static UNFINISHED: AtomicU64 = AtomicU64::new(0);

const UNFINISHED_SUFFIX: &str = ".unfinished";

impl Files {
    /// Makes the directory if need be and removes what a crash left unfinished.
    ///
    /// Who has the same directory open in another process may lose a file that it writes at this
    /// moment; its rename fails then, nothing is sent, and the message comes again.
    pub(super) fn open(dir: PathBuf) -> Result<Self, Failed> {
        let step = Failed::early("opening the directory");
        let made = fs::create_dir_all(&dir).and_then(|()| remove_unfinished(&dir));
        made.map_err(step)?;
        Ok(Self {
            dir,
            durability: Durability::default(),
        })
    }

    pub(super) fn with_durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Puts a file under the name of its key; one that is there is replaced.
    pub(super) fn put(&self, key: &str, extension: &str, bytes: &[u8]) -> Result<(), Failed> {
        let number = UNFINISHED.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let unfinished = format!(".{key}-{process}-{number}{UNFINISHED_SUFFIX}");
        let unfinished = self.dir.join(unfinished);
        let put = self
            .write(&unfinished, bytes)
            .map_err(Failed::early("writing the file"))
            .and_then(|()| {
                fs::rename(&unfinished, self.dir.join(format!("{key}.{extension}")))
                    .map_err(Failed::early("giving the file its name"))
            });
        if put.is_err() {
            // The first error counts; what stays is removed when the directory is next opened.
            let _ = fs::remove_file(&unfinished);
        }
        put?;
        self.sync_dir().map_err(Failed::late)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        match self.durability {
            Durability::Full => file.sync_all(),
            Durability::Rename => Ok(()),
        }
    }

    /// A rename lasts when the directory is on the disk; only Unix lets one open a directory.
    fn sync_dir(&self) -> io::Result<()> {
        match self.durability {
            Durability::Full if cfg!(unix) => File::open(&self.dir)?.sync_all(),
            _ => Ok(()),
        }
    }
}

fn remove_unfinished(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let ours = |name: &str| name.starts_with('.') && name.ends_with(UNFINISHED_SUFFIX);
        if name.to_str().is_some_and(ours) {
            match fs::remove_file(dir.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}
