//! A flight recorder in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Epoch, Flights, Outcome, PortError, PortErrorKind, Recorder, Ticket};

/// A flight recorder in memory: it outlives a pass that was dropped, not its process.
#[derive(Debug, Default)]
pub struct MemoryRecorder {
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    /// The pass that may note, until the next one recovers.
    open: Option<Epoch>,
    /// What each pass noted, in order: a later note of a ticket holds.
    passes: BTreeMap<Epoch, Vec<(Ticket, Option<Outcome>)>>,
}

impl MemoryRecorder {
    /// A recorder that has noted nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, epoch: Epoch, ticket: Ticket, known: Option<Outcome>) -> Result<(), PortError> {
        let mut notes = self.notes();
        if notes.open != Some(epoch) {
            return Err(PortError::new(
                "memory",
                "note of a flight",
                PortErrorKind::Conflict,
            ));
        }
        notes.passes.entry(epoch).or_default().push((ticket, known));
        Ok(())
    }
}

impl Recorder for MemoryRecorder {
    fn recover(&self) -> Result<Flights, PortError> {
        let mut notes = self.notes();
        notes.open = None;
        let mut flights = Flights::default();
        for (epoch, pass) in &notes.passes {
            flights.insert_pass(*epoch);
            for (ticket, outcome) in pass {
                flights.insert(*epoch, *ticket, outcome.clone());
            }
        }
        Ok(flights)
    }

    fn opened(&self, epoch: Epoch) -> Result<(), PortError> {
        let mut notes = self.notes();
        notes.open = Some(epoch);
        notes.passes = BTreeMap::from([(epoch, Vec::new())]);
        Ok(())
    }

    fn leaves(&self, epoch: Epoch, ticket: Ticket) -> Result<(), PortError> {
        self.note(epoch, ticket, None)
    }

    fn landed(&self, epoch: Epoch, ticket: Ticket, outcome: &Outcome) -> Result<(), PortError> {
        self.note(epoch, ticket, Some(outcome.clone()))
    }
}
