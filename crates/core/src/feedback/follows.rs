//! What follows from a report.

use super::{Feedback, FeedbackKind};
use crate::{
    AddressHash, HashKey, Preference, PreferenceScope, PurposeScope, State, Subject, Transition,
    Word,
};

/// What [`FeedbackStore::hear`](crate::FeedbackStore::hear) made of reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct Hearing {
    /// Reports that were not known, and whose message is.
    pub new: u64,
    /// Reports that were told before.
    pub known: u64,
    /// Reports about messages that are not known: they wait for them.
    pub aside: u64,
    /// Reports that had waited and have found their message.
    pub joined: u64,
    /// Messages whose answer had been lost, and that are accepted now.
    pub confirmed: u64,
    /// Words that were recorded: people or addresses that are not written to any more.
    pub words: u64,
}

impl Hearing {
    /// Counts another call.
    pub fn add(&mut self, other: Self) {
        self.new += other.new;
        self.known += other.known;
        self.aside += other.aside;
        self.joined += other.joined;
        self.confirmed += other.confirmed;
        self.words += other.words;
    }
}

impl Feedback {
    /// The word that is in it: a dead address and a complaint end everything on the channel, a
    /// refusal what it speaks of. `address` is where the message went, when its dispatch is known;
    /// the address that the report itself names goes before it.
    ///
    /// No word without an address: whose it would be is not known.
    #[must_use]
    pub fn word(&self, address: Option<AddressHash>, key: &HashKey) -> Option<Preference> {
        let purpose = match self.kind {
            FeedbackKind::BouncedHard | FeedbackKind::Complained => PurposeScope::Everything,
            FeedbackKind::Unsubscribed => self.refuses.clone(),
            _ => return None,
        };
        let named = self.to.as_ref().map(|to| to.subject(key));
        Some(Preference {
            subject: named.or(address.map(Subject::Address))?,
            scope: PreferenceScope {
                channel: Some(self.channel.clone()),
                purpose,
            },
            word: Word::OptOut,
            source: format!("{}:{}", self.kind, self.provider),
            wording: None,
        })
    }
}

impl FeedbackKind {
    /// What a report of this kind does to a dispatch that stands so (T8): nothing to one whose
    /// answer was heard, and nothing when it does not prove that the provider has the message.
    #[must_use]
    pub fn confirms(self, state: State) -> Option<Transition> {
        let unheard = matches!(state, State::Sending | State::Resend | State::Unknown);
        (unheard && self.proves_acceptance()).then_some(Transition::Confirm)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::{About, Recipient};
    use super::*;
    use crate::{Address as _, ChannelName, EmailAddress, Standing};

    fn report(kind: FeedbackKind, to: Option<&str>) -> Feedback {
        let address = |text: &str| Recipient::new(&EmailAddress::parse(text).unwrap());
        Feedback {
            provider: "sendgrid".into(),
            channel: ChannelName::new("email").unwrap(),
            about: About::Reference("a".to_owned()),
            kind,
            at: DateTime::UNIX_EPOCH,
            to: to.map(address),
            refuses: PurposeScope::Promotional,
            code: None,
        }
    }

    fn key() -> HashKey {
        HashKey::new([1; 32])
    }

    #[test]
    fn only_what_suppresses_holds_a_word() {
        let address = Some(key().address("email", "ana@example.org"));
        for kind in FeedbackKind::all() {
            let word = report(kind, None).word(address, &key());
            assert_eq!(word.is_some(), kind.suppresses(), "{kind}");
            let said = |it: &Preference| {
                (it.word, it.scope.channel.as_ref().map(|it| it.as_str()))
                    == (Word::OptOut, Some("email"))
            };
            assert!(word.as_ref().is_none_or(said), "{kind}");
        }
    }

    #[test]
    fn a_dead_address_takes_nothing_and_a_refusal_what_it_says() {
        let purpose = |kind, refuses: PurposeScope| {
            let mut report = report(kind, Some("ana@example.org"));
            report.refuses = refuses;
            report.word(None, &key()).unwrap().scope.purpose
        };
        let (promotional, everything) = (PurposeScope::Promotional, PurposeScope::Everything);
        let dead = purpose(FeedbackKind::BouncedHard, promotional.clone());
        assert_eq!(dead, everything);
        let link = purpose(FeedbackKind::Unsubscribed, promotional.clone());
        assert_eq!(link, promotional);
        let stop = purpose(FeedbackKind::Unsubscribed, everything.clone());
        assert_eq!(stop, everything);
    }

    #[test]
    fn the_address_that_it_names_goes_before() {
        let planned = key().address("email", "old@example.org");
        let named = key().address("email", "ana@example.org");
        let of = |to| report(FeedbackKind::Complained, to).word(Some(planned), &key());
        assert_eq!(of(None).unwrap().subject, Subject::Address(planned));
        let word = of(Some("ana@example.org")).unwrap();
        assert_eq!(word.subject, Subject::Address(named));
        let nobody = report(FeedbackKind::Complained, None);
        assert_eq!(nobody.word(None, &key()), None);
    }

    /// Evidence makes an unheard message accepted and touches no other.
    #[test]
    fn a_report_confirms_only_what_the_state_machine_lets_it() {
        let states = [
            "scheduled",
            "sending",
            "resend",
            "accepted",
            "failed",
            "unknown",
            "dead",
        ];
        for state in states.map(|name| State::parse(name).unwrap()) {
            for kind in FeedbackKind::all() {
                let Some(transition) = kind.confirms(state) else {
                    continue;
                };
                let standing = Standing {
                    state,
                    in_doubt: state != State::Sending,
                };
                let change = standing.after(transition).expect("it can happen");
                assert_eq!(change.to.state, State::Accepted, "{kind} of {state}");
            }
        }
        assert_eq!(FeedbackKind::Failed.confirms(State::Unknown), None);
    }
}
