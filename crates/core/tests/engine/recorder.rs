//! With a flight recorder a kill leaves in doubt only what had left.

use std::sync::Arc;

use pregon_core::memory::MemoryRecorder;
use pregon_core::testing::{Recording, poll_times};
use pregon_core::{
    Epoch, Flights, Outcome, Pace, PortError, PortErrorKind, Recorder, State, Ticket,
};

use crate::world::{World, renewal, run};

const PEOPLE: usize = 12;

fn world() -> World {
    let mut world = World::new();
    world.pace = Pace::default()
        .with_pages(20, 10)
        .with_begin(12)
        .with_in_flight(1);
    for n in 0..PEOPLE {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
    }
    world.activate(renewal());
    world
}

#[test]
fn a_blind_provider_leaves_at_most_one_doubt_a_kill() {
    for n in 0.. {
        let world = world();
        let recorder = Arc::new(MemoryRecorder::new());
        let builder = || world.builder(Arc::new(world.email.clone()));
        let engine = builder().recorder(recorder.clone()).build().unwrap();
        let finished = poll_times(n, engine.pass()).is_some();
        let engine = builder().recorder(recorder).build().unwrap();
        for _ in 0..5 {
            let _ = run(engine.pass()).unwrap();
        }
        let states = world.states();
        let unknown = states.iter().filter(|s| **s == State::Unknown).count();
        let accepted = states.iter().filter(|s| **s == State::Accepted).count();
        assert_eq!(unknown + accepted, PEOPLE, "poll {n}: {states:?}");
        // One is on its way at a time; without the recorder all twelve would be in doubt.
        assert!(unknown <= 1, "poll {n}: {unknown} in doubt");
        let sent = world.email.sent().len();
        assert!(sent >= accepted && sent <= PEOPLE, "poll {n}: nobody twice");
        if finished {
            assert!(n > 20, "the test crossed few awaits: {n}");
            return;
        }
    }
}

/// A recorder on a full disk.
#[derive(Debug)]
struct Full;

fn full() -> PortError {
    PortError::new("test", "note", PortErrorKind::Unavailable)
}

impl Recorder for Full {
    fn recover(&self) -> Result<Flights, PortError> {
        Ok(Flights::default())
    }
    fn opened(&self, _: Epoch) -> Result<(), PortError> {
        Ok(())
    }
    fn leaves(&self, _: Epoch, _: Ticket) -> Result<(), PortError> {
        Err(full())
    }
    fn landed(&self, _: Epoch, _: Ticket, _: &Outcome) -> Result<(), PortError> {
        Err(full())
    }
}

#[test]
fn what_cannot_be_noted_does_not_leave() {
    let world = world();
    let builder = world.builder(Arc::new(world.email.clone()));
    let engine = builder.recorder(Arc::new(Full)).build().unwrap();
    let _ = poll_times(2_000, engine.pass());
    assert!(world.email.sent().is_empty(), "nothing left");
    assert!(
        world.states().iter().all(|s| !s.is_final()),
        "and nothing is lost"
    );
}

#[test]
fn a_closed_pass_can_note_nothing() {
    let recorder = MemoryRecorder::new();
    let ticket = Ticket {
        row: 1,
        number: 1,
        begun: true,
    };
    recorder.opened(1).unwrap();
    recorder.leaves(1, ticket).unwrap();
    recorder.recover().unwrap();
    assert!(recorder.leaves(1, ticket).is_err());
}

#[test]
fn a_message_in_a_batch_of_one_is_sent_with_a_recorder() {
    let world = world();
    let builder = world.builder(Arc::new(Recording::email()));
    let engine = builder.recorder(Arc::new(MemoryRecorder::new()));
    let report = run(engine.build().unwrap().pass()).unwrap();
    assert_eq!(report.accepted, PEOPLE as u64);
}
