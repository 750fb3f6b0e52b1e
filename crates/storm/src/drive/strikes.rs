//! What strikes, and when: by the count of messages that arrived, so that a seed repeats itself
//! however fast the machine is.

use std::collections::VecDeque;
use std::time::Duration;

use crate::args::{Kind, Storm};
use crate::chance::Dice;
use crate::world::World;

/// A blow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Blow {
    /// SIGKILL to a worker, so long after its time has come.
    Kill { slot: usize, after: Duration },
    /// SIGSTOP to a worker, and SIGCONT when its messages may no longer leave.
    Freeze { slot: usize },
    /// The refusal of this number is said.
    Refuse { number: usize },
    /// The database server stops at once and starts again.
    Crash,
}

/// All that will strike, in order, each after so many arrivals.
#[derive(Debug)]
pub(super) struct Strikes(pub(super) VecDeque<(u64, Blow)>);

impl Strikes {
    /// Those of a storm over the engine.
    pub(super) fn of(asked: &Storm, world: &World, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut all = kills(asked, &mut dice);
        let span = span(asked);
        for _ in 0..asked.freezes {
            let slot = slot(asked, &mut dice);
            all.push((dice.below(span), Blow::Freeze { slot }));
        }
        let refusals = world.refusals();
        for (number, _) in refusals.iter().enumerate().filter(|(_, it)| !it.before) {
            all.push((dice.below(span), Blow::Refuse { number }));
        }
        for _ in 0..asked.crashes {
            all.push((dice.below(span), Blow::Crash));
        }
        Self::sorted(all)
    }

    /// Kills and nothing else.
    pub(super) fn kills_alone(asked: &Storm, seed: u64) -> Self {
        Self::sorted(kills(asked, &mut Dice::new(seed)))
    }

    fn sorted(mut all: Vec<(u64, Blow)>) -> Self {
        all.sort_by_key(|(at, _)| *at);
        Self(all.into())
    }
}

/// The arrivals over which everything is spread: of five messages planned for a person three
/// arrive, the others are refused by a limit, a budget or the person.
fn span(asked: &Storm) -> u64 {
    u64::from(asked.messages) / 2
}

fn slot(asked: &Storm, dice: &mut Dice) -> usize {
    let workers = match asked.store {
        Kind::Sqlite => 1,
        Kind::Postgres => u64::from(asked.workers),
    };
    dice.below(workers) as usize
}

/// A tenth of the kills meets the planning, before anything has arrived. Of the others one in six
/// meets a worker that has just been started, and all come up to three milliseconds after their
/// count, so that they meet every part of a turn.
fn kills(asked: &Storm, dice: &mut Dice) -> Vec<(u64, Blow)> {
    let (mut all, span) = (Vec::new(), span(asked));
    for nth in 0..asked.kills {
        let first = nth < asked.kills / 10;
        let again = dice.below(6) == 0 && !all.is_empty();
        let (slot, at, after) = match all.last() {
            _ if first => (slot(asked, dice), 0, dice.below(40_000)),
            Some((at, Blow::Kill { slot, .. })) if again => (*slot, *at, dice.below(40_000)),
            _ => (slot(asked, dice), dice.below(span), dice.below(3_000)),
        };
        let after = Duration::from_micros(after);
        all.push((at, Blow::Kill { slot, after }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Mode, Pace};

    fn storm() -> Storm {
        Storm {
            seed: None,
            kills: 50,
            messages: 1000,
            store: Kind::Postgres,
            mode: Mode::Blind,
            workers: 4,
            freezes: 2,
            crashes: 1,
            pace: Pace {
                in_flight: 4,
                begin: 16,
                deadline: 1000,
            },
            keep: false,
        }
    }

    #[test]
    fn a_seed_repeats_its_strikes() {
        let world = World::of(1000);
        let first = Strikes::of(&storm(), &world, 5).0;
        assert_eq!(first, Strikes::of(&storm(), &world, 5).0);
        assert_ne!(first, Strikes::of(&storm(), &world, 6).0);
    }

    #[test]
    fn as_many_strike_as_were_asked_for_and_every_worker_is_met() {
        let all = Strikes::of(&storm(), &World::of(1000), 5).0;
        let count = |wanted: fn(&Blow) -> bool| all.iter().filter(|(_, it)| wanted(it)).count();
        assert_eq!(count(|it| matches!(it, Blow::Kill { .. })), 50);
        assert_eq!(count(|it| matches!(it, Blow::Freeze { .. })), 2);
        assert_eq!(count(|it| matches!(it, Blow::Crash)), 1);
        for worker in 0..4 {
            let met = |it: &Blow| matches!(it, Blow::Kill { slot, .. } if *slot == worker);
            assert!(all.iter().any(|(_, it)| met(it)), "worker {worker}");
        }
    }
}
