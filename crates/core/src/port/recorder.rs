//! Remembers, past a kill, what left and what did not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use super::{Epoch, PortError};
use crate::{Outcome, Ticket};

/// A flight recorder: notes right before a message leaves and right after its answer came.
///
/// What it notes outlives the death of its process, though not that of the machine: who opens the
/// recorder of a dead process learns which messages never left, so that nobody has to doubt them.
/// It keeps numbers of rows and outcomes, nothing about people.
///
/// The methods do not wait: a note is a write into the page cache. An error means that the note
/// was not made, and then nothing leaves.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Recorder: Debug + Send + Sync + 'static {
    /// Closes all passes before and tells what they noted: a pass that is closed can note nothing
    /// any more. What was told once may be told again, until [`opened`](Self::opened).
    ///
    /// # Errors
    /// When it cannot be read.
    fn recover(&self) -> Result<Flights, PortError>;

    /// Forgets all passes before and begins to record this one.
    ///
    /// # Errors
    /// When it cannot be written.
    fn opened(&self, epoch: Epoch) -> Result<(), PortError>;

    /// Notes that the message of a ticket leaves now.
    ///
    /// # Errors
    /// When it cannot be written, or the pass is closed: then the message must not leave.
    fn leaves(&self, epoch: Epoch, ticket: Ticket) -> Result<(), PortError>;

    /// Notes what became of a message that left.
    ///
    /// # Errors
    /// When it cannot be written; the message then counts as one without an answer.
    fn landed(&self, epoch: Epoch, ticket: Ticket, outcome: &Outcome) -> Result<(), PortError>;
}

/// What a flight recorder knows of one dispatch that had begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flight {
    /// Its pass was not recorded: nobody knows.
    Unrecorded,
    /// Not a byte of it left.
    NeverLeft,
    /// It left, and no answer was noted.
    Left,
    /// It left, and this became of it.
    Landed(Outcome),
}

/// What a flight recorder knows of passes that are over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flights {
    epochs: BTreeSet<Epoch>,
    left: BTreeMap<(Epoch, i64, u32), Option<Outcome>>,
    /// Pass, row and fence of what left last.
    last: Option<(Epoch, i64, u32)>,
}

impl Flights {
    /// Adds a pass that was recorded from its beginning.
    pub fn insert_pass(&mut self, epoch: Epoch) {
        self.epochs.insert(epoch);
    }

    /// Adds that the message of a ticket left in a pass, and what became of it if that is known. In
    /// the order in which they left.
    pub fn insert(&mut self, epoch: Epoch, ticket: Ticket, outcome: Option<Outcome>) {
        let flight = (epoch, ticket.row, ticket.number);
        if self.left.insert(flight, outcome).is_none() {
            self.last = Some(flight);
        }
    }

    /// Row and fence of what left last in the newest pass that was recorded.
    #[must_use]
    pub fn last_left(&self) -> Option<(i64, u32)> {
        let (epoch, row, fence) = self.last?;
        (self.epochs.last() == Some(&epoch)).then_some((row, fence))
    }

    /// By how much numbers of passes jump when somebody accepts a store that has gone back.
    pub const LEAP: Epoch = 1_000_000_000;

    /// Whether they prove that a store is older than what was done with it: it is about to give a
    /// pass this number, and has this fence of the row that left last (none where it has no such
    /// row). Nothing is proven to a store that has had no pass, or was accepted since.
    ///
    /// ```
    /// # use pregon_core::{Flights, Ticket};
    /// let mut flights = Flights::default();
    /// flights.insert_pass(7);
    /// flights.insert(7, Ticket { row: 41, number: 2, begun: true }, None);
    /// assert!(!flights.are_ahead_of(8, Some(2)));
    /// assert!(flights.are_ahead_of(8, Some(1)), "it left since");
    /// assert!(flights.are_ahead_of(7, Some(2)), "there was a pass 7");
    /// assert!(!flights.are_ahead_of(1, None), "another store");
    /// assert!(!flights.are_ahead_of(8 + Flights::LEAP, None), "somebody has looked");
    /// ```
    #[must_use]
    pub fn are_ahead_of(&self, next: Epoch, fence: Option<u32>) -> bool {
        let Some(newest) = self.epochs.last().copied().filter(|_| next > 1) else {
            return false;
        };
        let Some(passes) = next.checked_sub(newest).filter(|passes| *passes > 0) else {
            return true;
        };
        let left = self.last_left();
        let later = left.is_some_and(|(_, noted)| fence.is_none_or(|fence| fence < noted));
        later && passes < Self::LEAP / 2
    }

    /// What is known of a row that a pass had begun under this fence.
    ///
    /// ```
    /// # use pregon_core::{Flight, Flights, Ticket};
    /// let mut flights = Flights::default();
    /// flights.insert_pass(7);
    /// flights.insert(7, Ticket { row: 1, number: 1, begun: true }, None);
    /// assert_eq!(flights.of(7, 1, 1), Flight::Left);
    /// assert_eq!(flights.of(7, 2, 1), Flight::NeverLeft);
    /// assert_eq!(flights.of(6, 2, 1), Flight::Unrecorded);
    /// ```
    #[must_use]
    pub fn of(&self, epoch: Epoch, row: i64, fence: u32) -> Flight {
        if !self.epochs.contains(&epoch) {
            return Flight::Unrecorded;
        }
        match self.left.get(&(epoch, row, fence)) {
            None => Flight::NeverLeft,
            Some(None) => Flight::Left,
            Some(Some(outcome)) => Flight::Landed(outcome.clone()),
        }
    }
}
