//! What must hold in every state.

use super::Setup;
use super::state::{CAP, Phase, TWO, World};
use pregon_core::State;

/// What does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The person has more copies of a dispatch than the promise allows.
    TooManyCopies,
    /// The person has messages of more dispatches than the limit allows.
    OverTheLimit,
    /// More places are taken than the limit has.
    TooManyPlaces,
    /// A dispatch counts and has no place, or has one and does not count.
    PlaceWithoutState,
    /// A place was given back, and its message has arrived or still may.
    ReleasedAndSent,
    /// The ledger says that the provider has it, and it has not.
    AcceptedAndNotSent,
    /// A dispatch began after the person refused, or while its campaign was not active.
    BegunWrongly,
    /// From here on nothing leads to an end.
    Stuck,
}

/// What does not hold in a state.
pub(super) fn broken(world: &World, setup: &Setup) -> Option<Broken> {
    if world.began_wrongly {
        return Some(Broken::BegunWrongly);
    }
    let has = world.rows.iter().filter(|row| row.copies > 0).count();
    let held = world.rows.iter().filter(|row| row.held).count();
    if has > CAP {
        return Some(Broken::OverTheLimit);
    }
    if held > CAP {
        return Some(Broken::TooManyPlaces);
    }
    (0..TWO).find_map(|at| broken_row(world, at, setup))
}

fn broken_row(world: &World, at: usize, setup: &Setup) -> Option<Broken> {
    let row = &world.rows[at];
    if row.copies > setup.most_copies() {
        return Some(Broken::TooManyCopies);
    }
    if row.standing.state == State::Accepted && row.copies == 0 {
        return Some(Broken::AcceptedAndNotSent);
    }
    let may_leave = |phase| {
        use Phase::{Begun, Cleared, Waiting, Written};
        matches!(phase, Begun | Cleared | Written | Waiting)
    };
    let leaving = world
        .workers
        .iter()
        .any(|it| it.row == at && may_leave(it.phase));
    if !row.held && (row.copies > 0 || row.strays > 0 || leaving) {
        return Some(Broken::ReleasedAndSent);
    }
    (row.held != row.standing.state.counts()).then_some(Broken::PlaceWithoutState)
}

/// Whether nothing can happen any more that anybody would notice.
pub(super) fn is_end(world: &World) -> bool {
    let ended = world
        .rows
        .iter()
        .all(|row| row.standing.state.is_final() && row.strays == 0);
    ended && world.workers.iter().all(|it| it.phase == Phase::Idle)
}
