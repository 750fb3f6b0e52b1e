//! What a pass did, in numbers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{CampaignId, ChannelName, PortError, Reason};

/// Something outside that did not work while a pass went on with the rest.
#[derive(Debug)]
#[non_exhaustive]
pub enum Trouble {
    /// A source, or a host's own audience or trigger, could not be asked.
    Source {
        /// The campaign that needed it.
        campaign: CampaignId,
        /// What happened.
        error: PortError,
    },
    /// A channel as a whole does not work; nobody was failed because of it.
    Channel {
        /// The channel.
        channel: ChannelName,
        /// What happened.
        error: PortError,
    },
    /// A published campaign no longer fits its source and is left alone.
    Campaign {
        /// The campaign.
        campaign: CampaignId,
        /// What is wrong with it.
        problems: Vec<super::Problem>,
    },
    /// Too many of a sender's messages came to a bad end ([`Guard`](crate::Guard)).
    Sender {
        /// What was found.
        finding: crate::Finding,
        /// The campaigns that are paused for it.
        paused: Vec<CampaignId>,
    },
    /// Whoever hears what happens did not take it: it comes again.
    Events {
        /// What happened.
        error: PortError,
    },
    /// The clock jumped ahead, which would empty every limit: nothing is planned or begun until
    /// [`Engine::confirm_clock`](crate::Engine::confirm_clock), or until the clock comes back.
    Clock {
        /// What it shows.
        shows: DateTime<Utc>,
        /// What it would show if only time had passed.
        expected: DateTime<Utc>,
    },
}

/// What a pass did.
///
/// Each number counts dispatches. A dispatch that waits and leaves in the same stretch of passes is
/// counted under both.
#[derive(Debug, Default)]
#[non_exhaustive]
#[must_use]
pub struct PassReport {
    /// New dispatches that wait for their time, or did.
    pub planned: u64,
    /// Taken by their provider.
    pub accepted: u64,
    /// Put off, by reason.
    pub deferred: BTreeMap<Reason, u64>,
    /// Refused by a rule, for good, by reason.
    pub refused: BTreeMap<Reason, u64>,
    /// Failed for good: the provider rejects it, or it cannot be rendered.
    pub failed: u64,
    /// Left without an answer.
    pub in_doubt: u64,
    /// Not taken this time; tried again later.
    pub retry: u64,
    /// To people without a usable address.
    pub unreachable: u64,
    /// Occasions whose person or record the audience does not hold: they are not planned.
    pub outside_audience: u64,
    /// How many events were handed over.
    pub events: u64,
    /// When the engine wants to be called again; `None` when nothing is foreseen.
    pub next: Option<DateTime<Utc>>,
    /// What did not work.
    pub troubles: Vec<Trouble>,
}

impl PassReport {
    /// Counts a dispatch that ended without being sent.
    pub(crate) fn ended(&mut self, reason: Reason, count: u64) {
        match reason {
            Reason::NoAddress | Reason::InvalidAddress => self.unreachable += count,
            Reason::Template | Reason::Rejected | Reason::Poison | Reason::Exhausted => {
                self.failed += count;
            }
            other => *self.refused.entry(other).or_default() += count,
        }
    }

    /// Counts a dispatch that was put off.
    pub(crate) fn put_off(&mut self, reason: Reason) {
        *self.deferred.entry(reason).or_default() += 1;
    }

    /// Foresees a call; the earliest one counts.
    pub(crate) fn foresee(&mut self, at: Option<DateTime<Utc>>) {
        self.next = self.next.into_iter().chain(at).min();
    }

    /// Tells the numbers to the `metrics` facade: counters named `pregon_dispatches_total` with a
    /// label `outcome`, and no other label, because anything else would name people or campaigns.
    pub(crate) fn count(&self) {
        let count = |outcome: &'static str, number: u64| {
            metrics::counter!("pregon_dispatches_total", "outcome" => outcome).increment(number);
        };
        count("planned", self.planned);
        count("accepted", self.accepted);
        count("deferred", self.deferred.values().sum());
        count("refused", self.refused.values().sum());
        count("failed", self.failed);
        count("in_doubt", self.in_doubt);
        count("retry", self.retry);
        count("unreachable", self.unreachable);
    }

    /// Adds what a later pass did; the later one knows best when to call again.
    pub fn add(&mut self, later: Self) {
        self.planned += later.planned;
        self.accepted += later.accepted;
        self.failed += later.failed;
        self.in_doubt += later.in_doubt;
        self.retry += later.retry;
        self.unreachable += later.unreachable;
        self.outside_audience += later.outside_audience;
        self.events += later.events;
        for (reason, count) in later.deferred {
            *self.deferred.entry(reason).or_default() += count;
        }
        for (reason, count) in later.refused {
            *self.refused.entry(reason).or_default() += count;
        }
        self.next = later.next;
        self.troubles.extend(later.troubles);
    }
}
