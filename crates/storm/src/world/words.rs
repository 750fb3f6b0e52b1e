//! Who refuses.

use pregon::{Class, HashKey, Preference, PreferenceScope, PurposeScope, Subject, Word};

use super::{Person, Sent};
use crate::Result;

/// What somebody refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Promotional,
    Everything,
    Newsletter,
}

/// A refusal by somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal {
    /// The person.
    pub(crate) person: u32,
    /// Whether it was said before the storm.
    pub(crate) before: bool,
    what: What,
    by_address: bool,
}

/// One in ten refuses: half of them before the storm, half of them by the address alone.
pub(super) fn refusals(people: u32) -> Vec<Refusal> {
    let of = |rest: u32, before: bool| {
        let those = (0..people).filter(move |person| person % 20 == rest);
        those.enumerate().map(move |(nth, person)| Refusal {
            person,
            before,
            what: match nth % 5 {
                0 => What::Everything,
                1 => What::Newsletter,
                _ => What::Promotional,
            },
            by_address: nth % 2 == 0,
        })
    };
    // Of twenty, number 12 has an address alone and number 1 shares one.
    of(12, true).chain(of(1, false)).collect()
}

impl Refusal {
    /// The word that is recorded; of an address only where the person has one.
    pub(crate) fn word(&self, who: &Person, key: &HashKey) -> Result<Preference> {
        let email = who.email.as_deref().filter(|_| self.by_address);
        let subject = match email {
            Some(email) => Subject::Address(key.address("email", email)),
            None => Subject::Customer(who.id.parse()?),
        };
        let purpose = match self.what {
            What::Promotional => PurposeScope::Promotional,
            What::Everything => PurposeScope::Everything,
            What::Newsletter => PurposeScope::One("newsletter".parse()?),
        };
        Ok(Preference {
            subject,
            scope: PreferenceScope {
                channel: None,
                purpose,
            },
            word: Word::OptOut,
            source: "storm".to_owned(),
            wording: None,
        })
    }

    /// Whether it forbids a message to somebody.
    pub(crate) fn forbids(&self, who: &Person, sent: &Sent, to: &Person) -> bool {
        let subject = match who.email.as_deref().filter(|_| self.by_address) {
            Some(email) => to.email.as_deref() == Some(email),
            None => to.id == who.id,
        };
        let spoken_of = match self.what {
            What::Promotional => sent.class == Class::Promotional,
            What::Everything => true,
            What::Newsletter => sent.purpose == "newsletter",
        };
        subject && spoken_of
    }
}
