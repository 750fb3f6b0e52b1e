//! How much goes wrong.

use std::sync::{Arc, Mutex, PoisonError};

use pregon_core::{PortError, PortErrorKind};

use crate::Dice;

/// How often each kind of thing goes wrong, in a thousand; nothing does once it is calm.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rates {
    pub(super) store_before: u64,
    pub(super) store_after: u64,
    pub(super) source: u64,
    pub(super) channel: u64,
    pub(super) kill: u64,
    pub(super) freeze: u64,
    pub(super) outage: u64,
    pub(super) jump: u64,
    pub(super) lookup: u64,
    pub(super) sink: u64,
}

impl Rates {
    /// Some businesses are lucky, and few have all kinds of bad luck at once.
    pub(super) fn of(dice: &mut Dice) -> Self {
        let mut often = |rates: [u64; 4]| *dice.of(&rates);
        Self {
            store_before: often([0, 2, 10, 40]),
            store_after: often([0, 2, 10, 40]),
            source: often([0, 0, 10, 60]),
            channel: often([0, 50, 200, 900]),
            kill: often([0, 50, 200, 500]),
            freeze: often([0, 0, 50, 200]),
            outage: often([0, 10, 30, 60]),
            jump: often([0, 0, 10, 30]),
            lookup: often([0, 100, 400, 800]),
            sink: often([0, 0, 50, 300]),
        }
    }
}

/// Trouble as those see it who make it: their own dice, and the rates of the moment.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    dice: Arc<Mutex<Dice>>,
    rates: Arc<Mutex<Rates>>,
}

impl Trouble {
    pub(super) fn new(dice: Dice, rates: Rates) -> Self {
        Self {
            dice: Arc::new(Mutex::new(dice)),
            rates: Arc::new(Mutex::new(rates)),
        }
    }

    /// The same rates with other dice.
    pub(super) fn with(&self, dice: Dice) -> Self {
        Self {
            dice: Arc::new(Mutex::new(dice)),
            rates: Arc::clone(&self.rates),
        }
    }

    /// Nothing goes wrong any more.
    pub(super) fn calm(&self) {
        *self.rates.lock().unwrap_or_else(PoisonError::into_inner) = Rates::default();
    }

    pub(super) fn rates(&self) -> Rates {
        *self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn happens(&self, rate: impl Fn(&Rates) -> u64) -> bool {
        let often = rate(&self.rates());
        self.throw(|dice| dice.permille(often))
    }

    pub(super) fn throw<T>(&self, with: impl FnOnce(&mut Dice) -> T) -> T {
        with(&mut self.dice.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The error of something that is away for now.
pub(super) fn away(adapter: &'static str) -> PortError {
    PortError::new(adapter, "simulated", PortErrorKind::Unavailable)
}
