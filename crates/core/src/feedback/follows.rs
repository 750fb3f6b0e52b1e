//! What follows from a report.

use super::{Feedback, FeedbackKind, Remark};
use crate::{
    AddressHash, ChannelName, HashKey, Preference, PreferenceScope, PurposeScope, State, Subject,
    Transition, Word,
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
        let named = self.to.as_ref().map(|to| to.subject(key));
        let subject = named.or(address.map(Subject::Address))?;
        let purpose = self.kind.refuses(&self.refuses)?;
        Some(refusal(
            subject,
            purpose,
            &self.channel,
            self.kind,
            &self.provider,
        ))
    }
}

impl Remark {
    /// The word that is in it, about the address at which the message was refused.
    #[must_use]
    pub fn word(
        &self,
        address: AddressHash,
        channel: &ChannelName,
        provider: &str,
    ) -> Option<Preference> {
        let purpose = self.kind.refuses(&self.refuses)?;
        let subject = Subject::Address(address);
        Some(refusal(subject, purpose, channel, self.kind, provider))
    }
}

fn refusal(
    subject: Subject,
    purpose: PurposeScope,
    channel: &ChannelName,
    kind: FeedbackKind,
    provider: &str,
) -> Preference {
    Preference {
        subject,
        scope: PreferenceScope {
            channel: Some(channel.clone()),
            purpose,
        },
        word: Word::OptOut,
        source: format!("{kind}:{provider}"),
        wording: None,
    }
}

impl FeedbackKind {
    /// What may not be written any more after a report of this kind; `said` is what its person
    /// refused, if she refused something.
    fn refuses(self, said: &PurposeScope) -> Option<PurposeScope> {
        match self {
            Self::BouncedHard | Self::Complained => Some(PurposeScope::Everything),
            Self::Unsubscribed => Some(said.clone()),
            _ => None,
        }
    }

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
    use crate::{Address as _, EmailAddress, Standing};

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

    /// Said at once or said later, it is the same word.
    #[test]
    fn a_remark_says_what_a_report_of_its_kind_says() {
        let address = key().address("email", "ana@example.org");
        for kind in FeedbackKind::all() {
            let report = report(kind, None);
            let remark = Remark {
                kind,
                refuses: report.refuses.clone(),
            };
            let word = remark.word(address, &report.channel, &report.provider);
            assert_eq!(word, report.word(Some(address), &key()), "{kind}");
        }
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
