//! Takes turns with the ledger: settle, begin, claim, and between two turns send and prepare.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Pass;
use super::deliver::{Delivered, Departure};
use super::prepare::Prepared;
use super::rated::Picked;
use crate::engine::EngineError;
use crate::{Ask, Begun, Judge, Outcome, Reason, Settlement, Turned, Verdict};

/// The events of how many decisions are handed over while messages leave: more than a turn makes.
const EVENTS_A_TURN: u32 = 16;

impl Pass<'_> {
    /// Turns until nothing is due any more, or the pass has claimed enough.
    pub(super) async fn take_turns(&mut self) -> Result<(), EngineError> {
        let judge: Arc<dyn Judge> = self.rules();
        let pace = self.engine.pace.clone();
        let mut left = pace.dispatches;
        let mut begin = pace.begin as usize;
        let mut done: Vec<Settlement> = Vec::new();
        let mut waiting: VecDeque<Prepared> = VecDeque::new();
        loop {
            let now = self.now().await?;
            let at = self.engine.clock.monotonic();
            if self.is_stopping() {
                left = 0;
                give_back(&mut waiting, now, &mut done);
            }
            let Picked { asked, more, wait } = self.pick(&mut waiting, begin, (now, at), &mut done);
            let room = pace.claim.saturating_sub(waiting.len() as u32);
            // Reading the source pays when it is for many, so the next are claimed only when the
            // last of those before have begun, or wait for a provider and are not many.
            let claim = if more || room < pace.claim / 2 {
                0
            } else {
                room.min(left)
            };
            let ask = self.ask(&asked, claim, &judge);
            let turned = self.engine.store.turn(&done, &ask, now).await?;
            done.clear();
            let Turned {
                begun,
                claimed,
                ended,
                next,
            } = turned;
            for (reason, count) in &ended {
                self.report.ended(*reason, *count);
            }
            left -= u32::try_from(claimed.len()).unwrap_or(left).min(left);
            let nobody = asked.is_empty() && claimed.is_empty();
            let departures = self.hear(begun, asked, &mut waiting, at);
            let idle = departures.is_empty() && claimed.is_empty() && waiting.is_empty();
            if idle && (ended.is_empty() || claim == 0) {
                self.report.foresee(next);
                return Ok(());
            }
            if let Some(wait) = wait.filter(|_| nobody) {
                self.nap(wait).await;
                continue;
            }
            let delivered = self.deliver_and_tell(departures, at, now).await?;
            done.extend(delivered.settlements);
            // A slow channel is given what it can start in time, and more again when it keeps up.
            begin = match delivered.late {
                0 => (begin * 2).min(pace.begin as usize),
                _ => (begin / 2).max(pace.in_flight.min(pace.begin as usize)),
            };
            self.prepare_all(claimed, now, &mut waiting, &mut done)
                .await;
        }
    }

    /// Delivers, and meanwhile hands over what happened.
    async fn deliver_and_tell(
        &mut self,
        departures: Vec<Departure>,
        at: Duration,
        now: DateTime<Utc>,
    ) -> Result<Delivered, EngineError> {
        let engine = self.engine;
        let most = if self.deaf { 0 } else { EVENTS_A_TURN };
        let delivery = self.deliver_all(departures, at, now);
        let (delivered, told) =
            futures_util::future::join(delivery, engine.hand_over(now, most)).await;
        self.told(told?);
        // Before anything of it is settled: after a kill in between nobody would say it again.
        if !delivered.words.is_empty() {
            let _ = self.engine.store.record(&delivered.words, now).await?;
        }
        Ok(delivered)
    }

    fn ask(&self, asked: &[Prepared], claim: u32, judge: &Arc<dyn Judge>) -> Ask {
        Ask {
            epoch: self.opened.epoch,
            begin: asked.iter().map(|it| it.ready.clone()).collect(),
            claim,
            judge: Arc::clone(judge),
        }
    }

    /// Hears the verdicts: what may leave leaves, what has to wait waits, the rest is counted.
    fn hear(
        &mut self,
        begun: Vec<Begun>,
        asked: Vec<Prepared>,
        waiting: &mut VecDeque<Prepared>,
        at: Duration,
    ) -> Vec<Departure> {
        let mut departures = Vec::new();
        for (Begun { dispatch, verdict }, prepared) in begun.into_iter().zip(asked) {
            let in_doubt = dispatch.standing.in_doubt;
            if verdict != Verdict::Go {
                self.not_taken(&prepared, at);
            }
            match verdict {
                Verdict::Go => departures.push(Departure { dispatch, prepared }),
                Verdict::Wait => waiting.push_back(prepared),
                Verdict::Stale => {}
                // It stays an `unknown`, and was counted as doubtful when it became so.
                _ if in_doubt && verdict.is_end() => {}
                Verdict::Suppressed(reason) => self.report.ended(reason, 1),
                Verdict::Expired => self.report.ended(Reason::Expired, 1),
                Verdict::Capped { until: None, .. } => self.report.ended(Reason::Limit, 1),
                Verdict::Capped { .. } => self.report.put_off(Reason::Limit),
                Verdict::Quiet { .. } => self.report.put_off(Reason::QuietHours),
                Verdict::Spent { .. } => self.report.put_off(Reason::Budget),
                Verdict::Paused => self.report.put_off(Reason::Paused),
            }
        }
        departures
    }
}

/// Gives back what was claimed and will not leave in this pass.
fn give_back(waiting: &mut VecDeque<Prepared>, now: DateTime<Utc>, done: &mut Vec<Settlement>) {
    let reason = Reason::Stopped;
    let given = waiting.drain(..).map(|prepared| Settlement {
        ticket: prepared.ready.ticket,
        outcome: Outcome::Again { at: now, reason },
    });
    done.extend(given);
}

/// Backs off from one attempt to the next: minutes first, hours later, spread by the seed.
pub(super) fn backoff(attempts: u32, seed: u64, now: DateTime<Utc>) -> DateTime<Utc> {
    const MINUTES: [i64; 6] = [1, 5, 15, 60, 240, 720];
    let step = (attempts.saturating_sub(1) as usize).min(MINUTES.len() - 1);
    let secs = MINUTES[step] * 60;
    // Full seconds up to a quarter more, the same for the same dispatch: a run can be repeated.
    let spread = i64::try_from(seed % (secs as u64 / 4)).unwrap_or(0);
    now + chrono::Duration::seconds(secs + spread)
}
