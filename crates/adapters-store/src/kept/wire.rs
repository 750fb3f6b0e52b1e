//! Between our types and what the columns hold.

use chrono::{DateTime, Utc};
use pregon_core::{
    ChannelName, Class, CustomerId, Epoch, HashKey, Hold, PreferenceScope, PurposeScope, Reason,
    Standing, State, Subject, Transition, Word,
};

use super::flaw::Flaw;

/// States by the number under which they are kept. The order is for ever.
pub(crate) const STATES: [State; 11] = [
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
pub(crate) fn state_code(state: State) -> Result<i64, Flaw> {
    let place = STATES.iter().position(|it| *it == state);
    place
        .and_then(|place| i64::try_from(place).ok())
        .ok_or(Flaw::Unkeepable("a state this adapter does not know"))
}

/// The state in which a row begins, by the table of transitions.
pub(crate) fn first_state(refused: Option<Reason>) -> Result<i64, Flaw> {
    let ended = refused.and_then(|reason| Standing::NEW.after(Transition::Withdraw(reason.end())));
    debug_assert!(ended.is_none_or(|change| change.hold == Hold::Release));
    state_code(ended.map_or(Standing::NEW, |change| change.to).state)
}

/// The state of a number.
pub(crate) fn state(code: i64) -> Result<State, Flaw> {
    let place = usize::try_from(code).ok();
    place
        .and_then(|place| STATES.get(place).copied())
        .ok_or(Flaw::Damaged("a state has an unknown number"))
}

pub(crate) fn class_code(class: Class) -> i64 {
    i64::from(class == Class::Transactional)
}

pub(crate) fn class(code: i64) -> Class {
    if code == 0 {
        Class::Promotional
    } else {
        Class::Transactional
    }
}

/// Instants are kept in whole microseconds, rounded down, so that both sides of a comparison are.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn instant(micros: i64) -> Result<DateTime<Utc>, Flaw> {
    DateTime::from_timestamp_micros(micros).ok_or(Flaw::Damaged("an instant is out of range"))
}

pub(crate) fn bytes16(bytes: &[u8]) -> Result<[u8; 16], Flaw> {
    bytes
        .try_into()
        .map_err(|_| Flaw::Damaged("a hash has the wrong length"))
}

/// The number of a pass; one that no store has given is no pass's.
pub(crate) fn epoch(epoch: Epoch) -> Result<i64, Flaw> {
    i64::try_from(epoch).map_err(|_| Flaw::Superseded)
}

/// The bytes under which a subject is kept.
///
/// A customer stands under its id and not under `Subject::code`: neighbours at the source stay
/// neighbours in the trees of holds and words. Under a hash each message of a page would write a
/// page of the file of its own.
pub(crate) fn place(subject: &Subject) -> Vec<u8> {
    match subject {
        Subject::Customer(id) => [b"c", id.as_str().as_bytes()].concat(),
        other => [b"x".as_slice(), other.code().as_slice()].concat(),
    }
}

/// The code of the subject that has a place.
pub(crate) fn code(place: &[u8]) -> Result<[u8; 16], Flaw> {
    of_place(place, |id| Subject::Customer(id).code())
}

/// The pseudonym of the subject that has a place.
pub(crate) fn pseudonym(place: &[u8], key: &HashKey) -> Result<[u8; 16], Flaw> {
    of_place(place, |id| key.pseudonym(&Subject::Customer(id)))
}

/// A customer's is made of the id; others stand under their code, which is both.
fn of_place(place: &[u8], made: impl Fn(CustomerId) -> [u8; 16]) -> Result<[u8; 16], Flaw> {
    let wrong = Flaw::Damaged("a place is no subject's");
    match place.split_first() {
        Some((b'c', id)) => {
            let id = str::from_utf8(id).map_err(|_| wrong)?;
            Ok(made(CustomerId::new(id).map_err(|_| wrong)?))
        }
        Some((b'x', code)) => bytes16(code),
        _ => Err(wrong),
    }
}

/// How long a place is that is not a customer's.
pub(crate) const HASHED_PLACE: usize = 17;

/// A scope as its two columns hold it: an empty channel is every channel.
pub(crate) fn scope_texts(scope: &PreferenceScope) -> (&str, &str) {
    let channel = scope.channel.as_ref().map_or("", ChannelName::as_str);
    (channel, scope.purpose.as_str())
}

pub(crate) fn scope(channel: &str, purpose: &str) -> Result<PreferenceScope, Flaw> {
    let wrong = Flaw::Damaged("a word's scope has a name that is none");
    let channel = match channel {
        "" => Ok(None),
        name => ChannelName::new(name).map(Some),
    };
    match (channel, PurposeScope::parse(purpose)) {
        (Ok(channel), Some(purpose)) => Ok(PreferenceScope { channel, purpose }),
        _ => Err(wrong),
    }
}

pub(crate) fn word(code: i64) -> Word {
    if code == 0 { Word::OptOut } else { Word::OptIn }
}

pub(crate) fn word_code(word: Word) -> i64 {
    i64::from(word == Word::OptIn)
}

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
    fn counting_states_are_those_that_statements_name() {
        // `state IN (1, 2, 3, 5)` where a new limit looks for what it would have counted.
        let counting = (0..).zip(STATES).filter(|(_, state)| state.counts());
        let counting: Vec<i32> = counting.map(|(code, _)| code).collect();
        assert_eq!(counting, [1, 2, 3, 5]);
    }

    #[test]
    fn a_place_tells_whose_it_is_and_one_of_nobody_is_damage() {
        let key = HashKey::new([7; 32]);
        let id = CustomerId::new("Ñ 1").unwrap();
        for subject in [
            Subject::Customer(id.clone()),
            Subject::Customer(key.tombstone(&id)),
            Subject::Named("house".to_owned()),
        ] {
            let place = place(&subject);
            assert_eq!(code(&place), Ok(subject.code()));
            assert_eq!(pseudonym(&place, &key), Ok(key.pseudonym(&subject)));
        }
        for place in [&b""[..], b"c", b"c\xff", b"xshort", b"y0123456789abcdef"] {
            assert!(code(place).is_err() && pseudonym(place, &key).is_err());
        }
    }

    #[test]
    fn the_ends_of_time_come_back() {
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let back = instant(micros(at)).unwrap();
            assert_eq!(micros(back), micros(at));
        }
    }
}
