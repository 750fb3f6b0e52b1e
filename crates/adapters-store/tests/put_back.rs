//! An older copy of a SQLite file is put back: it is noticed, and nothing that is at most once is
//! sent again.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

mod support;
#[path = "support/loss.rs"]
mod loss;
#[path = "put_back/place.rs"]
mod place;
#[path = "put_back/noticed.rs"]
mod noticed;

use loss::{Sent, opening, pass, settled_by_promise, what_is_kept, what_is_lost};
use place::Place;
use pregon_adapters_store::SqliteOptions;
use pregon_core::*;
use support::at;

/// A day in the life of a file: it is copied, more is sent, and the copy is put back.
async fn a_day(place: &Place, sent: &mut Sent) {
    let store = place.store().await;
    what_is_kept(&store, sent).await;
    place.copy().await;
    // The next process, which no recorder tells anything.
    let epoch = store.open(&Opening::default(), at(2)).await.unwrap().epoch;
    what_is_lost(&store, epoch, sent).await;
    store.close().await.unwrap();
    place.put_back();
}

#[tokio::test]
async fn a_copy_that_was_put_back_sends_nothing_again_that_is_at_most_once() {
    let (place, mut sent) = (Place::new(), Sent::new());
    a_day(&place, &mut sent).await;
    place.is_refused().await;

    let doubt = SqliteOptions::new().accept_moved_in_doubt(at(2), at(10));
    let store = place.open(doubt).await.unwrap();
    let opened = pass(&store, 11, &opening(), &mut sent).await;
    assert_eq!(opened.doubts, 4, "open, lost, receipt and keyed");
    assert!(opened.epoch > Flights::LEAP, "no pass is given again");
    store.close().await.unwrap();
    // Once is enough.
    let store = place.open(SqliteOptions::new()).await.unwrap();
    pass(&store, 12, &opening(), &mut sent).await;
    pass(&store, 60 * 24 + 1, &opening(), &mut sent).await;
    settled_by_promise(&store, &sent).await;
}

/// Without a witness nobody notices: what the check is there for.
#[tokio::test]
async fn who_is_not_told_of_it_sends_twice() {
    let (place, mut sent) = (Place::new(), Sent::new());
    a_day(&place, &mut sent).await;
    std::fs::remove_file(place.witness()).unwrap();
    let store = place.open(SqliteOptions::new()).await.unwrap();
    pass(&store, 11, &opening(), &mut sent).await;
    let twice = ["lost o", "new o", "open o"].map(|who| sent[who]);
    assert_eq!(twice, [2, 2, 2]);
}

/// Who says that nothing is lost is believed.
#[tokio::test]
async fn what_is_said_to_be_whole_goes_on() {
    let (place, mut sent) = (Place::new(), Sent::new());
    a_day(&place, &mut sent).await;
    let whole = SqliteOptions::new().accept_moved();
    let store = place.open(whole).await.unwrap();
    let opened = pass(&store, 11, &Opening::default(), &mut sent).await;
    assert_eq!((opened.doubts, sent["lost o"]), (1, 2));
    assert!(opened.epoch > Flights::LEAP);
}
