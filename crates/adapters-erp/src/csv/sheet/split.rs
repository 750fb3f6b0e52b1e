//! Cuts a file into blocks of rows and fields, which another thread can look at meanwhile.
//!
//! It reads what [`RawReader`](super::super::raw::RawReader) reads, with the same faults on the
//! same lines, and the tests hold the two against each other. That one gives single rows and knows
//! where each begins; this one copies no field and looks for separators many bytes at a time.

use std::borrow::Cow;
use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memchr3};

use super::super::RowFault;
use super::super::text::{LetterCount, Letters};

/// How much of a file one block holds: it should stay in a core's own cache.
const BLOCK: usize = 256 * 1024;

/// No row is longer; a quote that is not closed would otherwise take the whole file into memory.
const MOST_BYTES: usize = 1 << 20;

/// A field within a block, without its quotes.
#[derive(Debug, Clone, Copy)]
struct Field {
    begin: u32,
    end: u32,
    /// There are quotes in it, each written twice.
    doubled: bool,
}

/// Where a row begins.
#[derive(Debug, Clone, Copy)]
struct Start {
    field: u32,
    byte: u32,
    line: u64,
}

/// Some rows of a file, one after the other.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    fields: Vec<Field>,
    rows: Vec<Start>,
    /// Rows that are none, with the line on which they begin.
    pub(super) faults: Vec<(u64, RowFault)>,
    /// All of its rows are known to be UTF-8.
    pub(super) is_utf8: bool,
}

impl Block {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many bytes of the file it holds.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub(super) fn row(&self, n: usize) -> RowView<'_> {
        let start = self.rows[n];
        let end = self
            .rows
            .get(n + 1)
            .map_or(self.fields.len(), |next| next.field as usize);
        RowView {
            bytes: &self.bytes,
            fields: &self.fields[start.field as usize..end],
            begin: start.byte,
            line: start.line,
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.fields.clear();
        self.rows.clear();
        self.faults.clear();
    }
}

/// One row of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowView<'a> {
    bytes: &'a [u8],
    fields: &'a [Field],
    begin: u32,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
}

impl<'a> RowView<'a> {
    pub(super) fn len(self) -> usize {
        self.fields.len()
    }

    /// The bytes of a field, without the blanks around it.
    pub(super) fn field(self, at: usize) -> Cow<'a, [u8]> {
        let Some(field) = self.fields.get(at) else {
            return Cow::Borrowed(&[]);
        };
        let bytes = &self.bytes[field.begin as usize..field.end as usize];
        if !field.doubled {
            return Cow::Borrowed(bytes.trim_ascii());
        }
        let mut single = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some(quote) = memchr(b'"', rest) {
            single.extend_from_slice(&rest[..=quote]);
            rest = rest.get(quote + 2..).unwrap_or_default();
        }
        single.extend_from_slice(rest);
        Cow::Owned(single.trim_ascii().to_vec())
    }

    /// The line and the column on which a field begins, its quote included, both from 1.
    pub(super) fn place(self, at: usize, letters: Letters) -> (u64, u64) {
        let Some(field) = self.fields.get(at) else {
            return (self.line, 1);
        };
        let before = &self.bytes[self.begin as usize..field.begin as usize];
        let before = before.strip_suffix(b"\"").unwrap_or(before);
        let line = self.line + memchr_iter(b'\n', before).count() as u64;
        let same_line = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
        let column = match letters {
            Letters::Utf8 => String::from_utf8_lossy(same_line).chars().count(),
            Letters::Windows1252 => same_line.len(),
        };
        (line, column as u64 + 1)
    }
}

/// Cuts a file into blocks.
#[derive(Debug)]
pub(super) struct Splitter<R> {
    input: R,
    separator: u8,
    line: u64,
    /// What was read and belongs to the next block.
    rest: Vec<u8>,
    /// The last row ended in a carriage return, to which a line feed may belong.
    after_return: bool,
    /// All bytes up to the end of the line belong to a row that is none.
    skipping: bool,
    ended: bool,
    /// Nothing when letters are not counted.
    pub(super) letters: Option<LetterCount>,
}

impl<R: Read> Splitter<R> {
    /// Begins with the first line, which is where the input stands.
    pub(super) fn new(input: R, separator: u8) -> Self {
        Self {
            input,
            separator,
            line: 1,
            rest: Vec::new(),
            after_return: false,
            skipping: false,
            ended: false,
            letters: None,
        }
    }

    /// With a count of letters, by which the encoding is told.
    pub(super) fn counting(self) -> Self {
        Self {
            letters: Some(LetterCount::default()),
            ..self
        }
    }

