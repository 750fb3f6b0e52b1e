//! The databases, and what is opened in them.

use std::path::Path;
use std::sync::Arc;

use pregon_adapters_store::{PostgresOptions, PostgresStore, SqliteOptions, SqliteStore};
use pregon_core::{AuditReport, Limit, PortError, Store, audit};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tempfile::TempDir;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file of its own.
    Sqlite,
    /// A schema of its own.
    Postgres,
}

/// The server, as all tests find it.
const SERVER: &str = "PREGON_TEST_POSTGRES";

impl Database {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// Whether there is one here: a server must be named by the environment.
    #[must_use]
    pub fn is_here(self) -> bool {
        self == Self::Sqlite || std::env::var_os(SERVER).is_some()
    }
}

/// An empty place for one store, and a folder beside it.
#[derive(Debug)]
pub(super) struct Base {
    kind: Database,
    folder: TempDir,
    schema: String,
}

/// A store that is open.
#[derive(Debug, Clone)]
pub(super) enum Handle {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

impl Base {
    pub(super) fn new(kind: Database, name: &str) -> Result<Self, String> {
        // In memory where there is such a folder: what a power cut does is not tried here.
        let shared = Path::new("/dev/shm");
        let folder = match shared.is_dir() {
            true => tempfile::tempdir_in(shared),
            false => tempfile::tempdir(),
        };
        Ok(Self {
            kind,
            folder: folder.map_err(|error| format!("no folder: {error}"))?,
            schema: format!("failpoint_{}_{name}", std::process::id()),
        })
    }

    /// Opens it, in a future that owns what it needs.
    pub(super) fn open(&self) -> impl Future<Output = Result<Handle, PortError>> + Send + 'static {
        let (kind, schema) = (self.kind, self.schema.clone());
        let path = self.folder.path().join("pregon.db");
        async move {
            Ok(match kind {
                Database::Sqlite => {
                    let store = SqliteStore::open(path, SqliteOptions::new()).await?;
                    Handle::Sqlite(Arc::new(store))
                }
                Database::Postgres => {
                    let options = PostgresOptions::new()
                        .with_schema(schema)
                        .with_connections(2);
                    let store = PostgresStore::open(&server(), options).await?;
                    Handle::Postgres(Arc::new(store))
                }
            })
        }
    }

    /// Where the flight recorder is.
    pub(super) fn flights(&self) -> std::path::PathBuf {
        self.folder.path().join("flights")
    }

    /// Takes the schema away; a folder goes by itself.
    pub(super) async fn clear(self) -> Result<(), String> {
        if self.kind == Database::Sqlite {
            return Ok(());
        }
        let dropped = async {
            let mut on = PgConnection::connect(&server()).await?;
            let text = format!("DROP SCHEMA IF EXISTS \"{}\" CASCADE", self.schema);
            on.execute(AssertSqlSafe(text)).await?;
            on.close().await
        };
        let dropped: Result<(), sqlx::Error> = dropped.await;
        dropped.map_err(|error| format!("the schema stays: {error}"))
    }
}

impl Handle {
    pub(super) fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::<SqliteStore>::clone(store),
            Self::Postgres(store) => Arc::<PostgresStore>::clone(store),
        }
    }

    pub(super) async fn audit(&self, limits: &[Arc<dyn Limit>]) -> Result<AuditReport, PortError> {
        match self {
            Self::Sqlite(store) => audit(&**store, limits).await,
            Self::Postgres(store) => audit(&**store, limits).await,
        }
    }
}

fn server() -> String {
    std::env::var(SERVER).unwrap_or_default()
}
