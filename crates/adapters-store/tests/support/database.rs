//! An empty database of each kind that there is.

mod postgres;

use pregon_adapters_store::{Dialect, SqlTable, TableMapping};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

/// A database of one connection, whose tables go with it.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Database {
    pub(crate) async fn sqlite() -> Self {
        let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
        Self::Sqlite(options.connect("sqlite::memory:").await.unwrap())
    }

    /// The one that the environment names; nothing, and loudly, when it names none.
    pub(crate) async fn postgres() -> Option<Self> {
        let options = sqlx::postgres::PgPoolOptions::new().max_connections(1);
        let pool = options.connect(&postgres::url()?).await.unwrap();
        let database = Self::Postgres(pool);
        // Seen by this connection alone, and gone with it.
        database.run("SET search_path = pg_temp").await;
        // Forty rows are not worth compiling for.
        database.run("SET jit = off").await;
        Some(database)
    }

    /// Each that is there.
    pub(crate) async fn all() -> Vec<Self> {
        let sqlite = Self::sqlite().await;
        [sqlite].into_iter().chain(Self::postgres().await).collect()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn open(&self, mapping: TableMapping) -> SqlTable {
        match self {
            Self::Sqlite(pool) => SqlTable::sqlite(mapping, pool.clone()).unwrap(),
            Self::Postgres(pool) => SqlTable::postgres(mapping, pool.clone()).unwrap(),
        }
    }

    pub(crate) async fn run(&self, text: &str) {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Sqlite(pool) => drop(sqlx::query(text).execute(pool).await.unwrap()),
            Self::Postgres(pool) => drop(sqlx::query(text).execute(pool).await.unwrap()),
        }
    }
}
