//! Hands what may leave to its action, and tells the ledger what became of it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use tracing::Instrument as _;

use super::Pass;
use super::prepare::Prepared;
use super::turns::backoff;
use crate::{
    Action, Clock, Dispatch, Doubt, Fate, Outcome, PortErrorKind, Promise, Reason, Receipt,
    SendError, Settlement, Ticket, Trouble, in_doubt,
};

/// A dispatch whose intent is durable.
#[derive(Debug)]
pub(super) struct Departure {
    pub(super) dispatch: Dispatch,
    pub(super) prepared: Prepared,
}

/// How long after its turn a message may still leave. A process that was frozen for longer gives
/// the dispatch back, because meanwhile the person may have refused.
const DEADLINE: Duration = Duration::from_secs(10);

/// What came back of a departure.
struct Arrival {
    dispatch: Dispatch,
    promise: Promise,
    answer: Option<Result<Receipt, SendError>>,
}

impl Pass<'_> {
    pub(super) async fn deliver_all(
        &mut self,
        departures: Vec<Departure>,
        turned: Duration,
        now: DateTime<Utc>,
    ) -> Vec<Settlement> {
        let clock = &self.engine.clock;
        let mut futures = Vec::with_capacity(departures.len());
        for Departure { dispatch, prepared } in departures {
            let Some(action) = self.engine.actions.get(&dispatch.plan.key.channel) else {
                continue;
            };
            futures.push(deliver(
                Arc::clone(action),
                Arc::clone(clock),
                dispatch,
                prepared,
                turned,
            ));
        }
        let mut arrivals =
            futures_util::stream::iter(futures).buffer_unordered(self.engine.pace.in_flight);
        let mut settlements = Vec::new();
        while let Some(arrival) = arrivals.next().await {
            settlements.push((arrival.dispatch.ticket, arrival));
        }
        drop(arrivals);
        settlements
            .into_iter()
            .map(|(ticket, arrival)| self.settle(ticket, arrival, now))
            .collect()
    }

    fn settle(&mut self, ticket: Ticket, arrival: Arrival, now: DateTime<Utc>) -> Settlement {
        let outcome = match &arrival.answer {
            None => Outcome::Again {
                at: now,
                reason: Reason::ChannelDown,
            },
            Some(Ok(receipt)) => {
                self.report.accepted += 1;
                Outcome::Accepted {
                    reference: receipt.reference.clone(),
                }
            }
            Some(Err(error)) => self.failed(&arrival, error, now),
        };
        if let Some(Err(error)) = arrival.answer
            && error.fate() == Fate::ChannelDown
        {
            self.channel_down(&arrival.dispatch, error, now);
        }
        Settlement { ticket, outcome }
    }

    fn failed(&mut self, arrival: &Arrival, error: &SendError, now: DateTime<Utc>) -> Outcome {
        let Arrival {
            dispatch, promise, ..
        } = arrival;
        let later = backoff(dispatch.attempts, dispatch.id.seed(), now);
        let at = match error.port().kind() {
            PortErrorKind::RateLimited {
                retry_after: Some(wait),
            } => {
                // What a provider asks for is believed between a second and an hour.
                let wait = wait.clamp(Duration::from_secs(1), Duration::from_secs(3600));
                now + chrono::Duration::from_std(wait).unwrap_or_default()
            }
            _ => later,
        };
        match error.fate() {
            Fate::NotSent => {
                self.report.retry += 1;
                Outcome::Again {
                    at,
                    reason: Reason::NotAccepted,
                }
            }
            Fate::ChannelDown => {
                self.report.retry += 1;
                Outcome::Again {
                    at,
                    reason: Reason::ChannelDown,
                }
            }
            // In doubt from before, a rejection of the second copy says nothing about the first.
            Fate::Rejected if dispatch.standing.in_doubt => Outcome::Rejected {
                reason: Reason::InDoubt,
            },
            Fate::Rejected => {
                self.report.failed += 1;
                Outcome::Rejected {
                    reason: Reason::Rejected,
                }
            }
            Fate::Unknown => {
                self.report.in_doubt += 1;
                let first = dispatch.first_at.unwrap_or(now);
                let (class, before) = (dispatch.plan.class, dispatch.standing.in_doubt);
                let doubt = in_doubt(*promise, class, before, first, now);
                let at = if doubt == Doubt::Resend { later } else { now };
                Outcome::InDoubt { doubt, at }
            }
        }
    }

    /// A channel that does not work is left alone for a while, and nobody is failed because of it.
    fn channel_down(&mut self, dispatch: &Dispatch, error: SendError, now: DateTime<Utc>) {
        let channel = dispatch.plan.key.channel.clone();
        let until = backoff(1, dispatch.id.seed(), now);
        if self.down.insert(channel.clone(), until).is_none() {
            let error = error.into_port();
            self.report
                .troubles
                .push(Trouble::Channel { channel, error });
        }
    }
}

async fn deliver(
    action: Arc<dyn Action>,
    clock: Arc<dyn Clock>,
    dispatch: Dispatch,
    prepared: Prepared,
    turned: Duration,
) -> Arrival {
    let promise = action.promise();
    if clock.monotonic().saturating_sub(turned) > DEADLINE {
        return Arrival {
            dispatch,
            promise,
            answer: None,
        };
    }
    let span = tracing::info_span!(
        "pregon.dispatch",
        dispatch = %dispatch.id,
        campaign = %dispatch.plan.key.campaign,
        channel = %dispatch.plan.key.channel,
        attempt = dispatch.attempts,
    );
    let answer = action.perform(&prepared.order).instrument(span).await;
    Arrival {
        dispatch,
        promise,
        answer: Some(answer),
    }
}
