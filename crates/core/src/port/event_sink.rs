//! Takes events, wherever they go.

use std::fmt;

use async_trait::async_trait;

use super::PortError;
use crate::Event;

/// Takes events: a file, a queue, a function of the host.
///
/// Each event comes at least once; the same again has the same [`id`](Event::id), by which a reader
/// knows it. What is told of one dispatch, campaign or person comes in the order in which it
/// happened, except for what comes again.
///
/// A sink answers soon or hands over to a queue of its own: a pass waits for it between two turns.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait EventSink: fmt::Debug + Send + Sync + 'static {
    /// Takes the events in their order, durably if it is durable: once it returns, they are not
    /// told again.
    ///
    /// # Errors
    /// When it did not take all of them; then all of them come again later.
    async fn publish(&self, events: &[Event]) -> Result<(), PortError>;
}

/// A function of the host as a sink, within the process.
///
/// ```
/// # use pregon_core::*;
/// # use std::sync::{Arc, mpsc};
/// let (told, heard) = mpsc::channel();
/// let sink = on_events(move |events| {
///     for event in events {
///         let _ = told.send(event.fact.kind()); // Nobody listens any more: that is all right.
///     }
///     Ok(())
/// });
/// # let _: Arc<dyn EventSink> = Arc::new(sink);
/// # drop(heard);
/// ```
pub fn on_events<F>(function: F) -> OnEvents<F>
where
    F: Fn(&[Event]) -> Result<(), PortError> + Send + Sync + 'static,
{
    OnEvents(function)
}

/// What [`on_events`] makes.
pub struct OnEvents<F>(F);

impl<F> fmt::Debug for OnEvents<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnEvents")
    }
}

#[async_trait]
impl<F> EventSink for OnEvents<F>
where
    F: Fn(&[Event]) -> Result<(), PortError> + Send + Sync + 'static,
{
    async fn publish(&self, events: &[Event]) -> Result<(), PortError> {
        (self.0)(events)
    }
}
