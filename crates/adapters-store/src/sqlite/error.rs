//! What can go wrong in SQLite, and the one place where it becomes the port's error.

use pregon_core::{PortError, PortErrorKind};
use sqlx::error::DatabaseError as _;
use sqlx::sqlite::SqliteError;

use crate::kept::flaw::Flaw;
use crate::moved::Moved;

/// Names the adapter in every error.
const ADAPTER: &str = "sqlite";

/// What can go wrong. No message shows a value that the store keeps.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("another process has this store open")]
    Locked,
    #[error("the lock file beside the store cannot be used")]
    LockFile(#[source] std::io::Error),
    #[error("the witness beside the store cannot be used")]
    Witness(#[source] std::io::Error),
    #[error(transparent)]
    Moved(Moved),
    #[error("the file is a database of another program")]
    NotOurs,
    #[error("the file is not a database")]
    NotADatabase,
    #[error("there is no store yet; open it for writing once")]
    Missing,
    #[error("the file has layout {found}; this program knows layouts up to {known}")]
    Newer { found: i64, known: i64 },
    #[error("the file has layout {found}; open it for writing once to bring it to {known}")]
    Older { found: i64, known: i64 },
    #[error("the disk or the page limit is full")]
    Full(#[source] sqlx::Error),
    #[error("the person is forgotten, but somebody reads, and the journal is not empty: once more")]
    StillRead,
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    #[error(transparent)]
    Kept(#[from] Flaw),
    #[error("the database refused")]
    Database(#[source] sqlx::Error),
}

impl Error {
    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Locked | Self::Moved(_) => PortErrorKind::Conflict,
            Self::LockFile(_) | Self::Witness(_) | Self::Full(_) | Self::StillRead => {
                PortErrorKind::Unavailable
            }
            Self::NotOurs | Self::Missing => PortErrorKind::Invalid,
            Self::Newer { .. } | Self::Older { .. } => PortErrorKind::Unsupported,
            Self::NotADatabase | Self::Damaged(_) => PortErrorKind::Corrupt,
            Self::Kept(flaw) => flaw.kind(),
            Self::Database(error) => kind_of(error),
        }
    }
}

/// The primary result codes of SQLite that we tell apart.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const IO: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const NOT_A_DATABASE: i32 = 26;

fn code_of(error: &sqlx::Error) -> Option<i32> {
    let database = error.as_database_error()?;
    let sqlite: &SqliteError = database.try_downcast_ref()?;
    // The low byte is the primary code; the rest tells more than we ask.
    sqlite.code()?.parse::<i32>().ok().map(|code| code & 0xff)
}

fn kind_of(error: &sqlx::Error) -> PortErrorKind {
    match code_of(error) {
        Some(BUSY | LOCKED | IO | CANNOT_OPEN) => PortErrorKind::Unavailable,
        Some(READ_ONLY) => PortErrorKind::Unauthorized,
        Some(_) => PortErrorKind::Corrupt,
        None => match error {
            sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => PortErrorKind::Unavailable,
            _ => PortErrorKind::Corrupt,
        },
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match code_of(&error) {
            Some(FULL) => Self::Full(error),
            Some(CORRUPT) => Self::Damaged("a page of it cannot be read"),
            Some(NOT_A_DATABASE) => Self::NotADatabase,
            _ => Self::Database(error),
        }
    }
}

/// Says what was being done when it failed.
pub(super) trait During<T> {
    fn during(self, operation: &'static str) -> Result<T, PortError>;
}

impl<T> During<T> for Result<T, Error> {
    fn during(self, operation: &'static str) -> Result<T, PortError> {
        self.map_err(|error| {
            let failed = PortError::new(ADAPTER, operation, error.kind());
            match error {
                Error::Moved(moved) => failed.with_source(moved),
                error => failed.with_source(error),
            }
        })
    }
}
