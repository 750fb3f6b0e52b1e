//! What can go wrong with a host's table, and where it becomes the port's error.

use pregon_core::{PortError, PortErrorKind};

/// Names the adapter in every error.
const ADAPTER: &str = "sql table";

/// What can go wrong. No message shows a value of the table.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("this cursor was not made by this table")]
    Cursor,
    #[error("an id in column {column} is none: {fault}")]
    Id {
        column: String,
        fault: pregon_core::IdError,
    },
    #[error("column {column} has what its storage does not allow")]
    Value { column: String },
    #[error("there is no table {0}")]
    NoTable(String),
    #[error("table {table} has no column {column}")]
    NoColumn { table: String, column: String },
    #[error("the mapping does not fit the table")]
    Mapping(#[from] super::MappingError),
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

impl Error {
    fn kind(&self) -> PortErrorKind {
        match self {
            Self::Cursor | Self::NoTable(_) | Self::NoColumn { .. } | Self::Mapping(_) => {
                PortErrorKind::Invalid
            }
            Self::Id { .. } | Self::Value { .. } => PortErrorKind::Corrupt,
            Self::Database(error) => match error {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => PortErrorKind::Unavailable,
                sqlx::Error::Database(error) => kind_of(error.code().as_deref().unwrap_or("")),
                // A value that cannot be read, a column that is not there.
                _ => PortErrorKind::Corrupt,
            },
        }
    }

    pub(super) fn during(self, operation: &'static str) -> PortError {
        PortError::new(ADAPTER, operation, self.kind()).with_source(self)
    }
}

/// By the SQLSTATE of PostgreSQL, of five characters, or the number of SQLite.
fn kind_of(code: &str) -> PortErrorKind {
    if code.len() == 5 {
        return match &code[..2] {
            "08" | "40" | "53" | "55" | "57" | "58" => PortErrorKind::Unavailable,
            "28" => PortErrorKind::Unauthorized,
            _ if code == "42501" => PortErrorKind::Unauthorized,
            _ => PortErrorKind::Invalid,
        };
    }
    match code.parse::<i32>().map(|code| code & 0xff) {
        // Busy, locked, an error of the disk, a file that cannot be opened.
        Ok(5 | 6 | 10 | 14) => PortErrorKind::Unavailable,
        // A damaged file, a file of something else.
        Ok(11 | 26) => PortErrorKind::Corrupt,
        _ => PortErrorKind::Invalid,
    }
}

/// Says what was being done when it failed.
pub(super) trait During<T> {
    fn during(self, operation: &'static str) -> Result<T, PortError>;
}

impl<T> During<T> for Result<T, Error> {
    fn during(self, operation: &'static str) -> Result<T, PortError> {
        self.map_err(|error| error.during(operation))
    }
}
