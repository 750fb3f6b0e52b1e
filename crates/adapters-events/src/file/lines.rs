//! Reading events, a line at a time.

use std::fs::File;
use std::io::{BufRead as _, BufReader};

use pregon_core::Event;

/// A line of a file of events cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of a file of events cannot be read")]
pub struct EventFileError {
    /// Its number, from one on.
    pub line: u64,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// The events of a file in their order, some of them perhaps twice. A last line without an end is
/// being written, or was left by a killed process: it is none.
#[derive(Debug)]
pub struct EventLines {
    file: Option<BufReader<File>>,
    line: u64,
    text: Vec<u8>,
}

impl EventLines {
    pub(super) fn of(file: File) -> Self {
        Self {
            file: Some(BufReader::new(file)),
            ..Self::none()
        }
    }

    pub(super) fn none() -> Self {
        Self {
            file: None,
            line: 0,
            text: Vec::new(),
        }
    }

    fn wrong(
        &mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> EventFileError {
        EventFileError {
            line: self.line,
            source: source.into(),
        }
    }
}

impl Iterator for EventLines {
    type Item = Result<Event, EventFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let file = self.file.as_mut()?;
        self.text.clear();
        self.line += 1;
        if let Err(error) = file.read_until(b'\n', &mut self.text) {
            // What comes after it cannot be trusted to be the next line.
            self.file = None;
            return Some(Err(self.wrong(error)));
        }
        if self.text.last() != Some(&b'\n') {
            self.file = None;
            return None;
        }
        let read: Result<Event, _> = serde_json::from_slice(&self.text);
        Some(read.map_err(|error| self.wrong(error)))
    }
}
