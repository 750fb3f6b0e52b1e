//! Cut at every byte, full at every byte, and lines that nobody wrote.

use std::sync::{Arc, Mutex};

use chrono::DateTime;
use pregon_core::{Doubt, Flight, Reason};

use super::*;

const BOOT: &str = "6f5c";

/// A tape in memory that may be full.
#[derive(Debug, Default)]
struct Short {
    bytes: Arc<Mutex<Vec<u8>>>,
    room: Option<usize>,
    sticks: bool,
}

impl Tape for Short {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.bytes.lock().unwrap().clone())
    }

    fn append(&mut self, new: &[u8]) -> io::Result<()> {
        let mut bytes = self.bytes.lock().unwrap();
        let room = self.room.map_or(new.len(), |room| room - bytes.len());
        let fits = new.len().min(room);
        bytes.extend(&new[..fits]);
        let full = fits < new.len();
        match full {
            true => Err(io::ErrorKind::StorageFull.into()),
            false => Ok(()),
        }
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        if self.sticks && len > 0 {
            return Err(io::ErrorKind::Other.into());
        }
        let len = usize::try_from(len).unwrap();
        self.bytes.lock().unwrap().truncate(len);
        Ok(())
    }
}

fn ticket(row: i64, number: u32) -> Ticket {
    Ticket {
        row,
        number,
        begun: true,
    }
}

fn outcomes() -> Vec<Outcome> {
    let at = DateTime::from_timestamp_micros(1_795_201_200_000_001).unwrap();
    let reason = Reason::Rejected;
    let mut all = vec![
        Outcome::Again {
            at,
            reason: Reason::NotAccepted,
        },
        Outcome::Rejected { reason },
        Outcome::Withdrawn { reason },
        Outcome::InDoubt {
            doubt: Doubt::Resend,
            at,
        },
        Outcome::InDoubt {
            doubt: Doubt::Unknown,
            at,
        },
    ];
    for name in [
        None,
        Some(""),
        Some("-"),
        Some("250 Ok\nE 1 1 %\0 ñandú 🎈"),
    ] {
        let reference = name.map(str::to_owned);
        all.push(Outcome::Accepted {
            reference: reference.clone(),
        });
        all.push(Outcome::Confirmed { reference });
    }
    all
}

/// Where the notes of each line end, and what it said: row, and whether it left or landed.
type Written = Vec<(usize, i64, Option<Outcome>)>;

/// Notes each outcome under a row of its own; what is on the tape, and where each note ends.
fn flown(tape: Short) -> (Notes<Short>, Written) {
    let bytes = Arc::clone(&tape.bytes);
    let mut notes = Notes::on(tape, BOOT);
    notes.opened(7).unwrap();
    let mut written = Written::new();
    for (row, outcome) in (i64::MAX - 20..).zip(outcomes()) {
        notes.leaves(7, ticket(row, u32::MAX)).unwrap();
        written.push((bytes.lock().unwrap().len(), row, None));
        notes.landed(7, ticket(row, u32::MAX), &outcome).unwrap();
        written.push((bytes.lock().unwrap().len(), row, Some(outcome)));
    }
    (notes, written)
}

/// What a new process reads of these bytes.
fn read(bytes: &[u8]) -> Flights {
    let tape = Short {
        bytes: Arc::new(Mutex::new(bytes.to_vec())),
        ..Short::default()
    };
    Notes::on(tape, BOOT).recover().unwrap()
}

#[test]
fn a_file_that_was_cut_at_any_byte_says_what_had_been_noted() {
    let (mut notes, written) = flown(Short::default());
    let bytes = notes.tape.read().unwrap();
    let head = line::head(BOOT, 7).len();
    for len in 0..=bytes.len() {
        let flights = read(&bytes[..len]);
        for row in i64::MAX - 20..=i64::MAX {
            let mut noted = written
                .iter()
                .filter(|(end, of, _)| *of == row && *end <= len);
            let wanted = match noted.next_back() {
                _ if len < head => Flight::Unrecorded,
                None => Flight::NeverLeft,
                Some((_, _, None)) => Flight::Left,
                Some((_, _, Some(outcome))) => Flight::Landed(outcome.clone()),
            };
            assert_eq!(flights.of(7, row, u32::MAX), wanted, "{row} of {len} bytes");
        }
        assert_eq!(flights.of(6, 1, 1), Flight::Unrecorded);
    }
}

