//! How a store is opened.

use std::time::Duration;

use chrono::{DateTime, Utc};
use pregon_core::HashKey;

use crate::kept::lost::{Accept, Lost};

/// How a [`PostgresStore`](crate::PostgresStore) is opened.
///
/// ```
/// # use pregon_adapters_store::PostgresOptions;
/// # use pregon_core::HashKey;
/// let options = PostgresOptions::new()
///     .with_schema("marketing")
///     .with_worker("worker-1")
///     .with_hash_key(HashKey::new([7; 32]));
/// assert!(format!("{options:?}").contains("***"), "the key is never shown");
/// ```
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    pub(super) schema: String,
    pub(super) worker: String,
    pub(super) hash_key: Option<HashKey>,
    pub(super) connections: u32,
    pub(super) lease: Duration,
    pub(super) accept_moved: Accept,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            schema: "pregon".to_owned(),
            worker: "main".to_owned(),
            hash_key: None,
            connections: 4,
            lease: Duration::from_secs(15 * 60),
            accept_moved: Accept::Nobody,
        }
    }
}

impl PostgresOptions {
    /// The schema `pregon`, the worker `main`, four connections, a lease of 15 minutes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the tables in a schema of this name, made when it is not there.
    #[must_use]
    pub fn with_schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = schema.into();
        self
    }

    /// As the worker of this name.
    ///
    /// A pass makes the older ones *of its worker* void, so each process that sends at the same
    /// time as others has a name of its own, and keeps it when it is started again: then it settles
    /// at once what it had left open.
    #[must_use]
    pub fn with_worker(mut self, name: impl Into<String>) -> Self {
        self.worker = name.into();
        self
    }

    /// With this secret instead of one made with the store. A store that has another is refused.
    #[must_use]
    pub fn with_hash_key(mut self, key: HashKey) -> Self {
        self.hash_key = Some(key);
        self
    }

    /// With at most so many connections; none is taken for one.
    #[must_use]
    pub fn with_connections(mut self, most: u32) -> Self {
        self.connections = most.max(1);
        self
    }

    /// With this time without a turn after which another worker is taken for dead. What it had
    /// begun is then in doubt, so it must be longer than any request of a channel.
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Takes the server as it is, after a failover that lost nothing.
    ///
    /// A server that lost its latest commits no longer knows what was sent. Whoever says this has
    /// looked, at how the failover was done: the standby was synchronous, or the old server was
    /// stopped in order and the standby had all of it.
    #[must_use]
    pub fn accept_moved(mut self) -> Self {
        self.accept_moved = Accept::Whole;
        self
    }

    /// Takes the server as it is, after a failover or a restore that may have lost what was
    /// committed after `since`; from `until` on nobody sends by the old server.
    ///
    /// What was due in between and waits is in doubt, once, as what a dead pass had begun: it is
    /// sent again where its channel's promise or its class allows it, and is unknown otherwise. So
    /// is what is planned anew for a time in between. This does nothing where the server is the one
    /// that the store knows, unless a flight recorder proves at the first pass that a dump was put
    /// back there: then it is taken as it is by that pass. Stop the other workers before.
    ///
    /// `since` is best taken from the server, when it was promoted
    /// (`pg_last_xact_replay_timestamp()`), or is when the backup was made; earlier is safe.
    ///
    /// ```
    /// # use pregon_adapters_store::PostgresOptions;
    /// let since = "2026-11-22T11:58:00Z".parse()?;
    /// let until = "2026-11-22T12:10:00Z".parse()?;
    /// let options = PostgresOptions::new().accept_moved_in_doubt(since, until);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn accept_moved_in_doubt(mut self, since: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        self.accept_moved = Accept::Lost(Lost::new(since, until));
        self
    }
}
