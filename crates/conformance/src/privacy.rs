//! The suite of [`pregon_core::Privacy`]: forgetting a person.

use std::sync::Arc;

use pregon_core::{
    BookEntry, Books, CustomerId, Erased, Event, FrozenMember, Link, Place, Planned, Privacy,
    Profile, Reason, RecordId, RecordKind, RecordRef, SealedWord, State, Store, Subject, Verdict,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{
    Desk, accepted, address, again, booking, cap, customer, days, hours, mail, noon, rejected,
};
use crate::event_queue::waiting;
use crate::paging::all;
use crate::preference_store::{agrees, refuses};

/// A store that forgets, and shows its books.
pub trait Forgetful: Store + Books + Privacy {}

impl<T: Store + Books + Privacy + ?Sized> Forgetful for T {}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Forgetful>>> {
    cases![
        "What waits ends as suppressed" => what_waits_is_withdrawn,
        "nothing of theirs begins: not what is claimed" => what_is_claimed_does_not_begin,
        "what has begun may still arrive, and is settled as any other" => what_left_is_settled,
        "what has begun and did not arrive does not go again" => what_left_does_not_go_again,
        "In every dispatch the customer becomes the tombstone" => dispatches_have_the_tombstone,
        "States, reasons, instants and places in limits stay" => the_books_stay,
        "The person's own words stay under the tombstone." => words_stay_under_the_tombstone,
        "no word was changed: the chain is whole" => the_chain_is_whole,
        "who comes back under another id is not written to" => the_address_is_not_written_to,
        "a refusal of everything promotional: no more than that" => bookings_still_go,
        "They leave every frozen audience." => audiences_are_left,
        "a plan that has them again keeps no row of it" => a_plan_keeps_no_row,
        "What waits to be told no longer says who it was"
            => what_waits_to_be_told_has_the_tombstone,
        "Again it changes nothing." => again_it_changes_nothing,
        "A person whom the store has never seen is remembered all the same."
            => somebody_unknown_is_remembered,
        "Forgets a customer: no other" => others_are_left_alone,
    ]
}

suite!(Arc<dyn Forgetful>);

async fn desk(store: &Arc<dyn Forgetful>) -> Desk {
    let store: Arc<dyn Store> = Arc::<dyn Forgetful>::clone(store);
    Desk::open(store).await
}

async fn erase(store: &Arc<dyn Forgetful>, id: &str) -> Erased {
    let erased = store.erase(&customer(id), noon() + hours(1)).await;
    erased.expect("the person is forgotten")
}

async fn tombstone(store: &Arc<dyn Forgetful>, id: &str) -> CustomerId {
    let key = store.hash_key().await.expect("the key is read");
    key.tombstone(&customer(id))
}

async fn entries_of(store: &Arc<dyn Forgetful>, who: &CustomerId) -> Vec<BookEntry> {
    all(2, async |after| {
        store.entries_of(who, after.as_ref(), 2).await
    })
    .await
}

async fn places_of(store: &Arc<dyn Forgetful>, subject: &Subject) -> Vec<Place> {
    all(2, async |after| {
        store.places_of(subject, after.as_ref(), 2).await
    })
    .await
}

async fn words(store: &Arc<dyn Forgetful>) -> Vec<(SealedWord, Option<Link>)> {
    all(2, async |after| store.words(after.as_ref(), 2).await).await
}

/// A message about a record, with all that could tell of a person.
fn telling(id: &str) -> Planned {
    let record = RecordRef {
        kind: RecordKind::new("pin").expect("a kind"),
        id: RecordId::new("PIN-DE-ANA").expect("an id"),
    };
    Planned {
        record: Some(record),
        ..mail(id, "PIN-DE-ANA 2026-12-20")
    }
}

async fn what_waits_is_withdrawn(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    let (first, second, other) = (mail("C-1", "a"), mail("C-1", "b"), mail("C-2", "c"));
    desk.schedule(&[first.clone(), second.clone(), other.clone()])
        .await;
    let erased = erase(&store, "C-1").await;
    let counted = (erased.dispatches, erased.withdrawn, erased.in_flight);
    assert_eq!(counted, (2, 2, 0));
    for gone in [&first, &second] {
        let why = Some(Reason::Erased);
        desk.expect(gone, State::Suppressed, why).await;
    }
    let claimed = desk.claim(noon() + hours(2)).await;
    let ids: Vec<_> = claimed.iter().map(|it| it.id).collect();
    assert_eq!(ids, [other.key.id()]);
}

async fn what_is_claimed_does_not_begin(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    let planned = mail("C-1", "a");
    let held = desk.hold(&planned, noon()).await;
    let erased = erase(&store, "C-1").await;
    assert_eq!((erased.withdrawn, erased.in_flight), (1, 0));
    let verdict = desk.ask(&held, noon() + hours(2)).await.verdict;
    assert!(
        matches!(verdict, Verdict::Stale | Verdict::Suppressed(_)),
        "{verdict:?}"
    );
    let why = Some(Reason::Erased);
    desk.expect(&planned, State::Suppressed, why).await;
}

async fn what_left_is_settled(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    let planned = telling("C-1");
    let begun = desk.send(&planned, noon()).await;
    let erased = erase(&store, "C-1").await;
    assert_eq!((erased.withdrawn, erased.in_flight), (0, 1));
    desk.settle(&begun, accepted(), noon() + hours(2)).await;
    desk.expect(&planned, State::Accepted, None).await;
    let stone = tombstone(&store, "C-1").await;
    assert_eq!(desk.view(&planned).await.key.customer, stone);
}

async fn what_left_does_not_go_again(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    let planned = mail("C-1", "a");
    let begun = desk.send(&planned, noon()).await;
    let _ = erase(&store, "C-1").await;
    let later = noon() + hours(3);
    desk.settle(&begun, again(later), noon() + hours(2)).await;
    let why = Some(Reason::Erased);
    desk.expect(&planned, State::Suppressed, why).await;
    assert_eq!(desk.claim(later).await, []);
    let rejections = mail("C-2", "b");
    let begun = desk.send(&rejections, later).await;
    let _ = erase(&store, "C-2").await;
    desk.settle(&begun, rejected(), later).await;
    let why = Some(Reason::Rejected);
    desk.expect(&rejections, State::Failed, why).await;
}

async fn dispatches_have_the_tombstone(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    let begun = desk.send(&telling("C-1"), noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
    desk.schedule(&[mail("C-1", "later")]).await;
    let _ = erase(&store, "C-1").await;
    assert_eq!(entries_of(&store, &customer("C-1")).await, []);
    let stone = tombstone(&store, "C-1").await;
    let entries = entries_of(&store, &stone).await;
    assert_eq!(entries.len(), 2);
    for entry in entries {
        assert_eq!(entry.view.key.customer, stone);
        assert_eq!(entry.view.key.occurrence.as_str(), "erased");
        let told = format!("{entry:?}");
        assert!(!told.contains("ANA") && !told.contains("C-1"), "{told}");
    }
}

async fn the_books_stay(store: Arc<dyn Forgetful>) {
    let mut desk = desk(&store).await;
    desk.rules.caps = vec![cap("semanal", 1, "week")];
    let planned = mail("C-1", "a");
    let begun = desk.send(&planned, noon()).await;
    desk.settle(&begun, accepted(), noon()).await;
    let before = desk.view(&planned).await;
    let ana = Subject::Customer(customer("C-1"));
    let places = places_of(&store, &ana).await;
    assert_eq!(places.len(), 1);
    let _ = erase(&store, "C-1").await;
    let after = desk.view(&planned).await;
    assert_eq!((after.id, after.at), (before.id, before.at));
    assert_eq!(after.standing, before.standing);
    assert_eq!(places_of(&store, &ana).await, []);
    let stone = Subject::Customer(tombstone(&store, "C-1").await);
    let moved = places_of(&store, &stone).await;
    let subject = stone.code();
    let wanted: Vec<Place> = places
        .into_iter()
        .map(|place| Place { subject, ..place })
        .collect();
    assert_eq!(moved, wanted);
}

async fn words_stay_under_the_tombstone(store: Arc<dyn Forgetful>) {
    let said = [refuses(customer("C-1")), agrees(customer("C-1"))];
    let _ = store.record(&said, noon()).await.expect("they are kept");
    let erased = erase(&store, "C-1").await;
    assert_eq!(erased.words, 2);
    let history = async |who| store.history(&Subject::Customer(who)).await;
    let gone = history(customer("C-1")).await.expect("it is read");
    assert_eq!(gone, []);
    let stone = tombstone(&store, "C-1").await;
    let kept = history(stone).await.expect("it is read");
    let words: Vec<_> = kept.iter().map(|entry| entry.preference.word).collect();
    assert_eq!(words, said.map(|word| word.word));
}

async fn the_chain_is_whole(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    desk.send(&mail("C-1", "a"), noon()).await;
    let say = async |word| {
        let recorded = store.record(&[word], noon()).await;
        let _ = recorded.expect("it is kept");
    };
    say(refuses(customer("C-1"))).await;
    say(agrees(customer("C-2"))).await;
    let before = words(&store).await;
    let _ = erase(&store, "C-1").await;
    say(refuses(address("C-3"))).await;
    let after = words(&store).await;
    assert_eq!(after[..2], before, "nobody can tell that they were moved");
    assert_eq!(after.len(), 4, "with the refusal of the address");
    let mut last = None;
    for (word, link) in after {
        assert_eq!(link, Some(word.link(last)));
        last = link;
    }
}

async fn the_address_is_not_written_to(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    desk.send(&mail("C-1", "a"), noon()).await;
    let _ = erase(&store, "C-1").await;
    let back = Planned {
        address: Some(address("C-1")),
        ..mail("C-9", "b")
    };
    let verdict = desk.try_send(&back, noon() + hours(2)).await;
    assert_eq!(verdict, Verdict::Suppressed(Reason::OptedOut));
}

async fn bookings_still_go(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    desk.send(&mail("C-1", "a"), noon()).await;
    let _ = erase(&store, "C-1").await;
    let back = Planned {
        address: Some(address("C-1")),
        ..booking("C-9", "b")
    };
    let verdict = desk.try_send(&back, noon() + hours(2)).await;
    assert_eq!(verdict, Verdict::Go);
}

async fn audiences_are_left(store: Arc<dyn Forgetful>) {
    let (campaign, journey) = ("c".parse(), "j".parse());
    let (campaign, journey) = (campaign.expect("an id"), journey.expect("an id"));
    let begun = store.begin_audience(&campaign, &journey).await;
    let audience = begun.expect("an audience is begun");
    let people = ["C-1", "C-2"].map(|id| FrozenMember {
        customer: customer(id),
        profile: Profile::default(),
    });
    let added = store.add_members(audience, &people).await;
    assert_eq!(added.expect("members are kept"), 2);
    assert_eq!(erase(&store, "C-1").await.audiences, 1);
    let left = store.members(audience, None, 10).await;
    let left = left.expect("members are read").items;
    assert_eq!(left, people[1..]);
}

async fn a_plan_keeps_no_row(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    let _ = erase(&store, "C-1").await;
    let planned = [mail("C-1", "a"), mail("C-2", "b"), mail("C-1", "c")];
    let scheduled = desk.schedule(&planned).await;
    assert_eq!(scheduled.new, [1]);
    let refused: Vec<_> = scheduled.refused.into_iter().collect();
    assert_eq!(refused, [(Reason::Erased, 2)]);
    let who = [customer("C-1"), tombstone(&store, "C-1").await];
    for who in who {
        assert_eq!(entries_of(&store, &who).await, []);
    }
}

async fn what_waits_to_be_told_has_the_tombstone(store: Arc<dyn Forgetful>) {
    let mut desk = desk(&store).await;
    desk.events = true;
    let _ = desk.reopen(noon()).await;
    desk.send(&telling("C-1"), noon()).await;
    desk.schedule(&[mail("C-11", "b"), mail("C-1", "c")]).await;
    let said = [refuses(customer("C-1"))];
    let _ = store.record(&said, noon()).await.expect("it is kept");
    let before = waiting(&desk).await;
    let _ = erase(&store, "C-1").await;
    let after = waiting(&desk).await;
    let stone = tombstone(&store, "C-1").await;
    let told = format!("{after:?}");
    assert!(told.contains("C-11") && told.contains(stone.as_str()));
    let told = told.replace("C-11", "");
    assert!(!told.contains("C-1") && !told.contains("ANA"), "{told}");
    let names = |events: &[Event]| events.iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(names(&after[..before.len()]), names(&before));
    let more: Vec<String> = after[before.len()..]
        .iter()
        .map(|event| event.fact.kind())
        .collect();
    let wanted = ["pregon.person.erased", "pregon.preference.opt_out"];
    assert_eq!(more, wanted, "the person, and the address");
}

async fn again_it_changes_nothing(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    desk.send(&mail("C-1", "a"), noon()).await;
    let _ = erase(&store, "C-1").await;
    let stone = tombstone(&store, "C-1").await;
    let before = (entries_of(&store, &stone).await, words(&store).await);
    assert_eq!(erase(&store, "C-1").await, Erased::default());
    assert_eq!(erase(&store, stone.as_str()).await, Erased::default());
    let after = (entries_of(&store, &stone).await, words(&store).await);
    assert_eq!(after, before);
}

async fn somebody_unknown_is_remembered(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    assert_eq!(erase(&store, "C-7").await, Erased::default());
    let scheduled = desk.schedule(&[mail("C-7", "a")]).await;
    assert_eq!(scheduled.refused.get(&Reason::Erased), Some(&1));
}

async fn others_are_left_alone(store: Arc<dyn Forgetful>) {
    let desk = desk(&store).await;
    // An id that begins as the forgotten one does.
    let (sent, waits) = (telling("C-11"), mail("C-11", "later"));
    let begun = desk.send(&sent, noon()).await;
    desk.schedule(std::slice::from_ref(&waits)).await;
    let said = [refuses(customer("C-11"))];
    let _ = store.record(&said, noon()).await.expect("it is kept");
    let before = entries_of(&store, &customer("C-11")).await;
    assert_eq!(erase(&store, "C-1").await, Erased::default());
    assert_eq!(entries_of(&store, &customer("C-11")).await, before);
    desk.settle(&begun, accepted(), noon() + days(1)).await;
    desk.expect(&sent, State::Accepted, None).await;
    desk.expect(&waits, State::Scheduled, None).await;
}
