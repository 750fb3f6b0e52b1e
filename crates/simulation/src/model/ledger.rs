//! The ledger's transactions: each is one step, because the gate makes it one.

use chrono::{DateTime, Duration, Utc};
use pregon_core::{Doubt, End, Hold, Promise, State, Transition, in_doubt};

use super::state::{Answer, CAP, Campaign, Mark, Phase, World};
use super::{Bug, Setup};

/// What the ledger says to a worker that asks whether a dispatch may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum May {
    Go,
    Suppressed,
    Exhausted,
    /// It is in doubt, and its provider would not know its key any more.
    TooOld,
    /// Not now; nothing changes.
    Wait,
}

impl World {
    /// Lets a transition happen to a row, as the product says; whether it could.
    pub(super) fn happen(&mut self, at: usize, transition: Transition, setup: &Setup) -> bool {
        let row = &mut self.rows[at];
        let mut standing = row.standing;
        let forgets = match transition {
            Transition::Retry | Transition::Reject => setup.has(Bug::RejectClearsDoubt),
            Transition::Withdraw(End::Expired) => setup.has(Bug::ExpiryForgetsDoubt),
            _ => false,
        };
        if forgets {
            standing.in_doubt = false;
            if standing.state == State::Resend {
                standing.state = State::Scheduled;
            }
        }
        if transition == Transition::Begin && setup.has(Bug::UnknownResent) {
            standing.state = match standing.state {
                State::Unknown => State::Resend,
                other => other,
            };
        }
        let Some(change) = standing.after(transition) else {
            return false;
        };
        let hold = match (transition, change.hold) {
            (Transition::DoubtResend, _) if setup.has(Bug::HoldReleasedOnDoubt) => Hold::Release,
            (Transition::DoubtUnknown, _) if setup.has(Bug::UnknownReleased) => Hold::Release,
            (Transition::Begin, _) if row.fence > 0 && setup.has(Bug::HoldNotTakenAgain) => {
                Hold::Keep
            }
            (_, hold) => hold,
        };
        match hold {
            Hold::Keep => {}
            Hold::Take => row.held = true,
            Hold::Release => row.held = false,
        }
        row.standing = change.to;
        if change.to.state != State::Sending {
            row.owner = None;
        }
        true
    }

    /// What the ledger says of a dispatch that wants to begin.
    pub(super) fn may_begin(&self, at: usize, setup: &Setup) -> May {
        let row = &self.rows[at];
        let again = row.standing.in_doubt;
        let waits = match row.standing.state {
            State::Scheduled | State::Resend => true,
            State::Unknown => setup.has(Bug::UnknownResent),
            _ => false,
        };
        let paused = self.campaign != Campaign::Active;
        if !waits || (paused && !(again && setup.has(Bug::PauseIgnoredOnResend))) {
            return May::Wait;
        }
        if self.opted_out && !(again && setup.has(Bug::OptOutIgnoredOnResend)) {
            return May::Suppressed;
        }
        if row.fence >= setup.attempts {
            return May::Exhausted;
        }
        if again && self.is_too_old(at, setup) {
            return May::TooOld;
        }
        // What is in doubt has its place already.
        let free = again || self.rows.iter().filter(|row| row.held).count() < CAP;
        if free { May::Go } else { May::Wait }
    }

    /// The intent becomes durable.
    pub(super) fn begin(&mut self, at: usize, worker: usize, setup: &Setup) -> bool {
        if !self.happen(at, Transition::Begin, setup) {
            return false;
        }
        self.began_wrongly |= self.opted_out || self.campaign != Campaign::Active;
        let row = &mut self.rows[at];
        if row.fence == 0 {
            row.first = self.age;
        }
        row.fence += 1;
        row.owner = Some(worker);
        let fence = row.fence;
        let it = &mut self.workers[worker];
        (it.phase, it.row, it.fence, it.late) = (Phase::Begun, at, fence, false);
        true
    }

    /// What came back becomes durable, if the fence is still the worker's.
    pub(super) fn settle(&mut self, at: usize, fence: u8, answer: Answer, setup: &Setup) {
        let row = &self.rows[at];
        let fenced = row.fence == fence || setup.has(Bug::SettleWithoutFence);
        if row.standing.state != State::Sending || !fenced {
            return;
        }
        let transition = match answer {
            Answer::Accepted => Transition::Accept,
            Answer::NotSent | Answer::NotAsked => Transition::Retry,
            Answer::Rejected => Transition::Reject,
            Answer::Nothing if setup.has(Bug::SilenceIsNotSent) => Transition::Retry,
            Answer::Nothing => self.doubt(at, setup),
        };
        self.happen(at, transition, setup);
        self.sweep(at, setup);
    }

