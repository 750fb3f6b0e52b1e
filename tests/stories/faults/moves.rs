//! A33: a campaign is paused and resumed again and again, and called off in the end; its budget is
//! made smaller while its messages leave.

use pregon::testing::Recording;
use pregon::{Budget, Move, Reason, State};
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

/// A channel through which the budget of its own campaign is made smaller, right after the first
/// messages have left.
#[tokio::test]
async fn a33_a_budget_that_is_made_smaller_on_the_way_holds_from_then_on() {
    let dir = tempfile::tempdir().unwrap();
    let email = Recording::email();
    let house = House::open(dir.path(), 900, Arc::new(email.clone())).await;
    let of = |messages| {
        let budget = Budget {
            messages: Some(messages),
            ..Budget::default()
        };
        let mut campaign = campaign("promotion", "Hola");
        campaign.budget = Some(budget);
        campaign
    };
    house.begin(of(900)).await;
    let engine = Arc::clone(&house.engine);
    let seen = email.clone();
    let smaller = async {
        while seen.sent().is_empty() {
            tokio::task::yield_now().await;
        }
        engine.activate(of(1)).await.unwrap();
        seen.sent().len()
    };
    let (report, sent) = tokio::join!(house.engine.pass(), smaller);
    let report = report.unwrap();
    // What had begun by then still leaves; nothing begins after that.
    assert!(report.deferred[&Reason::Budget] > 0, "{report:?}");
    let left = email.sent().len();
    assert!(left < 900, "{sent} had left by then, and {left} in the end");
    for _ in 0..3 {
        house.clock.advance(chrono::Duration::hours(1));
        let _ = house.passes().await;
        assert_eq!(email.sent().len(), left);
    }
    house.engine.activate(of(900)).await.unwrap();
    house.clock.advance(chrono::Duration::hours(1));
    let _ = house.passes().await;
    assert_eq!(email.sent().len(), 900, "each once in the end");
}
