//! The host's connections, of either database.

use sqlx::{AssertSqlSafe, Row as _};

use super::{Wire, WireKind};
use crate::table::error::Error;
use crate::table::{Bind, Dialect};

/// The host's connections.
#[derive(Debug, Clone)]
pub(in crate::table) enum Pool {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
}

impl Pool {
    pub(in crate::table) fn dialect(&self) -> Dialect {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// What a statement answers, each row with as many cells as there are kinds.
    ///
    /// The text is made of constants of this crate, of names in quotes that a mapping has checked,
    /// and of place holders; it stays prepared nowhere, because each rule has its own.
    pub(in crate::table) async fn fetch(
        &self,
        text: String,
        binds: Vec<Bind>,
        kinds: &[WireKind],
    ) -> Result<Vec<Vec<Wire>>, Error> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(pool) => {
                let mut query = sqlx::query(AssertSqlSafe(text)).persistent(false);
                for bind in binds {
                    query = match bind {
                        Bind::Int(n) => query.bind(n),
                        Bind::Float(x) => query.bind(x),
                        Bind::Text(text) => query.bind(text),
                        list => query.bind(list.to_json()),
                    };
                }
                let rows = query.fetch_all(pool).await?;
                rows.iter().map(|row| sqlite_cells(row, kinds)).collect()
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => {
                let mut query = sqlx::query(AssertSqlSafe(text)).persistent(false);
                for bind in binds {
                    query = match bind {
                        Bind::Int(n) => query.bind(n),
                        Bind::Float(x) => query.bind(x),
                        Bind::Text(text) => query.bind(text),
                        Bind::Ints(list) => query.bind(list),
                        Bind::Texts(list) => query.bind(list),
                    };
                }
                let rows = query.fetch_all(pool).await?;
                rows.iter().map(|row| postgres_cells(row, kinds)).collect()
            }
        }
    }
}

#[cfg(feature = "sqlite")]
fn sqlite_cells(row: &sqlx::sqlite::SqliteRow, kinds: &[WireKind]) -> Result<Vec<Wire>, Error> {
    let cell = |(at, kind): (usize, &WireKind)| {
        // Expressions have no declared type that could be checked.
        Ok(match kind {
            WireKind::Float => wire(row.try_get_unchecked(at)?, Wire::Float),
            WireKind::Text => wire(row.try_get_unchecked(at)?, Wire::Text),
            WireKind::Int | WireKind::Bool | WireKind::Texts => {
                wire(row.try_get_unchecked(at)?, Wire::Int)
            }
        })
    };
    kinds.iter().enumerate().map(cell).collect()
}

#[cfg(feature = "postgres")]
fn postgres_cells(row: &sqlx::postgres::PgRow, kinds: &[WireKind]) -> Result<Vec<Wire>, Error> {
    let cell = |(at, kind): (usize, &WireKind)| {
        Ok(match kind {
            WireKind::Int => wire(row.try_get(at)?, Wire::Int),
            WireKind::Float => wire(row.try_get(at)?, Wire::Float),
            WireKind::Text => wire(row.try_get(at)?, Wire::Text),
            WireKind::Bool => wire(row.try_get(at)?, Wire::Bool),
            WireKind::Texts => wire(row.try_get(at)?, Wire::Texts),
        })
    };
    kinds.iter().enumerate().map(cell).collect()
}

fn wire<T>(value: Option<T>, make: fn(T) -> Wire) -> Wire {
    value.map_or(Wire::Null, make)
}