    /// A worker of the same machine opens the ledger: its dead predecessor's rows are settled by
    /// what the recorder says.
    pub(super) fn recover(&mut self, worker: usize, setup: &Setup) {
        for at in 0..self.rows.len() {
            let row = &self.rows[at];
            if row.owner != Some(worker) {
                continue;
            }
            let it = &self.workers[worker];
            let known = it.mark_row == at && it.mark_fence == row.fence;
            let transition = match it.mark {
                Mark::Lost if setup.has(Bug::RecorderOfAnotherBoot) => Transition::NeverLeft,
                Mark::Lost => self.doubt(at, setup),
                Mark::Beginning if known && !setup.has(Bug::RecorderNeedsAnEnd) => {
                    self.doubt(at, setup)
                }
                Mark::End(answer) if known => {
                    let fence = row.fence;
                    self.settle(at, fence, answer, setup);
                    continue;
                }
                _ => Transition::NeverLeft,
            };
            self.happen(at, transition, setup);
            self.sweep(at, setup);
        }
    }

    /// A lease ran out: whoever notices declares doubt, and never more.
    pub(super) fn take_over(&mut self, at: usize, setup: &Setup) {
        let row = &self.rows[at];
        let Some(owner) = row.owner else { return };
        let it = &self.workers[owner];
        let seen = it.mark_row == at && it.mark_fence == row.fence && it.mark != Mark::Nothing;
        let transition = if setup.has(Bug::LeaseExpiryResends)
            || (setup.has(Bug::TakeOverTrustsLiveRecorder) && !seen && it.mark != Mark::Lost)
        {
            Transition::NeverLeft
        } else {
            self.doubt(at, setup)
        };
        self.happen(at, transition, setup);
        self.sweep(at, setup);
    }

    /// The campaign is called off: what waits of it ends.
    pub(super) fn cancel(&mut self, setup: &Setup) {
        self.campaign = Campaign::Cancelled;
        for at in 0..self.rows.len() {
            if setup.has(Bug::CancelTakesBackSending)
                && self.rows[at].standing.state == State::Sending
            {
                self.happen(at, Transition::Retry, setup);
            }
            self.sweep(at, setup);
        }
    }

    fn sweep(&mut self, at: usize, setup: &Setup) {
        if self.campaign == Campaign::Cancelled {
            self.happen(at, Transition::Withdraw(End::Cancelled), setup);
        }
    }

    /// The product's policy for a lost answer.
    fn doubt(&self, at: usize, setup: &Setup) -> Transition {
        let forgotten = setup.has(Bug::RetentionForgotten);
        match self.policy(at, self.rows[at].standing.in_doubt, forgotten, setup) {
            Doubt::Resend => Transition::DoubtResend,
            Doubt::Unknown => Transition::DoubtUnknown,
        }
    }

    /// Whether the policy has changed its mind since the dispatch was to be sent again.
    fn is_too_old(&self, at: usize, setup: &Setup) -> bool {
        let forgotten = setup.has(Bug::RetentionForgotten) || setup.has(Bug::AgeIgnoredOnResend);
        self.policy(at, false, forgotten, setup) == Doubt::Unknown && !setup.has(Bug::UnknownResent)
    }

    fn policy(&self, at: usize, resent: bool, forgotten: bool, setup: &Setup) -> Doubt {
        let for_ever = Promise::Idempotent { retention: None };
        let promise = match setup.promise {
            Promise::Idempotent { .. } if forgotten => for_ever,
            _ if setup.has(Bug::BlindResent) => for_ever,
            promise => promise,
        };
        let (first, now) = (
            instant(self.rows[at].first, setup),
            instant(self.age, setup),
        );
        in_doubt(promise, setup.class, resent, first, now)
    }
}

/// An instant of each age: a step of the age is as long as the provider remembers, less a minute,
/// so that one step is past the margin and two are past the memory.
fn instant(age: u8, setup: &Setup) -> DateTime<Utc> {
    let step = match setup.promise {
        Promise::Idempotent {
            retention: Some(retention),
        } => retention.duration() - Duration::minutes(1),
        _ => Duration::zero(),
    };
    DateTime::UNIX_EPOCH + step * i32::from(age)
}
