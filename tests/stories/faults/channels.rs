//! A3 and A18: a channel that panics, and one that asks for a very long wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use pregon::testing::Recording;
use pregon::{
    Action, Fate, Order, PortError, PortErrorKind, Promise, Receipt, SendError, Shape, State,
};

use super::house::{House, campaign};

/// What a channel does before it works.
#[derive(Debug, Clone, Copy)]
enum Whim {
    /// Panics whenever it is given a message to this person.
    Panics(&'static str),
    /// Asks for this wait, so many times.
    Waits(Duration, usize),
}

#[derive(Debug)]
struct Moody {
    inner: Recording,
    whim: Whim,
    asked: AtomicUsize,
}

impl Moody {
    fn new(inner: &Recording, whim: Whim) -> Arc<Self> {
        Arc::new(Self {
            inner: inner.clone(),
            whim,
            asked: AtomicUsize::new(0),
        })
    }
}

#[async_trait]
impl Action for Moody {
    fn promise(&self) -> Promise {
        self.inner.promise()
    }

    fn shape(&self) -> Shape {
        self.inner.shape()
    }

    async fn perform(&self, order: &Order) -> Result<Receipt, SendError> {
        let nth = self.asked.fetch_add(1, Ordering::Relaxed);
        match self.whim {
            Whim::Panics(whom) => assert_ne!(order.to, whom, "a mistake in somebody's adapter"),
            Whim::Waits(wait, times) if nth < times => {
                let kind = PortErrorKind::RateLimited {
                    retry_after: Some(wait),
                };
                let error = PortError::new("moody", "perform", kind);
                return Err(SendError::new(Fate::NotSent, error));
            }
            Whim::Waits(..) => {}
        }
        self.inner.perform(order).await
    }
}

#[tokio::test]
async fn a3_a_channel_that_panics_costs_one_doubt_and_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let email = Recording::email();
    let moody = Moody::new(&email, Whim::Panics("p3@example.org"));
    let house = House::open(dir.path(), 20, moody.clone()).await;
    house.begin(campaign("promotion", "Hola")).await;
    let report = house.passes().await;
    assert_eq!((report.accepted, report.in_doubt), (19, 1), "{report:?}");
    let states = house.states().await;
    assert_eq!(states[&State::Accepted], 19);
    assert_eq!(states[&State::Unknown], 1, "it may have left");
    // Nobody is tried again, the one in doubt neither.
    house.clock.advance(chrono::Duration::hours(1));
    let _ = house.passes().await;
    assert_eq!(moody.asked.load(Ordering::Relaxed), 20);
    assert_eq!(email.sent().len(), 19);
}

/// What a provider asks for is believed between a second and an hour.
async fn check_wait(asked: Duration, waits: chrono::Duration) {
    let dir = tempfile::tempdir().unwrap();
    let email = Recording::email();
    let house = House::open(dir.path(), 1, Moody::new(&email, Whim::Waits(asked, 1))).await;
    house.begin(campaign("promotion", "Hola")).await;
    let report = house.passes().await;
    assert_eq!((report.retry, report.accepted), (1, 0), "{asked:?}");
    house
        .clock
        .advance(waits - chrono::Duration::microseconds(1));
    assert_eq!(house.passes().await.accepted, 0, "{asked:?}: not yet");
    house.clock.advance(chrono::Duration::microseconds(1));
    assert_eq!(house.passes().await.accepted, 1, "{asked:?}: now");
}

#[tokio::test]
async fn a18_an_absurd_wait_is_a_second_at_least_and_an_hour_at_most() {
    let hour = chrono::Duration::hours(1);
    check_wait(Duration::from_secs(1_000_000_000), hour).await;
    check_wait(Duration::MAX, hour).await;
    check_wait(Duration::ZERO, chrono::Duration::seconds(1)).await;
    check_wait(Duration::from_secs(90), chrono::Duration::seconds(90)).await;
}
