//! A state of the whole system, and its bits.

use pregon_core::{Standing, State};

/// How many there are: workers, and dispatches.
pub(super) const TWO: usize = 2;

/// How many messages the person may get.
pub(super) const CAP: usize = 1;

/// What came back to a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted,
    NotSent,
    Rejected,
    /// None, within the time that a worker waits.
    Nothing,
    /// It was not asked: the worker was late, or is not sure that its commit succeeded.
    NotAsked,
}

const ANSWERS: [Answer; 5] = [
    Answer::Accepted,
    Answer::NotSent,
    Answer::Rejected,
    Answer::Nothing,
    Answer::NotAsked,
];

/// How far a worker is with its dispatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The process is dead.
    Dead,
    Idle,
    /// It has looked without the gate, and found that it may (only with a bug).
    Looked,
    /// Its provider does not have the dispatch in doubt.
    Asked,
    /// Its intent is durable.
    Begun,
    /// It has looked at its deadline and will send.
    Cleared,
    /// It has written the beginning into its recorder.
    Written,
    /// The request is on its way.
    Waiting,
    Answered,
    /// It has written the end into its recorder.
    Ended,
}

const PHASES: [Phase; 10] = [
    Phase::Dead,
    Phase::Idle,
    Phase::Looked,
    Phase::Asked,
    Phase::Begun,
    Phase::Cleared,
    Phase::Written,
    Phase::Waiting,
    Phase::Answered,
    Phase::Ended,
];

/// What a flight recorder says of the attempt that it saw last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Nothing,
    Beginning,
    End(Answer),
    /// The machine crashed, and whatever stands there may be too little.
    Lost,
}

const MARKS: [Mark; 8] = [
    Mark::Nothing,
    Mark::Beginning,
    Mark::End(Answer::Accepted),
    Mark::End(Answer::NotSent),
    Mark::End(Answer::Rejected),
    Mark::End(Answer::Nothing),
    Mark::End(Answer::NotAsked),
    Mark::Lost,
];

const STATES: [State; 11] = [
    State::Scheduled,
    State::Sending,
    State::Resend,
    State::Accepted,
    State::Failed,
    State::Unknown,
    State::Suppressed,
    State::Expired,
    State::Cancelled,
    State::Capped,
    State::Dead,
];

/// A row of the ledger, and what the world has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) standing: Standing,
    /// How many times it began.
    pub(super) fence: u8,
    /// Whose it is; only while it is on its way.
    pub(super) owner: Option<usize>,
    /// Whether it has a place in the limit.
    pub(super) held: bool,
    /// When it first began.
    pub(super) first: u8,
    /// How many copies the person has.
    pub(super) copies: u8,
    /// How many copies are on their way without anybody waiting for them.
    pub(super) strays: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worker {
    pub(super) phase: Phase,
    pub(super) answer: Answer,
    /// Its dispatch, and under which fence.
    pub(super) row: usize,
    pub(super) fence: u8,
    pub(super) frozen: bool,
    /// It was frozen before it looked at its deadline.
    pub(super) late: bool,
    pub(super) mark: Mark,
    pub(super) mark_row: usize,
    pub(super) mark_fence: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Campaign {
    Active,
    Paused,
    Cancelled,
}

const CAMPAIGNS: [Campaign; 3] = [Campaign::Active, Campaign::Paused, Campaign::Cancelled];

/// A state of the whole system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct World {
    pub(super) rows: [Row; TWO],
    pub(super) workers: [Worker; TWO],
    pub(super) campaign: Campaign,
    pub(super) opted_out: bool,
    pub(super) age: u8,
    pub(super) crashes: u8,
    pub(super) freezes: u8,
    /// A dispatch began although the person had refused, or the campaign was not active.
    pub(super) began_wrongly: bool,
}

