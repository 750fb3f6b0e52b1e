//! The suite of [`pregon_core::PreferenceStore`].
//!
//! That no dispatch begins against a word is asked of the ledger's suite.

use std::sync::Arc;

use pregon_core::{
    AddressHash, ChannelName, CustomerId, Preference, PreferenceScope, Purpose, PurposeScope,
    Store, Subject, Word,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{Desk, accepted, address, customer, days, hours, mail, micro, newsletter, noon};

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    cases![
        "Every word of a subject, oldest first." => history_is_complete_and_in_order,
        "of a subject: of no other" => history_is_the_subjects_own,
        "Nothing is ever overwritten: a word said again changes nothing but is kept."
            => a_word_said_again_is_kept,
        "Records words of people, all or none." => words_of_a_call_are_kept_together,
        "every word with its proof: how it came, and the version of the text"
            => a_word_keeps_its_proof,
        "How many messages to the person had already begun: they may still arrive."
            => messages_on_their_way_are_told_of,
        "messages to the person: at the address that speaks" => an_address_is_told_of_its_own,
        "had already begun, and have no answer yet" => only_what_is_on_its_way_is_in_flight,
        "A word itself moves no clock" => a_word_moves_no_clock,
        "The secret under which addresses are hashed; the same for the life of the store."
            => the_secret_stays_the_same,
    ]
}

suite!(Arc<dyn Store>);

/// Whose word it is.
pub(crate) trait Speaker {
    /// As a preference names it.
    fn subject(self) -> Subject;
}

impl Speaker for CustomerId {
    fn subject(self) -> Subject {
        Subject::Customer(self)
    }
}

impl Speaker for AddressHash {
    fn subject(self) -> Subject {
        Subject::Address(self)
    }
}

/// No more advertising, on any channel.
pub(crate) fn refuses(who: impl Speaker) -> Preference {
    Preference {
        subject: who.subject(),
        scope: PreferenceScope::promotional(),
        word: Word::OptOut,
        source: "unsubscribe_link".to_owned(),
        wording: None,
    }
}

/// Advertising, on any channel.
pub(crate) fn agrees(who: impl Speaker) -> Preference {
    Preference {
        word: Word::OptIn,
        source: "form".to_owned(),
        wording: Some("2026-01".to_owned()),
        ..refuses(who)
    }
}

/// The same word about one channel only.
pub(crate) fn on(channel: &str, word: Preference) -> Preference {
    let channel = Some(ChannelName::new(channel).expect("channels of cases are names"));
    let scope = PreferenceScope {
        channel,
        ..word.scope
    };
    Preference { scope, ..word }
}

pub(crate) fn purpose(name: &str) -> PurposeScope {
    PurposeScope::One(Purpose::new(name).expect("purposes of cases are names"))
}

async fn history(store: &dyn Store, subject: &Subject) -> Vec<(Preference, String)> {
    let entries = store.history(subject).await.expect("the history is read");
    let told = entries
        .into_iter()
        .map(|entry| (entry.preference, entry.at.to_rfc3339()));
    told.collect()
}

async fn history_is_complete_and_in_order(store: Arc<dyn Store>) {
    let words = [
        refuses(customer("C-1")),
        on("sms", agrees(customer("C-1"))),
        agrees(customer("C-1")),
        refuses(customer("C-1")),
    ];
    let mut expected = Vec::new();
    for (n, word) in words.into_iter().enumerate() {
        let now = noon() + micro() * i32::try_from(n).expect("few words");
        let _ = store
            .record(std::slice::from_ref(&word), now)
            .await
            .expect("it is kept");
        expected.push((word, now.to_rfc3339()));
    }
    let subject = Subject::Customer(customer("C-1"));
    assert_eq!(history(&*store, &subject).await, expected);
}

async fn history_is_the_subjects_own(store: Arc<dyn Store>) {
    let named = Preference {
        subject: Subject::Named("C-1".to_owned()),
        ..refuses(customer("C-1"))
    };
    let words = [refuses(customer("C-1")), refuses(address("C-1")), named];
    let _ = store.record(&words, noon()).await.expect("they are kept");
    for word in words {
        let own = vec![(word.clone(), noon().to_rfc3339())];
        assert_eq!(history(&*store, &word.subject).await, own);
    }
    let nobody = Subject::Customer(customer("C-2"));
    assert_eq!(history(&*store, &nobody).await, Vec::new());
}

async fn a_word_said_again_is_kept(store: Arc<dyn Store>) {
    let word = refuses(customer("C-1"));
    for _ in 0..3 {
        let now = noon();
        let _ = store
            .record(std::slice::from_ref(&word), now)
            .await
            .expect("it is kept");
    }
    assert_eq!(history(&*store, &word.subject).await.len(), 3);
}

