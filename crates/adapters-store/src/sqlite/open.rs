//! Opening a file: whose it is, who else has it open, which layout it has.
//!
//! The layout's version is SQLite's own `user_version`, beside `application_id`, and not a table of
//! applied migrations: both live in the file's header, change in the same transaction as the
//! tables, and can be read before anything else is believed about the file. A table of checksums
//! would refuse a file because a comment in a script was mended.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use pregon_core::HashKey;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::config::SqliteOptions;
use super::error::Error;
use super::witness::{Id, Witness};
use super::{audiences, conn, lost};
use crate::kept::flaw::Flaw;
use crate::kept::hash_key;

/// "PRGN", the mark of our files.
const APPLICATION: i64 = 0x5052_474e;

/// The scripts that bring a file from each layout to the next. Forward only.
const MIGRATIONS: [&str; 9] = [
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
    include_str!("migrations/7.sql"),
    include_str!("migrations/8.sql"),
    include_str!("migrations/9.sql"),
];

/// The first layout in whose files nothing is left of what was deleted.
const FIRST_CLEAN: i64 = 4;

/// Up to this size a file is checked page by page when it is opened; beyond it that would take
/// seconds, and SQLite tells of a damaged page when it meets it.
const CHECKED_WHOLE: u64 = 32 << 20;

/// Takes the lock that says which process writes. It is free again when the file is dropped.
pub(super) fn lock(path: &Path) -> Result<File, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(name))
        .map_err(Error::LockFile)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked),
        Err(TryLockError::Error(error)) => Err(Error::LockFile(error)),
    }
}

/// The options of the connection that writes.
pub(super) fn writing(path: &Path, options: &SqliteOptions) -> SqliteConnectOptions {
    let writing = erasing(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .optimize_on_close(true, None);
    match options.max_pages {
        None => writing,
        Some(pages) => writing.pragma("max_page_count", pages.to_string()),
    }
}

/// What is deleted or changed is written over with zeros, in the pages that are written anyway:
/// nothing of somebody who is forgotten is left between the cells of a page.
fn erasing(path: &Path) -> SqliteConnectOptions {
    conn::common(path).pragma("secure_delete", "on")
}

/// Makes or checks the file, and brings it to the newest layout. Gives its secret and its witness.
pub(super) async fn prepare(
    path: &Path,
    options: &SqliteOptions,
) -> Result<(HashKey, Witness), Error> {
    // Looked at before the journal's mode is touched: a file of somebody else stays as it is.
    let mut on = conn::common(path).create_if_missing(true).connect().await?;
    let layout = layout(&mut on).await?;
    let known = MIGRATIONS.len() as i64;
    if layout > known {
        return Err(Error::Newer {
            found: layout,
            known,
        });
    }
    check_pages(&mut on, path).await?;
    on.close().await?;
    let mut on = writing(path, options).connect().await?;
    if (1..FIRST_CLEAN).contains(&layout) {
        write_anew(&mut on).await?;
    }
    for script in &MIGRATIONS[usize::try_from(layout).unwrap_or(0)..] {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut on).await?;
        sqlx::raw_sql(*script).execute(&mut on).await?;
        sqlx::query("COMMIT").execute(&mut on).await?;
    }
    audiences::drop_unfinished(&mut on).await?;
    let key = hash_key(&mut on, options).await?;
    let id = id(&mut on, &key, layout == 0).await?;
    let witness = Witness::beside(path, id)?;
    compare(&mut on, &witness, options).await?;
    on.close().await?;
    Ok((key, witness))
}

/// Compares the file with its witness; makes them level.
async fn compare(
    on: &mut SqliteConnection,
    witness: &Witness,
    options: &SqliteOptions,
) -> Result<(), Error> {
    let seen = witness.seen()?;
    let moves: i64 = sqlx::query_scalar("SELECT moves FROM store WHERE one = 1")
        .fetch_one(&mut *on)
        .await?;
    if moves >= seen {
        return witness.keep(moves);
    }
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *on).await?;
    lost::accept(&mut *on, options.accept_moved).await?;
    sqlx::query("UPDATE store SET moves = ?1 + 1 WHERE one = 1")
        .bind(seen)
        .execute(&mut *on)
        .await?;
    sqlx::query("COMMIT").execute(on).await?;
    witness.keep(seen + 1)
}

