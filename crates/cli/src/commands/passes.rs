//! Runs passes: until nothing is due, until a stop, or for ever.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use pregon::{ChannelName, Engine, EngineError, FeedbackSource, PassReport};

use super::run::is_race;
use super::{mailbox, totals};
use crate::config::Mailbox;
use crate::output::{Failure, Out, Phrase};
use crate::signals::{Signals, Stop};

/// How a stretch of passes ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The last pass foresees nothing at this instant.
    Idle,
    /// A signal asked for a stop, and the pass was finished.
    Stopped(Stop),
}

/// The passes of one process, and what they did together.
#[derive(Debug)]
pub(super) struct Passes {
    pub(super) total: PassReport,
    signals: Signals,
    out: Out,
}

/// The longest time between two passes.
const HOUR: Duration = Duration::from_secs(3600);

/// How soon what others tell between two passes is passed on.
const RELAY: Duration = Duration::from_secs(2);

/// How many passes in a row may lose against another process.
const MOST_RACES: u32 = 3;

/// How many passes in a row may say that they are due again at once and do nothing.
const MOST_EMPTY: u32 = 3;

impl Passes {
    /// Nothing yet.
    pub(super) fn new(out: Out) -> Result<Self, Failure> {
        Ok(Self {
            total: PassReport::default(),
            signals: Signals::listen()?,
            out,
        })
    }

    /// Runs one pass to its end, whatever signal comes meanwhile; a second signal drops it, which
    /// is as safe as a kill.
    pub(super) async fn one(&mut self, engine: &Engine) -> Result<Option<Stop>, Failure> {
        let (mut stop, mut faster) = (None, 0);
        loop {
            match self.try_one(engine, &mut stop).await {
                Ok(end) => return Ok(end),
                // Another worker started or ended a campaign at its date: now it is done.
                Err(error) if is_race(&error) && faster < MOST_RACES => faster += 1,
                Err(error) => return Err(Failure::engine(&error)),
            }
        }
    }

    async fn try_one(
        &mut self,
        engine: &Engine,
        stop: &mut Option<Stop>,
    ) -> Result<Option<Stop>, EngineError> {
        let mut pass = pin!(engine.pass());
        let report = loop {
            tokio::select! {
                biased;
                report = &mut pass => break report,
                signal = self.signals.next() => {
                    if stop.is_some() {
                        return Ok(Some(signal));
                    }
                    *stop = Some(signal);
                    engine.wind_down();
                    self.out.note(self.out.say(Phrase::Stopping));
                }
            }
        };
        self.total.add(report?);
        Ok(*stop)
    }

    /// Runs passes until the last one foresees nothing up to `until`.
    pub(super) async fn until_idle(
        &mut self,
        engine: &Engine,
        now: impl Fn() -> chrono::DateTime<chrono::Utc>,
    ) -> Result<Ended, Failure> {
        let mut empty = 0;
        loop {
            let before = self.moved();
            if let Some(stop) = self.one(engine).await? {
                return Ok(Ended::Stopped(stop));
            }
            empty = if self.moved() == before { empty + 1 } else { 0 };
            let due = self.total.next.is_some_and(|next| next <= now());
            if !due || empty >= MOST_EMPTY {
                return Ok(Ended::Idle);
            }
        }
    }

    /// Waits as long as that, or for a signal. What others tell meanwhile is passed on by `relay`.
    pub(super) async fn wait(
        &mut self,
        time: Option<Duration>,
        mut relay: Option<&Engine>,
    ) -> Option<Stop> {
        // Nothing foreseen is no reason to sleep for ever: files and clocks change.
        let mut left = time.map_or(HOUR, |time| time.min(HOUR));
        loop {
            let piece = relay.map_or(left, |_| left.min(RELAY));
            tokio::select! {
                signal = self.signals.next() => return Some(signal),
                () = tokio::time::sleep(piece) => {}
            }
            left -= piece;
            if left.is_zero() {
                return None;
            }
            if let Some(engine) = relay {
                match engine.relay().await {
                    Ok(told) => self.total.events += told,
                    // The next pass meets it too, and tells of it.
                    Err(_) => relay = None,
                }
            }
        }
    }

    /// Asks the providers that call nobody back what became of messages, and looks into the mailbox
    /// of bounces: receipts, dead addresses, people who want no more. A provider that fails is
    /// told, and asked again the next time.
    pub(super) async fn ask_back(
        &mut self,
        engine: &Engine,
        sources: &[(ChannelName, Arc<dyn FeedbackSource>)],
        mailbox: Option<&Mailbox>,
    ) -> Result<(), Failure> {
        if let Some(mailbox) = mailbox {
            mailbox::hear(mailbox, engine, self.out).await?;
        }
        if sources.is_empty() {
            return Ok(());
        }
        let asked = engine.ask_back().await;
        let asked = asked.map_err(|error| Failure::engine(&error))?;
        for trouble in asked.troubles {
            let failure = totals::trouble(&trouble);
            self.out.warn(&totals::in_a_line(&failure, self.out.lang));
        }
        Ok(())
    }

    /// Tells what did not work since the last time, and forgets it: the run goes on.
    pub(super) fn tell_troubles(&mut self) {
        let troubles = std::mem::take(&mut self.total.troubles);
        for trouble in &troubles {
            let failure = totals::trouble(trouble);
            self.out.warn(&totals::in_a_line(&failure, self.out.lang));
        }
    }

    fn moved(&self) -> [u64; 6] {
        let total = &self.total;
        [
            total.planned,
            total.accepted + total.failed + total.unreachable + total.outside_audience,
            total.deferred.values().sum(),
            total.refused.values().sum(),
            total.in_doubt,
            total.retry,
        ]
    }
}
