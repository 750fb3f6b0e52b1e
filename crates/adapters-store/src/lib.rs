//! Stores of Pregón: one SQLite file, no server; a schema of PostgreSQL, many workers; a flight
//! recorder for either; and a host's own tables, read by rules.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod kept;

mod flight;

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod moved;

#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "postgres")]
mod postgres;

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod table;

pub use flight::FlightFile;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub use moved::Moved;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOptions, PostgresStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub use table::*;
