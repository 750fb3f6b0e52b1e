//! A store in one SQLite file.
//!
//! One process has it open, held by a lock beside the file; within it one connection writes and a
//! few read. Guests in other processes say words, change campaigns and forget people meanwhile. A
//! writing call is one `BEGIN IMMEDIATE` transaction: statements bring rows in, plain Rust decides
//! by the core's tables, statements write them back.

mod config;
mod open;
mod conn;
mod door;
mod witness;
mod schedule;
mod turn;
mod desk;
mod begin;
mod past;
mod lost;
mod budget;
mod gate;
mod claim;
mod campaigns;
mod audiences;
mod preferences;
mod enqueue;
mod erase;
mod events;
mod privacy;
mod log;
mod books;
mod row;
mod written;
mod intern;
mod batch;
mod beside;
mod json;
mod error;
#[cfg(test)]
mod plans;

use std::fs::File;
use std::path::Path;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{
    Addressed, Ask, AudienceStore, CampaignId, CampaignRecord, CampaignStore, Cursor, CustomerId,
    DispatchLog, DispatchQuery, DispatchRef, DispatchView, FrozenId, FrozenMember, HashKey,
    JourneyId, Ledger, Opened, Opening, Page, PlannedPage, PortError, Preference, PreferenceEntry,
    PreferenceStore, Recorded, Scheduled, Settlement, StoredCampaign, Subject, Turned,
};

pub use config::SqliteOptions;
use conn::{Readers, Transaction, WriterSeat};
use door::Door;
use error::{During as _, Error};

use crate::kept::flaw::Flaw;
use crate::kept::lost::Accept;
use witness::Witness;

/// A store in one SQLite file: all store ports, no server.
///
/// One process at a time opens a file for writing, because its passes settle what an earlier
/// process left open. Beside it any number may read ([`open_read_only`](Self::open_read_only)), and
/// record what people say and pause campaigns ([`open_guest`](Self::open_guest)). The file must lie
/// on a local disk.
///
/// ```
/// # use pregon_adapters_store::{SqliteOptions, SqliteStore};
/// # use pregon_core::{CampaignStore, PortErrorKind};
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("pregon.db");
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let store = SqliteStore::open(&path, SqliteOptions::new()).await?;
/// assert!(store.campaigns().await?.is_empty());
/// let second = SqliteStore::open(&path, SqliteOptions::new()).await;
/// assert_eq!(second.map(drop).map_err(|e| e.kind()), Err(PortErrorKind::Conflict));
/// store.close().await?;
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SqliteStore {
    /// None of a store that only reads.
    writer: Option<WriterSeat>,
    readers: Readers,
    hash_key: HashKey,
    accept_moved: Accept,
    // Declared last, so that it is dropped last: the file is free only when nobody uses it.
    _lock: Option<File>,
}

/// Runs `$work` in one writing transaction and commits it.
macro_rules! write {
    ($store:ident, $operation:literal, |$writer:ident| $work:expr) => {
        write!($store, begin, $operation, |$writer| $work)
    };
    ($store:ident, $begin:ident, $operation:literal, |$writer:ident| $work:expr) => {{
        let transaction = async {
            let mut transaction = $store.$begin().await?;
            let $writer = &mut transaction.writer;
            let answer = $work.await?;
            transaction.commit().await?;
            Ok(answer)
        };
        transaction.await.during($operation)
    }};
}

/// Runs `$work` on a connection that reads.
macro_rules! read {
    ($store:ident, $operation:literal, |$on:ident| $work:expr) => {{
        let reading = async {
            let mut reading = $store.readers.take().await?;
            let $on = &mut reading.on;
            let answer = $work.await?;
            reading.done();
            Ok(answer)
        };
        reading.await.during($operation)
    }};
}

// After the macros, which they use.
mod feedback;
mod tallies;
mod queue;
mod shown;

