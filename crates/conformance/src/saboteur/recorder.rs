//! A flight recorder that breaks one promise.

use std::sync::{Arc, Mutex, PoisonError};

use pregon_core::{Epoch, Flights, Outcome, PortError, Recorder, Ticket};

/// The promise that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecorderFault {
    /// None: the honest recorder behind the wrapper.
    None,
    /// Says that what leaves was noted, and notes what landed only.
    ForgetsWhatLeft,
    /// Says that an end was noted, and does not.
    ForgetsEnds,
    /// Notes every attempt of a row as its first.
    ConfusesAttempts,
    /// Lets a pass that is closed note on.
    NeverCloses,
    /// Tells what it knows only once.
    TellsOnce,
}

/// An honest flight recorder that breaks one promise.
#[derive(Debug)]
pub struct SabotagedRecorder {
    honest: Arc<dyn Recorder>,
    fault: RecorderFault,
    told: Mutex<bool>,
}

impl SabotagedRecorder {
    /// The recorder without this promise.
    #[must_use]
    pub fn new(honest: Arc<dyn Recorder>, fault: RecorderFault) -> Self {
        Self {
            honest,
            fault,
            told: Mutex::new(false),
        }
    }

    fn ticket(&self, mut ticket: Ticket) -> Ticket {
        if self.fault == RecorderFault::ConfusesAttempts {
            ticket.number = 1;
        }
        ticket
    }

    fn was_told(&self, now: bool) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut told, now)
    }

    /// What a note answers: an error is hidden by who never closes.
    fn answer(&self, noted: Result<(), PortError>) -> Result<(), PortError> {
        match self.fault {
            RecorderFault::NeverCloses => Ok(()),
            _ => noted,
        }
    }
}

impl Recorder for SabotagedRecorder {
    fn recover(&self) -> Result<Flights, PortError> {
        let told = self.was_told(true);
        let flights = self.honest.recover()?;
        match self.fault {
            RecorderFault::TellsOnce if told => Ok(Flights::default()),
            _ => Ok(flights),
        }
    }

    fn opened(&self, epoch: Epoch) -> Result<(), PortError> {
        self.was_told(false);
        self.honest.opened(epoch)
    }

    fn leaves(&self, epoch: Epoch, ticket: Ticket) -> Result<(), PortError> {
        if self.fault == RecorderFault::ForgetsWhatLeft {
            return Ok(());
        }
        self.answer(self.honest.leaves(epoch, self.ticket(ticket)))
    }

    fn landed(&self, epoch: Epoch, ticket: Ticket, outcome: &Outcome) -> Result<(), PortError> {
        if self.fault == RecorderFault::ForgetsEnds {
            return Ok(());
        }
        let landed = self.honest.landed(epoch, self.ticket(ticket), outcome);
        self.answer(landed)
    }
}
