//! Who belongs.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

use pregon::source::CsvSheet;

use super::answer::Chunk;
use super::question::Question;
use super::{Asked, answer};
use crate::output::{Failure, FailureKind, Object};

/// How much is kept back until it is written.
const BUFFER: usize = 64 * 1024;

/// How ids are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// One a line.
    Plain,
    /// One document with all of them.
    Document,
    /// One document a line.
    Lines,
}

pub(super) fn ids(asked: &Asked, question: &Question, sheet: &mut CsvSheet) -> Result<u8, Failure> {
    let shape = match (asked.args.json_lines, asked.out.json) {
        (true, _) => Shape::Lines,
        (false, true) => Shape::Document,
        (false, false) => Shape::Plain,
    };
    let mut list = List {
        to: BufWriter::with_capacity(BUFFER, io::stdout().lock()),
        shape,
        written: 0,
    };
    let mut done = list.begin(sheet.rows());
    if done.is_ok() {
        let look = |chunk: &Chunk<'_>| shape.members(chunk, question);
        answer::each(asked, question, sheet, look, |(count, text)| {
            done = list.add(count, &text);
            if done.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
    }
    match done.and_then(|()| list.end()) {
        // A reader who went away has heard enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            drop(list.to.into_parts());
            Ok(0)
        }
        Err(error) => {
            drop(list.to.into_parts());
            let message = "the ids cannot be written";
            Err(Failure::new(FailureKind::Failed, message).because(&error))
        }
        Ok(()) => Ok(0),
    }
}

impl Shape {
    /// How many are members of what is asked for, and their ids as they are written.
    fn members(self, chunk: &Chunk<'_>, question: &Question) -> (u64, String) {
        let is_asked = |segment: &usize| question.selected.is_none_or(|only| only == *segment);
        let (mut count, mut text) = (0, String::new());
        for row in 0..chunk.len() {
            let mut hits = chunk.hits(row).filter(is_asked).peekable();
            if hits.peek().is_none() {
                continue;
            }
            count += 1;
            let id = chunk.id(row);
            match self {
                Self::Plain => text.extend([id, "\n"]),
                // The first of all goes without the comma.
                Self::Document => text.extend([",", &*serde_json::Value::from(id).to_string()]),
                Self::Lines => {
                    let mut line = Object::new().with("id", id);
                    if question.selected.is_none() {
                        let names = hits.map(|segment| question.ones[segment].shown.as_str());
                        line = line.with("segments", names.collect::<Vec<_>>());
                    }
                    text.extend([&*line.finish(), "\n"]);
                }
            }
        }
        (count, text)
    }
}

struct List<W: Write> {
    to: BufWriter<W>,
    shape: Shape,
    written: u64,
}

impl<W: Write> List<W> {
    fn begin(&mut self, customers: u64) -> io::Result<()> {
        if self.shape == Shape::Document {
            write!(self.to, "{{\"v\":1,\"customers\":{customers},\"ids\":[")?;
        }
        Ok(())
    }

    fn add(&mut self, count: u64, text: &str) -> io::Result<()> {
        let comma = usize::from(self.shape == Shape::Document && self.written == 0);
        self.to
            .write_all(&text.as_bytes()[comma.min(text.len())..])?;
        self.written += count;
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if self.shape == Shape::Document {
            writeln!(self.to, "],\"count\":{}}}", self.written)?;
        }
        self.to.flush()
    }
}
