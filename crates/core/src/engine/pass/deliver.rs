//! Hands what may leave to its action, and tells the ledger what became of it.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{FutureExt as _, StreamExt as _};
use tracing::Instrument as _;

use super::Pass;
use super::prepare::Prepared;
use super::turns::backoff;
use crate::{
    Action, ChannelName, Clock, Dispatch, Doubt, Epoch, Fate, Outcome, PortError, PortErrorKind,
    Preference, Promise, Reason, Receipt, Recorder, SendError, Settlement, Trouble, in_doubt,
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
    outcome: Outcome,
    /// What the action said, if it was asked and did not take the message.
    error: Option<SendError>,
    /// What its provider said of the address while it refused the message.
    word: Option<Preference>,
    way: End,
}

/// How a departure ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The action was asked.
    Asked,
    /// It was too late to ask it, or the engine was asked to stop first.
    TooLate,
    /// Another message of the same batch found that the channel does not work.
    Down,
}

/// What became of a batch of departures.
pub(super) struct Delivered {
    pub(super) settlements: Vec<Settlement>,
    /// Addresses that providers will take nothing for.
    pub(super) words: Vec<Preference>,
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
                recorder: self.engine.recorder.as_ref().map(Arc::clone),
                epoch: self.opened.epoch,
                turned,
                deadline: self.engine.pace.deadline,
                now,
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
            .filter(|arrival| arrival.way == End::TooLate)
            .count();
        let mut words = Vec::new();
        let settlements = arrived
            .into_iter()
            .map(|mut arrival| {
                words.extend(arrival.word.take());
                self.settle(arrival, now)
            })
            .collect();
        Delivered {
            settlements,
            words,
            late,
        }
    }

    /// Reports what became of a departure, and settles it.
    fn settle(&mut self, arrival: Arrival, now: DateTime<Utc>) -> Settlement {
        let Arrival {
            dispatch,
            mut outcome,
            error,
            way,
            word: _,
        } = arrival;
        let ticket = dispatch.ticket;
        match &mut outcome {
            Outcome::Accepted { .. } => self.report.accepted += 1,
            Outcome::InDoubt { .. } => self.report.in_doubt += 1,
            Outcome::Rejected { reason } if *reason == Reason::Rejected => self.report.failed += 1,
            Outcome::Again { at, .. } if way == End::Down => {
                let kind = &dispatch.plan.key.channel;
                *at = self.down.get(kind).copied().unwrap_or(now);
                self.report.put_off(Reason::ChannelDown);
            }
            Outcome::Again { .. } if way == End::Asked => self.report.retry += 1,
            _ => {}
        }
        if let Some(error) = error.filter(|error| error.fate() == Fate::ChannelDown) {
            self.channel_down(&dispatch, error, now);
        }
        Settlement { ticket, outcome }
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
    recorder: Option<Arc<dyn Recorder>>,
    epoch: Epoch,
    turned: Duration,
    deadline: Duration,
    now: DateTime<Utc>,
    down: Arc<AtomicBool>,
    stopping: Arc<AtomicBool>,
}

impl Way {
    async fn deliver(self, departure: Departure) -> Arrival {
        let Departure { dispatch, prepared } = departure;
        if self.down.load(Ordering::Relaxed) {
            return self.stays(dispatch, End::Down);
        }
        let late = self.clock.monotonic().saturating_sub(self.turned) > self.deadline;
        if late || self.stopping.load(Ordering::Relaxed) || !self.may_leave(&dispatch) {
            return self.stays(dispatch, End::TooLate);
        }
        let span = tracing::info_span!(
            "pregon.dispatch",
            dispatch = %dispatch.id,
            campaign = %dispatch.plan.key.campaign,
            channel = %dispatch.plan.key.channel,
            attempt = dispatch.attempts,
        );
        let asked = async { self.action.perform(&prepared.order).await };
        // Nothing of the action is used after it but itself, and that is its own business.
        let asked = AssertUnwindSafe(asked).catch_unwind();
        let answer = asked.instrument(span).await;
        let answer = answer.unwrap_or_else(|_| Err(panicked(&dispatch)));
        let word = answer
            .as_ref()
            .err()
            .and_then(|error| said(&dispatch, &prepared, error));
        let (outcome, error) = match answer {
            Ok(Receipt { reference }) => (Outcome::Accepted { reference }, None),
            Err(error) => {
                let promise = self.action.promise();
                // What has to wait waits from its own attempt on, not from its batch's turn.
                let since = self.clock.monotonic().saturating_sub(self.turned);
                let now = self.now + chrono::Duration::from_std(since).unwrap_or_default();
                (failed(&dispatch, promise, &error, now), Some(error))
            }
        };
        self.landed(&dispatch, &outcome);
        if error
            .as_ref()
            .is_some_and(|error| error.fate() == Fate::ChannelDown)
        {
            self.down.store(true, Ordering::Relaxed);
        }
        Arrival {
            dispatch,
            outcome,
            error,
            word,
            way: End::Asked,
        }
    }