impl SqliteStore {
    /// Opens a file, and makes it when it is not there. One of an older layout is written anew,
    /// where that layout left traces of what was deleted: once, and with room for a second one.
    ///
    /// # Errors
    /// `Conflict` when another process or another store of this one has it open, and, with
    /// [`Moved`](crate::Moved) as its cause, when it is an older copy that was put back; `Invalid`
    /// for a database of another program or another hash key, `Unsupported` for a file of a newer
    /// version, `Corrupt` for a damaged one, `Unavailable` when the disk does not let us.
    pub async fn open(path: impl AsRef<Path>, options: SqliteOptions) -> Result<Self, PortError> {
        Self::open_file(path.as_ref(), &options)
            .await
            .during("open")
    }

    async fn open_file(path: &Path, options: &SqliteOptions) -> Result<Self, Error> {
        let lock = open::lock(path)?;
        let door = Door::beside(path)?;
        let (hash_key, witness) = open::prepare(path, options).await?;
        let writing = open::writing(path, options);
        Ok(Self {
            writer: Some(WriterSeat::new(writing, (door, witness), false)),
            readers: Readers::new(conn::common(path).pragma("query_only", "on")),
            hash_key,
            accept_moved: options.accept_moved,
            _lock: Some(lock),
        })
    }

    /// Opens a file beside the process that writes it, for reading only: writing calls answer
    /// `Unsupported`.
    ///
    /// # Errors
    /// `Invalid` when there is no store or another program's, `Unsupported` for another layout,
    /// `Corrupt` for a damaged file.
    pub async fn open_read_only(path: impl AsRef<Path>) -> Result<Self, PortError> {
        let path = path.as_ref();
        let (hash_key, _) = open::inspect(path).await.during("open for reading")?;
        Ok(Self {
            writer: None,
            readers: Readers::new(conn::common(path).read_only(true)),
            hash_key,
            accept_moved: Accept::Nobody,
            _lock: None,
        })
    }

    /// Opens a file beside the process that has it open, or without one, to record what people
    /// say, to change campaigns and to forget people; it reads everything. All other writing calls
    /// answer `Unsupported`.
    ///
    /// What has returned holds: whoever lets messages out looks at words and campaigns in the
    /// transaction in which it decides.
    ///
    /// ```
    /// # use pregon_adapters_store::{SqliteOptions, SqliteStore};
    /// # use pregon_core::{
    /// #     Ledger, PortErrorKind, Preference, PreferenceScope, PreferenceStore, Subject, Word,
    /// # };
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("pregon.db");
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let now = "2026-11-20T12:00:00Z".parse()?;
    /// let owner = SqliteStore::open(&path, SqliteOptions::new()).await?;
    /// let guest = SqliteStore::open_guest(&path).await?;
    /// let refusal = Preference {
    ///     subject: Subject::Customer("CUST-1".parse()?),
    ///     scope: PreferenceScope::promotional(),
    ///     word: Word::OptOut,
    ///     source: "desk".to_owned(),
    ///     wording: None,
    /// };
    /// let _ = guest.record(std::slice::from_ref(&refusal), now).await?;
    /// assert_eq!(owner.history(&refusal.subject).await?.len(), 1);
    /// let pass = guest.open(&Default::default(), now).await;
    /// assert_eq!(pass.map_err(|e| e.kind()), Err(PortErrorKind::Unsupported));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`open_read_only`](Self::open_read_only).
    pub async fn open_guest(path: impl AsRef<Path>) -> Result<Self, PortError> {
        let opened = Self::open_beside(path.as_ref()).await;
        opened.during("open as a guest")
    }

    async fn open_beside(path: &Path) -> Result<Self, Error> {
        let (hash_key, id) = open::inspect(path).await?;
        let beside = (Door::beside(path)?, Witness::beside(path, id)?);
        Ok(Self {
            writer: Some(WriterSeat::new(open::writing_beside(path), beside, true)),
            readers: Readers::new(conn::common(path).pragma("query_only", "on")),
            hash_key,
            accept_moved: Accept::Nobody,
            _lock: None,
        })
    }

