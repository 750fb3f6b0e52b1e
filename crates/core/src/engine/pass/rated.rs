//! Holds what is ready to the rates of providers, before it asks to begin: what waits for a
//! provider holds no place in a limit meanwhile.

use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Pass;
use super::prepare::Prepared;
use crate::{Outcome, Reason, Settlement, Traffic};

/// How long a pass sleeps in all because providers take no more. What would have to wait longer is
/// given back, so that others are not held up by it.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// How long a pass sleeps at once: somebody may want it to stop, and others may fall due.
const NAP: Duration = Duration::from_secs(1);

/// What may ask to begin now.
pub(super) struct Picked {
    pub(super) asked: Vec<Prepared>,
    /// Whether others could ask as well, in a turn that begins more.
    pub(super) more: bool,
    /// How long until the next of those that wait for a provider.
    pub(super) wait: Option<Duration>,
}

impl Pass<'_> {
    /// Picks those that may ask to begin, in their order and at most so many. Those that a provider
    /// does not take yet stay where they are; those that it will not take for long are given back.
    pub(super) fn pick(
        &mut self,
        waiting: &mut VecDeque<Prepared>,
        most: usize,
        (now, at): (DateTime<Utc>, Duration),
        done: &mut Vec<Settlement>,
    ) -> Picked {
        let engine = self.engine;
        let mut rates = engine.rates.lock().unwrap_or_else(PoisonError::into_inner);
        let mut asked = Vec::new();
        let mut blocked: VecDeque<(Prepared, Duration)> = VecDeque::new();
        rates.queue();
        while asked.len() < most
            && let Some(prepared) = waiting.pop_front()
        {
            let traffic = self.traffic(&prepared);
            if rates.is_empty() || rates.take(&traffic, at).is_ok() {
                asked.push(prepared);
            } else {
                let turn = rates.stand(&traffic, at, self.patience);
                blocked.push_back((prepared, turn));
            }
        }
        drop(rates);
        let wait = blocked.iter().map(|(_, turn)| *turn).min();
        // As long as others ask, they may be refused, and their places be had.
        if asked.is_empty() {
            blocked.retain(|(prepared, turn)| {
                let soon = *turn <= self.patience;
                if !soon {
                    self.report.put_off(Reason::Rate);
                    let at = now + TimeDelta::from_std(*turn).unwrap_or_default();
                    let (ticket, reason) = (prepared.ready.ticket, Reason::Rate);
                    let outcome = Outcome::Again { at, reason };
                    done.push(Settlement { ticket, outcome });
                }
                soon
            });
        }
        let more = !waiting.is_empty();
        let mut kept: VecDeque<Prepared> = blocked.into_iter().map(|(it, _)| it).collect();
        kept.append(waiting);
        *waiting = kept;
        Picked { asked, more, wait }
    }

    /// Gives back what was taken for one that does not leave in its turn.
    pub(super) fn not_taken(&self, prepared: &Prepared, at: Duration) {
        let mut rates = self
            .engine
            .rates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !rates.is_empty() {
            rates.give_back(&self.traffic(prepared), at);
        }
    }

    /// Sleeps until a provider takes more, or for a nap.
    pub(super) async fn nap(&mut self, wait: Duration) {
        let nap = wait.min(NAP);
        self.patience = self.patience.saturating_sub(nap);
        self.engine.clock.sleep(nap).await;
    }

    fn traffic<'p>(&self, prepared: &'p Prepared) -> Traffic<'p>
    where
        Self: 'p,
    {
        let channel = &prepared.ready.candidate.channel;
        // Addresses are canonical here: a domain is in lower case, a number has none.
        let recipient = prepared.order.to.rsplit_once('@');
        Traffic {
            channel,
            sender: self.engine.senders.get(channel).map(String::as_str),
            recipient: recipient.map(|(_, domain)| domain),
        }
    }
}