    /// Fills a block with the next rows; `false` when there are none.
    pub(super) fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        block.clear();
        std::mem::swap(&mut block.bytes, &mut self.rest);
        let (mut at, mut most) = (0, BLOCK.max(block.bytes.len() + BLOCK / 2));
        loop {
            self.read_to(most, &mut block.bytes)?;
            at = self.split(block, at);
            if self.ended || !block.rows.is_empty() || !block.faults.is_empty() {
                self.rest.extend_from_slice(&block.bytes[at..]);
                // No letter goes over the end of a row.
                block.is_utf8 = self.letters.as_ref().is_some_and(LetterCount::is_utf8);
                return Ok(!block.rows.is_empty() || !block.faults.is_empty());
            }
            most *= 2;
        }
    }

    fn read_to(&mut self, most: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        let begin = bytes.len();
        let need = most.saturating_sub(begin);
        if need == 0 || self.ended {
            return Ok(());
        }
        let read = self.input.by_ref().take(need as u64).read_to_end(bytes)?;
        self.ended = read < need;
        if let Some(letters) = &mut self.letters {
            letters.see(&bytes[begin..], self.ended);
        }
        Ok(())
    }

    /// Cuts as many whole rows as there are, and gives where the rest begins.
    fn split(&mut self, block: &mut Block, mut at: usize) -> usize {
        loop {
            at = self.skip(&block.bytes, at);
            if at == block.bytes.len() {
                return at;
            }
            let first = block.fields.len();
            match cut(
                &block.bytes,
                at,
                self.separator,
                self.ended,
                &mut block.fields,
            ) {
                Cut::Row { next, inner_lines } => {
                    block.rows.push(Start {
                        field: first as u32,
                        byte: at as u32,
                        line: self.line,
                    });
                    self.line += inner_lines + 1;
                    self.after_return = block.bytes[next - 1] == b'\r';
                    at = next;
                    continue;
                }
                Cut::More if block.bytes.len() - at <= MOST_BYTES => {
                    block.fields.truncate(first);
                    return at;
                }
                Cut::More => block.faults.push((self.line, RowFault::TooLong)),
                Cut::Fault(fault) => block.faults.push((self.line, fault)),
            }
            // The next row is the one on the following line, so that a quote which is not closed
            // costs one row and not the rest of the file.
            block.fields.truncate(first);
            self.line += 1;
            (self.skipping, self.after_return) = (true, false);
        }
    }

    /// Steps over what is no row: blank lines, and what is left of a faulty line.
    fn skip(&mut self, bytes: &[u8], mut at: usize) -> usize {
        if self.skipping {
            match memchr(b'\n', &bytes[at..]) {
                Some(end) => (self.skipping, at) = (false, at + end + 1),
                None => return bytes.len(),
            }
        }
        while let Some(byte @ (b'\n' | b'\r')) = bytes.get(at) {
            self.line += u64::from(*byte == b'\r' || !self.after_return);
            self.after_return = *byte == b'\r';
            at += 1;
        }
        at
    }
}

enum Cut {
    Row {
        next: usize,
        inner_lines: u64,
    },
    /// The row goes on behind what was read.
    More,
    Fault(RowFault),
}

/// Cuts the row that begins at a byte. `last`: nothing comes after these bytes.
fn cut(bytes: &[u8], begin: usize, separator: u8, last: bool, fields: &mut Vec<Field>) -> Cut {
    let (mut at, mut inner_lines) = (begin, 0);
    loop {
        let quoted = bytes.get(at) == Some(&b'"');
        let (field, end) = if quoted {
            let Some((end, doubled)) = closing_quote(bytes, at + 1, last) else {
                return if last {
                    Cut::Fault(RowFault::OpenQuote)
                } else {
                    Cut::More
                };
            };
            inner_lines += memchr_iter(b'\n', &bytes[at + 1..end]).count() as u64;
            (field(at + 1, end, doubled), end + 1)
        } else {
            let found = end_of_field(separator, &bytes[at..]);
            if found.is_none() && !last {
                return Cut::More;
            }
            let end = found.map_or(bytes.len(), |n| at + n);
            (field(at, end, false), end)
        };
        fields.push(field);
        match bytes.get(end) {
            Some(byte) if *byte == separator => at = end + 1,
            Some(b'\n' | b'\r') => {
                return Cut::Row {
                    next: end + 1,
                    inner_lines,
                };
            }
            Some(_) => return Cut::Fault(RowFault::AfterQuote),
            None => {
                return Cut::Row {
                    next: end,
                    inner_lines,
                };
            }
        }
    }
}

/// Where a field ends that has no quotes. Most are short: their words are looked at before a search
/// that is made for long ones begins.
fn end_of_field(separator: u8, bytes: &[u8]) -> Option<usize> {
    let (words, _) = bytes.as_chunks::<8>();
    for (n, word) in words.iter().take(3).enumerate() {
        let word = u64::from_le_bytes(*word);
        let ends = zeros(word ^ repeated(separator))
            | zeros(word ^ repeated(b'\n'))
            | zeros(word ^ repeated(b'\r'));
        if ends != 0 {
            return Some(n * 8 + ends.trailing_zeros() as usize / 8);
        }
    }
    let seen = words.len().min(3) * 8;
    memchr3(separator, b'\n', b'\r', &bytes[seen..]).map(|at| seen + at)
}

const fn repeated(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bit of the first byte that is zero, and perhaps of some after it.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(repeated(1)) & !word & repeated(0x80)
}

fn field(begin: usize, end: usize, doubled: bool) -> Field {
    // A block has some millions of bytes at most.
    Field {
        begin: begin as u32,
        end: end as u32,
        doubled,
    }
}

/// Where the quote stands that closes a field, and whether there are quotes in it; nothing when
/// that cannot be told from these bytes.
fn closing_quote(bytes: &[u8], mut at: usize, last: bool) -> Option<(usize, bool)> {
    let mut doubled = false;
    loop {
        at += memchr(b'"', &bytes[at..])?;
        match bytes.get(at + 1) {
            Some(b'"') => (doubled, at) = (true, at + 2),
            None if !last => return None,
            _ => return Some((at, doubled)),
        }
    }
}

#[cfg(test)]
#[path = "split/tests.rs"]
mod tests;
