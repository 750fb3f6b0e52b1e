//! Somebody who is told of all that happens: now and then they are away, or do not say that they
//! have it.

use async_trait::async_trait;
use pregon_core::testing::breath;
use pregon_core::{Event, EventSink, PortError};

use super::trouble::{Trouble, away};
use super::witness::Witness;
use crate::heard::Heard;

/// Who is told.
#[derive(Debug, Clone)]
pub(super) struct Ear {
    pub(super) heard: Heard,
    pub(super) trouble: Trouble,
    pub(super) witness: Witness,
    /// Whether it says that it has what it throws away.
    pub(super) lies: bool,
}

#[async_trait]
impl EventSink for Ear {
    async fn publish(&self, events: &[Event]) -> Result<(), PortError> {
        breath().await;
        if !self.trouble.happens(|rates| rates.sink) {
            self.heard.hear(events);
            breath().await;
            return Ok(());
        }
        if self.lies {
            return Ok(());
        }
        let most = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let taken = self.trouble.throw(|dice| match dice.below(3) {
            0 => 0,
            1 => dice.between(0, most),
            _ => most,
        });
        self.witness.count(match taken {
            0 => "sink: takes nothing",
            n if n == most => "sink: takes all unheard",
            _ => "sink: takes some",
        });
        self.heard
            .hear(&events[..usize::try_from(taken).unwrap_or(0)]);
        breath().await;
        Err(away("sink"))
    }
}
