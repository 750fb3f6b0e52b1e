//! How a store is opened.

use std::time::Duration;

use pregon_core::HashKey;

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
    pub(super) accept_moved: bool,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            schema: "pregon".to_owned(),
            worker: "main".to_owned(),
            hash_key: None,
            connections: 4,
            lease: Duration::from_secs(15 * 60),
            accept_moved: false,
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

    /// Takes the server as it is, after a failover or a restore.
    ///
    /// A server that lost its latest commits no longer knows what was sent. Whoever says this has
    /// looked: at the flight recorders, at the provider, or at how the failover was done.
    #[must_use]
    pub fn accept_moved(mut self) -> Self {
        self.accept_moved = true;
        self
    }
}