    /// The latest instant that the store has seen; `None` before the first pass.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn high_water(&self) -> Result<Option<DateTime<Utc>>, PortError> {
        read!(self, "high water", |on| turn::high_water(on))
    }

    /// Closes the file in order. Dropping the store is as safe; this also waits for it, and lets
    /// SQLite look after its statistics.
    ///
    /// # Errors
    /// When the file could not be written to the end; nothing that was acknowledged is lost.
    pub async fn close(self) -> Result<(), PortError> {
        self.close_all().await.during("close")
    }

    async fn close_all(&self) -> Result<(), Error> {
        self.readers.close().await?;
        match &self.writer {
            Some(writer) => writer.close().await,
            None => Ok(()),
        }
    }

    async fn begin(&self) -> Result<Transaction<'_>, Error> {
        match &self.writer {
            Some(writer) if writer.is_guest => Err(Flaw::Guest.into()),
            _ => self.begin_beside().await,
        }
    }

    /// Begins what a guest may write too.
    async fn begin_beside(&self) -> Result<Transaction<'_>, Error> {
        let writer = self.writer.as_ref().ok_or(Flaw::ReadOnly)?;
        writer.begin().await
    }
}

#[async_trait]
impl Ledger for SqliteStore {
    async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Opened, PortError> {
        write!(self, "open of a pass", |writer| turn::open(
            writer,
            opening,
            self.accept_moved,
            now
        ))
    }

    async fn schedule(
        &self,
        page: &PlannedPage,
        now: DateTime<Utc>,
    ) -> Result<Scheduled, PortError> {
        write!(self, "schedule", |writer| schedule::schedule(
            writer,
            page,
            now,
            &self.hash_key
        ))
    }

    async fn turn(
        &self,
        done: &[Settlement],
        ask: &Ask,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        write!(self, "turn", |writer| turn::turn(writer, done, ask, now))
    }
}

#[async_trait]
impl DispatchLog for SqliteStore {
    async fn dispatches<'a>(
        &self,
        query: &DispatchQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<DispatchView>, PortError> {
        read!(self, "page of dispatches", |on| log::page(
            on, query, after, limit
        ))
    }

    async fn addressed(&self, name: &DispatchRef) -> Result<Option<Addressed>, PortError> {
        read!(self, "read of a dispatch", |on| log::addressed(on, name))
    }
}

#[async_trait]
impl CampaignStore for SqliteStore {
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError> {
        write!(self, begin_beside, "save of a campaign", |writer| {
            campaigns::save(writer, campaign)
        })
    }

    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError> {
        read!(self, "read of campaigns", |on| campaigns::all(on))
    }
}

#[async_trait]
impl AudienceStore for SqliteStore {
    async fn begin_audience(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Result<FrozenId, PortError> {
        write!(self, "begin of an audience", |writer| audiences::begin(
            writer, campaign, journey
        ))
    }

    async fn add_members(&self, to: FrozenId, members: &[FrozenMember]) -> Result<u64, PortError> {
        write!(self, "keeping members", |writer| audiences::add(
            writer, to, members
        ))
    }

    async fn members<'a>(
        &self,
        of: FrozenId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<FrozenMember>, PortError> {
        read!(self, "page of members", |on| audiences::page(
            on, of, after, limit
        ))
    }

    async fn find_members(
        &self,
        of: FrozenId,
        ids: &[CustomerId],
    ) -> Result<Vec<FrozenMember>, PortError> {
        read!(self, "look for members", |on| audiences::find(on, of, ids))
    }
}

#[async_trait]
impl PreferenceStore for SqliteStore {
    async fn record(
        &self,
        words: &[Preference],
        now: DateTime<Utc>,
    ) -> Result<Recorded, PortError> {
        write!(self, begin_beside, "record of words", |writer| {
            preferences::record(writer, words, now, &self.hash_key)
        })
    }

    async fn history(&self, subject: &Subject) -> Result<Vec<PreferenceEntry>, PortError> {
        read!(self, "read of words", |on| preferences::history(
            on, subject
        ))
    }

    async fn hash_key(&self) -> Result<HashKey, PortError> {
        Ok(self.hash_key.clone())
    }
}
