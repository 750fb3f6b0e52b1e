//! The store is what the suites of its ports say.
#![cfg(feature = "sqlite")]

use std::sync::Arc;

use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::Store;

#[tokio::test]
async fn sqlite_is_a_store() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().to_owned();
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let make: Box<pregon_conformance::Make<'_, Arc<dyn Store>>> = Box::new(move || {
        let n = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = place.join(format!("{n}.db"));
        Box::pin(async move {
            let store = SqliteStore::open(path, SqliteOptions::new()).await;
            Arc::new(store.unwrap()) as Arc<dyn Store>
        })
    });
    pregon_conformance::store::suite(&*make).await;
}
