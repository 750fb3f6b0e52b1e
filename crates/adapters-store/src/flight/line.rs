//! The lines of a flight recorder.
//!
//! ```text
//! pregon flights 1 6f5c…     the mark, and the boot in which it was written
//! P 7                        the pass
//! B 41 1                     row 41 leaves under fence 1
//! E 41 1 accepted =250-ok    and this became of it
//! ```
//!
//! A line counts once it has its end. A `B` without one was cut off before whoever wrote it was
//! told that it may leave, so it never did; an `E` without one leaves a `B` that has no answer.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use pregon_core::{Doubt, Epoch, Flights, Outcome, Reason, Ticket};

use super::error::Error;

const MARK: &str = "pregon flights 1 ";

/// The head of a file for a pass.
pub(super) fn head(boot: &str, epoch: Epoch) -> String {
    format!("{MARK}{boot}\nP {epoch}\n")
}

/// Writes that a message leaves.
pub(super) fn leaves(to: &mut String, ticket: Ticket) {
    // Writing to a text does not fail.
    let _ = writeln!(to, "B {} {}", ticket.row, ticket.number);
}

/// Writes what became of it.
pub(super) fn landed(to: &mut String, ticket: Ticket, outcome: &Outcome) -> Result<(), Error> {
    let _ = write!(to, "E {} {} ", ticket.row, ticket.number);
    let _ = match outcome {
        Outcome::Accepted { reference } => named(to, "accepted", reference.as_deref()),
        Outcome::Confirmed { reference } => named(to, "confirmed", reference.as_deref()),
        Outcome::Again { at, reason } => writeln!(to, "again {} {reason}", at.timestamp_micros()),
        Outcome::Rejected { reason } => writeln!(to, "rejected {reason}"),
        Outcome::Withdrawn { reason } => writeln!(to, "withdrawn {reason}"),
        Outcome::InDoubt { doubt, at } => {
            let name = match doubt {
                Doubt::Resend => "resend",
                Doubt::Unknown => "unknown",
            };
            writeln!(to, "doubt {} {name}", at.timestamp_micros())
        }
        _ => return Err(Error::Unknown),
    };
    Ok(())
}

/// Writes an outcome with a name that others have given, each odd byte of it as `%` and two digits.
fn named(to: &mut String, what: &str, name: Option<&str>) -> std::fmt::Result {
    to.push_str(what);
    match name {
        None => to.push_str(" -"),
        Some(name) => {
            to.push_str(" =");
            for byte in name.bytes() {
                match byte {
                    b'!'..=b'~' if byte != b'%' => to.push(char::from(byte)),
                    odd => write!(to, "%{odd:02x}")?,
                }
            }
        }
    }
    to.push('\n');
    Ok(())
}

/// What a file says, if `is_ours` knows its boot; nothing when anything in it is not understood.
pub(super) fn read(bytes: &[u8], is_ours: impl Fn(&str) -> bool) -> Flights {
    try_read(bytes, is_ours).unwrap_or_default()
}

fn try_read(bytes: &[u8], is_ours: impl Fn(&str) -> bool) -> Option<Flights> {
    // What follows the last end was cut off, in the middle of a character perhaps.
    let whole = bytes.iter().rposition(|byte| *byte == b'\n')?;
    let text = str::from_utf8(bytes.get(..whole)?).ok()?;
    let mut lines = text.split('\n');
    let boot = lines.next()?.strip_prefix(MARK)?;
    if !is_ours(boot) {
        return None;
    }
    let mut flights = Flights::default();
    let Some(pass) = lines.next() else {
        return Some(flights);
    };
    let epoch = pass.strip_prefix("P ")?.parse().ok()?;
    flights.insert_pass(epoch);
    for line in lines {
        let mut words = line.splitn(4, ' ');
        let (what, row, number) = (words.next()?, words.next()?, words.next()?);
        let ticket = Ticket {
            row: row.parse().ok()?,
            number: number.parse().ok()?,
            begun: true,
        };
        let outcome = match (what, words.next()) {
            ("B", None) => None,
            ("E", Some(text)) => Some(outcome(text)?),
            _ => return None,
        };
        flights.insert(epoch, ticket, outcome);
    }
    Some(flights)
}

fn outcome(text: &str) -> Option<Outcome> {
    let (what, rest) = text.split_once(' ')?;
    Some(match what {
        "accepted" => Outcome::Accepted {
            reference: name(rest)?,
        },
        "confirmed" => Outcome::Confirmed {
            reference: name(rest)?,
        },
        "rejected" => Outcome::Rejected {
            reason: Reason::parse(rest)?,
        },
        "withdrawn" => Outcome::Withdrawn {
            reason: Reason::parse(rest)?,
        },
        "again" => {
            let (at, reason) = timed(rest)?;
            let reason = Reason::parse(reason)?;
            Outcome::Again { at, reason }
        }
        "doubt" => {
            let (at, doubt) = timed(rest)?;
            let doubt = match doubt {
                "resend" => Doubt::Resend,
                "unknown" => Doubt::Unknown,
                _ => return None,
            };
            Outcome::InDoubt { doubt, at }
        }
        _ => return None,
    })
}

fn timed(text: &str) -> Option<(DateTime<Utc>, &str)> {
    let (at, rest) = text.split_once(' ')?;
    let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
    Some((at, rest))
}

fn name(text: &str) -> Option<Option<String>> {
    if text == "-" {
        return Some(None);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.strip_prefix('=')?.bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    while let Some(byte) = rest.next() {
        let odd = match byte {
            b'%' => digit(rest.next()?)? * 16 + digit(rest.next()?)?,
            plain => plain.into(),
        };
        bytes.push(u8::try_from(odd).ok()?);
    }
    String::from_utf8(bytes).ok().map(Some)
}
