//! What can go wrong in PostgreSQL, and the one place where it becomes the port's error.

use pregon_core::{PortError, PortErrorKind};

use crate::kept::flaw::Flaw;
use crate::moved::Moved;

/// Names the adapter in every error.
const ADAPTER: &str = "postgres";

/// What can go wrong. No message shows a value that the store keeps.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("the address of the database cannot be read")]
    Url(#[source] sqlx::Error),
    #[error("a schema's or worker's name is 1 to 63 letters, digits, `-`, `_` or `.`")]
    Name,
    #[error("the schema has tables of another program")]
    NotOurs,
    #[error("there is no store yet; open it for writing once")]
    Missing,
    #[error("the schema has layout {found}; this program knows layouts up to {known}")]
    Newer { found: i32, known: i32 },
    #[error("the schema has layout {found}; open it for writing once to bring it to {known}")]
    Older { found: i32, known: i32 },
    #[error("PostgreSQL {0} is too old; 13 is the oldest that will do")]
    OldServer(i32),
    #[error("the database's encoding is not UTF8")]
    Encoding,
    #[error("this server is a replica: nothing can be decided here")]
    Replica,
    #[error("synchronous_commit is weaker than `on`: a crash would forget what was sent")]
    Forgetful,
    #[error(transparent)]
    Moved(Moved),
    #[error("another worker was faster")]
    Race,
    #[error(transparent)]
    Kept(#[from] Flaw),
    #[error("the database refused")]
    Database(#[source] sqlx::Error),
}

impl Error {
    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Moved(_) => PortErrorKind::Conflict,
            Self::Replica | Self::Race => PortErrorKind::Unavailable,
            Self::Url(_) | Self::Name | Self::NotOurs | Self::Missing => PortErrorKind::Invalid,
            Self::Newer { .. } | Self::Older { .. } => PortErrorKind::Unsupported,
            Self::OldServer(_) | Self::Encoding | Self::Forgetful => PortErrorKind::Unsupported,
            Self::Kept(flaw) => flaw.kind(),
            Self::Database(error) => kind_of(error),
        }
    }

    /// Whether the transaction lost against another one and has changed nothing: the same again
    /// may well be kept.
    pub(super) fn is_race(&self) -> bool {
        match self {
            Self::Race => true,
            Self::Database(error) => matches!(
                code_of(error).as_deref(),
                Some(SERIALIZATION | DEADLOCK | UNIQUE | NO_LOCK)
            ),
            _ => false,
        }
    }

    /// Whether the connection is of no use.
    pub(super) fn is_connection(&self) -> bool {
        matches!(self, Self::Database(error) if kind_of(error) == PortErrorKind::Unavailable
            && !matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed))
    }
}

/// The codes of PostgreSQL that we tell apart.
const SERIALIZATION: &str = "40001";
const DEADLOCK: &str = "40P01";
const UNIQUE: &str = "23505";
/// A `lock_timeout`. A `statement_timeout` is none of these: what took too long under a load would
/// only add to it.
const NO_LOCK: &str = "55P03";
const READ_ONLY: &str = "25006";
const NO_PRIVILEGE: &str = "42501";
const NO_DATABASE: &str = "3D000";

fn code_of(error: &sqlx::Error) -> Option<String> {
    let database = error.as_database_error()?;
    database.code().map(std::borrow::Cow::into_owned)
}

fn kind_of(error: &sqlx::Error) -> PortErrorKind {
    let Some(code) = code_of(error) else {
        return match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => PortErrorKind::Unavailable,
            _ => PortErrorKind::Corrupt,
        };
    };
    match (code.as_str(), code.get(..2)) {
        (NO_PRIVILEGE, _) | (_, Some("28")) => PortErrorKind::Unauthorized,
        (NO_DATABASE, _) => PortErrorKind::Invalid,
        // Connections, races, means that ran out, an operator, and failures of the system.
        (_, Some("08" | "25" | "40" | "53" | "55" | "57" | "58")) => PortErrorKind::Unavailable,
        _ => PortErrorKind::Corrupt,
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match code_of(&error).as_deref() {
            Some(READ_ONLY) => Self::Replica,
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
