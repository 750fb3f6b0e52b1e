//! Opening: whose file it is, who else has it, and in which state.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;

use std::error::Error as _;
use std::path::Path;

use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::{
    CampaignStore, DispatchLog as _, HashKey, Ledger, Opening, PortError, PortErrorKind,
    PreferenceStore,
};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use support::{at, page, plan, store};

async fn refusal(path: &Path) -> PortError {
    let opened = SqliteStore::open(path, SqliteOptions::new()).await;
    opened.expect_err("it must be refused")
}

#[track_caller]
fn check(error: &PortError, kind: PortErrorKind, cause: &str) {
    assert_eq!(error.kind(), kind, "{error:?}");
    assert_eq!(
        error.source().map(ToString::to_string).as_deref(),
        Some(cause)
    );
}

/// Runs a statement on a file behind the store's back.
async fn alter(path: &Path, statement: &'static str) {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let mut on = options.connect().await.unwrap();
    sqlx::raw_sql(statement).execute(&mut on).await.unwrap();
    sqlx::Connection::close(on).await.unwrap();
}

#[tokio::test]
async fn one_opener_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let first = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
    let cause = "another process has this store open";
    check(&refusal(&path).await, PortErrorKind::Conflict, cause);
    drop(first);
    let again = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
    again.close().await.unwrap();
    SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
}

#[tokio::test]
async fn the_hash_key_is_made_once_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("1.db"), dir.path().join("2.db"));
    let first = SqliteStore::open(&one, SqliteOptions::new()).await.unwrap();
    let key = first.hash_key().await.unwrap();
    drop(first);
    let again = SqliteStore::open(&one, SqliteOptions::new()).await.unwrap();
    assert_eq!(again.hash_key().await.unwrap(), key);
    let other = SqliteStore::open(&two, SqliteOptions::new()).await.unwrap();
    assert_ne!(
        other.hash_key().await.unwrap(),
        key,
        "each file has its own"
    );
}

#[tokio::test]
async fn a_given_hash_key_must_be_the_kept_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let with = |byte| SqliteOptions::new().with_hash_key(HashKey::new([byte; 32]));
    let made = SqliteStore::open(&path, with(1)).await.unwrap();
    assert_eq!(made.hash_key().await.unwrap(), HashKey::new([1; 32]));
    drop(made);
    let error = SqliteStore::open(&path, with(2))
        .await
        .expect_err("another key");
    let cause = "the given hash key is not the one this store was made with";
    check(&error, PortErrorKind::Invalid, cause);
    SqliteStore::open(&path, with(1)).await.unwrap();
}

#[tokio::test]
async fn a_newer_layout_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    drop(store(&path).await);
    alter(&path, "PRAGMA user_version = 99").await;
    let cause = "the file has layout 99; this program knows layouts up to 9";
    check(&refusal(&path).await, PortErrorKind::Unsupported, cause);
    let read = SqliteStore::open_read_only(&path).await.expect_err("newer");
    check(&read, PortErrorKind::Unsupported, cause);
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    alter(
        &path,
        "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)",
    )
    .await;
    let before = std::fs::read(&path).unwrap();
    let cause = "the file is a database of another program";
    check(&refusal(&path).await, PortErrorKind::Invalid, cause);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    std::fs::write(&path, "id,nombre\n1,Rosa\n".repeat(500)).unwrap();
    check(
        &refusal(&path).await,
        PortErrorKind::Corrupt,
        "the file is not a database",
    );
}

/// A store with some hundred dispatches, closed in order.
async fn filled(path: &Path) {
    let store = store(path).await;
    let plans = (0..500)
        .map(|n| plan("c", &format!("C-{n}"), "o"))
        .collect();
    store.schedule(&page("c", plans), at(0)).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_cut_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    filled(&path).await;
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(refusal(&path).await.kind(), PortErrorKind::Corrupt);
}

#[tokio::test]
async fn a_file_with_damaged_pages_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    filled(&path).await;
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 8192 * 4096;
    bytes[middle..middle + 8192].fill(0xa5);
    std::fs::write(&path, &bytes).unwrap();
    let error = refusal(&path).await;
    assert_eq!(error.kind(), PortErrorKind::Corrupt, "{error:?}");
}

#[tokio::test]
async fn readers_read_beside_the_writer_and_cannot_write() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let missing = SqliteStore::open_read_only(&path)
        .await
        .expect_err("no file");
    let cause = "there is no store yet; open it for writing once";
    check(&missing, PortErrorKind::Invalid, cause);
    let writer = store(&path).await;
    let reader = SqliteStore::open_read_only(&path).await.unwrap();
    let new = page("c", vec![plan("c", "C-1", "o")]);
    writer.schedule(&new, at(0)).await.unwrap();
    assert_eq!(support::all(&reader).await, support::all(&writer).await);
    assert_eq!(reader.campaigns().await.unwrap().len(), 1);
    let error = reader
        .schedule(&new, at(0))
        .await
        .expect_err("it only reads");
    check(
        &error,
        PortErrorKind::Unsupported,
        "the store was opened for reading only",
    );
}

#[tokio::test]
async fn all_is_there_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    filled(&path).await;
    let again = SqliteStore::open(&path, SqliteOptions::new())
        .await
        .unwrap();
    assert_eq!(support::all(&again).await.len(), 500);
    let opened = again.open(&Opening::default(), at(-5)).await.unwrap();
    assert_eq!(
        (opened.epoch, opened.high_water),
        (1, at(0)),
        "time does not go back"
    );
    let cursor = pregon_core::Cursor::new("not ours");
    let query = pregon_core::DispatchQuery::all();
    let error = again
        .dispatches(&query, Some(&cursor), 1)
        .await
        .expect_err("a cursor");
    check(
        &error,
        PortErrorKind::Invalid,
        "this cursor was not made by this store",
    );
}
