//! Whatever was said before, what is saved is what holds.

use std::collections::BTreeSet;

use pregon_core::{
    AddressHash, AddressKind, ChannelName, Class, Consent, CustomerId, Preference, PreferenceEntry,
    PreferenceScope, Purpose, PurposeScope, Subject, Word,
};
use proptest::prelude::*;

use super::*;

const CHANNELS: [&str; 3] = ["email", "sms", "whatsapp"];
const PURPOSES: [&str; 3] = ["newsletter", "birthday", "reminder"];

fn channel(name: &str) -> ChannelName {
    name.parse().unwrap()
}

fn purpose(name: &str) -> Purpose {
    name.parse().unwrap()
}

fn kind(of: &str) -> AddressKind {
    let kind = if of == "email" { "email" } else { "phone" };
    kind.parse().unwrap()
}

fn class(of: &str) -> Class {
    if of == "reminder" {
        Class::Transactional
    } else {
        Class::Promotional
    }
}

fn person() -> Subject {
    Subject::Customer(CustomerId::new("C-1").unwrap())
}

fn address() -> Subject {
    Subject::Address(AddressHash::from_bytes([1; 16]))
}

fn phone() -> Subject {
    Subject::Address(AddressHash::from_bytes([2; 16]))
}

/// The first two channels are shown; the third is there.
fn menu() -> Menu {
    Menu {
        channels: CHANNELS[..2]
            .iter()
            .map(|it| (channel(it), kind(it)))
            .collect(),
        unshown: vec![channel(CHANNELS[2])],
        purposes: PURPOSES.iter().map(|it| (purpose(it), class(it))).collect(),
    }
}

/// What a token of a mail knows when these words were said.
fn known(history: &[Preference], consent: Consent) -> Known {
    let of = |subject: Subject, own, kind: Option<&str>| {
        let own_words = history.iter().filter(|it| it.subject == subject);
        let entries = own_words.map(|it| PreferenceEntry {
            preference: it.clone(),
            at: chrono::DateTime::UNIX_EPOCH,
        });
        let kind = kind.map(|kind| kind.parse().unwrap());
        let spoken = move |said| Spoken {
            said,
            own,
            kind: kind.clone(),
        };
        in_force(entries.collect())
            .into_iter()
            .map(spoken)
            .collect::<Vec<_>>()
    };
    let mut words = of(person(), true, None);
    words.extend(of(address(), true, Some("email")));
    words.extend(of(phone(), false, Some("phone")));
    Known {
        words,
        permissions: Vec::new(),
        consent,
    }
}

/// What the gate of the ledger decides, said again in its own words.
fn passes(history: &[Preference], consent: Consent, by: &str, why: &str) -> bool {
    let here = if by == "email" { address() } else { phone() };
    let mut holding: Vec<&Preference> = Vec::new();
    for word in history
        .iter()
        .filter(|it| it.subject == person() || it.subject == here)
    {
        holding.retain(|older| (&older.subject, &older.scope) != (&word.subject, &word.scope));
        holding.push(word);
    }
    let (by, why, class) = (channel(by), purpose(why), class(why));
    let covers = |it: &&&Preference| it.scope.covers(&by, &why, class);
    let said: Vec<Word> = holding.iter().filter(covers).map(|it| it.word).collect();
    let needs = consent == Consent::OptIn && class == Class::Promotional;
    !said.contains(&Word::OptOut) && (!needs || said.contains(&Word::OptIn))
}

fn a_word() -> impl Strategy<Value = Preference> {
    let subject = prop::sample::select(vec![person(), address(), phone()]);
    let channels = CHANNELS.iter().map(|it| Some(channel(it))).chain([None]);
    let channels = prop::sample::select(channels.collect::<Vec<_>>());
    let purposes = PURPOSES.iter().map(|it| PurposeScope::One(purpose(it)));
    let all = [
        PurposeScope::Promotional,
        PurposeScope::Promotional,
        PurposeScope::Everything,
    ];
    let purposes = prop::sample::select(purposes.chain(all).collect::<Vec<_>>());
    let source = prop::sample::select(vec!["form", "erase", "complained:x", "unsubscribe_link"]);
    let word = prop::sample::select(vec![Word::OptOut, Word::OptIn]);
    (subject, channels, purposes, source, word).prop_map(
        |(subject, channel, purpose, source, word)| {
            // Nobody leaves a refusal of a single purpose behind.
            let one = matches!(purpose, PurposeScope::One(_));
            Preference {
                subject,
                scope: PreferenceScope { channel, purpose },
                word,
                source: if one { "form" } else { source }.to_owned(),
                wording: None,
            }
        },
    )
}

