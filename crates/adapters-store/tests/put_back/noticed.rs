//! What is noticed of a copy that was put back, and what is not.

use std::sync::Arc;

use pregon_adapters_store::{FlightFile, SqliteOptions, SqliteStore};
use pregon_core::*;

use crate::place::Place;
use crate::support::{self, Rules, ask, at, page, plan, ready};

fn refusal(who: &str) -> Preference {
    Preference {
        subject: Subject::Customer(CustomerId::new(who).unwrap()),
        scope: PreferenceScope::promotional(),
        word: Word::OptOut,
        source: "desk".to_owned(),
        wording: None,
    }
}

/// What can be done with a file.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Plan,
    Pass,
    Turn,
    Word,
    GuestsWord,
    Pause,
    Erase,
}

const DEEDS: [Deed; 7] = [
    Deed::Plan,
    Deed::Pass,
    Deed::Turn,
    Deed::Word,
    Deed::GuestsWord,
    Deed::Pause,
    Deed::Erase,
];

async fn guest(place: &Place) -> SqliteStore {
    SqliteStore::open_guest(place.file()).await.unwrap()
}

async fn act(deed: Deed, place: &Place, store: &SqliteStore, epoch: Epoch) {
    let judge = Arc::new(Rules::default());
    match deed {
        Deed::Plan => {
            let new = page("c", vec![plan("c", "B", "o")]);
            store.schedule(&new, at(1)).await.unwrap();
        }
        Deed::Pass => drop(store.open(&Opening::default(), at(1)).await.unwrap()),
        Deed::Turn => {
            let claim = ask(epoch, vec![], 9, &judge);
            let turned = store.turn(&[], &claim, at(1)).await.unwrap();
            assert_eq!(turned.claimed.len(), 1);
        }
        Deed::Word => drop(store.record(&[refusal("A")], at(1)).await.unwrap()),
        Deed::GuestsWord => {
            let guest = guest(place).await;
            let _ = guest.record(&[refusal("A")], at(1)).await.unwrap();
            guest.close().await.unwrap();
        }
        Deed::Pause => support::moved(store, "c", Move::Pause, at(1)).await,
        Deed::Erase => {
            let person = CustomerId::new("A").unwrap();
            let _ = store.erase(&person, at(1)).await.unwrap();
        }
    }
}

/// A store in the midst of a pass, with one who is due.
async fn begun(place: &Place) -> (SqliteStore, Epoch) {
    let store = place.store().await;
    let one = page("c", vec![plan("c", "A", "o")]);
    store.schedule(&one, at(0)).await.unwrap();
    let epoch = store.open(&Opening::default(), at(0)).await.unwrap().epoch;
    (store, epoch)
}

#[tokio::test]
async fn whatever_was_done_since_the_copy_is_noticed() {
    for deed in DEEDS {
        let place = Place::new();
        let (store, epoch) = begun(&place).await;
        place.copy().await;
        act(deed, &place, &store, epoch).await;
        store.close().await.unwrap();
        place.put_back();
        place.is_refused().await;
    }
}

#[tokio::test]
async fn a_copy_since_which_nothing_was_done_is_no_older() {
    let place = Place::new();
    let (store, _) = begun(&place).await;
    place.copy().await;
    store.close().await.unwrap();
    for _ in 0..2 {
        let store = place.open(SqliteOptions::new()).await.unwrap();
        assert_eq!(support::all(&store).await.len(), 1);
        store.close().await.unwrap();
    }
    place.put_back();
    place.open(SqliteOptions::new()).await.unwrap();
}

#[tokio::test]
async fn who_refuses_is_heard_by_a_copy_that_nobody_accepted() {
    let place = Place::new();
    let (store, epoch) = begun(&place).await;
    place.copy().await;
    act(Deed::Turn, &place, &store, epoch).await;
    store.close().await.unwrap();
    place.put_back();
    let guest = guest(&place).await;
    // More than was done since the copy: it does not catch up by that.
    for _ in 0..4 {
        let _ = guest.record(&[refusal("A")], at(2)).await.unwrap();
    }
    let reader = SqliteStore::open_read_only(place.file()).await.unwrap();
    assert_eq!(support::all(&reader).await.len(), 1);
    place.is_refused().await;
    let doubt = SqliteOptions::new().accept_moved_in_doubt(at(0), at(3));
    let store = place.open(doubt).await.unwrap();
    let opened = store.open(&Opening::default(), at(4)).await.unwrap();
    assert_eq!(
        opened.doubts, 0,
        "who refuses begins neither here nor there"
    );
    let said = store.history(&refusal("A").subject).await.unwrap();
    assert_eq!(said.len(), 4);
}

