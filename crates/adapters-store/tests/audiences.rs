//! Frozen audiences in a file: what a kill leaves, and files of the layout before them.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

#[expect(dead_code, reason = "each test uses some of it")]
mod support;

use std::collections::BTreeMap;
use std::path::Path;

use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::{
    AudienceStore as _, Campaign, CampaignRecord, CampaignStore as _, FrozenAudience, FrozenId,
    FrozenMember, JourneyId,
};
use sqlx::{ConnectOptions as _, Connection as _};

use support::at;

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::new()).await.unwrap()
}

async fn audience(store: &SqliteStore, campaign: &str, people: usize) -> FrozenId {
    let journey: JourneyId = "j".parse().unwrap();
    let begun = store
        .begin_audience(&campaign.parse().unwrap(), &journey)
        .await;
    let id = begun.unwrap();
    let people = (0..people).map(|n| FrozenMember::of(format!("C-{n}").parse().unwrap()));
    let members: Vec<FrozenMember> = people.collect();
    let added = store.add_members(id, &members).await.unwrap();
    assert_eq!(added, members.len() as u64);
    id
}

async fn count(store: &SqliteStore, audience: FrozenId) -> usize {
    store
        .members(audience, None, 10_000)
        .await
        .unwrap()
        .items
        .len()
}

fn naming(campaign: &str, audience: FrozenId) -> CampaignRecord {
    let frozen = FrozenAudience {
        id: audience,
        at: at(0),
        members: 1,
    };
    let frozen = BTreeMap::from([("j".parse().unwrap(), frozen)]);
    let campaign = Campaign::new(campaign, "renewal").unwrap();
    CampaignRecord::draft(campaign, at(0))
        .unwrap()
        .with_frozen(frozen)
}

#[tokio::test]
async fn what_a_kill_left_unfinished_goes_when_the_file_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = open(&path).await;
    let used = audience(&store, "c", 1500).await;
    store.save(&naming("c", used)).await.unwrap();
    let unfinished = audience(&store, "c", 700).await;
    let of_nobody = audience(&store, "never-published", 3).await;
    // No `close`: this is how a kill leaves it.
    drop(store);
    let store = open(&path).await;
    assert_eq!(count(&store, used).await, 1500);
    assert_eq!(
        count(&store, unfinished).await + count(&store, of_nobody).await,
        0
    );
    let beside = SqliteStore::open_read_only(&path).await.unwrap();
    assert_eq!(
        count(&beside, used).await,
        1500,
        "reports read it beside the writer"
    );
    assert!(
        audience(&store, "c", 1).await > of_nobody,
        "no number is given twice"
    );
}

#[tokio::test]
async fn a_file_of_the_layout_before_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut on = options.create_if_missing(true).connect().await.unwrap();
    let first = include_str!("../src/sqlite/migrations/1.sql");
    sqlx::raw_sql(first).execute(&mut on).await.unwrap();
    let campaign = Campaign::new("vieja", "renewal").unwrap();
    let record = CampaignRecord::draft(campaign, at(0)).unwrap();
    let json = serde_json::to_string(&record).unwrap();
    sqlx::query("INSERT INTO campaign VALUES ('vieja', 'draft', 1, ?1)")
        .bind(json)
        .execute(&mut on)
        .await
        .unwrap();
    sqlx::query("INSERT INTO store VALUES (1, 4, 0, zeroblob(32))")
        .execute(&mut on)
        .await
        .unwrap();
    on.close().await.unwrap();
    let read = SqliteStore::open_read_only(&path).await.unwrap_err();
    let cause = std::error::Error::source(&read).unwrap().to_string();
    assert!(
        cause.contains("has layout 1; open it for writing once"),
        "{cause}"
    );
    let store = open(&path).await;
    let kept = store.campaigns().await.unwrap();
    assert_eq!(kept[0].record, record);
    let opened = pregon_core::Ledger::open(&store, &Default::default(), at(0)).await;
    assert_eq!(opened.unwrap().epoch, 5, "nothing of it is lost");
    let frozen = audience(&store, "nueva", 2).await;
    store.save(&naming("nueva", frozen)).await.unwrap();
    assert_eq!(count(&store, frozen).await, 2);
}
