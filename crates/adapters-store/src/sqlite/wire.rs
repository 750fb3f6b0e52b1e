//! Between our types and what the columns hold.

use chrono::{DateTime, Utc};
use pregon_core::{Class, State, Subject};

use super::error::Error;

/// States by the number under which they are kept. The order is for ever.
pub(super) const STATES: [State; 11] = [
    State::Scheduled,
    State::Resend,
    State::Sending,
    State::Accepted,
    State::Failed,
    State::Unknown,
    State::Suppressed,
    State::Expired,
    State::Cancelled,
    State::Capped,
    State::Dead,
];

/// The number of a state.
pub(super) fn state_code(state: State) -> Result<i64, Error> {
    let place = STATES.iter().position(|it| *it == state);
    place
        .and_then(|place| i64::try_from(place).ok())
        .ok_or(Error::Unkeepable("a state this adapter does not know"))
}

/// The state of a number.
pub(super) fn state(code: i64) -> Result<State, Error> {
    let place = usize::try_from(code).ok();
    place
        .and_then(|place| STATES.get(place).copied())
        .ok_or(Error::Damaged("a state has an unknown number"))
}

pub(super) fn class_code(class: Class) -> i64 {
    i64::from(class == Class::Transactional)
}

pub(super) fn class(code: i64) -> Class {
    if code == 0 {
        Class::Promotional
    } else {
        Class::Transactional
    }
}

/// Instants are kept in whole microseconds, rounded down, so that both sides of a comparison are.
pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(super) fn instant(micros: i64) -> Result<DateTime<Utc>, Error> {
    DateTime::from_timestamp_micros(micros).ok_or(Error::Damaged("an instant is out of range"))
}

pub(super) fn bytes16(bytes: &[u8]) -> Result<[u8; 16], Error> {
    bytes
        .try_into()
        .map_err(|_| Error::Damaged("a hash has the wrong length"))
}

/// The bytes under which a subject is kept.
///
/// A customer stands under its id and not under `Subject::code`: neighbours at the source stay
/// neighbours in the trees of holds and words. Under a hash each message of a page would write a
/// page of the file of its own.
pub(super) fn place(subject: &Subject) -> Vec<u8> {
    match subject {
        Subject::Customer(id) => [b"c", id.as_str().as_bytes()].concat(),
        other => [b"x".as_slice(), other.code().as_slice()].concat(),
    }
}

/// How long a place is that is not a customer's.
pub(super) const HASHED_PLACE: usize = 17;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_number() {
        for (code, it) in (0..).zip(STATES) {
            assert_eq!(state_code(it).unwrap(), code);
            assert_eq!(state(code).unwrap(), it);
        }
        assert!(state(11).is_err() && state(-1).is_err());
    }

    #[test]
    fn waiting_states_are_those_that_the_index_names() {
        // `state <= 1` in the schema means these two.
        assert_eq!(STATES[..2], [State::Scheduled, State::Resend]);
    }

    #[test]
    fn the_ends_of_time_come_back() {
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let back = instant(micros(at)).unwrap();
            assert_eq!(micros(back), micros(at));
        }
    }
}
