//! The reference adapters of the core pass the suites first.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use pregon_conformance as suites;
use pregon_core::Store;
use pregon_core::memory::MemoryStore;

fn store() -> BoxFuture<'static, Arc<dyn Store>> {
    async { Arc::new(MemoryStore::new()) as Arc<dyn Store> }.boxed()
}

#[tokio::test]
async fn ledger() {
    suites::ledger::suite(&store).await;
}

#[tokio::test]
async fn dispatch_log() {
    suites::dispatch_log::suite(&store).await;
}

#[tokio::test]
async fn campaign_store() {
    suites::campaign_store::suite(&store).await;
}

#[tokio::test]
async fn preference_store() {
    suites::preference_store::suite(&store).await;
}
