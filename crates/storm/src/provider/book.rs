//! What the provider writes down of each arrival, and what it answers.

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::args::{Mode, SETTLE};
use crate::wire::{Arrival, Effect, Letter};

use super::fault::{Fault, fault};

/// What is answered to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// This line.
    Said(String),
    /// This line, late.
    Slow(usize, String),
    /// This much, and then the connection breaks.
    Cut(String),
}

/// Everything that arrived, in order.
#[derive(Debug)]
pub(super) struct Book {
    seed: u64,
    mode: Mode,
    heard: u64,
    arrivals: Vec<Arrival>,
    known: HashMap<String, Known>,
}

/// What is known of a message.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// How many times it arrived.
    arrived: u64,
    /// When it was first taken.
    taken: Option<i64>,
}

impl Book {
    /// An empty one.
    pub(super) fn new(seed: u64, mode: Mode) -> Self {
        Self {
            seed,
            mode,
            heard: 0,
            arrivals: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// The next number of the order.
    pub(super) fn mark(&mut self) -> u64 {
        self.heard += 1;
        self.heard
    }

    /// Everything that arrived.
    pub(super) fn arrivals(&self) -> &[Arrival] {
        &self.arrivals
    }

    /// Whether it says that it has a message: not before most of the time is over after which it
    /// may be believed, so that whoever believes it too early sends twice.
    pub(super) fn shows(&self, id: &str, now: i64) -> bool {
        let late = SETTLE.duration() - TimeDelta::seconds(5);
        let late = late.num_microseconds().unwrap_or_default();
        let taken = self.known.get(id).and_then(|known| known.taken);
        taken.is_some_and(|taken| taken + late <= now)
    }

    /// Takes a message, or not, and says what to answer.
    pub(super) fn take(&mut self, letter: Letter, at: i64) -> Reply {
        let known = self.known.entry(letter.id.clone()).or_default();
        let known_twin = known.taken.is_some() && self.mode == Mode::Idempotent;
        let fault = fault(self.seed, &letter.id, known.arrived);
        let takes = !matches!(fault, Fault::TooMany | Fault::Never | Fault::ErrorLost);
        let effect = match (known_twin, takes) {
            // Who keeps keys looks there first.
            (true, _) if fault != Fault::TooMany => Effect::Repeated,
            (false, true) => Effect::Taken,
            _ => Effect::Refused,
        };
        known.arrived += 1;
        if effect == Effect::Taken {
            known.taken = known.taken.or(Some(at));
        }
        let order = self.mark();
        let said = format!("200 {}\n", &letter.id);
        self.arrivals.push(Arrival {
            order,
            at,
            letter,
            effect,
        });
        match fault {
            Fault::TooMany => Reply::Said("429 later\n".to_owned()),
            Fault::Never if effect == Effect::Refused => Reply::Said("422 never\n".to_owned()),
            Fault::ErrorTaken | Fault::ErrorLost => Reply::Said("500 sorry\n".to_owned()),
            Fault::Slow(which) => Reply::Slow(which, said),
            Fault::Dropped => Reply::Cut(String::new()),
            Fault::Half(bytes) => Reply::Cut(said.chars().take(bytes).collect()),
            Fault::None | Fault::Never => Reply::Said(said),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(id: &str) -> Letter {
        Letter {
            id: id.to_owned(),
            customer: "C-1".to_owned(),
            address: "a@example.org".to_owned(),
            campaign: "boletin".to_owned(),
            again: false,
            prepared: 0,
        }
    }

    /// A message whose first two arrivals meet no fault.
    fn lucky() -> String {
        let ids = (0..).map(|n: u32| format!("m{n}"));
        let mut lucky = ids.filter(|id| (0..2).all(|nth| fault(1, id, nth) == Fault::None));
        lucky.next().unwrap()
    }

    #[track_caller]
    fn check(mode: Mode, second: Effect) {
        let (mut book, id) = (Book::new(1, mode), lucky());
        let said = Reply::Said(format!("200 {id}\n"));
        assert_eq!(book.take(letter(&id), 1), said);
        assert_eq!(book.take(letter(&id), 2), said);
        let effects: Vec<Effect> = book.arrivals().iter().map(|it| it.effect).collect();
        assert_eq!(effects, [Effect::Taken, second]);
    }

    #[test]
    fn who_is_blind_takes_a_message_twice() {
        check(Mode::Blind, Effect::Taken);
    }
    #[test]
    fn who_keeps_keys_takes_it_once() {
        check(Mode::Idempotent, Effect::Repeated);
    }

    #[test]
    fn who_can_be_asked_knows_late() {
        let (mut book, id) = (Book::new(1, Mode::Lookup), lucky());
        let _ = book.take(letter(&id), 0);
        assert!(!book.shows(&id, 20_000_000));
        assert!(book.shows(&id, 30_000_000));
        assert!(!book.shows("another", 30_000_000));
    }

    #[test]
    fn what_was_refused_is_not_taken() {
        let ids = (0..).map(|n: u32| format!("m{n}"));
        let mut unlucky = ids.filter(|id| fault(1, id, 0) == Fault::TooMany);
        let id = unlucky.next().unwrap();
        let mut book = Book::new(1, Mode::Blind);
        assert_eq!(
            book.take(letter(&id), 1),
            Reply::Said("429 later\n".to_owned())
        );
        assert_eq!(book.arrivals()[0].effect, Effect::Refused);
    }
}
