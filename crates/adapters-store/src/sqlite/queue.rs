//! What waits to be told, as its port asks for it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{EventQueue, Mark, PortError, Waiting};

use super::error::During as _;
use super::{SqliteStore, events};

#[async_trait]
impl EventQueue for SqliteStore {
    /// The oldest events that wait. One process has the file open, so nobody else passes them on.
    async fn waiting(&self, decisions: u32, _: DateTime<Utc>) -> Result<Waiting, PortError> {
        read!(self, "read of events", |on| events::waiting(
            on,
            decisions,
            &self.hash_key
        ))
    }

    async fn passed_on(&self, these: &Mark) -> Result<(), PortError> {
        if these.is_empty() {
            return Ok(());
        }
        write!(self, "end of events", |writer| events::passed_on(
            &mut writer.on,
            these
        ))
    }
}
