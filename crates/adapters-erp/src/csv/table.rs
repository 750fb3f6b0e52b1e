//! One file, read once from beginning to end: its columns, its rows, its problems.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use pregon_core::{ContactHours, CustomerId, Schema, Zone};

use super::columns::{Of, Role, attributes, columns};
use super::index::{Index, Twin};
use super::raw::{RawReader, RawRow};
use super::text::{Letters, letters, separator};
use super::value::{self, Guess};
use super::{Column, CsvError, Encoding, HeaderFault, RowFault, RowProblem};

/// How much is read from a file at once.
pub(super) const BUFFER: usize = 64 * 1024;

/// By what a file is told from a later one in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let data = file.metadata()?;
        let (length, modified) = (data.len(), data.modified().ok());
        Ok(Self { length, modified })
    }
}

/// A fault, with the column where it is.
type CellFault = (Option<Arc<str>>, RowFault);

/// One file.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) file: Arc<Path>,
    pub(super) stamp: Stamp,
    pub(super) letters: Letters,
    pub(super) separator: u8,
    pub(super) columns: Vec<Column>,
    pub(super) schema: Schema,
    pub(super) index: Index,
}

impl Table {
    /// Reads the file once. `customers` is the table that the owners of records are in.
    pub(super) fn scan(
        path: &Path,
        encoding: Encoding,
        of: Of<'_>,
        schema: &Schema,
        customers: Option<&Table>,
        problems: &mut Vec<RowProblem>,
    ) -> Result<Self, CsvError> {
        let io = || CsvError::io(path);
        let mut input = BufReader::with_capacity(BUFFER, File::open(path).map_err(io())?);
        let stamp = Stamp::of(input.get_ref()).map_err(io())?;
        let header = |line, fault| CsvError::Header {
            file: path.to_owned(),
            line,
            fault,
        };
        let (letters, begin) = letters(&mut input, encoding)
            .map_err(io())?
            .map_err(|fault| header(1, fault))?;
        let line = first_line(&mut input, begin).map_err(io())?;
        let separator = separator(&line).map_err(|fault| header(1, fault))?;
        let mut reader = RawReader::new(input, separator, begin, 1).map_err(io())?;
        let mut row = RawRow::default();
        let names = match reader.read(&mut row).map_err(io())? {
            Ok(true) => names(&row, letters),
            Ok(false) => Err(HeaderFault::Missing),
            Err(fault) => Err(HeaderFault::Unreadable(fault)),
        };
        let names = names.map_err(|fault| header(row.line.max(1), fault))?;
        let columns = columns(&names, of, schema).map_err(|fault| header(row.line, fault))?;
        let mut table = Self {
            file: Arc::from(path),
            stamp,
            letters,
            separator,
            schema: Schema::new(),
            columns,
            index: Index::default(),
        };
        table.read_rows(reader, row, customers, problems)?;
        Ok(table)
    }

    fn read_rows(
        &mut self,
        mut reader: RawReader<BufReader<File>>,
        mut row: RawRow,
        customers: Option<&Table>,
        problems: &mut Vec<RowProblem>,
    ) -> Result<(), CsvError> {
        let file = Arc::clone(&self.file);
        let problem = |line, column, fault| RowProblem {
            file: Arc::clone(&file),
            line,
            column,
            fault,
        };
        let mut guesses = vec![Guess::NEW; self.columns.len()];
        let mut lines: Vec<u32> = Vec::new();
        let mut found: Vec<RowProblem> = Vec::new();
        loop {
            let read = reader.read(&mut row).map_err(CsvError::io(&file))?;
            let (id, owner) = match read {
                Ok(false) => break,
                Err(fault) => {
                    found.push(problem(row.line, None, fault));
                    continue;
                }
                Ok(true) => match self.check(&row, customers, &mut guesses) {
                    Ok(good) => good,
                    Err((column, fault)) => {
                        found.push(problem(row.line, column, fault));
                        continue;
                    }
                },
            };
            if !self.index.push(&id, row.offset, owner) {
                return Err(CsvError::TooLarge {
                    file: file.to_path_buf(),
                });
            }
            lines.push(u32::try_from(row.line).unwrap_or(u32::MAX));
        }
        let line = |row: u32| lines.get(row as usize).copied().map_or(0, u64::from);
        for Twin { id, row, first } in self.index.finish() {
            let fault = RowFault::Duplicate {
                id,
                first_line: line(first),
            };
            found.push(problem(line(row), self.column(&Role::Id), fault));
        }
        found.sort_by_key(|problem| problem.line);
        problems.append(&mut found);
        for (column, guess) in self.columns.iter_mut().zip(guesses) {
            if let Role::Attribute(r#type @ None) = &mut column.role {
                *r#type = Some(guess.found());
            }
        }
        self.schema = attributes(&self.columns);
        Ok(())
    }

