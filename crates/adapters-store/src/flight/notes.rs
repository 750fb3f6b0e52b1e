//! Notes on a tape: what is written when, and what is taken back when it could not be written.

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

use pregon_core::{Epoch, Flights, Outcome, Ticket};

use super::error::Error;
use super::line;

/// What notes are written on.
pub(super) trait Tape: Debug {
    /// All that is on it.
    fn read(&mut self) -> io::Result<Vec<u8>>;

    /// Writes at its end; some of it may be there all the same when this fails.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Takes away what stands after so many bytes.
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

impl Tape for File {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.seek(SeekFrom::Start(0))?;
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }
}

/// The notes of one pass.
#[derive(Debug)]
pub(super) struct Notes<T> {
    tape: T,
    /// The name of this boot; empty where it has none.
    boot: String,
    /// The pass that may note.
    open: Option<Epoch>,
    /// Whether all that is on the tape was written by this process: then it is true in any boot.
    is_own: bool,
    /// How much of the tape has been written well.
    len: u64,
    /// Whether something stands behind that, and could not be taken away.
    is_torn: bool,
    line: String,
}

impl<T: Tape> Notes<T> {
    pub(super) fn on(tape: T, boot: &str) -> Self {
        Self {
            tape,
            boot: boot.to_owned(),
            open: None,
            is_own: false,
            len: 0,
            is_torn: false,
            line: String::new(),
        }
    }

    pub(super) fn recover(&mut self) -> Result<Flights, Error> {
        self.open = None;
        let bytes = self.tape.read()?;
        let is_own = self.is_own;
        let is_ours = |boot: &str| is_own || (!boot.is_empty() && boot == self.boot);
        Ok(line::read(&bytes, is_ours))
    }

    pub(super) fn opened(&mut self, epoch: Epoch) -> Result<(), Error> {
        self.open = None;
        self.tape.cut(0)?;
        (self.is_own, self.len, self.is_torn) = (true, 0, false);
        self.line = line::head(&self.boot, epoch);
        self.append()?;
        self.open = Some(epoch);
        Ok(())
    }

    pub(super) fn leaves(&mut self, epoch: Epoch, ticket: Ticket) -> Result<(), Error> {
        self.check(epoch)?;
        self.line.clear();
        line::leaves(&mut self.line, ticket);
        self.append()
    }

    pub(super) fn landed(
        &mut self,
        epoch: Epoch,
        ticket: Ticket,
        outcome: &Outcome,
    ) -> Result<(), Error> {
        self.check(epoch)?;
        self.line.clear();
        line::landed(&mut self.line, ticket, outcome)?;
        self.append()
    }

    fn check(&self, epoch: Epoch) -> Result<(), Error> {
        match self.open {
            Some(open) if open == epoch => Ok(()),
            _ => Err(Error::Closed),
        }
    }

    /// Writes the line, or nothing of it. A part of it that can not be taken away ends the notes:
    /// what followed it would be read as one line with it.
    fn append(&mut self) -> Result<(), Error> {
        if self.is_torn {
            return Err(Error::Torn);
        }
        if let Err(error) = self.tape.append(self.line.as_bytes()) {
            self.is_torn = self.tape.cut(self.len).is_err();
            return Err(error.into());
        }
        self.len += self.line.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
