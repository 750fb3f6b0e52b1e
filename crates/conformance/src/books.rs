//! The suite of [`pregon_core::Books`]: what an audit sees of a ledger.

use std::sync::Arc;

use pregon_core::{
    BookEntry, Books, FeedbackKind, Heard, Place, Preference, PreferenceEntry, PreferenceScope,
    SealedWord, State, Store, Subject, Word,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{
    Desk, accepted, address, again, cap, customer, days, mail, micro, noon, one_channel, sms,
};
use crate::feedback_store::reported;
use crate::paging::all;
use crate::preference_store::{agrees, refuses};

/// A store that shows its books.
pub trait Audited: Store + Books {}

impl<T: Store + Books + ?Sized> Audited for T {}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Audited>>> {
    cases![
        "A page of dispatches in the order in which they were planned" => entries_are_in_order,
        "What the log shows of it" => an_entry_shows_what_the_log_shows,
        "The pass that holds it, claimed or begun." => an_entry_names_its_holder,
        "The person's zone when it began last." => an_entry_remembers_the_zone,
        "What came back of it." => an_entry_has_what_came_back,
        "The words that hold for its person and its address, and since when."
            => an_entry_has_the_words_that_hold,
        "A page of places, those of a subject together and in the order of their instants"
            => places_are_in_order,
        "each with its dispatch as it stands" => a_place_names_its_dispatch,
        "a place that was given back is not there" => a_released_place_is_gone,
        "A page of one person's dispatches" => a_person_has_entries_of_its_own,
        "A page of one subject's places" => a_subject_has_places_of_its_own,
        "A page of the words of all people in the order in which they were recorded"
            => words_are_in_order,
        "each with the link that it was kept with: on the word before it" => words_hang_together,
        "The limits that the ledger has counted under" => known_limits_say_since_when,
        "A limit that the store has not seen counts what it would have counted"
            => a_new_limit_counts_what_was_sent_before,
        "One that takes none only asks: it counts nothing of what was sent"
            => a_new_limit_that_only_asks_gives_no_place,
        "a limit under another name is a limit that the store has not seen"
            => a_renamed_limit_does_not_start_at_zero,
        "the dispatches of its window: what is older gets no place"
            => a_new_limit_does_not_look_beyond_its_window,
    ]
}

suite!(Arc<dyn Audited>);

async fn desk(store: &Arc<dyn Audited>) -> Desk {
    let store: Arc<dyn Store> = Arc::<dyn Audited>::clone(store);
    Desk::open(store).await
}

async fn entries(store: &Arc<dyn Audited>) -> Vec<BookEntry> {
    all(3, async |after| store.entries(after.as_ref(), 3).await).await
}

async fn places(store: &Arc<dyn Audited>) -> Vec<Place> {
    all(3, async |after| store.places(after.as_ref(), 3).await).await
}

async fn entries_are_in_order(store: Arc<dyn Audited>) {
    let desk = desk(&store).await;
    let planned: Vec<_> = (0..7).map(|n| mail(&format!("C-{}", 9 - n), "o")).collect();
    desk.schedule(&planned).await;
    let ids = entries(&store).await.into_iter().map(|it| it.view.id);
    let wanted: Vec<_> = planned.iter().map(|it| it.key.id()).collect();
    assert_eq!(ids.collect::<Vec<_>>(), wanted);
}

async fn an_entry_shows_what_the_log_shows(store: Arc<dyn Audited>) {
    let desk = desk(&store).await;
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    desk.settle(&begun, accepted(), noon() + days(1)).await;
    let entries = entries(&store).await;
    let [entry] = &entries[..] else {
        panic!("one dispatch is one entry: {entries:?}")
    };
    assert_eq!(entry.view, desk.view(&planned).await);
    assert_eq!((entry.fence, entry.first_at), (1, Some(noon())));
    assert_eq!(entry.class, planned.class);
    assert_eq!(entry.not_after, planned.not_after);
    assert!(entry.candidate().is_some(), "it can be judged again");
}

async fn an_entry_names_its_holder(store: Arc<dyn Audited>) {
    let desk = desk(&store).await;
    let planned = mail("C-1", "o");
    desk.schedule(std::slice::from_ref(&planned)).await;
    let holder = async || entries(&store).await[0].held_by;
    assert_eq!(holder().await, None, "nobody");
    let held = desk.take(&planned, noon()).await;
    assert_eq!(holder().await, Some(desk.epoch), "claimed");
    let begun = desk.begin(&held, noon()).await;
    assert_eq!(holder().await, Some(desk.epoch), "begun");
    desk.settle(&begun, accepted(), noon()).await;
    assert_eq!(holder().await, None, "settled");
}

async fn an_entry_remembers_the_zone(store: Arc<dyn Audited>) {
    let desk = desk(&store).await;
    let held = desk.hold(&mail("C-1", "o"), noon()).await;
    assert_eq!(entries(&store).await[0].zone, None, "it has not begun");
    let mut ready = crate::desk::ready(&held);
    ready.candidate.zone = "America/Bogota".parse().expect("a zone");
    let _ = desk.ask_ready(ready.clone(), noon()).await;
    let entry = &entries(&store).await[0];
    assert_eq!(entry.zone, Some(ready.candidate.zone));
    let again = entry.candidate().expect("it has begun");
    assert_eq!(again, ready.candidate, "as it was judged");
}

async fn an_entry_has_what_came_back(store: Arc<dyn Audited>) {
    let desk = desk(&store).await;
    for person in ["C-1", "C-2"] {
        let begun = desk.send(&mail(person, "o"), noon()).await;
        desk.settle(&begun, accepted(), noon()).await;
        let reports =
            [FeedbackKind::Delivered, FeedbackKind::Clicked].map(|kind| reported(&begun, kind));
        if person == "C-2" {
            let _ = desk
                .store
                .hear(&reports, noon())
                .await
                .expect("reports are kept");
        }
    }
    let heard: Vec<Heard> = entries(&store).await.iter().map(|it| it.heard).collect();
    let both = Heard::from_iter([FeedbackKind::Clicked, FeedbackKind::Delivered]);
    assert_eq!(heard, [Heard::NOTHING, both]);
    let own = store.entries_of(&customer("C-2"), None, 9).await;
    assert_eq!(own.expect("books are read").items[0].heard, both);
}

async fn an_entry_has_the_words_that_hold(store: Arc<dyn Audited>) {
    let desk = desk(&store).await;
    desk.send(&mail("C-1", "o"), noon()).await;
    let word = |word| Preference {
        subject: Subject::Customer(customer("C-1")),
        scope: PreferenceScope::promotional(),
        word,
        source: "form".to_owned(),
        wording: None,
    };
    for (said, later) in [(Word::OptIn, 1), (Word::OptOut, 2)] {
        let at = noon() + days(later);
        let recorded = desk.store.record(&[word(said)], at).await;
        let _ = recorded.expect("the word is kept");
    }
    let words = entries(&store).await.remove(0).words;
    let scope = PreferenceScope::promotional();
    assert_eq!(words, [(scope, Word::OptOut, noon() + days(2))]);
    // A clock that runs behind does not date a word before what had begun by then.
    let recorded = desk.store.record(&[word(Word::OptIn)], noon()).await;
    let _ = recorded.expect("the word is kept");
    let words = entries(&store).await.remove(0).words;
    assert!(words[0].2 >= noon(), "not before what the ledger has seen");
}

async fn places_are_in_order(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    desk.rules.caps = vec![cap("semanal", 9, "week"), cap("mensual", 9, "month")];
    for n in 0..4 {
        let who = format!("C-{}", n % 2);
        desk.send(&mail(&who, &format!("o-{n}")), noon() + micro() * n)
            .await;
    }
    let places = places(&store).await;
    let subjects = places.chunk_by(|one, next| one.subject == next.subject);
    let mut seen = std::collections::BTreeSet::new();
    for of_one in subjects {
        assert!(seen.insert(of_one[0].subject), "all of it together");
        assert!(of_one.is_sorted_by_key(|it| it.at), "{of_one:?}");
    }
    assert_eq!(seen.len(), 2);
    let rules: usize = places.iter().map(|it| it.rules.len()).sum();
    assert_eq!(rules, 8, "each dispatch takes a place in both limits");
}

async fn a_place_names_its_dispatch(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    desk.rules.caps = vec![cap("semanal", 9, "week")];
    let planned = mail("C-1", "o");
    let begun = desk.send(&planned, noon()).await;
    desk.settle(&begun, accepted(), noon() + days(1)).await;
    let places = places(&store).await;
    let [place] = &places[..] else {
        panic!("one place: {places:?}")
    };
    let (id, standing, _) = place.dispatch.expect("it is there");
    assert_eq!((id, standing.state), (planned.key.id(), State::Accepted));
    assert_eq!(place.at, noon(), "since it began");
    assert_eq!(place.subject, Subject::Customer(customer("C-1")).code());
}

async fn a_released_place_is_gone(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    desk.rules.caps = vec![cap("semanal", 9, "week")];
    let begun = desk.send(&mail("C-1", "o"), noon()).await;
    assert_eq!(places(&store).await.len(), 1);
    desk.settle(&begun, again(noon() + days(1)), noon()).await;
    assert!(places(&store).await.is_empty());
}

async fn known_limits_say_since_when(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    desk.send(&mail("C-1", "first"), noon()).await;
    desk.rules.caps = vec![cap("semanal", 1, "week"), cap("mensual", 3, "month")];
    desk.send(&mail("C-2", "second"), noon() + days(1)).await;
    desk.rules.caps = vec![cap("semanal", 2, "week")];
    desk.send(&mail("C-3", "third"), noon() + days(2)).await;
    let known = store.known_limits().await.expect("limits are read");
    let known = known.into_iter();
    let known: Vec<_> = known
        .map(|it| (it.rule.to_string(), it.law, it.since))
        .collect();
    let wanted = [
        ("mensual", "3 in a month", noon() + days(1)),
        ("semanal", "2 in a week", noon() + days(2)),
    ];
    let wanted = wanted.map(|(rule, law, since)| (rule.to_owned(), law.to_owned(), since));
    assert_eq!(known, wanted);
}

async fn a_new_limit_counts_what_was_sent_before(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    let begun = desk.send(&mail("C-1", "before"), noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
    // What surely did not arrive counts under no limit, old or new.
    let begun = desk.send(&mail("C-2", "rejected"), noon()).await;
    desk.settle(&begun, crate::desk::rejected(), noon()).await;
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    for (id, goes) in [("C-1", false), ("C-2", true), ("C-3", true)] {
        let verdict = desk.try_send(&mail(id, "after"), noon()).await;
        let went = verdict == pregon_core::Verdict::Go;
        assert_eq!(went, goes, "{id}: {verdict:?}");
    }
}

async fn a_new_limit_that_only_asks_gives_no_place(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    let begun = desk.send(&mail("C-1", "before"), noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
    desk.rules.others = one_channel();
    let other = desk.try_send(&sms("C-1", "other"), noon()).await;
    assert!(
        matches!(other, pregon_core::Verdict::Capped { .. }),
        "e-mail was used: {other:?}"
    );
    let same = desk.try_send(&mail("C-1", "after"), noon()).await;
    assert_eq!(same, pregon_core::Verdict::Go, "nothing else was used");
}

async fn a_renamed_limit_does_not_start_at_zero(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    let begun = desk.send(&mail("C-1", "before"), noon()).await;
    desk.settle(&begun, accepted(), noon() + micro()).await;
    desk.rules.caps = vec![cap("una-por-semana", 1, "week")];
    let after = noon() + days(1);
    let verdict = desk.try_send(&mail("C-1", "after"), after).await;
    assert!(
        matches!(verdict, pregon_core::Verdict::Capped { .. }),
        "{verdict:?}"
    );
    let of_both = |place: &Place| place.rules.iter().map(ToString::to_string).collect();
    let places = places(&store).await;
    let mut rules: Vec<String> = places
        .iter()
        .flat_map(|p| -> Vec<String> { of_both(p) })
        .collect();
    rules.sort();
    assert_eq!(rules, ["semanal", "una-por-semana"]);
    assert!(
        places.iter().all(|place| place.at == noon()),
        "since it began"
    );
}

async fn a_new_limit_does_not_look_beyond_its_window(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    let begun = desk.send(&mail("C-1", "before"), noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
    desk.rules.caps = vec![cap("diario", 1, "2d")];
    let later = noon() + days(3);
    let verdict = desk.try_send(&mail("C-1", "after"), later).await;
    assert_eq!(verdict, pregon_core::Verdict::Go);
    assert_eq!(places(&store).await.len(), 1, "only the new one");
}

async fn a_person_has_entries_of_its_own(store: Arc<dyn Audited>) {
    let desk = desk(&store).await;
    let who = |n| if n % 2 == 0 { "C-1" } else { "C-2" };
    let planned: Vec<_> = (0..9).map(|n| mail(who(n), &format!("o-{n}"))).collect();
    desk.schedule(&planned).await;
    let (all_entries, one) = (entries(&store).await, customer("C-1"));
    let own = all(2, async |after| {
        store.entries_of(&one, after.as_ref(), 2).await
    });
    let of_all = all_entries.into_iter();
    let wanted: Vec<_> = of_all.filter(|it| it.view.key.customer == one).collect();
    assert_eq!((own.await, wanted.len()), (wanted, 5));
}

async fn a_subject_has_places_of_its_own(store: Arc<dyn Audited>) {
    let mut desk = desk(&store).await;
    let by_address = pregon_core::Cap {
        by_address: true,
        ..cap("por-dirección", 9, "month")
    };
    desk.rules.caps = vec![cap("semanal", 9, "week"), by_address];
    for n in 0..8 {
        let who = format!("C-{}", n % 2);
        let at = noon() + micro() * n;
        desk.send(&mail(&who, &format!("o-{n}")), at).await;
    }
    let address = entries(&store).await[0].address.expect("it has begun");
    let of_all = places(&store).await;
    for subject in [
        Subject::Customer(customer("C-1")),
        Subject::Address(address),
    ] {
        let own = all(3, async |after| {
            store.places_of(&subject, after.as_ref(), 3).await
        });
        let wanted = of_all.iter().filter(|it| it.subject == subject.code());
        let wanted: Vec<Place> = wanted.cloned().collect();
        assert!(wanted.len() >= 4, "{wanted:?}");
        assert_eq!(own.await, wanted);
    }
    let nobody = Subject::Named("nobody".to_owned());
    let page = store.places_of(&nobody, None, 3).await;
    assert!(page.expect("it is read").items.is_empty());
}

async fn words_are_in_order(store: Arc<dyn Audited>) {
    let key = store.hash_key().await.expect("the key is read");
    let said = [
        refuses(customer("C-2")),
        agrees(address("casa")),
        refuses(customer("C-1")),
        refuses(customer("C-2")),
        agrees(customer("C-2")),
    ];
    for word in &said {
        let recorded = store.record(std::slice::from_ref(word), noon()).await;
        let _ = recorded.expect("it is kept");
    }
    let kept = all(2, async |after| store.words(after.as_ref(), 2).await).await;
    let sealed = said.map(|preference| {
        let at = noon();
        SealedWord::of(&PreferenceEntry { preference, at }, &key)
    });
    let words: Vec<_> = kept.into_iter().map(|(word, _)| word).collect();
    assert_eq!(words, sealed);
}

async fn words_hang_together(store: Arc<dyn Audited>) {
    let said = [refuses(customer("C-1")), agrees(customer("C-1"))];
    for n in 0..3 {
        let at = noon() + micro() * n;
        let _ = store.record(&said, at).await.expect("they are kept");
    }
    let kept = all(4, async |after| store.words(after.as_ref(), 4).await).await;
    assert_eq!(kept.len(), 6);
    let mut last = None;
    for (word, link) in kept {
        assert_eq!(link, Some(word.link(last)), "{word:?}");
        last = link;
    }
}
