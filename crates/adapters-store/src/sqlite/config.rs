//! How a store is opened.

use pregon_core::HashKey;

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
}
