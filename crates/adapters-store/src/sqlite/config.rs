//! How a store is opened.

use chrono::{DateTime, Utc};
use pregon_core::HashKey;

use crate::kept::lost::{Accept, Lost};

/// How a [`SqliteStore`](crate::SqliteStore) is opened.
///
/// ```
/// # use pregon_adapters_store::SqliteOptions;
/// # use pregon_core::HashKey;
/// let options = SqliteOptions::new().with_hash_key(HashKey::new([7; 32]));
/// assert!(format!("{options:?}").contains("***"), "the key is never shown");
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct SqliteOptions {
    pub(super) hash_key: Option<HashKey>,
    pub(super) max_pages: Option<u32>,
    pub(super) accept_moved: Accept,
}

impl SqliteOptions {
    /// A secret made with the file, and as many pages as the disk has.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this secret instead of one made with the file. A file that has another is refused.
    #[must_use]
    pub fn with_hash_key(mut self, key: HashKey) -> Self {
        self.hash_key = Some(key);
        self
    }

    /// With at most so many pages of 4 KiB, as if the disk were full after them.
    #[must_use]
    pub fn with_max_pages(mut self, pages: u32) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// Takes an older copy that was put back as it is, because nothing was sent since it was made.
    ///
    /// A copy no longer knows what was sent after it, so it is refused. Whoever says this has
    /// looked.
    #[must_use]
    pub fn accept_moved(mut self) -> Self {
        self.accept_moved = Accept::Whole;
        self
    }

    /// Takes an older copy that was put back, which was made at `since` or later; from `until` on
    /// nobody sent from the file that it replaces.
    ///
    /// What was due in between and waits is in doubt, once, as what a dead pass had begun: it is
    /// sent again where its channel's promise or its class allows it, and is unknown otherwise. So
    /// is what is planned anew for a time in between. This does nothing where the file is no older
    /// than what was done with it.
    ///
    /// What people said after `since` is forgotten too, and nobody here can say it for them: look
    /// for it where they said it.
    ///
    /// ```
    /// # use pregon_adapters_store::SqliteOptions;
    /// let since = "2026-11-21T03:00:00Z".parse()?;
    /// let until = "2026-11-22T12:10:00Z".parse()?;
    /// let options = SqliteOptions::new().accept_moved_in_doubt(since, until);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn accept_moved_in_doubt(mut self, since: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        self.accept_moved = Accept::Lost(Lost::new(since, until));
        self
    }
}
