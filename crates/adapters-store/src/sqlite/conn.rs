//! The connections of a store: one that writes, a few that read.
//!
//! **Invariant:** a connection is used again only after what it did last is known to have ended
//! well. Whatever else happens (an error, a future dropped at any await, a panic of a judge), it is
//! thrown away; closing it rolls back what it had not committed, and the next caller opens a new
//! one for about a millisecond. SQLite rolls some transactions back by itself when a disk is full,
//! so a connection that has seen an error is in no state that one could name.

use std::sync::{Mutex as StdMutex, PoisonError};
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit};

use super::door::{Door, Held};
use super::error::Error;
use super::intern::Interned;
use super::open;
use super::witness::Witness;
use crate::kept::by_row::ByRow;
use crate::kept::row::Row;

/// How many may read at the same time.
const READERS: usize = 3;

/// What one connection may keep of the file in memory: 16 MiB. The rest is in the system's cache.
const CACHE: &str = "-16384";

/// The rows that a statement hands over before the connection's thread waits for us to take some.
const ROWS_IN_FLIGHT: usize = 4096;

/// Counts a change of a store that has come at least as far as that.
const COUNT: &str =
    "UPDATE store SET moves = moves + 1 WHERE one = 1 AND moves >= ?1 RETURNING moves";

/// The options that every connection has.
pub(super) fn common(path: &std::path::Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("cache_size", CACHE)
        .pragma("temp_store", "memory")
        .statement_cache_capacity(256)
        .row_buffer_size(ROWS_IN_FLIGHT)
        .disable_statement_logging()
}

/// The connection that writes, and what it knows by heart.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) on: SqliteConnection,
    pub(super) interned: Interned,
    /// The rows that the newest pass holds, as they are committed: each is read once when it is
    /// claimed, and not again when it begins and when it is settled. What the writer knows goes
    /// with it when a transaction does not commit, and this also when a guest has written (it may
    /// have ended a campaign, and rows with it), so it is never older than the tables.
    pub(super) held: ByRow<Row>,
    /// SQLite's number of the latest change that another connection made.
    changed: Option<i64>,
}

impl Writer {
    /// Notices, within a transaction, what others have written since the last one.
    async fn notice(&mut self) -> Result<(), Error> {
        let changed: i64 = sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(&mut self.on)
            .await?;
        if self.changed.replace(changed) != Some(changed) {
            self.held.clear();
            // A host may have kept dispatches of routes that are new here.
            self.interned = Interned::read(&mut self.on).await?;
        }
        Ok(())
    }
}

/// Where the writer sits while nobody writes.
#[derive(Debug)]
pub(super) struct WriterSeat {
    options: SqliteConnectOptions,
    door: Door,
    witness: Witness,
    /// Whether another process may have the file open, and be of another version.
    pub(super) is_guest: bool,
    seat: Mutex<Option<Writer>>,
}

impl WriterSeat {
    pub(super) fn new(
        options: SqliteConnectOptions,
        (door, witness): (Door, Witness),
        is_guest: bool,
    ) -> Self {
        Self {
            options,
            door,
            witness,
            is_guest,
            seat: Mutex::new(None),
        }
    }

    /// Begins the only writing transaction there is; it ends with `commit`, or never happened.
    pub(super) async fn begin(&self) -> Result<Transaction<'_>, Error> {
        let mut seat = self.seat.lock().await;
        let door = match self.is_guest {
            true => self.door.hold().await?,
            false => {
                self.door.pass().await?;
                None
            }
        };
        let mut writer = match seat.take() {
            Some(writer) => writer,
            None => {
                let mut on = self.options.connect().await?;
                let interned = Interned::read(&mut on).await?;
                Writer {
                    on,
                    interned,
                    held: ByRow::default(),
                    changed: None,
                }
            }
        };
        // A deferred transaction that reads before it writes can fail where waiting would do.
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut writer.on)
            .await?;
        match self.is_guest {
            true => open::check_layout(&mut writer.on).await?,
            false => writer.notice().await?,
        }
        Ok(Transaction {
            seat,
            writer,
            witness: &self.witness,
            is_guest: self.is_guest,
            _door: door,
        })
    }

    /// Closes the connection in order, which also lets SQLite look after its statistics.
    pub(super) async fn close(&self) -> Result<(), Error> {
        if let Some(writer) = self.seat.lock().await.take() {
            writer.on.close().await?;
        }
        Ok(())
    }
}

