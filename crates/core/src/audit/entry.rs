//! What must hold of a dispatch by itself.
//!
//! A dispatch and its words are read at one moment, and whatever changes them changes them in one
//! transaction: so none of this can alarm because something moved.

use chrono::{DateTime, Utc};

use crate::{Address, BookEntry, EmailAddress, MOST_ATTEMPTS, PhoneNumber, Reason, State, Word};

/// An invariant, and how it is broken.
pub(super) type Finding = (&'static str, String);

/// Which invariants a dispatch is asked about, and which it breaks.
pub(super) fn check(it: &BookEntry) -> (Vec<&'static str>, Vec<Finding>) {
    let state = it.view.standing.state;
    let mut asked = vec!["I1", "I2", "I4", "I10", "I12"];
    let mut found = Vec::new();
    let mut say = |invariant, what: Option<&str>| {
        found.extend(what.map(|what| (invariant, what.to_owned())));
    };
    // Who was forgotten took the parts along.
    let erased = it.view.key.customer.is_erased();
    let own = erased || it.view.key.id() == it.view.id;
    say(
        "I1",
        (!own).then_some("its id is not the hash of its parts"),
    );
    say("I2", stuck(it));
    if state == State::Accepted {
        asked.push("I3");
        let proven = it.view.attempts > 0 && it.first_at.is_some() && !it.view.standing.in_doubt;
        say(
            "I3",
            (!proven).then_some("it was accepted and says that it never left for sure"),
        );
    }
    say("I4", misfit(it));
    if it.first_at.is_some() {
        asked.push("I6");
        say("I6", against_a_word(it));
    }
    say("I10", uncounted(it));
    say("I12", looks_like_an_address(it));
    (asked, found)
}

/// When it began last, as far as the books say: while it is on its way its last change is that
/// beginning; otherwise only the first one is known.
pub(super) fn began_at(it: &BookEntry) -> Option<DateTime<Utc>> {
    match it.view.standing.state {
        State::Sending => it.first_at.max(Some(it.view.at)),
        _ => it.first_at,
    }
}

fn stuck(it: &BookEntry) -> Option<&'static str> {
    let state = it.view.standing.state;
    match state {
        State::Sending if it.held_by.is_none() => {
            Some("it is on its way and no pass holds it, so nobody will settle it")
        }
        State::Scheduled | State::Resend if it.view.until.is_none() => {
            Some("it waits and nothing says until when")
        }
        _ if state.is_final() && it.held_by.is_some() => {
            Some("it is at its end and a pass still holds it")
        }
        _ => None,
    }
}

/// A doubt is never forgotten but by acceptance: what is in doubt counts, and what is to leave
/// again or is unknown is in doubt.
fn misfit(it: &BookEntry) -> Option<&'static str> {
    let (state, in_doubt) = (it.view.standing.state, it.view.standing.in_doubt);
    if in_doubt && !state.counts() {
        return Some("it says that it did not arrive, and an attempt of it may have");
    }
    let must = matches!(state, State::Resend | State::Unknown);
    (must && !in_doubt).then_some("nobody knows whether it arrived, and no attempt is in doubt")
}

/// Words are dated not before what the ledger had begun by then, and what begins after one reads
/// it.
///
/// The words are those of the address read last, which may be another one than that of the first
/// beginning. But an address is read again only where its words are asked as well: had it refused
/// by then, the dispatch would have ended as opted out. So those are left out, and of all others
/// the word is younger than the beginning or was overlooked.
fn against_a_word(it: &BookEntry) -> Option<&'static str> {
    if it.view.reason == Some(Reason::OptedOut) {
        return None;
    }
    let began_at = began_at(it)?;
    let (key, purpose) = (&it.view.key, &it.view.purpose);
    let refused = it.words.iter().any(|(scope, word, since)| {
        *word == Word::OptOut && *since < began_at && scope.covers(&key.channel, purpose, it.class)
    });
    refused.then_some("it began after a refusal that holds")
}

fn uncounted(it: &BookEntry) -> Option<&'static str> {
    let (attempts, begun) = (it.view.attempts, it.first_at.is_some());
    if begun != (it.fence > 0) {
        return Some("its fence and its first beginning do not fit together");
    }
    if attempts > it.fence {
        return Some("it has more attempts than beginnings");
    }
    // One that was given back cost no attempt; what may have arrived has cost one.
    if attempts == 0 && it.view.standing.state.counts() {
        return Some("it may have arrived and was never attempted");
    }
    if attempts > MOST_ATTEMPTS {
        return Some("it was attempted more often than it may be");
    }
    let late = began_at(it).is_some_and(|at| at >= it.not_after);
    late.then_some("it began when its time was over")
}

/// Ids of customers are the host's own names for people and are kept as they are; the occurrence is
/// made of ids of records, instants and names of broadcasts, and must not smuggle in an address.
fn looks_like_an_address(it: &BookEntry) -> Option<&'static str> {
    let occurrence = it.view.key.occurrence.as_str();
    let parts = || occurrence.split(|c: char| c.is_whitespace() || "|,;".contains(c));
    let email = parts().any(|part| EmailAddress::parse(part).is_ok());
    // Only with its sign: plain digits are as well the number of a record.
    let signed = occurrence
        .match_indices('+')
        .map(|(at, _)| &occurrence[at..]);
    let phone = signed.into_iter().any(|rest| {
        let digits = |c: char| c.is_ascii_digit() || "+ -()".contains(c);
        let end = rest.find(|c| !digits(c)).unwrap_or(rest.len());
        PhoneNumber::parse(&rest[..end]).is_ok()
    });
    (email || phone).then_some("its occurrence looks like an address")
}
