//! Forgetting as its port asks for it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{CustomerId, Erased, PortError, Privacy};

use super::error::{During as _, Error};
use super::work::TRIES;
use super::{PostgresStore, erase};

#[async_trait]
impl Privacy for PostgresStore {
    /// Forgets a customer, all or nothing; once it returns, nothing of theirs begins, and no row
    /// that a statement can read has them.
    ///
    /// What the server keeps beside that is the operator's: dead rows lie in the files of the
    /// tables until they are written over (`VACUUM FULL` of `dispatch`, `hold`, `word`,
    /// `preference`, `member` and `gate` writes them anew at once, and holds them for as long), in
    /// its write-ahead log and in archives, replicas' logs and backups of it until those expire.
    ///
    /// # Errors
    /// When the database cannot be written.
    async fn erase(&self, customer: &CustomerId, now: DateTime<Utc>) -> Result<Erased, PortError> {
        write!(self, "erase", |on| erase::erase(
            on,
            &self.names,
            customer,
            now,
            &self.hash_key
        ))
    }
}