/// A writing transaction. Dropped without `commit` it is rolled back.
#[derive(Debug)]
pub(super) struct Transaction<'a> {
    seat: MutexGuard<'a, Option<Writer>>,
    pub(super) writer: Writer,
    witness: &'a Witness,
    is_guest: bool,
    // Declared last, so that the next one finds the file free.
    _door: Option<Held>,
}

impl Transaction<'_> {
    pub(super) async fn commit(mut self) -> Result<(), Error> {
        self.count_and_commit().await?;
        *self.seat = Some(self.writer);
        Ok(())
    }

    /// Commits, writes the file anew and leaves nothing in the journal: what was written over is
    /// nowhere any more.
    ///
    /// `secure_delete` is not enough: when SQLite makes room in a page it may leave a copy of a row
    /// in the space that nobody uses, and does not find it again when the row is changed.
    pub(super) async fn commit_to_file(mut self) -> Result<(), Error> {
        self.count_and_commit().await?;
        // The copy is as large as the file. Nobody else writes meanwhile: the door is held.
        for statement in [
            "PRAGMA temp_store = file",
            "VACUUM",
            "PRAGMA temp_store = memory",
        ] {
            sqlx::query(statement).execute(&mut self.writer.on).await?;
        }
        let emptied = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)");
        let busy: bool = emptied.fetch_one(&mut self.writer.on).await?;
        *self.seat = Some(self.writer);
        (!busy).then_some(()).ok_or(Error::StillRead)
    }

    /// Commits with the count of changes, which the witness learns after that.
    ///
    /// A guest may find a copy that was put back and that nobody has looked at yet. What it writes
    /// is kept, and not counted: the copy does not catch up with what it has forgotten.
    async fn count_and_commit(&mut self) -> Result<(), Error> {
        let least = if self.is_guest {
            self.witness.seen()?
        } else {
            0
        };
        let counted = sqlx::query_scalar(COUNT).bind(least);
        let moves: Option<i64> = counted.fetch_optional(&mut self.writer.on).await?;
        sqlx::query("COMMIT").execute(&mut self.writer.on).await?;
        if let Some(moves) = moves {
            self.witness.saw(moves);
        }
        Ok(())
    }
}

/// The connections that read.
#[derive(Debug)]
pub(super) struct Readers {
    options: SqliteConnectOptions,
    places: Semaphore,
    idle: StdMutex<Vec<SqliteConnection>>,
}

impl Readers {
    pub(super) fn new(options: SqliteConnectOptions) -> Self {
        Self {
            options,
            places: Semaphore::new(READERS),
            idle: StdMutex::default(),
        }
    }

    /// A connection to read with; it comes back by `done`.
    pub(super) async fn take(&self) -> Result<Reading<'_>, Error> {
        let place = self.places.acquire().await;
        let place = place.map_err(|_| Error::Database(sqlx::Error::PoolClosed))?;
        let idle = self.idle().pop();
        let on = match idle {
            Some(on) => on,
            None => self.options.connect().await?,
        };
        Ok(Reading {
            readers: self,
            _place: place,
            on,
        })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn close(&self) -> Result<(), Error> {
        let idle = std::mem::take(&mut *self.idle());
        for on in idle {
            on.close().await?;
        }
        Ok(())
    }
}

/// A connection that reads.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    readers: &'a Readers,
    _place: SemaphorePermit<'a>,
    pub(super) on: SqliteConnection,
}

impl Reading<'_> {
    pub(super) fn done(self) {
        self.readers.idle().push(self.on);
    }
}
