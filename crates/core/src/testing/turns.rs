//! Futures that can be stopped anywhere.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Gives way once: a place at which a future can be dropped.
pub async fn breath() {
    let mut gave = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut gave, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls a future at most so many times and drops it; `None` when it was not done by then.
///
/// Dropping the future of a pass at its n-th poll, for all n, is the test of every kill.
/// It is meant for futures that only give way, as those over the memory adapters do.
///
/// ```
/// # use pregon_core::testing::{breath, poll_times};
/// let two_breaths = || async { breath().await; breath().await; 7 };
/// assert_eq!(poll_times(2, two_breaths()), None);
/// assert_eq!(poll_times(3, two_breaths()), Some(7));
/// ```
pub fn poll_times<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..times {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
    }
    None
}
