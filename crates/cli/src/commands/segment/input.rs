//! The file of customers: opened, and what is wrong with it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use pregon::source::{CsvError, HeaderFault, RowFault};

use super::schema::Declared;
use crate::output::{Failure, FailureKind, Place};

/// How a file is named in messages.
pub(super) fn shown(path: &Path) -> PathBuf {
    if path == Path::new("-") {
        return PathBuf::from("stdin");
    }
    path.to_owned()
}

/// Opens the file. What can be read only once, as a pipe, is written to a temporary file first,
/// because types are known only at its end.
pub(super) fn open(path: &Path) -> Result<File, Failure> {
    if path == Path::new("-") {
        return spool(io::stdin().lock()).map_err(|error| unreadable(path, &error));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let kind = file.metadata().map_err(|error| unreadable(path, &error))?;
    if kind.is_dir() {
        let message = "this is a directory, not a file of customers";
        return Err(Failure::file(message).at(Place::file(path)));
    }
    if kind.is_file() {
        return Ok(file);
    }
    spool(file).map_err(|error| unreadable(path, &error))
}

fn spool(mut from: impl io::Read) -> io::Result<File> {
    // It has no name, so nothing is left of it whatever happens.
    let mut file = tempfile::tempfile()?;
    io::copy(&mut from, &mut file)?;
    Ok(file)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        let message = format!("there is no file {}", path.display());
        return Failure::new(FailureKind::Usage, message);
    }
    let message = format!("{} cannot be read", shown(path).display());
    Failure::new(FailureKind::Unreachable, message).because(error)
}

/// Why a sheet cannot be read; a schema that names a column which is not there is at fault itself.
pub(super) fn failure(error: &CsvError, declared: Option<&Declared>) -> Failure {
    match error {
        CsvError::Header { file, line, fault } => {
            if let (HeaderFault::Schema { name, .. }, Some(declared)) = (fault, declared) {
                return Failure::file(fault.to_string()).at(declared.place(name));
            }
            let hint = match fault {
                HeaderFault::NoColumn(_) | HeaderFault::TwoIds => {
                    Some("--id COLUMN says which column has the ids")
                }
                _ => None,
            };
            let place = Place::new(file, number(*line), 1);
            Failure::file(fault.to_string()).hinted(hint).at(place)
        }
        CsvError::Rows {
            file,
            problems,
            more,
        } => {
            let mut all: Vec<Failure> = problems
                .iter()
                .map(|problem| {
                    let place = Place::new(file, number(problem.line), number(problem.at));
                    Failure::file(problem.to_string())
                        .hinted(hint(&problem.fault))
                        .at(place)
                })
                .collect();
            if *more > 0 {
                let message = format!("{more} more rows cannot be read");
                all.push(Failure::file(message).at(Place::file(file)));
            }
            Failure::first_of(all).unwrap_or_else(|| Failure::file(error.to_string()))
        }
        CsvError::Stopped => Failure::new(FailureKind::Failed, "reading was stopped"),
        CsvError::Changed { .. } | CsvError::Io { .. } => {
            Failure::new(FailureKind::Unreachable, error.to_string()).because_of(error)
        }
        other => Failure::file(other.to_string()).because_of(other),
    }
}

fn hint(fault: &RowFault) -> Option<&'static str> {
    match fault {
        RowFault::Duplicate { .. } => Some("a customer has one row"),
        RowFault::Value {
            expected: "time zone",
        } => {
            Some("a column named zone has IANA names, as America/Bogota; others call it otherwise")
        }
        _ => None,
    }
}

fn number(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
