//! Who is told of all that happens, with the crash points before and after they have it.

use async_trait::async_trait;
use pregon_core::{Event, EventSink, PortError};

use super::Point;
use super::switch::Life;
use crate::heard::{Heard, begins};

/// A process's line to somebody who hears all events.
#[derive(Debug)]
pub(super) struct Ear {
    pub(super) heard: Heard,
    pub(super) life: Life,
}

#[async_trait]
impl EventSink for Ear {
    async fn publish(&self, events: &[Event]) -> Result<(), PortError> {
        self.life.alive().await;
        // Struck while messages leave: those that these events tell of.
        let struck = events.iter().any(begins);
        if struck {
            self.life.at(Point::EVENTS_BEFORE).await?;
        }
        self.heard.hear(events);
        match struck {
            true => self.life.at(Point::EVENTS_UNMARKED).await,
            false => Ok(()),
        }
    }
}
