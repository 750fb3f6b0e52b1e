//! A dump is put back into the server where it was made: neither the server nor its timeline has
//! changed, so only a flight recorder knows, and whoever was in the midst of a pass.

use std::error::Error as _;

use pregon_adapters_store::{FlightFile, Moved, PostgresStore};
use pregon_core::*;

use super::node::Yard;
use super::{TOLD, kept, open, options};
use crate::loss::{Sent, judge, opening, pass, plans, send, settle, settled_by_promise};
use crate::support::{ask, at, page};

#[track_caller]
fn check_refusal(error: &PortError) {
    assert_eq!(error.kind(), PortErrorKind::Conflict, "{error:?}");
    let cause = error.source().and_then(|it| it.downcast_ref::<Moved>());
    assert_eq!(cause, Some(&Moved::Back));
}

#[tokio::test]
async fn a_dump_that_was_put_back_is_noticed_by_a_recorder_and_by_a_pass() {
    let Some(yard) = Yard::new("dump") else {
        return;
    };
    let server = yard.primary("server");
    let mut sent = Sent::new();
    let (store, epoch) = kept(&server, TOLD, &mut sent).await;
    let dir = tempfile::tempdir().unwrap();
    let recorder = FlightFile::open(dir.path().join("flights")).unwrap();
    recorder.opened(epoch).unwrap();
    yard.dump(&server);
    // What is lost: all that is due leaves.
    let new = plans().split_off(plans().len() - 1);
    store.schedule(&page("c", new), at(3)).await.unwrap();
    let gone = send(&store, epoch, 3, &mut sent).await;
    for dispatch in &gone {
        recorder.leaves(epoch, dispatch.ticket).unwrap();
    }
    settle(&store, epoch, 3, &gone).await;
    assert_eq!(gone.len(), 4);
    yard.put_back(&server);

    let nothing = ask(epoch, vec![], 1, &judge());
    let turn = store.turn(&[], &nothing, at(4)).await.map(drop);
    assert_eq!(turn.map_err(|it| it.kind()), Err(PortErrorKind::Conflict));
    let mut told = opening();
    told.flights = recorder.recover().unwrap();
    let again = open(&server, TOLD).await;
    for _ in 0..3 {
        for store in [&store, &again] {
            let opened = store.open(&told, at(5)).await;
            check_refusal(&opened.expect_err("it left since"));
        }
    }
    let doubt = options(TOLD).accept_moved_in_doubt(at(2), at(10));
    let accepted = PostgresStore::open(&server.url(), doubt).await.unwrap();
    let opened = pass(&accepted, 11, &told, &mut sent).await;
    assert_eq!(opened.doubts, 4, "open, lost, receipt and keyed");
    assert!(opened.epoch > Flights::LEAP, "no pass is given again");
    // The same recorder, where its process died before it heard of that pass; and another process,
    // which knew numbers by heart that mean something else by now.
    pass(&store, 12, &told, &mut sent).await;
    pass(&store, 60 * 24 + 1, &told, &mut sent).await;
    settled_by_promise(&store, &sent).await;
}

#[tokio::test]
async fn who_has_no_recorder_sends_twice_what_a_dump_forgot() {
    let Some(yard) = Yard::new("untold") else {
        return;
    };
    let server = yard.primary("server");
    let mut sent = Sent::new();
    let (store, epoch) = kept(&server, TOLD, &mut sent).await;
    yard.dump(&server);
    let gone = send(&store, epoch, 3, &mut sent).await;
    settle(&store, epoch, 3, &gone).await;
    yard.put_back(&server);
    pass(
        &open(&server, TOLD).await,
        11,
        &Opening::default(),
        &mut sent,
    )
    .await;
    assert_eq!(sent["lost o"], 2);
}
