//! The store is what the suites of its ports say.
#![cfg(feature = "sqlite")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_conformance::books::Audited;
use pregon_conformance::privacy::Forgetful;
use pregon_core::Store;

/// Makes stores below a directory, each in a file of its own.
fn maker(place: PathBuf) -> impl Fn() -> BoxFuture<'static, Arc<SqliteStore>> {
    let count = AtomicUsize::new(0);
    move || {
        let n = count.fetch_add(1, Ordering::Relaxed);
        let path = place.join(format!("{n}.db"));
        Box::pin(async move {
            let store = SqliteStore::open(path, SqliteOptions::new()).await;
            Arc::new(store.expect("a new file is opened"))
        })
    }
}

#[tokio::test]
async fn sqlite_is_a_store() {
    let dir = tempfile::tempdir().unwrap();
    let make = maker(dir.path().to_owned());
    let make = || -> BoxFuture<'static, Arc<dyn Store>> {
        let store = make();
        Box::pin(async move { store.await as Arc<dyn Store> })
    };
    pregon_conformance::store::suite(&make).await;
}

#[tokio::test]
async fn sqlite_shows_its_books() {
    let dir = tempfile::tempdir().unwrap();
    let make = maker(dir.path().to_owned());
    let make = || -> BoxFuture<'static, Arc<dyn Audited>> {
        let store = make();
        Box::pin(async move { store.await as Arc<dyn Audited> })
    };
    pregon_conformance::books::suite(&make).await;
}

#[tokio::test]
async fn sqlite_forgets_people() {
    let dir = tempfile::tempdir().unwrap();
    let make = maker(dir.path().to_owned());
    let make = || -> BoxFuture<'static, Arc<dyn Forgetful>> {
        let store = make();
        Box::pin(async move { store.await as Arc<dyn Forgetful> })
    };
    pregon_conformance::privacy::suite(&make).await;
}