#[test]
fn a_tape_that_is_full_at_any_byte_keeps_whole_notes_only() {
    let whole = flown(Short::default()).0.tape.read().unwrap().len();
    for (room, sticks) in (0..whole).flat_map(|room| [(room, false), (room, true)]) {
        let tape = Short {
            room: Some(room),
            sticks,
            ..Short::default()
        };
        let mut notes = Notes::on(tape, BOOT);
        let opened = notes.opened(7).is_ok();
        let (mut left, mut landed) = (Vec::new(), Vec::new());
        for (row, outcome) in (1..).zip(outcomes()) {
            if notes.leaves(7, ticket(row, 1)).is_ok() {
                left.push(row);
                landed.extend(notes.landed(7, ticket(row, 1), &outcome).ok().map(|()| row));
            }
        }
        let flights = read(&notes.tape.read().unwrap());
        for (row, outcome) in (1..).zip(outcomes()) {
            let wanted = match (left.contains(&row), landed.contains(&row)) {
                _ if !opened => Flight::Unrecorded,
                (false, _) => Flight::NeverLeft,
                (true, false) => Flight::Left,
                (true, true) => Flight::Landed(outcome),
            };
            assert_eq!(flights.of(7, row, 1), wanted, "{row}, room for {room}");
        }
    }
}

#[test]
fn notes_go_on_when_there_is_room_again() {
    let mut notes = flown(Short::default()).0;
    notes.tape.room = Some(notes.tape.bytes.lock().unwrap().len() + 3);
    assert!(notes.leaves(7, ticket(1, 1)).is_err());
    notes.tape.room = None;
    notes.leaves(7, ticket(2, 1)).unwrap();
    let flights = notes.recover().unwrap();
    let of = |row| flights.of(7, row, 1);
    assert_eq!((of(1), of(2)), (Flight::NeverLeft, Flight::Left));
}

#[test]
fn what_is_not_understood_makes_all_of_it_worth_nothing() {
    let (mut notes, _) = flown(Short::default());
    let bytes = notes.tape.read().unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let with = |line: &str| read(format!("{text}{line}\n").as_bytes());
    assert_eq!(
        with("B 1 1").of(7, 1, 1),
        Flight::Left,
        "else this tells nothing"
    );
    for line in [
        "",
        "X 1 1",
        "B",
        "B 1",
        "B 1 1 1",
        "B 1 -1",
        "B 1 4294967296",
        "B x 1",
        " B 1 1",
        "B 1 1 ",
        "B 1 1\r",
        "E 1 1",
        "E 1 1 accepted",
        "E 1 1 accepted x",
        "E 1 1 accepted =%",
        "E 1 1 accepted =%f",
        "E 1 1 accepted =%ff",
        "E 1 1 again 1 because",
        "E 1 1 again x limit",
        "E 1 1 again 9223372036854775807 limit",
        "E 1 1 doubt 1 perhaps",
        "E 1 1 lost",
        "P 8",
        "ñ",
    ] {
        assert_eq!(with(line), Flights::default(), "{line:?}");
    }
    let mut odd = bytes.clone();
    odd.extend(b"B 1 1\xff\n");
    assert_eq!(read(&odd), Flights::default(), "no text");
    for (from, to) in [
        ("flights 1", "flights 2"),
        (BOOT, "0000"),
        (BOOT, ""),
        ("P 7", "P x"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_eq!(
            read(other.as_bytes()),
            Flights::default(),
            "{to:?} for {from:?}"
        );
    }
    // A file that somebody emptied while it was being written has lost its head.
    let headless = text.split_once("P 7\n").unwrap().1;
    assert_eq!(read(headless.as_bytes()), Flights::default());
}

#[test]
fn without_a_name_of_the_boot_only_a_process_itself_is_believed() {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let tape = || Short {
        bytes: Arc::clone(&bytes),
        ..Short::default()
    };
    let mut notes = Notes::on(tape(), "");
    notes.opened(7).unwrap();
    notes.leaves(7, ticket(1, 1)).unwrap();
    assert_eq!(notes.recover().unwrap().of(7, 1, 1), Flight::Left);
    let later = Notes::on(tape(), "").recover().unwrap();
    assert_eq!(later.of(7, 1, 1), Flight::Unrecorded);
}
