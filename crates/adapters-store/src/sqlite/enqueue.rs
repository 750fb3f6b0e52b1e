//! Keeping dispatches in a transaction of the host's own.

use chrono::{DateTime, Utc};
use pregon_core::{Planned, PlannedPage, PortError, Scheduled};
use sqlx::{Connection as _, Sqlite, Transaction};

use super::error::{During as _, Error};
use super::intern::Interned;
use super::{SqliteStore, open, schedule};
use crate::kept::hash_key;
use crate::kept::plan;

impl SqliteStore {
    /// Keeps dispatches in a transaction of the host's own on the store's file: with what else the
    /// host writes there, or not at all. What `Engine::dispatches_for` has drawn up is sent by the
    /// next pass that begins after the host's commit.
    ///
    /// Begin the transaction with `BEGIN IMMEDIATE`: one that reads first may find later that
    /// somebody else has written. While it is open no turn is taken, so it is to be short. Tables
    /// of the host's own may lie in the file; their names must not be those of the store.
    ///
    /// ```
    /// # use pregon_adapters_store::{SqliteOptions, SqliteStore};
    /// # use sqlx::{ConnectOptions as _, Connection as _};
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("pregon.db");
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let now = "2026-11-22T12:00:00Z".parse()?;
    /// let store = SqliteStore::open(&path, SqliteOptions::new()).await?;
    /// let mut own = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).connect().await?;
    /// sqlx::query("CREATE TABLE booking (number INTEGER PRIMARY KEY)").execute(&mut own).await?;
    /// let mut transaction = own.begin_with("BEGIN IMMEDIATE").await?;
    /// sqlx::query("INSERT INTO booking VALUES (7)").execute(&mut *transaction).await?;
    /// let confirmation = []; // What `Engine::dispatches_for` has drawn up.
    /// let kept = store.enqueue(&mut transaction, &confirmation, now).await?;
    /// assert_eq!(kept.new.len(), confirmation.len());
    /// transaction.commit().await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `Invalid` when the transaction is on another file, `Unsupported` for dispatches of two
    /// campaigns; `Unavailable` when the file cannot be written. Then the transaction is as it was
    /// before the call, and may go on without them.
    pub async fn enqueue(
        &self,
        within: &mut Transaction<'_, Sqlite>,
        dispatches: &[Planned],
        now: DateTime<Utc>,
    ) -> Result<Scheduled, PortError> {
        let enqueued = async {
            match plan::enqueued(dispatches, now)? {
                Some(page) => self.enqueue_page(within, &page, now).await,
                None => Ok(Scheduled::default()),
            }
        };
        enqueued.await.during("enqueue")
    }

    async fn enqueue_page(
        &self,
        within: &mut Transaction<'_, Sqlite>,
        page: &PlannedPage,
        now: DateTime<Utc>,
    ) -> Result<Scheduled, Error> {
        let mut point = within.begin().await?;
        let on = &mut *point;
        open::check_layout(on).await?;
        let key = open::kept_key(on).await?.ok_or(Error::Missing)?;
        hash_key::check(&key, Some(&self.hash_key))?;
        let mut interned = Interned::read(on).await?;
        let kept = schedule::keep(on, &mut interned, page, now, &key).await?;
        point.commit().await?;
        Ok(kept)
    }
}
