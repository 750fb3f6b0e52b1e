//! What a storm happens in: a folder, a clock, a ledger with campaigns; and what is left of it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use pregon::{CampaignId, DispatchQuery, DispatchView, Store};
use tempfile::TempDir;

use crate::Result;
use crate::args::{Kind, Protocol, Storm};
use crate::clock::StormClock;
use crate::work::engine;
use crate::world::{World, broadcasts};

/// Where a storm happens.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) asked: Storm,
    pub(super) protocol: Protocol,
    pub(super) seed: u64,
    pub(super) folder: TempDir,
    pub(super) clock: StormClock,
    /// The file, or the schema.
    pub(super) place: PathBuf,
}

impl Scene {
    /// A new one.
    pub(super) async fn new(asked: &Storm, protocol: Protocol, seed: u64) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("pregon-storm-").tempdir()?;
        let clock = StormClock::create(&folder.path().join("clock")).await?;
        let place = match asked.store {
            Kind::Sqlite => folder.path().join("ledger.db"),
            Kind::Postgres => format!("storm_{}", std::process::id()).into(),
        };
        let mut asked = asked.clone();
        if asked.store == Kind::Sqlite {
            asked.workers = 1;
        }
        Ok(Self {
            asked,
            protocol,
            seed,
            folder,
            clock,
            place,
        })
    }

    /// Publishes the campaigns, starts the broadcasts, and records what was refused before.
    pub(super) async fn publish(&self) -> Result {
        let world = World::of(self.asked.messages);
        let clock = Arc::new(StormClock::open(&self.clock_path())?);
        let store = self.store("desk").await?;
        let key = store.hash_key().await?;
        // Nothing is sent here, so nobody needs to be listening.
        let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
        let provider = (nobody, self.asked.mode);
        let engine = engine::build(store, clock, world.clone(), provider, self.asked.pace, None)?;
        for sent in broadcasts() {
            let campaign = sent.campaign(&world)?;
            let id: CampaignId = campaign.id.clone();
            engine.activate(campaign).await?;
            let journey = "todos".parse()?;
            engine.broadcast(&id, journey, sent.occurrence()?).await?;
        }
        for refusal in world.refusals().iter().filter(|it| it.before) {
            let word = refusal.word(&world.person(refusal.person), &key)?;
            let recorded = engine.record(&[word]).await?;
            if recorded.in_flight > 0 {
                return Err("something was on its way before the storm".into());
            }
        }
        Ok(())
    }

    /// Everything that the ledger says in the end.
    pub(super) async fn ledger(&self) -> Result<Vec<DispatchView>> {
        let store = self.store("desk").await?;
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let query = DispatchQuery::all();
            let page = store.dispatches(&query, after.as_ref(), 1000).await?;
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// The store, for the driver itself.
    pub(super) async fn store(&self, name: &str) -> Result<Arc<dyn Store>> {
        engine::store(self.asked.store, &self.place, name).await
    }

    /// Where the clock is.
    pub(super) fn clock_path(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Takes away what the storm left, unless it is to be looked at.
    pub(super) async fn clear(self, keep: bool) -> Result {
        if keep {
            let place = self.place.display();
            println!("storm: kept {place} and {}", self.folder.keep().display());
        } else if self.asked.store == Kind::Postgres {
            super::server::drop_schema(&self.place.to_string_lossy()).await?;
        }
        Ok(())
    }
}
