//! Refusals that are said while the storm goes on.
//!
//! PostgreSQL has a desk of its own, as a host's web server would be: another connection that
//! records while workers send. SQLite has one process that writes, so that one is told to. Either
//! way a refusal is written down as said only once it was acknowledged, with the provider's order
//! at that moment and with the number of messages that the store says were on their way.

use std::collections::BTreeSet;
use std::sync::Arc;

use pregon::{Clock as _, HashKey, Store};

use super::setup::Scene;
use crate::Result;
use crate::args::Kind;
use crate::verdict::Refused;
use crate::world::{Refusal, World};

/// How many times the desk tries while a server is away.
const TRIES: u32 = 200;

/// Who records refusals, and what was acknowledged.
pub(super) struct Words {
    world: World,
    refusals: Vec<Refusal>,
    /// None for SQLite.
    desk: Option<(Arc<dyn Store>, HashKey)>,
    /// Said to a worker, and not acknowledged yet.
    pub(super) open: BTreeSet<usize>,
    pub(super) acknowledged: Vec<Refused>,
}

impl Words {
    /// Those of a world; what was refused before the storm is acknowledged already.
    pub(super) async fn of(scene: &Scene) -> Result<Self> {
        let world = World::of(scene.asked.messages);
        let refusals = world.refusals();
        let before = refusals.iter().filter(|it| it.before);
        let acknowledged = before.map(|refusal| Refused {
            refusal: *refusal,
            order: 0,
            in_flight: 0,
        });
        let desk = match scene.asked.store {
            Kind::Sqlite => None,
            Kind::Postgres => {
                let store = scene.store("desk").await?;
                let key = store.hash_key().await?;
                Some((store, key))
            }
        };
        Ok(Self {
            acknowledged: acknowledged.collect(),
            world,
            refusals,
            desk,
            open: BTreeSet::new(),
        })
    }

    /// Records a refusal at the desk and gives how many messages were on their way; nothing where
    /// there is no desk.
    pub(super) async fn record(&self, number: usize, scene: &Scene) -> Result<Option<u64>> {
        let (Some((store, key)), Some(refusal)) = (&self.desk, self.refusals.get(number)) else {
            return Ok(None);
        };
        let word = refusal.word(&self.world.person(refusal.person), key)?;
        let mut tried = 0;
        loop {
            let now = scene.clock.now().await?;
            match store.record(std::slice::from_ref(&word), now).await {
                Ok(recorded) => return Ok(Some(recorded.in_flight)),
                Err(error) if tried == TRIES => return Err(error.into()),
                Err(_) => tried += 1,
            }
            scene
                .clock
                .sleep(std::time::Duration::from_millis(50))
                .await;
        }
    }

    /// Writes down that a refusal was acknowledged before the provider's order had come to here.
    pub(super) fn acknowledge(&mut self, number: usize, order: u64, in_flight: u64) {
        self.open.remove(&number);
        if let Some(refusal) = self.refusals.get(number) {
            self.acknowledged.push(Refused {
                refusal: *refusal,
                order,
                in_flight,
            });
        }
    }
}