fn some(of: &'static [&str]) -> impl Strategy<Value = BTreeSet<&'static str>> {
    prop::sample::subsequence(of.to_vec(), 0..=of.len()).prop_map(|it| it.into_iter().collect())
}

fn wanted(channels: &BTreeSet<&str>, purposes: &BTreeSet<&str>) -> Wanted {
    Wanted {
        channels: channels.iter().map(|it| channel(it)).collect(),
        purposes: purposes.iter().map(|it| purpose(it)).collect(),
    }
}

fn consent() -> impl Strategy<Value = Consent> {
    prop::sample::select(vec![Consent::OptIn, Consent::OptOut])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_saved_is_what_holds(
        mut history in prop::collection::vec(a_word(), 0..8),
        consent in consent(),
        channels in some(&CHANNELS[..2]),
        purposes in some(&PURPOSES),
    ) {
        let (menu, before) = (menu(), known(&history, consent));
        let shown = boxes(&before, &menu);
        let wanted = wanted(&channels, &purposes);
        let own = [person(), address()];
        let words = said(&before, &menu, &shown, &wanted, &own);
        prop_assert!(words.iter().all(|it| own.contains(&it.subject)), "only of its own");
        let everything = |it: &Preference| it.scope.purpose == PurposeScope::Everything;
        prop_assert!(!words.iter().any(everything), "no form speaks of everything");
        let whatsapp_before = passes(&history, consent, "whatsapp", "newsletter");
        history.extend(words);
        let after = known(&history, consent);
        for (n, (by, state)) in shown.channels.iter().enumerate() {
            let ticked = channels.contains(by.as_str());
            for it in shown.purposes.iter().filter(|it| it.class == Class::Promotional) {
                let asked = ticked && purposes.contains(it.purpose.as_str());
                let passes = passes(&history, consent, CHANNELS[n], it.purpose.as_str());
                let locked = matches!(state, State::Locked(_));
                let one = PurposeScope::One(it.purpose.clone());
                let mut elsewhere = history.iter().filter(|word| word.subject == phone());
                let elsewhere = elsewhere.any(|word| word.scope.purpose == one);
                let partial = it.except.contains(by) || (elsewhere && by.as_str() == "sms");
                // Never more than was asked for; all of it where nothing else stands against it.
                prop_assert!(!passes || asked, "{by} {} was not asked for", it.purpose);
                prop_assert!(passes || !asked || locked || partial, "{by} {} was", it.purpose);
            }
        }
        let whatsapp_after = passes(&history, consent, "whatsapp", "newsletter");
        let mut on = shown.purposes.iter().filter(|it| it.state == State::On);
        let was_on = on.any(|it| it.purpose.as_str() == "newsletter");
        let opened = purposes.contains("newsletter") && !was_on;
        prop_assert!(whatsapp_before || !whatsapp_after || opened, "a channel without a box");
        let again = boxes(&after, &menu);
        prop_assert!(said(&after, &menu, &again, &wanted, &own).is_empty(), "said once");
    }

    #[test]
    fn a_form_saved_as_it_stands_opens_nothing(
        mut history in prop::collection::vec(a_word(), 0..8),
        consent in consent(),
    ) {
        let (menu, before) = (menu(), known(&history, consent));
        let shown = boxes(&before, &menu);
        let on = |state: &State| *state == State::On;
        let channels = shown.channels.iter().filter(|(_, state)| on(state));
        let purposes = shown.purposes.iter().filter(|it| on(&it.state));
        let as_it_stands = Wanted {
            channels: channels.map(|(channel, _)| channel.clone()).collect(),
            purposes: purposes.map(|it| it.purpose.clone()).collect(),
        };
        let opt_out = history.clone();
        let words = said(&before, &menu, &shown, &as_it_stands, &[person(), address()]);
        history.extend(words);
        for by in CHANNELS {
            for why in PURPOSES {
                let passes = |history: &[Preference]| passes(history, Consent::OptOut, by, why);
                let (was, is) = (passes(&opt_out), passes(&history));
                prop_assert!(was || !is, "{by} {why} was refused and is not any more");
            }
        }
    }
}
