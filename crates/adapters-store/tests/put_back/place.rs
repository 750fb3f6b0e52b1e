//! A file, its copy and what stands beside it.

use std::error::Error as _;
use std::path::PathBuf;

use pregon_adapters_store::{Moved, SqliteOptions, SqliteStore};
use pregon_core::{PortError, PortErrorKind};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.path().join("s.db")
    }

    pub(crate) fn witness(&self) -> PathBuf {
        self.0.path().join("s.db.witness")
    }

    fn yesterday(&self) -> PathBuf {
        self.0.path().join("yesterday.db")
    }

    pub(crate) async fn open(&self, options: SqliteOptions) -> Result<SqliteStore, PortError> {
        SqliteStore::open(self.file(), options).await
    }

    /// A new store with an active campaign `c`.
    pub(crate) async fn store(&self) -> SqliteStore {
        crate::support::store(&self.file()).await
    }

    /// Runs a statement on the file behind the store's back.
    pub(crate) async fn run(&self, text: String) {
        let options = SqliteConnectOptions::new().filename(self.file());
        let options = options.create_if_missing(true);
        let mut on = options.connect().await.unwrap();
        let text = sqlx::raw_sql(AssertSqlSafe(text));
        text.execute(&mut on).await.unwrap();
        on.close().await.unwrap();
    }

    /// Makes a copy as a backup does, while others write.
    pub(crate) async fn copy(&self) {
        let _ = std::fs::remove_file(self.yesterday());
        let to = self.yesterday().display().to_string();
        self.run(format!("VACUUM INTO '{to}'")).await;
    }

    /// Takes the file away.
    pub(crate) fn clear(&self) {
        for end in ["", "-wal", "-shm"] {
            let mut name = self.file().into_os_string();
            name.push(end);
            let _ = std::fs::remove_file(PathBuf::from(name));
        }
    }

    pub(crate) fn put_back(&self) {
        self.clear();
        std::fs::copy(self.yesterday(), self.file()).unwrap();
    }

    #[track_caller]
    pub(crate) fn check_refusal(error: &PortError) {
        assert_eq!(error.kind(), PortErrorKind::Conflict, "{error:?}");
        let cause = error.source().and_then(|it| it.downcast_ref::<Moved>());
        assert_eq!(cause, Some(&Moved::Back));
    }

    /// Fails unless it is refused, however often it is tried.
    pub(crate) async fn is_refused(&self) {
        for _ in 0..3 {
            let opened = self.open(SqliteOptions::new()).await;
            Self::check_refusal(&opened.expect_err("it is older"));
        }
    }
}
