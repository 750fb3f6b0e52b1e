//! The store that a configuration names.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use pregon::PortErrorKind;
use pregon::store::{SqliteOptions, SqliteStore};

use super::Config;
use crate::output::Failure;

/// The file of a store, and how people know it.
#[derive(Debug)]
pub(crate) struct StoreFile {
    pub(crate) path: PathBuf,
}

impl StoreFile {
    /// The store that a configuration names: `sqlite:pregon.db` beside it when it says nothing.
    pub(crate) fn of(config: &Config) -> Result<Self, Failure> {
        let written = config.file.store.as_deref().unwrap_or("sqlite:pregon.db");
        if written.starts_with("postgres:") || written.starts_with("postgresql:") {
            let message = "this build has no PostgreSQL: it lacks the feature `postgres`";
            let hint = "use store = \"sqlite:pregon.db\"";
            return Err(config.wrong("store", message).hinted(Some(hint)));
        }
        let name = written
            .strip_prefix("sqlite:")
            .filter(|name| !name.is_empty());
        let Some(name) = name else {
            let message = "a store is written as \"sqlite:pregon.db\"";
            return Err(config.wrong("store", message));
        };
        Ok(Self {
            path: config.path(name.strip_prefix("//").unwrap_or(name)),
        })
    }

    /// Opens it for writing; nobody else may have it.
    pub(crate) async fn open(&self, options: SqliteOptions) -> Result<SqliteStore, Failure> {
        let opened = SqliteStore::open(&self.path, options).await;
        opened.map_err(|error| self.failure(&error))
    }

    /// Opens it for reading, whoever writes.
    pub(crate) async fn open_to_read(&self) -> Result<SqliteStore, Failure> {
        let opened = SqliteStore::open_read_only(&self.path).await;
        opened.map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &pregon::PortError) -> Failure {
        let mut failure = Failure::port(error);
        failure
            .causes
            .insert(0, std::mem::take(&mut failure.message));
        failure.message = format!("the store {} cannot be opened", self.path.display());
        if error.kind() == PortErrorKind::Conflict {
            failure.message = format!("the store {} is in use", self.path.display());
            failure.hint = Some("wait until the other pregon has ended, or stop it".to_owned());
        }
        failure
    }
}

/// The latest instant that a store has seen, or `now` when that is later.
pub(crate) async fn high_water(
    store: &SqliteStore,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Failure> {
    let seen = store
        .high_water()
        .await
        .map_err(|error| Failure::port(&error))?;
    Ok(seen.map_or(now, |seen| seen.max(now)))
}
