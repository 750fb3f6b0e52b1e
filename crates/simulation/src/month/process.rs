//! A process that runs passes: it is polled by hand, so that it can be killed or frozen anywhere.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use pregon_core::{Engine, EngineError, PassReport};

/// A pass of an engine, on its way.
pub(super) struct Pass {
    future: Pin<Box<dyn Future<Output = Result<PassReport, EngineError>> + Send>>,
}

impl Pass {
    pub(super) fn new(engine: &Arc<Engine>) -> Self {
        let engine = Arc::clone(engine);
        Self {
            future: Box::pin(async move { engine.pass().await }),
        }
    }

    /// Lets it run up to the next place at which it could be killed; its result when it is done.
    pub(super) async fn step(&mut self) -> Option<Result<PassReport, EngineError>> {
        std::future::poll_fn(|context| match self.future.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }

    /// Lets it run to its end.
    pub(super) async fn finish(&mut self) -> Result<PassReport, EngineError> {
        loop {
            if let Some(done) = self.step().await {
                return done;
            }
        }
    }
}
