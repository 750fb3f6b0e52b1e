//! What waits to be told, as its port asks for it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pregon_core::{EventQueue, Mark, PortError, Waiting};

use super::error::{During as _, Error};
use super::work::TRIES;
use super::{PostgresStore, events};

#[async_trait]
impl EventQueue for PostgresStore {
    /// The oldest events that wait; none while another worker passes them on.
    async fn waiting(&self, decisions: u32, now: DateTime<Utc>) -> Result<Waiting, PortError> {
        let worker = self.worker.slot.as_str();
        let needs_lease = read!(self, "read of events", |on| events::needs_lease(
            on, worker, now
        ))?;
        if needs_lease {
            write!(self, "read of events", |on| events::take_lease(
                on, worker, now
            ))?;
        }
        let waiting = read!(self, "read of events", |on| events::waiting(
            on,
            worker,
            decisions,
            now,
            &self.hash_key
        ))?;
        if waiting.mark.is_empty() {
            // Others need not wait for the end of the lease.
            write!(self, "end of events", |on| events::give_lease_back(
                on, worker
            ))?;
        }
        Ok(waiting)
    }

    async fn passed_on(&self, these: &Mark) -> Result<(), PortError> {
        if these.is_empty() {
            return Ok(());
        }
        write!(self, "end of events", |on| events::passed_on(on, these))
    }
}
