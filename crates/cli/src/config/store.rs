//! The store that a configuration names: a file, or a schema of a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use pregon::store::{FlightFile, SqliteOptions, SqliteStore};
use pregon::{Books, HashKey, PortError, PortErrorKind, Privacy, Recorder, Store};

use super::Config;
use super::server::Server;
use crate::output::{Failure, FailureKind};

/// All that commands ask of a store.
pub(crate) trait Keeper: Store + Books + Privacy {}

impl<T: Store + Books + Privacy + ?Sized> Keeper for T {}

/// Where a store is.
#[derive(Debug)]
pub(crate) enum StorePlace {
    /// A file of SQLite, and how it is opened.
    File(PathBuf, SqliteOptions),
    /// A schema of a PostgreSQL server.
    Server(Server),
}

/// How long a command waits for a store that another process is just making.
const WAIT: Duration = Duration::from_millis(100);

/// How often.
const MOST_WAITS: u32 = 100;

/// A store that is open.
#[derive(Debug, Clone)]
pub(crate) enum OpenStore {
    /// A file of SQLite.
    File(Arc<SqliteStore>),
    /// A schema of a PostgreSQL server.
    #[cfg(feature = "postgres")]
    Server(Arc<pregon::store::PostgresStore>),
}

impl StorePlace {
    /// The store that a configuration names: `sqlite:pregon.db` beside it when it says nothing.
    pub(crate) fn of(config: &Config) -> Result<Self, Failure> {
        let written = config.file.store.as_deref().unwrap_or("sqlite:pregon.db");
        if written.starts_with("postgres:") || written.starts_with("postgresql:") {
            return Server::of(config, written).map(Self::Server);
        }
        let name = written
            .strip_prefix("sqlite:")
            .filter(|name| !name.is_empty());
        let Some(name) = name else {
            let message =
                "a store is written as \"sqlite:pregon.db\" or \"postgres://HOST/DATABASE\"";
            return Err(config.wrong("store", message));
        };
        let path = config.path(name.strip_prefix("//").unwrap_or(name));
        Ok(Self::File(path, SqliteOptions::new()))
    }

    /// Takes a store as it is, after a failover or a restore that may have lost intents between two
    /// instants.
    pub(crate) fn accept_moved(self, lost: Option<(DateTime<Utc>, DateTime<Utc>)>) -> Self {
        match self {
            Self::Server(server) => server.accept_moved(lost),
            Self::File(path, options) => {
                let options = match lost {
                    None => options.accept_moved(),
                    Some((since, until)) => options.accept_moved_in_doubt(since, until),
                };
                Self::File(path, options)
            }
        }
    }

    /// Opens it to send from it. Nobody else may have a file; of a server's workers nobody else may
    /// have this one's name.
    pub(crate) async fn open(&self, key: Option<HashKey>) -> Result<OpenStore, Failure> {
        let opened = match self {
            Self::File(path, options) => {
                let options = match key {
                    Some(key) => options.clone().with_hash_key(key),
                    None => options.clone(),
                };
                let opened = SqliteStore::open(path, options).await;
                opened.map(|store| OpenStore::File(Arc::new(store)))
            }
            Self::Server(server) => server.open(key).await,
        };
        opened.map_err(|error| self.failure(&error))
    }

    /// What notes which messages left, so that a kill leaves few in doubt.
    pub(crate) fn recorder(&self, config: &Config) -> Result<Arc<dyn Recorder>, Failure> {
        let path = match self {
            Self::File(path, _) => {
                let mut name = path.clone().into_os_string();
                name.push(".flights");
                PathBuf::from(name)
            }
            Self::Server(server) => server.flights(config)?,
        };
        let opened = FlightFile::open(&path);
        let recorder = opened.map_err(|error| Failure::port(&error))?;
        Ok(Arc::new(recorder))
    }

    /// Opens it for reading, whoever writes.
    pub(crate) async fn open_to_read(&self) -> Result<OpenStore, Failure> {
        let opened = match self {
            Self::File(path, _) => {
                let opened = SqliteStore::open_read_only(path).await;
                opened.map(|store| OpenStore::File(Arc::new(store)))
            }
            Self::Server(server) => server.open_to_read().await,
        };
        opened.map_err(|error| self.failure(&error))
    }

    /// Opens it to say a word or to change a campaign, whoever sends from it.
    pub(crate) async fn open_to_say(&self, key: Option<HashKey>) -> Result<OpenStore, Failure> {
        match self {
            // A file that is not there has nobody who sends from it, and words can come first.
            Self::File(path, _) if path.exists() => self.visit(path, key).await,
            Self::File(..) | Self::Server(_) => self.open(key).await,
        }
    }

    /// Opens a file beside whoever has it. One of an older version is brought up first, by whoever
    /// has it, who is at it, or by us.
    async fn visit(&self, path: &Path, key: Option<HashKey>) -> Result<OpenStore, Failure> {
        let mut waited = 0;
        loop {
            let error = match SqliteStore::open_guest(path).await {
                Ok(store) => return Ok(OpenStore::File(Arc::new(store))),
                Err(error) => error,
            };
            let unfinished = matches!(
                error.kind(),
                PortErrorKind::Unsupported | PortErrorKind::Invalid
            );
            if !unfinished || waited == MOST_WAITS {
                return Err(self.failure(&error));
            }
            match self.open(key.clone()).await {
                Err(failure) if failure.kind == FailureKind::Unreachable => waited += 1,
                other => return other,
            }
            tokio::time::sleep(WAIT).await;
        }
    }

    /// Its name, without anything secret.
    fn name(&self) -> String {
        match self {
            Self::File(path, _) => path.display().to_string(),
            Self::Server(server) => server.name().to_owned(),
        }
    }

    fn failure(&self, error: &PortError) -> Failure {
        let mut failure = Failure::port(error);
        failure
            .causes
            .insert(0, std::mem::take(&mut failure.message));
        failure.message = format!("the store {} cannot be opened", self.name());
        // One that moved has a hint by now.
        if error.kind() == PortErrorKind::Conflict
            && failure.hint.is_none()
            && let Self::File(path, _) = self
        {
            failure.message = format!("the store {} is in use", path.display());
            let hint = "wait until the other pregon has ended, or stop it";
            failure.hint = Some(hint.to_owned());
        }
        failure
    }
}

impl OpenStore {
    /// It, as commands use it.
    pub(crate) fn keeper(&self) -> Arc<dyn Keeper> {
        match self {
            Self::File(store) => Arc::<SqliteStore>::clone(store),
            #[cfg(feature = "postgres")]
            Self::Server(store) => Arc::<pregon::store::PostgresStore>::clone(store),
        }
    }

    /// It, as the engine decides in it.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.keeper()
    }

    /// The latest instant that it has seen, or `now` when that is later.
    pub(crate) async fn high_water(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
        let seen = match self {
            Self::File(store) => store.high_water().await,
            #[cfg(feature = "postgres")]
            Self::Server(store) => store.high_water().await,
        };
        let seen = seen.map_err(|error| Failure::port(&error))?;
        Ok(seen.map_or(now, |seen| seen.max(now)))
    }

    /// Closes it in order, when nobody else here has it; dropping it is as safe.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        match self {
            Self::File(store) => match Arc::into_inner(store) {
                Some(store) => store.close().await.map_err(|error| Failure::port(&error)),
                None => Ok(()),
            },
            #[cfg(feature = "postgres")]
            Self::Server(store) => {
                if let Some(store) = Arc::into_inner(store) {
                    store.close().await;
                }
                Ok(())
            }
        }
    }
}
