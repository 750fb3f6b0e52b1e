//! Splits bytes into rows and fields (RFC 4180), and says exactly where each row begins.
//!
//! Written here rather than taken from the `csv` crate, which counts lines after blank ones and
//! carriage returns differently than editors do, takes a quote that is never closed for the end of
//! the file, and text after a closing quote for text: each would lose rows without a word. The
//! tests read what that crate writes.

use std::io::{self, BufRead, Seek, SeekFrom};

use super::RowFault;

/// No row is longer; a quote that is not closed would otherwise take the whole file into memory.
const MOST_BYTES: usize = 1 << 20;

/// One row as it stands in the file, without its quotes.
#[derive(Debug, Default)]
pub(super) struct RawRow {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
}

impl RawRow {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a field; a field that is not there is empty.
    pub(super) fn field(&self, at: usize) -> &[u8] {
        let begin = at.checked_sub(1).map_or(0, |before| self.end(before));
        &self.bytes[begin..self.end(at)]
    }

    fn end(&self, at: usize) -> usize {
        self.ends.get(at).copied().unwrap_or(self.bytes.len())
    }

    fn clear(&mut self, offset: u64, line: u64) {
        self.bytes.clear();
        self.ends.clear();
        (self.offset, self.line) = (offset, line);
    }

    fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    Plain,
    Quoted,
    QuoteInQuoted,
    End,
}

/// Reads rows one after the other.
#[derive(Debug)]
pub(super) struct RawReader<R> {
    input: R,
    separator: u8,
    offset: u64,
    line: u64,
    /// The last row ended in a carriage return, to which a line feed may belong.
    after_return: bool,
    /// Where the second line of the current row begins, when it has one.
    second_line: Option<u64>,
}

impl<R: BufRead + Seek> RawReader<R> {
    /// A reader that begins at an offset, which is on this line.
    pub(super) fn new(mut input: R, separator: u8, offset: u64, line: u64) -> io::Result<Self> {
        input.seek(SeekFrom::Start(offset))?;
        Ok(Self {
            input,
            separator,
            offset,
            line,
            after_return: false,
            second_line: None,
        })
    }

    /// Reads the next row; `false` at the end of the file.
    ///
    /// After a fault the next row read is the one on the following line, so that a quote which is
    /// not closed costs one row and not the rest of the file.
    pub(super) fn read(&mut self, row: &mut RawRow) -> io::Result<Result<bool, RowFault>> {
        if !self.skip_blank_lines()? {
            return Ok(Ok(false));
        }
        row.clear(self.offset, self.line);
        self.second_line = None;
        let mut state = State::Begin;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let mut used = 0;
            let mut fault = None;
            while used < buffer.len() && state != State::End && fault.is_none() {
                let byte = buffer[used];
                used += 1;
                if byte == b'\n' && state == State::Quoted && self.second_line.is_none() {
                    self.second_line = Some(self.offset + used as u64);
                }
                self.line += u64::from(byte == b'\n' && state == State::Quoted);
                match step(state, byte, self.separator, row) {
                    Ok(next) => state = next,
                    Err(wrong) => fault = Some(wrong),
                }
                self.after_return = state == State::End && byte == b'\r';
            }
            self.offset += used as u64;
            self.input.consume(used);
            if fault.is_none() && row.bytes.len() + row.ends.len() > MOST_BYTES {
                fault = Some(RowFault::TooLong);
            }
            if let Some(fault) = fault {
                self.resume(row)?;
                return Ok(Err(fault));
            }
            if state == State::End {
                self.line += 1;
                return Ok(Ok(true));
            }
        }
        if state == State::Quoted {
            self.resume(row)?;
            return Ok(Err(RowFault::OpenQuote));
        }
        row.end_field();
        Ok(Ok(true))
    }

    /// Goes to a row whose offset is known. Lines are not counted from there on.
    pub(super) fn go_to(&mut self, offset: u64) -> io::Result<()>
    where
        R: SeekNear,
    {
        self.input.seek_near(offset as i64 - self.offset as i64)?;
        self.offset = offset;
        self.after_return = false;
        Ok(())
    }

    /// Whether there is anything after the blank lines.
    fn skip_blank_lines(&mut self) -> io::Result<bool> {
        loop {
            let Some(byte) = self.input.fill_buf()?.first().copied() else {
                return Ok(false);
            };
            match byte {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => self.line += 1,
                _ => return Ok(true),
            }
            self.after_return = byte == b'\r';
            self.input.consume(1);
            self.offset += 1;
        }
    }

    /// Goes to the line after the first one of a faulty row.
    fn resume(&mut self, row: &RawRow) -> io::Result<()> {
        self.after_return = false;
        if let Some(offset) = self.second_line {
            self.input.seek(SeekFrom::Start(offset))?;
            (self.offset, self.line) = (offset, row.line + 1);
            return Ok(());
        }
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(buffer.len(), |at| at + 1);
            self.input.consume(used);
            self.offset += used as u64;
            if end.is_some() || used == 0 {
                self.line = row.line + 1;
                return Ok(());
            }
        }
    }
}

/// What one byte does.
fn step(state: State, byte: u8, separator: u8, row: &mut RawRow) -> Result<State, RowFault> {
    let end = byte == b'\n' || byte == b'\r';
    Ok(match state {
        State::Begin if byte == b'"' => State::Quoted,
        State::Quoted if byte == b'"' => State::QuoteInQuoted,
        State::QuoteInQuoted if byte == b'"' => {
            row.bytes.push(byte);
            State::Quoted
        }
        State::Begin | State::Plain | State::QuoteInQuoted if byte == separator => {
            row.end_field();
            State::Begin
        }
        State::Begin | State::Plain | State::QuoteInQuoted if end => {
            row.end_field();
            State::End
        }
        State::QuoteInQuoted => return Err(RowFault::AfterQuote),
        State::Begin | State::Plain => {
            row.bytes.push(byte);
            State::Plain
        }
        State::Quoted | State::End => {
            row.bytes.push(byte);
            state
        }
    })
}

/// Inputs that keep their buffer when they move within it.
pub(super) trait SeekNear {
    fn seek_near(&mut self, distance: i64) -> io::Result<()>;
}

impl<T: io::Read + Seek> SeekNear for io::BufReader<T> {
    fn seek_near(&mut self, distance: i64) -> io::Result<()> {
        self.seek_relative(distance)
    }
}

#[cfg(test)]
mod tests;