/// What tells the store from any other; by its secret where nothing else is kept, because files of
/// an older program are copies of each other, also when each is brought to this layout by itself.
async fn id(on: &mut SqliteConnection, key: &HashKey, is_new: bool) -> Result<Id, Error> {
    let kept = kept_id(&mut *on).await?;
    if let Some(id) = kept {
        return Ok(id);
    }
    let id = match is_new {
        true => hash_key::random()?,
        false => by_secret(key),
    };
    sqlx::query("UPDATE store SET id = ?1 WHERE one = 1")
        .bind(id.to_vec())
        .execute(on)
        .await?;
    Ok(id)
}

fn by_secret(key: &HashKey) -> Id {
    *key.address("store", "id").as_bytes()
}

async fn kept_id(on: &mut SqliteConnection) -> Result<Option<Id>, Error> {
    let kept: Option<Vec<u8>> = sqlx::query_scalar("SELECT id FROM store WHERE one = 1")
        .fetch_one(on)
        .await?;
    let id = kept.map(|id| Id::try_from(id).map_err(|_| Flaw::Damaged("the store's id is none")));
    Ok(id.transpose()?)
}

/// Writes the file anew without what was deleted from it: older programs left that where it was.
/// Before the layout says that it is done.
async fn write_anew(on: &mut SqliteConnection) -> Result<(), Error> {
    // The copy is as large as the file.
    for statement in ["PRAGMA temp_store = file", "VACUUM"] {
        sqlx::query(statement).execute(&mut *on).await?;
    }
    Ok(())
}

/// The options of the connection by which a guest writes.
///
/// It waits long, because a new limit may be counting what was sent before. What it has written is
/// put into its place by the process that has the file open, so that nobody who refuses waits for
/// that.
pub(super) fn writing_beside(path: &Path) -> SqliteConnectOptions {
    erasing(path)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(60))
        .pragma("wal_autocheckpoint", "16000")
}

/// Checks a file that is made and kept by others. Gives its secret, and what tells it from others.
pub(super) async fn inspect(path: &Path) -> Result<(HashKey, Id), Error> {
    if !path.exists() {
        return Err(Error::Missing);
    }
    let mut on = conn::common(path).read_only(true).connect().await?;
    check_layout(&mut on).await?;
    let key = kept_key(&mut on).await?.ok_or(Error::Missing)?;
    let id = kept_id(&mut on).await?.unwrap_or_else(|| by_secret(&key));
    on.close().await?;
    Ok((key, id))
}

/// Checks that a file has the layout that this program knows.
pub(super) async fn check_layout(on: &mut SqliteConnection) -> Result<(), Error> {
    let (found, known) = (layout(on).await?, MIGRATIONS.len() as i64);
    match found {
        0 => Err(Error::Missing),
        found if found > known => Err(Error::Newer { found, known }),
        found if found < known => Err(Error::Older { found, known }),
        _ => Ok(()),
    }
}

/// The version of the file's layout; 0 for an empty file.
async fn layout(on: &mut SqliteConnection) -> Result<i64, Error> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *on)
        .await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *on)
        .await?;
    let things: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *on)
        .await?;
    match (application, version, things) {
        (0, 0, 0) => Ok(0),
        (APPLICATION, version, _) if version > 0 => Ok(version),
        _ => Err(Error::NotOurs),
    }
}

async fn check_pages(on: &mut SqliteConnection, path: &Path) -> Result<(), Error> {
    let size = std::fs::metadata(path).map_or(0, |file| file.len());
    if size > CHECKED_WHOLE {
        return Ok(());
    }
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(on)
        .await?;
    if found == "ok" {
        Ok(())
    } else {
        Err(Error::Damaged("its pages do not fit together"))
    }
}

/// The secret of the store, made when the store is new.
async fn hash_key(on: &mut SqliteConnection, options: &SqliteOptions) -> Result<HashKey, Error> {
    let given = options.hash_key.as_ref();
    if let Some(kept) = kept_key(&mut *on).await? {
        hash_key::check(&kept, given)?;
        return Ok(kept);
    }
    let key = hash_key::new(given)?;
    // Before the first pass no instant was seen: the earliest there is.
    sqlx::query("INSERT INTO store (one, epoch, high_water, hash_key) VALUES (1, 0, ?1, ?2)")
        .bind(i64::MIN)
        .bind(key.expose().to_vec())
        .execute(on)
        .await?;
    Ok(key)
}

pub(super) async fn kept_key(on: &mut SqliteConnection) -> Result<Option<HashKey>, Error> {
    let kept: Option<Vec<u8>> = sqlx::query_scalar("SELECT hash_key FROM store WHERE one = 1")
        .fetch_optional(on)
        .await?;
    let key = kept.as_deref().map(hash_key::read);
    Ok(key.transpose()?)
}