    /// It did not leave, and nothing of it was noted.
    fn stays(&self, dispatch: Dispatch, way: End) -> Arrival {
        let reason = match way {
            End::Down => Reason::ChannelDown,
            _ => Reason::Stopped,
        };
        let at = self.now;
        Arrival {
            dispatch,
            outcome: Outcome::Again { at, reason },
            error: None,
            word: None,
            way,
        }
    }

    /// Notes that it leaves. What cannot be noted does not leave: after a kill it would count as
    /// something that never did.
    fn may_leave(&self, dispatch: &Dispatch) -> bool {
        let Some(recorder) = &self.recorder else {
            return true;
        };
        let noted = recorder.leaves(self.epoch, dispatch.ticket);
        if let Err(error) = &noted {
            tracing::warn!(dispatch = %dispatch.id, %error, "the flight recorder does not work");
        }
        noted.is_ok()
    }

    fn landed(&self, dispatch: &Dispatch, outcome: &Outcome) {
        let Some(recorder) = &self.recorder else {
            return;
        };
        // Without the note it is one whose answer was lost, should the process die now.
        if let Err(error) = recorder.landed(self.epoch, dispatch.ticket, outcome) {
            tracing::warn!(dispatch = %dispatch.id, %error, "the flight recorder does not work");
        }
    }
}

/// What a provider said of the address while it refused a message.
fn said(dispatch: &Dispatch, prepared: &Prepared, error: &SendError) -> Option<Preference> {
    let remark = error.remark().filter(|_| error.fate() == Fate::Rejected)?;
    let channel = &dispatch.plan.key.channel;
    remark.word(
        prepared.ready.candidate.address,
        channel,
        error.port().adapter(),
    )
}

/// What an action said that panicked: nothing. Others of its batch are on their way, so it ends
/// here; what it panicked with may name somebody and is not repeated.
fn panicked(dispatch: &Dispatch) -> SendError {
    tracing::error!(dispatch = %dispatch.id, "the action panicked");
    let error = PortError::new("action", "perform", PortErrorKind::Corrupt);
    SendError::new(Fate::Unknown, error)
}

/// What is settled about a message that its action did not take.
fn failed(dispatch: &Dispatch, promise: Promise, error: &SendError, now: DateTime<Utc>) -> Outcome {
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
        Fate::NotSent => Outcome::Again {
            at,
            reason: Reason::NotAccepted,
        },
        Fate::ChannelDown => Outcome::Again {
            at,
            reason: Reason::ChannelDown,
        },
        // In doubt from before, a rejection of the second copy says nothing about the first.
        Fate::Rejected if dispatch.standing.in_doubt => Outcome::Rejected {
            reason: Reason::InDoubt,
        },
        Fate::Rejected => Outcome::Rejected {
            reason: Reason::Rejected,
        },
        Fate::Unknown => {
            let first = dispatch.first_at.unwrap_or(now);
            let (class, before) = (dispatch.plan.class, dispatch.standing.in_doubt);
            let doubt = in_doubt(promise, class, before, first, now);
            let at = match doubt {
                Doubt::Resend => later.max(promise.settles_at(now)),
                Doubt::Unknown => now,
            };
            Outcome::InDoubt { doubt, at }
        }
    }
}
