//! Hands what may leave to its action, and tells the ledger what became of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use tracing::Instrument as _;

use super::Pass;
use super::prepare::Prepared;
use super::turns::backoff;
use crate::{
    Action, ChannelName, Clock, Dispatch, Doubt, Fate, Outcome, PortErrorKind, Promise, Reason,
    Receipt, SendError, Settlement, Trouble, in_doubt,
};

/// A dispatch whose intent is durable.
#[derive(Debug)]
pub(super) struct Departure {
    pub(super) dispatch: Dispatch,
    pub(super) prepared: Prepared,
}

/// What came back of a departure.
struct Arrival {
    dispatch: Dispatch,
    promise: Promise,
    answer: Answer,
}

enum Answer {
    /// The action did, or did not do, what it was asked.
    Came(Result<Receipt, SendError>),
    /// It was too late to ask it, or the engine was asked to stop first.
    TooLate,
    /// Another message of the same batch found that the channel does not work.
    Down,
}

/// What became of a batch of departures.
pub(super) struct Delivered {
    pub(super) settlements: Vec<Settlement>,
    /// How many did not leave within the deadline.
    pub(super) late: usize,
}

impl Pass<'_> {
    pub(super) async fn deliver_all(
        &mut self,
        departures: Vec<Departure>,
        turned: Duration,
        now: DateTime<Utc>,
    ) -> Delivered {
        let mut down: BTreeMap<ChannelName, Arc<AtomicBool>> = BTreeMap::new();
        let mut futures = Vec::with_capacity(departures.len());
        for departure in departures {
            let channel = &departure.dispatch.plan.key.channel;
            let Some(action) = self.engine.actions.get(channel) else {
                continue;
            };
            let known = AtomicBool::new(self.down.contains_key(channel));
            let down = down
                .entry(channel.clone())
                .or_insert_with(|| Arc::new(known));
            let way = Way {
                action: Arc::clone(action),
                clock: Arc::clone(&self.engine.clock),
                turned,
                deadline: self.engine.pace.deadline,
                down: Arc::clone(down),
                stopping: Arc::clone(&self.engine.stopping),
            };
            futures.push(way.deliver(departure));
        }
        let arrivals =
            futures_util::stream::iter(futures).buffer_unordered(self.engine.pace.in_flight);
        let arrived: Vec<Arrival> = arrivals.collect().await;
        let late = arrived
            .iter()
            .filter(|a| matches!(a.answer, Answer::TooLate))
            .count();
        let settlements = arrived
            .into_iter()
            .map(|arrival| self.settle(arrival, now))
            .collect();
        Delivered { settlements, late }
    }

    fn settle(&mut self, arrival: Arrival, now: DateTime<Utc>) -> Settlement {
        let Arrival {
            dispatch,
            promise,
            answer,
        } = arrival;
        let ticket = dispatch.ticket;
        let outcome = match answer {
            Answer::TooLate => Outcome::Again {
                at: now,
                reason: Reason::Stopped,
            },
            Answer::Down => {
                self.report.put_off(Reason::ChannelDown);
                let at = self
                    .down
                    .get(&dispatch.plan.key.channel)
                    .copied()
                    .unwrap_or(now);
                Outcome::Again {
                    at,
                    reason: Reason::ChannelDown,
                }
            }
            Answer::Came(Ok(receipt)) => {
                self.report.accepted += 1;
                Outcome::Accepted {
                    reference: receipt.reference,
                }
            }
            Answer::Came(Err(error)) => {
                let outcome = self.failed(&dispatch, promise, &error, now);
                if error.fate() == Fate::ChannelDown {
                    self.channel_down(&dispatch, error, now);
                }
                outcome
            }
        };
        Settlement { ticket, outcome }
    }

    fn failed(
        &mut self,
        dispatch: &Dispatch,
        promise: Promise,
        error: &SendError,
        now: DateTime<Utc>,
    ) -> Outcome {
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
                let doubt = in_doubt(promise, class, before, first, now);
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

/// How a departure gets to its action.
struct Way {
    action: Arc<dyn Action>,
    clock: Arc<dyn Clock>,
    turned: Duration,
    deadline: Duration,
    down: Arc<AtomicBool>,
    stopping: Arc<AtomicBool>,
}

impl Way {
    async fn deliver(self, departure: Departure) -> Arrival {
        let Departure { dispatch, prepared } = departure;
        let promise = self.action.promise();
        if self.down.load(Ordering::Relaxed) {
            return Arrival {
                dispatch,
                promise,
                answer: Answer::Down,
            };
        }
        let late = self.clock.monotonic().saturating_sub(self.turned) > self.deadline;
        if late || self.stopping.load(Ordering::Relaxed) {
            return Arrival {
                dispatch,
                promise,
                answer: Answer::TooLate,
            };
        }
        let span = tracing::info_span!(
            "pregon.dispatch",
            dispatch = %dispatch.id,
            campaign = %dispatch.plan.key.campaign,
            channel = %dispatch.plan.key.channel,
            attempt = dispatch.attempts,
        );
        let answer = self.action.perform(&prepared.order).instrument(span).await;
        if answer
            .as_ref()
            .is_err_and(|error| error.fate() == Fate::ChannelDown)
        {
            self.down.store(true, Ordering::Relaxed);
        }
        Arrival {
            dispatch,
            promise,
            answer: Answer::Came(answer),
        }
    }
}
