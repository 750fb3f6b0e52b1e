//! Working while SQLite does.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Awaits a statement, and does some work while the connection's thread carries it out: the first
/// poll hands it over.
pub(super) async fn beside<F: Future, T>(statement: F, work: impl FnOnce() -> T) -> (F::Output, T) {
    let mut statement = pin!(statement);
    let first = poll_fn(|context| Poll::Ready(statement.as_mut().poll(context))).await;
    let done = work();
    match first {
        Poll::Ready(answer) => (answer, done),
        Poll::Pending => (statement.await, done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[tokio::test]
    async fn the_work_is_done_between_the_first_poll_and_the_answer() {
        let told = RefCell::new(Vec::new());
        let tell = |what| told.borrow_mut().push(what);
        let statement = async {
            tell("asked");
            tokio::task::yield_now().await;
            tell("answered");
        };
        beside(statement, || tell("worked")).await;
        beside(async { tell("at once") }, || tell("after")).await;
        let wanted = ["asked", "worked", "answered", "at once", "after"];
        assert_eq!(*told.borrow(), wanted);
    }
}
