//! Events of a store that breaks one promise.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{EventId, EventQueue, HashKey, Mark, PortError, Waiting};

use super::{SabotagedStore, StoreFault};

#[async_trait]
impl EventQueue for SabotagedStore {
    async fn waiting(&self, decisions: u32, now: DateTime<Utc>) -> Result<Waiting, PortError> {
        let mut waiting = self.honest.waiting(decisions, now).await?;
        if self.is(StoreFault::TellsNothing) {
            waiting.events.clear();
        }
        if self.is(StoreFault::RenamesEvents) {
            let mut memory = self.memory();
            for event in &mut waiting.events {
                memory.names += 1;
                event.id = EventId::of(&HashKey::new([1; 32]), memory.names, 0);
            }
        }
        if self.is(StoreFault::ForgetsEventsTooSoon) {
            self.honest.passed_on(&waiting.mark).await?;
        }
        Ok(waiting)
    }

    async fn passed_on(&self, these: &Mark) -> Result<(), PortError> {
        if self.is(StoreFault::NeverForgetsEvents) {
            return Ok(());
        }
        self.honest.passed_on(these).await
    }
}