async fn words_of_a_call_are_kept_together(store: Arc<dyn Store>) {
    let words = [
        refuses(customer("C-1")),
        refuses(address("casa")),
        agrees(customer("C-1")),
    ];
    let _ = store.record(&words, noon()).await.expect("they are kept");
    let _ = store
        .record(&[], noon())
        .await
        .expect("no word is no error");
    let at = noon().to_rfc3339();
    let hers = vec![
        (words[0].clone(), at.clone()),
        (words[2].clone(), at.clone()),
    ];
    assert_eq!(
        history(&*store, &words[0].subject).await,
        hers,
        "in the order of the call"
    );
    let its = vec![(words[1].clone(), at)];
    assert_eq!(history(&*store, &words[1].subject).await, its);
}

async fn a_word_keeps_its_proof(store: Arc<dyn Store>) {
    let who = customer("Íñigo O'Hara");
    let scopes = [
        PurposeScope::Everything,
        PurposeScope::Promotional,
        purpose("cumpleaños"),
    ];
    let mut words = Vec::new();
    for purpose in scopes {
        for channel in [None, Some(ChannelName::new("sms").expect("a name"))] {
            let scope = PreferenceScope {
                channel,
                purpose: purpose.clone(),
            };
            words.push(Preference {
                scope,
                word: Word::OptIn,
                source: "adviser:maría 'ñ'".to_owned(),
                wording: Some("v2 \u{1F600}\nsegunda línea".to_owned()),
                ..refuses(who.clone())
            });
        }
    }
    let _ = store.record(&words, noon()).await.expect("they are kept");
    let kept = history(&*store, &Subject::Customer(who)).await;
    let kept: Vec<Preference> = kept.into_iter().map(|(word, _)| word).collect();
    assert_eq!(kept, words);
}

async fn messages_on_their_way_are_told_of(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    desk.send(&mail("C-1", "a"), noon()).await;
    desk.send(&mail("C-1", "b"), noon()).await;
    desk.send(&mail("C-2", "c"), noon()).await;
    let word = [refuses(customer("C-1"))];
    let recorded = desk.store.record(&word, noon()).await.expect("it is kept");
    assert_eq!(recorded.in_flight, 2);
    let word = [refuses(customer("C-3"))];
    let recorded = desk.store.record(&word, noon()).await.expect("it is kept");
    assert_eq!(
        recorded.in_flight, 0,
        "nothing was on its way to somebody else"
    );
}

async fn an_address_is_told_of_its_own(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    desk.send(&newsletter("C-1", "a", "casa"), noon()).await;
    desk.send(&newsletter("C-2", "b", "casa"), noon()).await;
    desk.send(&newsletter("C-1", "c", "oficina"), noon()).await;
    let word = [refuses(address("casa"))];
    let recorded = desk.store.record(&word, noon()).await.expect("it is kept");
    assert_eq!(recorded.in_flight, 2);
    let both = [refuses(address("casa")), refuses(customer("C-1"))];
    let recorded = desk
        .store
        .record(&both, noon())
        .await
        .expect("they are kept");
    assert_eq!(recorded.in_flight, 3, "each message is told of once");
}

async fn only_what_is_on_its_way_is_in_flight(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let done = desk.send(&mail("C-1", "done"), noon()).await;
    desk.settle(&done, accepted(), noon()).await;
    desk.hold(&mail("C-1", "held"), noon()).await;
    let mut waiting = mail("C-1", "waiting");
    waiting.not_before = noon() + hours(1);
    desk.schedule(&[waiting]).await;
    let word = [refuses(customer("C-1"))];
    let recorded = desk.store.record(&word, noon()).await.expect("it is kept");
    assert_eq!(recorded.in_flight, 0);
}

async fn the_secret_stays_the_same(store: Arc<dyn Store>) {
    let first = store.hash_key().await.expect("the secret is read");
    let second = store.hash_key().await.expect("the secret is read");
    assert!(first == second, "the same secret each time");
    assert_ne!(first.expose(), &[0; 32], "and one that somebody made");
}

async fn a_word_moves_no_clock(store: Arc<dyn Store>) {
    let mut desk = Desk::open(Arc::clone(&store)).await;
    let word = [refuses(customer("C-9"))];
    let recorded = store.record(&word, noon() + days(30)).await;
    let _ = recorded.expect("the word is kept");
    assert_eq!(desk.reopen(noon()).await.high_water, noon());
}
