//! A33: a campaign is paused and resumed again and again, and called off in the end.

use pregon::testing::Recording;
use pregon::{Move, Reason, State};
use std::sync::Arc;

use super::house::{House, campaign};

#[tokio::test]
async fn a33_a_hundred_pauses_send_each_once_and_a_cancel_ends_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let email = Recording::email();
    let house = House::open(dir.path(), 50, Arc::new(email.clone())).await;
    let id = "c".parse().unwrap();
    house.begin(campaign("promotion", "Hola")).await;
    for nth in 0..100 {
        house.engine.change(&id, Move::Pause).await.unwrap();
        let before = email.sent().len();
        let report = house.engine.pass().await.unwrap();
        assert_eq!((report.accepted, email.sent().len()), (0, before), "{nth}");
        house.engine.change(&id, Move::Resume).await.unwrap();
        if nth % 10 == 0 {
            let _ = house.passes().await;
        }
    }
    assert_eq!(email.sent().len(), 50, "each once");

    // A second broadcast, called off before anybody looks.
    let second = house
        .engine
        .broadcast(&id, "aviso".parse().unwrap(), "b2".parse().unwrap());
    second.await.unwrap();
    house.engine.change(&id, Move::Pause).await.unwrap();
    house.engine.change(&id, Move::Cancel).await.unwrap();
    let report = house.passes().await;
    assert_eq!((report.accepted, email.sent().len()), (0, 50));
    assert!(house.engine.change(&id, Move::Resume).await.is_err());
    let states = house.states().await;
    assert_eq!(states[&State::Accepted], 50, "{states:?}");
    let others: Vec<&State> = states.keys().filter(|it| !it.is_final()).collect();
    assert!(
        others.is_empty(),
        "nothing waits for what is over: {states:?}"
    );
    assert_eq!(Reason::Cancelled.end(), pregon::End::Cancelled);
}
