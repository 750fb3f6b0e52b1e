//! The flight recorder with the crash points around its notes.

use std::sync::Arc;

use pregon_core::{Epoch, Flights, Outcome, PortError, Recorder, Ticket};

use super::switch::{Life, away};
use super::{Point, Wrong};

/// A flight recorder with crash points.
#[derive(Debug)]
pub(super) struct Noted {
    pub(super) honest: Arc<dyn Recorder>,
    pub(super) life: Life,
    pub(super) wrong: Option<Wrong>,
}

impl Noted {
    fn alive(&self) -> Result<(), PortError> {
        match self.life.is_dead() {
            true => Err(away()),
            false => Ok(()),
        }
    }
}

impl Recorder for Noted {
    fn recover(&self) -> Result<Flights, PortError> {
        self.alive()?;
        self.honest.recover()
    }

    fn opened(&self, epoch: Epoch) -> Result<(), PortError> {
        self.alive()?;
        self.honest.opened(epoch)
    }

    fn leaves(&self, epoch: Epoch, ticket: Ticket) -> Result<(), PortError> {
        self.life.at_once(Point::NOTE_BEFORE)?;
        match self.wrong {
            Some(Wrong::NotesAfterSending) => Ok(()),
            _ => self.honest.leaves(epoch, ticket),
        }
    }

    fn landed(&self, epoch: Epoch, ticket: Ticket, outcome: &Outcome) -> Result<(), PortError> {
        self.life.at_once(Point::END_BEFORE)?;
        if self.wrong == Some(Wrong::NotesAfterSending) {
            self.honest.leaves(epoch, ticket)?;
        }
        if self.wrong != Some(Wrong::ForgetsLandings) {
            self.honest.landed(epoch, ticket, outcome)?;
        }
        self.life.at_once(Point::END_AFTER)
    }
}