    fn column(&self, role: &Role) -> Option<Arc<str>> {
        let column = self.columns.iter().find(|column| column.role == *role)?;
        Some(Arc::clone(&column.name))
    }

    /// The id of a good row and the row of its owner; narrows the guesses by its values.
    fn check(
        &self,
        row: &RawRow,
        customers: Option<&Table>,
        guesses: &mut [Guess],
    ) -> Result<(String, Option<u32>), CellFault> {
        let (found, expected) = (row.len(), self.columns.len());
        if found != expected {
            return Err((None, RowFault::Fields { expected, found }));
        }
        let (mut id, mut owner) = (String::new(), None);
        for (at, column) in self.columns.iter().enumerate() {
            let wrong = |fault| (Some(Arc::clone(&column.name)), fault);
            let bytes = row.field(at);
            let text = self
                .letters
                .decode(bytes)
                .ok_or_else(|| wrong(RowFault::Encoding))?;
            match &column.role {
                Role::Id => id = checked_id(&text).map_err(wrong)?,
                Role::Owner => owner = Some(owner_of(&text, customers).map_err(wrong)?),
                role => check_value(&text, role).map_err(wrong)?,
            }
        }
        // Only a row that is kept says something about the types.
        for (at, guess) in guesses.iter_mut().enumerate() {
            if self.columns[at].role == Role::Attribute(None) {
                let text = self.letters.decode(row.field(at)).unwrap_or_default();
                if !text.is_empty() {
                    guess.see(&text);
                }
            }
        }
        Ok((id, owner))
    }
}

/// The first line of a file that is not blank, or as much of it as the buffer holds.
pub(super) fn first_line(input: &mut (impl BufRead + Seek), begin: u64) -> io::Result<Vec<u8>> {
    input.seek(SeekFrom::Start(begin))?;
    let mut line = Vec::new();
    loop {
        let buffer = input.fill_buf()?;
        let (size, ends) = (buffer.len(), |byte: &u8| matches!(byte, b'\n' | b'\r'));
        let blank = buffer
            .iter()
            .take_while(|byte| line.is_empty() && ends(byte))
            .count();
        let rest = &buffer[blank..];
        let end = rest.iter().position(ends);
        line.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
        input.consume(size);
        if size == 0 || end.is_some() || line.len() > BUFFER {
            return Ok(line);
        }
    }
}

fn names(row: &RawRow, letters: Letters) -> Result<Vec<String>, HeaderFault> {
    let name = |at| letters.decode(row.field(at)).map(|name| name.into_owned());
    let names: Option<Vec<String>> = (0..row.len()).map(name).collect();
    names.ok_or(HeaderFault::Unreadable(RowFault::Encoding))
}

pub(super) fn checked_id(text: &str) -> Result<String, RowFault> {
    if text.is_empty() {
        return Err(RowFault::Missing);
    }
    // Records keep the same rules for their ids as customers.
    let id = CustomerId::new(text).map_err(RowFault::Id)?;
    Ok(id.into())
}

fn owner_of(text: &str, customers: Option<&Table>) -> Result<u32, RowFault> {
    if text.is_empty() {
        return Err(RowFault::Missing);
    }
    let found = customers.and_then(|table| table.index.find(text));
    found.ok_or_else(|| RowFault::NoCustomer {
        id: text.to_owned(),
    })
}

fn check_value(text: &str, role: &Role) -> Result<(), RowFault> {
    let (good, expected) = match role {
        _ if text.is_empty() => return Ok(()),
        Role::Attribute(Some(r#type)) => (value::parse(text, r#type).is_some(), r#type.name()),
        Role::OptIn | Role::OptOut => (value::declared_boolean(text).is_some(), "boolean"),
        Role::Zone => (text.parse::<Zone>().is_ok(), "time zone"),
        Role::Hours => (
            text.parse::<ContactHours>().is_ok(),
            "stretch of hours as 09:00-13:00",
        ),
        _ => return Ok(()),
    };
    if good {
        Ok(())
    } else {
        Err(RowFault::Value { expected })
    }
}