#[tokio::test]
async fn what_proves_nothing_refuses_nothing() {
    let place = Place::new();
    let (store, epoch) = begun(&place).await;
    let early = std::fs::read(place.witness()).unwrap();
    place.copy().await;
    act(Deed::Turn, &place, &store, epoch).await;
    store.close().await.unwrap();
    let late = std::fs::read(place.witness()).unwrap();
    assert_ne!(early, late);
    assert_eq!(early.len(), late.len(), "one write replaces it whole");
    // As a kill between commit and note leaves it; then it is level again.
    std::fs::write(place.witness(), &early).unwrap();
    let store = place.open(SqliteOptions::new()).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(std::fs::read(place.witness()).unwrap(), late);
    let longer = [&late[..], &late[..]].concat();
    for odd in [&late[..late.len() - 9], &[], &longer] {
        place.put_back();
        std::fs::write(place.witness(), odd).unwrap();
        let store = place.open(SqliteOptions::new()).await.unwrap();
        store.close().await.unwrap();
        assert_eq!(std::fs::read(place.witness()).unwrap(), early);
    }
    // Another store in its place is no copy of it.
    std::fs::write(place.witness(), &late).unwrap();
    place.clear();
    let other = place.store().await;
    assert_eq!(support::all(&other).await.len(), 0);
    other.close().await.unwrap();
    place.put_back();
    place.open(SqliteOptions::new()).await.unwrap();
}

#[tokio::test]
async fn a_copy_of_an_older_layout_is_noticed() {
    let place = Place::new();
    let old = [
        include_str!("../../src/sqlite/migrations/1.sql"),
        include_str!("../../src/sqlite/migrations/2.sql"),
        include_str!("../../src/sqlite/migrations/3.sql"),
        include_str!("../../src/sqlite/migrations/4.sql"),
        include_str!("../../src/sqlite/migrations/5.sql"),
        include_str!("../../src/sqlite/migrations/6.sql"),
        "INSERT INTO store (one, epoch, high_water, hash_key) VALUES (1, 3, 0, zeroblob(32));",
    ];
    place.run(old.join("\n")).await;
    place.copy().await;
    let store = place.store().await;
    store.open(&Opening::default(), at(0)).await.unwrap();
    store.close().await.unwrap();
    place.put_back();
    place.is_refused().await;
}

#[tokio::test]
async fn a_recorder_notices_what_no_witness_does() {
    for passes in [0, 2] {
        let place = Place::new();
        let (store, epoch) = begun(&place).await;
        let recorder = FlightFile::open(place.file().with_extension("flights")).unwrap();
        recorder.opened(epoch).unwrap();
        place.copy().await;
        let judge = Arc::new(Rules::default());
        let claim = ask(epoch, vec![], 9, &judge);
        let claimed = store.turn(&[], &claim, at(1)).await.unwrap().claimed;
        let begin = ask(epoch, vec![ready(&claimed[0])], 0, &judge);
        let begun = store.turn(&[], &begin, at(1)).await.unwrap().begun;
        recorder.leaves(epoch, begun[0].dispatch.ticket).unwrap();
        // A recorder that is behind a later pass knows less, and enough.
        for _ in 0..passes {
            let mut opening = Opening::default();
            opening.flights = recorder.recover().unwrap();
            let next = store.open(&opening, at(1)).await.unwrap().epoch;
            recorder.opened(next).unwrap();
        }
        store.close().await.unwrap();
        place.put_back();
        std::fs::remove_file(place.witness()).unwrap();

        let mut opening = Opening::default();
        opening.flights = recorder.recover().unwrap();
        let store = place.open(SqliteOptions::new()).await.unwrap();
        for _ in 0..3 {
            let opened = store.open(&opening, at(2)).await;
            Place::check_refusal(&opened.expect_err("it left since"));
        }
        store.close().await.unwrap();
        let doubt = SqliteOptions::new().accept_moved_in_doubt(at(0), at(2));
        let store = place.open(doubt).await.unwrap();
        let opened = store.open(&opening, at(2)).await.unwrap();
        assert_eq!(opened.doubts, 1);
        // A kill before the recorder heard of the new pass: nobody doubts anything once more.
        let again = store.open(&opening, at(3)).await.unwrap();
        assert_eq!((again.doubts, again.epoch), (0, opened.epoch + 1));
    }
}
