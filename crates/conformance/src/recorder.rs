//! The suite of [`pregon_core::Recorder`].

use std::sync::Arc;

use pregon_core::{Doubt, Epoch, Flight, Outcome, PortErrorKind, Reason, Recorder, Ticket};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{accepted, again, micro, noon, refused, rejected};

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Recorder>>> {
    cases![
        "which messages never left" => what_was_not_noted_never_left,
        "Notes that the message of a ticket leaves now." => what_left_has_left,
        "Notes what became of a message that left." => what_landed_is_told_as_it_landed,
        "the message of a ticket: another attempt's note is not its own" => each_attempt_is_its_own,
        "Closes all passes before" => a_pass_that_is_closed_notes_nothing,
        "a pass that is closed can note nothing any more: nothing is open before the first"
            => nothing_is_open_before_the_first_pass,
        "begins to record this one: no other" => only_the_open_pass_notes,
        "What was told once may be told again" => what_was_told_is_told_again,
        "Forgets all passes before" => older_passes_are_forgotten,
        "It keeps numbers of rows and outcomes: many of them" => many_notes_are_kept,
    ]
}

suite!(Arc<dyn Recorder>);

fn ticket(row: i64, number: u32) -> Ticket {
    Ticket {
        row,
        number,
        begun: true,
    }
}

/// The recorder with an open pass.
fn open(recorder: &dyn Recorder, epoch: Epoch) {
    recorder.recover().expect("it can be read");
    recorder.opened(epoch).expect("it can be written");
}

fn leaves(recorder: &dyn Recorder, epoch: Epoch, ticket: Ticket) {
    let noted = recorder.leaves(epoch, ticket);
    noted.expect("it is noted");
}

fn of(recorder: &dyn Recorder, epoch: Epoch, ticket: Ticket) -> Flight {
    let flights = recorder.recover().expect("it can be read");
    flights.of(epoch, ticket.row, ticket.number)
}

async fn what_was_not_noted_never_left(recorder: Arc<dyn Recorder>) {
    open(&*recorder, 7);
    assert_eq!(of(&*recorder, 7, ticket(1, 1)), Flight::NeverLeft);
    assert_eq!(of(&*recorder, 6, ticket(1, 1)), Flight::Unrecorded);
}

async fn what_left_has_left(recorder: Arc<dyn Recorder>) {
    open(&*recorder, u64::MAX);
    let tickets = [(1, 1), (i64::MAX, u32::MAX), (i64::MIN, 0)];
    for (row, number) in tickets {
        leaves(&*recorder, u64::MAX, ticket(row, number));
    }
    let flights = recorder.recover().expect("it can be read");
    for (row, number) in tickets {
        assert_eq!(flights.of(u64::MAX, row, number), Flight::Left);
    }
    assert_eq!(flights.of(u64::MAX, 2, 1), Flight::NeverLeft);
}

async fn what_landed_is_told_as_it_landed(recorder: Arc<dyn Recorder>) {
    let at = noon() + micro();
    let doubt = |doubt| Outcome::InDoubt { doubt, at };
    let reason = Reason::Template;
    let strange = Some("=- 250 %0a\n\r\0 ñ 🎈 E 1 1".to_owned());
    let outcomes = [
        accepted(),
        Outcome::Accepted { reference: None },
        Outcome::Accepted {
            reference: Some(String::new()),
        },
        Outcome::Confirmed { reference: strange },
        again(at),
        rejected(),
        doubt(Doubt::Resend),
        doubt(Doubt::Unknown),
        Outcome::Withdrawn { reason },
    ];
    open(&*recorder, 7);
    for (row, outcome) in (1..).zip(&outcomes) {
        leaves(&*recorder, 7, ticket(row, 3));
        let landed = recorder.landed(7, ticket(row, 3), outcome);
        landed.expect("it is noted");
    }
    let flights = recorder.recover().expect("it can be read");
    for (row, outcome) in (1..).zip(outcomes) {
        assert_eq!(flights.of(7, row, 3), Flight::Landed(outcome));
    }
}

async fn each_attempt_is_its_own(recorder: Arc<dyn Recorder>) {
    open(&*recorder, 7);
    leaves(&*recorder, 7, ticket(1, 1));
    let landed = recorder.landed(7, ticket(1, 1), &again(noon()));
    landed.expect("it is noted");
    leaves(&*recorder, 7, ticket(1, 2));
    let flights = recorder.recover().expect("it can be read");
    assert_eq!(flights.of(7, 1, 1), Flight::Landed(again(noon())));
    assert_eq!(flights.of(7, 1, 2), Flight::Left);
    assert_eq!(flights.of(7, 1, 3), Flight::NeverLeft);
}

async fn a_pass_that_is_closed_notes_nothing(recorder: Arc<dyn Recorder>) {
    open(&*recorder, 7);
    leaves(&*recorder, 7, ticket(1, 1));
    recorder.recover().expect("it can be read");
    let late = recorder.leaves(7, ticket(2, 1));
    refused(late, PortErrorKind::Conflict);
    let late = recorder.landed(7, ticket(1, 1), &accepted());
    refused(late, PortErrorKind::Conflict);
    assert_eq!(of(&*recorder, 7, ticket(1, 1)), Flight::Left);
    assert_eq!(of(&*recorder, 7, ticket(2, 1)), Flight::NeverLeft);
}

async fn nothing_is_open_before_the_first_pass(recorder: Arc<dyn Recorder>) {
    let early = recorder.leaves(0, ticket(1, 1));
    refused(early, PortErrorKind::Conflict);
    assert_eq!(of(&*recorder, 0, ticket(1, 1)), Flight::Unrecorded);
}

async fn only_the_open_pass_notes(recorder: Arc<dyn Recorder>) {
    open(&*recorder, 7);
    open(&*recorder, 9);
    for other in [7, 8, 10] {
        let noted = recorder.leaves(other, ticket(1, 1));
        refused(noted, PortErrorKind::Conflict);
    }
    leaves(&*recorder, 9, ticket(1, 1));
    assert_eq!(of(&*recorder, 9, ticket(1, 1)), Flight::Left);
}

async fn what_was_told_is_told_again(recorder: Arc<dyn Recorder>) {
    open(&*recorder, 7);
    leaves(&*recorder, 7, ticket(1, 1));
    let first = recorder.recover().expect("it can be read");
    let again = recorder.recover().expect("it can be read");
    assert_eq!(first, again);
    assert_eq!(again.of(7, 1, 1), Flight::Left);
}

async fn older_passes_are_forgotten(recorder: Arc<dyn Recorder>) {
    open(&*recorder, 7);
    leaves(&*recorder, 7, ticket(1, 1));
    open(&*recorder, 8);
    assert_eq!(of(&*recorder, 7, ticket(1, 1)), Flight::Unrecorded);
    assert_eq!(of(&*recorder, 8, ticket(1, 1)), Flight::NeverLeft);
}

async fn many_notes_are_kept(recorder: Arc<dyn Recorder>) {
    open(&*recorder, 7);
    for row in 0..5_000 {
        leaves(&*recorder, 7, ticket(row, 1));
        if row % 2 == 0 {
            let landed = recorder.landed(7, ticket(row, 1), &rejected());
            landed.expect("it is noted");
        }
    }
    let flights = recorder.recover().expect("it can be read");
    for row in 0..5_000 {
        let wanted = match row % 2 {
            0 => Flight::Landed(rejected()),
            _ => Flight::Left,
        };
        assert_eq!(flights.of(7, row, 1), wanted);
    }
    assert_eq!(flights.of(7, 5_000, 1), Flight::NeverLeft);
}
