//! What is enumerated.

use pregon_core::{Class, Promise};

use super::Bug;

/// What is enumerated: a provider, a class of writing, and how much goes wrong at most.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// What the provider promises, and keeps.
    pub promise: Promise,
    /// The class of both dispatches.
    pub class: Class,
    /// How many processes or machines crash at most.
    pub crashes: u8,
    /// How many processes are frozen at most.
    pub freezes: u8,
    /// How many times each dispatch may begin.
    pub attempts: u8,
    /// How many copies of a dispatch may be on their way without anybody waiting for them.
    pub strays: u8,
    /// Whether a person pauses, resumes and calls the campaign off.
    pub moves: bool,
    /// The rule that is broken.
    pub bug: Option<Bug>,
}

impl Setup {
    /// A promotion by a provider that knows no keys, with so many crashes and attempts, and one
    /// frozen process.
    #[must_use]
    pub fn at_most_once(crashes: u8, attempts: u8) -> Self {
        Self {
            promise: Promise::Blind,
            class: Class::Promotional,
            crashes,
            freezes: 1,
            attempts,
            strays: 1,
            moves: false,
            bug: None,
        }
    }

    /// The same by a provider that can be asked what it has.
    #[must_use]
    pub fn lookup(crashes: u8, attempts: u8) -> Self {
        Self {
            promise: Promise::Lookup {
                settle: "10m".parse().expect("a length"),
            },
            ..Self::at_most_once(crashes, attempts)
        }
    }

    /// The same by a provider that knows keys for ever.
    #[must_use]
    pub fn idempotent(crashes: u8, attempts: u8) -> Self {
        Self {
            promise: Promise::Idempotent { retention: None },
            ..Self::at_most_once(crashes, attempts)
        }
    }

    /// A message that is sent once more after a lost answer.
    #[must_use]
    pub fn at_least_once(crashes: u8, attempts: u8) -> Self {
        Self {
            class: Class::Transactional,
            ..Self::at_most_once(crashes, attempts)
        }
    }

    /// With a rule broken.
    #[must_use]
    pub fn broken(self, bug: Bug) -> Self {
        Self {
            bug: Some(bug),
            ..self
        }
    }

    /// How many copies of one dispatch may arrive.
    pub(super) fn most_copies(&self) -> u8 {
        let once = matches!(
            self.promise,
            Promise::Idempotent { .. } | Promise::Lookup { .. }
        );
        if once || self.class == Class::Promotional {
            1
        } else {
            2
        }
    }

    /// How many steps the time takes until the provider has forgotten a key: past the safety
    /// margin, and past its memory.
    pub(super) fn ages(&self) -> u8 {
        match self.promise {
            Promise::Idempotent { retention } if retention.is_some() => 2,
            _ => 0,
        }
    }

    /// Whether what is in doubt is asked for before it leaves again.
    pub(super) fn asks(&self) -> bool {
        matches!(self.promise, Promise::Lookup { .. }) && !self.has(Bug::NotAsked)
    }

    pub(super) fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }
}
