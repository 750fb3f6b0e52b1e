//! What can happen next.

use pregon_core::{End, Promise, State, Transition};

use super::ledger::May;
use super::state::{Answer, CAP, Campaign, Mark, Phase, TWO, Worker, World};
use super::{Bug, Setup};

/// What happened, for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Worker(usize, &'static str),
    Row(usize, &'static str),
    World(&'static str),
}

/// All that can happen next in a state.
pub(super) fn each_step(world: &World, setup: &Setup, mut found: impl FnMut(Step, World)) {
    for n in 0..TWO {
        worker_steps(world, n, setup, &mut found);
        trouble(world, n, setup, &mut found);
        row_steps(world, n, setup, &mut found);
    }
    world_steps(world, setup, &mut found);
}

/// The next state, made from a copy.
fn then(world: &World, change: impl FnOnce(&mut World)) -> World {
    let mut next = *world;
    change(&mut next);
    next
}

fn worker_steps(world: &World, n: usize, setup: &Setup, found: &mut impl FnMut(Step, World)) {
    let it = &world.workers[n];
    let mut step = |name, change: &dyn Fn(&mut World)| {
        found(Step::Worker(n, name), then(world, |next| change(next)));
    };
    // What is with the provider goes on, whatever becomes of the worker.
    if it.phase == Phase::Waiting {
        provider_steps(world, n, setup, &mut step);
    }
    if it.frozen {
        return step("thaws", &|next| next.workers[n].frozen = false);
    }
    match it.phase {
        Phase::Dead => step("starts again and recovers", &|next| {
            next.recover(n, setup);
            next.workers[n] = idle(&next.workers[n]);
        }),
        Phase::Idle => (0..TWO).for_each(|at| ask(world, n, at, setup, &mut step)),
        Phase::Looked => {
            let at = it.row;
            step("commits what it looked at", &|next| {
                // One of the two was looked at within the gate after all.
                let full = next.rows.iter().filter(|row| row.held).count() >= CAP;
                let refused = match setup.has(Bug::CountedBeforeGate) {
                    true => next.opted_out,
                    false => full && !next.rows[at].standing.in_doubt,
                };
                if refused || !next.begin(at, n, setup) {
                    next.workers[n] = idle(&next.workers[n]);
                }
            });
        }
        Phase::Asked => begin_asked(n, it, setup, &mut step),
        Phase::Begun => {
            step("gives it back", &|next| answered(next, n, Answer::NotAsked));
            if !it.late {
                step("is in time", &|next| next.workers[n].phase = Phase::Cleared);
            }
        }
        Phase::Cleared => step("writes the beginning", &|next| {
            let it = &mut next.workers[n];
            (it.mark, it.mark_row, it.mark_fence) = (Mark::Beginning, it.row, it.fence);
            it.phase = Phase::Written;
        }),
        Phase::Written => step("sends", &|next| next.workers[n].phase = Phase::Waiting),
        Phase::Answered => step("writes the end", &|next| {
            let it = &mut next.workers[n];
            if it.answer != Answer::NotAsked {
                it.mark = Mark::End(it.answer);
            }
            it.phase = Phase::Ended;
        }),
        Phase::Ended => settle(n, it, setup, &mut step),
        Phase::Waiting => {}
    }
}

type Found<'a> = &'a mut dyn FnMut(&'static str, &dyn Fn(&mut World));

fn ask(world: &World, n: usize, at: usize, setup: &Setup, step: Found<'_>) {
    match world.may_begin(at, setup) {
        May::Go if world.rows[at].standing.in_doubt && setup.asks() => {
            ask_provider(world, n, at, setup, step);
        }
        May::Go => {
            step("begins", &|next| {
                next.begin(at, n, setup);
            });
            let looks = setup.has(Bug::CountedBeforeGate) || setup.has(Bug::OptOutReadBeforeGate);
            if looks {
                step("looks without the gate", &|next| {
                    let it = &mut next.workers[n];
                    (it.phase, it.row) = (Phase::Looked, at);
                });
            }
        }
        May::Suppressed => step("finds a refusal", &|next| {
            next.happen(at, Transition::Withdraw(End::Suppressed), setup);
        }),
        May::TooOld => step("finds it too old", &|next| {
            next.happen(at, Transition::Withdraw(End::Dead), setup);
        }),
        May::Exhausted => step("gives it up", &|next| {
            next.happen(at, Transition::Withdraw(End::Dead), setup);
        }),
        May::Wait => {}
    }
}

/// What was asked for and is not there leaves again, if nobody else was faster.
fn begin_asked(n: usize, it: &Worker, setup: &Setup, step: Found<'_>) {
    let (at, fence) = (it.row, it.fence);
    step("begins what is not there", &|next| {
        let same = next.rows[at].fence == fence || setup.has(Bug::AskedForAnEarlierAttempt);
        let may = next.may_begin(at, setup) == May::Go && next.rows[at].standing.in_doubt;
        if !(same && may && next.begin(at, n, setup)) {
            next.workers[n] = idle(&next.workers[n]);
        }
    });
}

/// What is in doubt is asked for once the answer can be trusted: when nothing of it can be on its
/// way any more, because that is how long a promise says that it takes.
fn ask_provider(world: &World, n: usize, at: usize, setup: &Setup, step: Found<'_>) {
    use Phase::{Begun, Cleared, Waiting, Written};
    let moves =
        |it: &Worker| it.row == at && matches!(it.phase, Begun | Cleared | Written | Waiting);
    let row = &world.rows[at];
    let moving = row.strays > 0 || world.workers.iter().any(moves);
    if moving && !setup.has(Bug::AskedTooEarly) {
        return;
    }
    if row.copies > 0 {
        return step("asks and it is there", &|next| {
            next.happen(at, Transition::Confirm, setup);
        });
    }
    let fence = row.fence;
    step("asks and it is not there", &|next| {
        let it = &mut next.workers[n];
        (it.phase, it.row, it.fence) = (Phase::Asked, at, fence);
    });
}

fn settle(n: usize, it: &Worker, setup: &Setup, step: Found<'_>) {
    let (at, fence, answer) = (it.row, it.fence, it.answer);
    step("settles", &|next| {
        next.settle(at, fence, answer, setup);
        next.workers[n] = idle(&next.workers[n]);
    });
    // The commit succeeds and its acknowledgement is lost: the worker will settle once more.
    step("settles unheard", &|next| {
        next.settle(at, fence, answer, setup)
    });
}

fn provider_steps(world: &World, n: usize, setup: &Setup, step: Found<'_>) {
    let at = world.workers[n].row;
    step("is accepted", &|next| {
        arrive(next, at, setup);
        answered(next, n, Answer::Accepted);
    });
    step("is put off", &|next| answered(next, n, Answer::NotSent));
    step("is rejected", &|next| answered(next, n, Answer::Rejected));
    if world.rows[at].strays < setup.strays {
        step("hears nothing", &|next| {
            next.rows[at].strays += 1;
            answered(next, n, Answer::Nothing);
        });
    }
}

/// Crashes and freezes.
fn trouble(world: &World, n: usize, setup: &Setup, found: &mut impl FnMut(Step, World)) {
    let it = &world.workers[n];
    if it.phase == Phase::Dead {
        return;
    }
    // A request that waits outlives its worker, if there is room for one more stray.
    let waits = it.phase == Phase::Waiting;
    let room = !waits || world.rows[it.row].strays < setup.strays;
    if world.crashes < setup.crashes && room {
        for (name, lost) in [("process is killed", false), ("machine crashes", true)] {
            let next = then(world, |next| {
                next.crashes += 1;
                next.rows[it.row].strays += u8::from(waits);
                let it = &mut next.workers[n];
                (it.phase, it.frozen, it.late) = (Phase::Dead, false, false);
                if lost {
                    it.mark = Mark::Lost;
                }
            });
            found(Step::Worker(n, name), next);
        }
    }
    // Who froze before it has anything to do, or for as long as a provider remembers, is no news.
    let busy = !matches!(it.phase, Phase::Idle | Phase::Looked);
    if world.freezes < setup.freezes && busy && !it.frozen {
        let next = then(world, |next| {
            next.freezes += 1;
            let it = &mut next.workers[n];
            it.frozen = true;
            it.late |= it.phase == Phase::Begun;
        });
        found(Step::Worker(n, "freezes"), next);
    }
}

/// What happens to a dispatch without its worker.
fn row_steps(world: &World, at: usize, setup: &Setup, found: &mut impl FnMut(Step, World)) {
    let row = &world.rows[at];
    let mut step = |name, change: &dyn Fn(&mut World)| {
        found(Step::Row(at, name), then(world, |next| change(next)));
    };
    if row.owner.is_some() {
        step("has an old lease", &|next| next.take_over(at, setup));
    }
    if row.strays > 0 {
        step("arrives late", &|next| {
            next.rows[at].strays -= 1;
            arrive(next, at, setup);
        });
        step("is lost on its way", &|next| next.rows[at].strays -= 1);
    }
    if matches!(row.standing.state, State::Scheduled | State::Resend) {
        step("expires", &|next| {
            next.happen(at, Transition::Withdraw(End::Expired), setup);
        });
    }
    if setup.has(Bug::NotFoundIsNotSent) && row.copies == 0 && row.owner.is_some() {
        step("is not found", &|next| {
            next.happen(at, Transition::NeverLeft, setup);
        });
    }
    if setup.promise == Promise::Webhook
        && row.copies > 0
        && row.standing.after(Transition::Confirm).is_some()
    {
        step("is confirmed", &|next| {
            next.happen(at, Transition::Confirm, setup);
        });
    }
}

/// What the person and the business do, and what the time does.
fn world_steps(world: &World, setup: &Setup, found: &mut impl FnMut(Step, World)) {
    let mut step = |name, change: &dyn Fn(&mut World)| {
        found(Step::World(name), then(world, |next| change(next)));
    };
    if !world.opted_out {
        step("the person refuses", &|next| next.opted_out = true);
    }
    if setup.moves {
        match world.campaign {
            Campaign::Active => step("pause", &|next| next.campaign = Campaign::Paused),
            Campaign::Paused => step("resume", &|next| next.campaign = Campaign::Active),
            Campaign::Cancelled => {}
        }
        if world.campaign != Campaign::Cancelled {
            step("cancel", &|next| next.cancel(setup));
        }
    }
    // Nothing is on its way for as long as a provider remembers: requests end in minutes.
    let sends = |it: &Worker| {
        !matches!(
            it.phase,
            Phase::Dead | Phase::Idle | Phase::Answered | Phase::Ended
        )
    };
    let moving = world.workers.iter().any(sends) || world.rows.iter().any(|row| row.strays > 0);
    if world.age < setup.ages() && !moving {
        step("time passes", &|next| next.age += 1);
    }
}

fn arrive(world: &mut World, at: usize, setup: &Setup) {
    let row = &mut world.rows[at];
    let forgotten = setup.ages() > 0 && world.age - row.first >= setup.ages();
    let known = matches!(setup.promise, Promise::Idempotent { .. }) && row.copies > 0;
    if !known || forgotten {
        row.copies = (row.copies + 1).min(3);
    }
}

fn answered(world: &mut World, n: usize, answer: Answer) {
    let it = &mut world.workers[n];
    (it.phase, it.answer) = (Phase::Answered, answer);
}

/// The worker with nothing to do; its recorder stays, and what it remembered is not told apart.
fn idle(it: &Worker) -> Worker {
    Worker {
        phase: Phase::Idle,
        answer: Answer::Accepted,
        row: 0,
        fence: 0,
        late: false,
        mark: if it.mark == Mark::Lost {
            Mark::Nothing
        } else {
            it.mark
        },
        ..*it
    }
}
