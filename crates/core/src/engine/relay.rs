//! Hands what happened over to whoever wants to hear it.

use chrono::{DateTime, Utc};

use super::{Engine, EngineError};
use crate::{Mark, PortError};

/// How many decisions' events are handed over at once.
const AT_ONCE: u32 = 16;

impl Engine {
    /// Hands over all events that wait, and says how many. Passes do it by themselves; a host calls
    /// it between two passes when events shall not wait for the next one.
    ///
    /// Without a sink it does nothing.
    ///
    /// # Errors
    /// When store, clock or sink fail; what the sink did not take comes again.
    pub async fn relay(&self) -> Result<u64, EngineError> {
        let now = self.now().await?;
        Ok(self.hand_over(now, u32::MAX).await??)
    }

    /// Hands over the events of at most so many decisions. The inner failure is the sink's.
    pub(super) async fn hand_over(
        &self,
        now: DateTime<Utc>,
        decisions: u32,
    ) -> Result<Result<u64, PortError>, EngineError> {
        let Some(sink) = &self.sink else {
            return Ok(Ok(0));
        };
        let (mut left, mut told, mut last) = (decisions, 0, Mark::default());
        while left > 0 {
            let waiting = self.store.waiting(left.min(AT_ONCE), now).await?;
            // The same again would be so for ever.
            if waiting.mark.is_empty() || waiting.mark == last {
                break;
            }
            if let Err(error) = sink.publish(&waiting.events).await {
                return Ok(Err(error));
            }
            self.store.passed_on(&waiting.mark).await?;
            told += waiting.events.len() as u64;
            let taken = u32::try_from(waiting.mark.decisions().len()).unwrap_or(left);
            left = left.saturating_sub(taken);
            last = waiting.mark;
        }
        Ok(Ok(told))
    }
}
