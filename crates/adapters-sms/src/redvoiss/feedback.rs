//! What came back, in the words of all providers.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::{FutureExt as _, StreamExt as _, stream};
use pregon_core::{
    About, Address as _, Awaited, ChannelName, DispatchRef, Feedback, FeedbackKind, FeedbackSource,
    Message as _, PhoneNumber, PortError, PurposeScope, Recipient, Sms,
};

use super::error::Result;
use super::{BatchId, Delivery, DeliveryState, Inner, Polled, Redvoiss, RedvoissReply, Replies};

/// How many messages are asked about at a time.
const AT_ONCE: usize = 4;

/// After so many failures in a row nothing more is asked for now.
const MOST_FAILURES: usize = 8;

#[async_trait]
impl FeedbackSource for Redvoiss {
    /// Asks for the receipt of each message that has none, and for the answers to each. What the
    /// service fails to tell of one message does not hide what it tells of others.
    async fn ask(
        &self,
        about: &[Awaited],
        now: DateTime<Utc>,
    ) -> std::result::Result<Vec<Feedback>, PortError> {
        let calls = about.iter();
        let calls: Vec<_> = calls.map(|it| self.inner.about(it, now).boxed()).collect();
        let mut calls = stream::iter(calls).buffered(AT_ONCE);
        let (mut told, mut heard, mut in_a_row) = (Vec::new(), false, 0);
        let mut failed = None;
        while let Some(known) = calls.next().await {
            match known {
                Ok(known) => {
                    told.extend(known);
                    (heard, in_a_row) = (true, 0);
                }
                Err(error) => {
                    in_a_row += 1;
                    let stop = error.is_everywhere() || in_a_row == MOST_FAILURES;
                    let error = error.at("feedback");
                    tracing::warn!(%error, "what came back is asked for again later");
                    failed.get_or_insert(error);
                    if stop {
                        break;
                    }
                }
            }
        }
        match failed {
            Some(error) if !heard => Err(error),
            _ => Ok(told),
        }
    }
}

impl Inner {
    /// What came back of one message.
    async fn about(&self, message: &Awaited, now: DateTime<Utc>) -> Result<Vec<Feedback>> {
        let mut told = Vec::new();
        // A reference that is no batch is another provider's.
        let Some(batch) = BatchId::parse(&message.reference) else {
            return Ok(told);
        };
        let heard = message.heard;
        if heard.is_closed() {
            return Ok(told);
        }
        if !heard.has(FeedbackKind::Delivered)
            && let Polled::Is(rows) = self.deliveries(&batch, now).await?
        {
            let rows = rows.iter().filter(|row| is_of(row.dispatch, message));
            told.extend(rows.map(|row| receipt(message, row)));
        }
        if self.config.replies == Replies::Collect
            && let Polled::Is(replies) = self.replies(&batch, now).await?
        {
            let replies = replies.iter().filter(|it| is_of(it.dispatch, message));
            told.extend(replies.map(|reply| self.answer(message, reply)));
        }
        Ok(told)
    }

    fn answer(&self, message: &Awaited, reply: &RedvoissReply) -> Feedback {
        let kind = if self.config.stop_words.refuses(&reply.text) {
            FeedbackKind::Unsubscribed
        } else {
            FeedbackKind::Replied
        };
        report(message, kind, reply.at)
    }
}

/// Whether a row is this message's: the service does not always say whose it is.
fn is_of(name: Option<DispatchRef>, message: &Awaited) -> bool {
    name.is_none_or(|name| name.id == message.name.id)
}

fn receipt(message: &Awaited, row: &Delivery) -> Feedback {
    let kind = match row.state {
        DeliveryState::Waiting => FeedbackKind::Queued,
        DeliveryState::Sent => FeedbackKind::Sent,
        DeliveryState::Failed => FeedbackKind::Failed,
        DeliveryState::Received => FeedbackKind::Delivered,
    };
    let number = PhoneNumber::parse(&format!("+{}", row.to)).ok();
    Feedback {
        to: number.as_ref().map(Recipient::new),
        ..report(message, kind, row.at)
    }
}

/// A report at an instant. One without is told as of when the message left, so that it is the same
/// each time; and none is told before that, whatever the service's clock says.
fn report(message: &Awaited, kind: FeedbackKind, at: Option<DateTime<Utc>>) -> Feedback {
    Feedback {
        provider: "redvoiss".into(),
        channel: ChannelName::new(Sms::KIND).expect("a message's kind is a name"),
        about: About::Dispatch(message.name),
        kind,
        at: at.map_or(message.at, |at| at.max(message.at)),
        to: None,
        refuses: PurposeScope::Everything,
        code: None,
    }
}