impl World {
    pub(super) fn first() -> Self {
        let row = Row {
            standing: Standing::NEW,
            fence: 0,
            owner: None,
            held: false,
            first: 0,
            copies: 0,
            strays: 0,
        };
        let worker = Worker {
            phase: Phase::Idle,
            answer: Answer::Accepted,
            row: 0,
            fence: 0,
            frozen: false,
            late: false,
            mark: Mark::Nothing,
            mark_row: 0,
            mark_fence: 0,
        };
        Self {
            rows: [row; TWO],
            workers: [worker; TWO],
            campaign: Campaign::Active,
            opted_out: false,
            age: 0,
            crashes: 0,
            freezes: 0,
            began_wrongly: false,
        }
    }

    /// The state in 96 bits.
    pub(super) fn pack(&self) -> u128 {
        let mut bits = Bits::default();
        for row in &self.rows {
            bits.put(place(&STATES, row.standing.state), 4);
            bits.put(row.standing.in_doubt.into(), 1);
            bits.put(row.fence.into(), 3);
            bits.put(row.owner.map_or(0, |owner| owner as u128 + 1), 2);
            bits.put(row.held.into(), 1);
            bits.put(row.first.into(), 2);
            bits.put(row.copies.into(), 2);
            bits.put(row.strays.into(), 2);
        }
        for worker in &self.workers {
            bits.put(place(&PHASES, worker.phase), 4);
            bits.put(place(&ANSWERS, worker.answer), 3);
            bits.put(worker.row as u128, 1);
            bits.put(worker.fence.into(), 3);
            bits.put(worker.frozen.into(), 1);
            bits.put(worker.late.into(), 1);
            bits.put(place(&MARKS, worker.mark), 3);
            bits.put(worker.mark_row as u128, 1);
            bits.put(worker.mark_fence.into(), 3);
        }
        bits.put(place(&CAMPAIGNS, self.campaign), 2);
        bits.put(self.opted_out.into(), 1);
        bits.put(self.age.into(), 2);
        bits.put(self.crashes.into(), 3);
        bits.put(self.freezes.into(), 3);
        bits.put(self.began_wrongly.into(), 1);
        bits.0
    }

    pub(super) fn unpack(packed: u128) -> Self {
        let mut bits = Bits(packed, 0);
        let row = |bits: &mut Bits| Row {
            standing: Standing {
                state: STATES[bits.take(4)],
                in_doubt: bits.take(1) == 1,
            },
            fence: bits.small(3),
            owner: bits.take(2).checked_sub(1),
            held: bits.take(1) == 1,
            first: bits.small(2),
            copies: bits.small(2),
            strays: bits.small(2),
        };
        let rows = [row(&mut bits), row(&mut bits)];
        let worker = |bits: &mut Bits| Worker {
            phase: PHASES[bits.take(4)],
            answer: ANSWERS[bits.take(3)],
            row: bits.take(1),
            fence: bits.small(3),
            frozen: bits.take(1) == 1,
            late: bits.take(1) == 1,
            mark: MARKS[bits.take(3)],
            mark_row: bits.take(1),
            mark_fence: bits.small(3),
        };
        let workers = [worker(&mut bits), worker(&mut bits)];
        Self {
            rows,
            workers,
            campaign: CAMPAIGNS[bits.take(2)],
            opted_out: bits.take(1) == 1,
            age: bits.small(2),
            crashes: bits.small(3),
            freezes: bits.small(3),
            began_wrongly: bits.take(1) == 1,
        }
    }
}

fn place<T: PartialEq>(list: &[T], it: T) -> u128 {
    let place = list.iter().position(|other| *other == it);
    place.expect("the list has them all") as u128
}

/// Bits and how many were put or taken.
#[derive(Default)]
struct Bits(u128, u32);

impl Bits {
    fn put(&mut self, value: u128, bits: u32) {
        debug_assert!(value < 1 << bits, "{value} has more than {bits} bits");
        self.0 |= value << self.1;
        self.1 += bits;
    }

    fn take(&mut self, bits: u32) -> usize {
        let value = (self.0 >> self.1) & ((1 << bits) - 1);
        self.1 += bits;
        value as usize
    }

    fn small(&mut self, bits: u32) -> u8 {
        self.take(bits) as u8
    }
}
