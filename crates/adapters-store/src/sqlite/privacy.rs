//! Forgetting as its port asks for it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{CustomerId, Erased, PortError, Privacy};

use super::error::{During as _, Error};
use super::{SqliteStore, erase};

#[async_trait]
impl Privacy for SqliteStore {
    /// Forgets a customer, all or nothing; once it returns, nothing of theirs begins, and their
    /// bytes are in the file and its journal no more. A guest may, beside a running process.
    ///
    /// The file is written anew, with room for a second one; nothing else is written meanwhile.
    ///
    /// Copies that were made of the file before, backups say, are not ours to change.
    ///
    /// # Errors
    /// When the store cannot be written. `Unavailable` also when somebody reads an older moment of
    /// the file for so long that its journal cannot be emptied: then the person is forgotten, and
    /// the same call again empties it.
    async fn erase(&self, customer: &CustomerId, now: DateTime<Utc>) -> Result<Erased, PortError> {
        self.forget(customer, now).await.during("erase")
    }
}

impl SqliteStore {
    async fn forget(&self, customer: &CustomerId, now: DateTime<Utc>) -> Result<Erased, Error> {
        let mut transaction = self.begin_beside().await?;
        let writer = &mut transaction.writer;
        let erased = erase::erase(writer, customer, now, &self.hash_key).await?;
        transaction.commit_to_file().await?;
        Ok(erased)
    }
}
