//! The first reading of a sheet: its header, its types, and whether every row makes sense.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use pregon_core::Zone;

use super::super::table::{BUFFER, Stamp, checked_id, first_line};
use super::super::text::{Letters, letters, separator};
use super::super::value::{self, Guess};
use super::super::{CellProblem, CsvConfig, CsvError, Encoding, HeaderFault, RowFault};
use super::CsvSheet;
use super::column::Columns;
use super::split::{Block, RowView, Splitter};
use super::stream::each_block;
use super::twins::{Suspects, Twins};

/// How many problems are told one by one.
const MOST_TOLD: usize = 20;

/// Reads a file once.
pub(super) fn scan(
    mut file: File,
    config: CsvConfig,
    mut watch: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<CsvSheet, CsvError> {
    let path = &config.customers;
    let stamp = Stamp::of(&file).map_err(CsvError::io(path))?;
    let (said, begin, separator) = beginning(&mut file, path, config.encoding)?;
    // Which letters they are is known at the end of the file; until then it is taken for UTF-8.
    let mut letters = said.unwrap_or(Letters::Utf8);
    let mut scan = Scan::new(&config, letters);
    let counted = scan.read(&mut file, begin, separator, &mut watch)?;
    if said.is_none() && counted == Letters::Windows1252 {
        letters = counted;
        scan = Scan::new(&config, letters);
        scan.read(&mut file, begin, separator, &mut watch)?;
    }
    if let Some(line) = scan.broken_header {
        let fault = HeaderFault::Unreadable(RowFault::Encoding);
        return Err(header(path, line, fault));
    }
    let Some(mut columns) = scan.columns.take() else {
        return Err(header(path, 1, HeaderFault::Missing));
    };
    let twins = std::mem::replace(&mut scan.twins, Twins::new());
    if let Some(mut suspects) = twins.suspects()
        && !suspects.is_empty()
    {
        let id = columns.id;
        scan.name_twins(&mut file, begin, separator, (id, &mut suspects), &mut watch)?;
    }
    scan.refuse(path)?;
    for (column, seen) in columns.list.iter_mut().zip(&scan.seen) {
        column.is_filled = seen.is_filled;
        column.text_since = seen.text_since.filter(|_| !column.is_declared);
        if !column.is_declared {
            column.r#type = seen.guess.found();
        }
    }
    // A column of which no value is a zone is one that happens to have the name.
    columns.zone = columns.zone.filter(|_| scan.zones > 0);
    columns.settle();
    Ok(CsvSheet {
        path: config.customers.clone(),
        file,
        stamp,
        begin,
        letters,
        separator,
        columns,
        rows: scan.rows,
    })
}

/// The encoding where it is known beforehand, where the header begins, and the separator.
fn beginning(
    file: &mut File,
    path: &Path,
    encoding: Encoding,
) -> Result<(Option<Letters>, u64, u8), CsvError> {
    let mut input = BufReader::with_capacity(BUFFER, &mut *file);
    let is_marked = |bytes: &[u8]| bytes.starts_with(b"\xef\xbb\xbf");
    let marked = is_marked(input.fill_buf().map_err(CsvError::io(path))?);
    let open = encoding == Encoding::Detect && !marked;
    let known = if open { Encoding::Utf8 } else { encoding };
    let (letters, begin) = letters(&mut input, known)
        .map_err(CsvError::io(path))?
        .map_err(|fault| header(path, 1, fault))?;
    let line = first_line(&mut input, begin).map_err(CsvError::io(path))?;
    let separator = separator(&line).map_err(|fault| header(path, 1, fault))?;
    Ok(((!open).then_some(letters), begin, separator))
}

fn header(path: &Path, line: u64, fault: HeaderFault) -> CsvError {
    CsvError::Header {
        file: path.to_owned(),
        line,
        fault,
    }
}

/// What is known of a column so far.
struct Seen {
    guess: Guess,
    is_filled: bool,
    text_since: Option<u64>,
}

struct Scan<'a> {
    config: &'a CsvConfig,
    letters: Letters,
    columns: Option<Columns>,
    seen: Vec<Seen>,
    twins: Twins,
    rows: u64,
    /// The line of the header, when it is not in the letters that the file is read with.
    broken_header: Option<u64>,
    zones: u64,
    /// The zone read last, because neighbours are often in one.
    last_zone: Vec<u8>,
    problems: Vec<CellProblem>,
    /// Those of zones count only when the column is one of zones.
    zone_problems: Vec<CellProblem>,
    more: u64,
    more_zones: u64,
}

impl<'a> Scan<'a> {
    fn new(config: &'a CsvConfig, letters: Letters) -> Self {
        Self {
            config,
            letters,
            columns: None,
            seen: Vec::new(),
            twins: Twins::new(),
            rows: 0,
            broken_header: None,
            zones: 0,
            last_zone: Vec::new(),
            problems: Vec::new(),
            zone_problems: Vec::new(),
            more: 0,
            more_zones: 0,
        }
    }

    /// Reads the whole file, and gives the letters that it seems to have.
    fn read(
        &mut self,
        file: &mut File,
        begin: u64,
        separator: u8,
        watch: &mut impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Letters, CsvError> {
        let path = &self.config.customers;
        file.seek(SeekFrom::Start(begin))
            .map_err(CsvError::io(path))?;
        let mut splitter = Splitter::new(&*file, separator);
        let mut wrong = None;
        let done = each_block(&mut splitter, |block| {
            if let Err(error) = self.block(block) {
                wrong = Some(error);
                return ControlFlow::Break(());
            }
            let watched = watch(block.bytes());
            if watched.is_break() {
                wrong = Some(CsvError::Stopped);
            }
            watched
        });
        done.map_err(CsvError::io(path))?;
        wrong.map_or(Ok(splitter.letters.decide()), Err)
    }

    fn block(&mut self, block: &Block) -> Result<(), CsvError> {
        let mut first = 0;
        if self.columns.is_none() {
            if let Some((line, fault)) = block.faults.first()
                && (block.len() == 0 || *line < block.row(0).line)
            {
                let fault = HeaderFault::Unreadable(fault.clone());
                return Err(header(&self.config.customers, *line, fault));
            }
            self.columns = Some(self.header(block.row(0))?);
            first = 1;
        }
        let Some(columns) = self.columns.take() else {
            return Ok(());
        };
        for n in first..block.len() {
            self.row(block.row(n), &columns);
        }
        self.columns = Some(columns);
        for (line, fault) in &block.faults {
            self.problem(CellProblem {
                line: *line,
                at: 1,
                column: None,
                fault: fault.clone(),
            });
        }
        Ok(())
    }

    fn header(&mut self, row: RowView<'_>) -> Result<Columns, CsvError> {
        let wrong = |fault| header(&self.config.customers, row.line, fault);
        let named = |letters: Letters| {
            let name = |at| Some(letters.decode(&row.field(at))?.into_owned());
            (0..row.len()).map(name).collect::<Option<Vec<String>>>()
        };
        // What is not UTF-8 is told by the rest of the file: it is Windows-1252, or broken.
        let names = named(self.letters).or_else(|| {
            self.broken_header = Some(row.line);
            named(Letters::Windows1252)
        });
        let names = names.unwrap_or_default();
        let id = self.config.id_column.as_deref();
        let columns = Columns::of(&names, id, &self.config.schema).map_err(wrong)?;
        self.seen = columns
            .list
            .iter()
            .map(|_| Seen {
                guess: Guess::NEW,
                is_filled: false,
                text_since: None,
            })
            .collect();
        Ok(columns)
    }

    fn row(&mut self, row: RowView<'_>, columns: &Columns) {
        let (found, expected) = (row.len(), columns.list.len());
        if found != expected {
            let at = if found > expected { expected } else { 0 };
            self.fault(row, at, None, RowFault::Fields { expected, found });
            return;
        }
        for at in 0..expected {
            let bytes = row.field(at);
            if !bytes.is_empty() {
                self.cell(row, at, &bytes, columns);
            } else if at == columns.id {
                self.fault(row, at, Some(columns), RowFault::Missing);
            }
        }
        self.rows += 1;
    }

    fn cell(&mut self, row: RowView<'_>, at: usize, bytes: &[u8], columns: &Columns) {
        self.seen[at].is_filled = true;
        let Some(text) = self.letters.decode(bytes) else {
            self.fault(row, at, Some(columns), RowFault::Encoding);
            return;
        };
        let column = &columns.list[at];
        if at == columns.id {
            if let Err(fault) = checked(&text) {
                self.fault(row, at, Some(columns), fault);
            }
            self.twins.see(bytes);
        }
        if Some(at) == columns.zone {
            self.zone(row, at, bytes, &text, columns);
        }
        if !column.is_declared {
            let seen = &mut self.seen[at];
            if !seen.guess.is_text() {
                let had = seen.guess.has_seen();
                seen.guess.see(&text);
                seen.text_since = (had && seen.guess.is_text()).then_some(row.line);
            }
        } else if !value::fits(&text, &column.r#type) {
            let expected = column.r#type.name();
            self.fault(row, at, Some(columns), RowFault::Value { expected });
        }
    }

    fn zone(&mut self, row: RowView<'_>, at: usize, bytes: &[u8], text: &str, columns: &Columns) {
        if self.last_zone == bytes {
            self.zones += 1;
        } else if text.parse::<Zone>().is_ok() {
            self.zones += 1;
            bytes.clone_into(&mut self.last_zone);
        } else {
            let expected = "time zone";
            let problem = self.told(row, at, Some(columns), RowFault::Value { expected });
            push(&mut self.zone_problems, &mut self.more_zones, problem);
        }
    }

    fn fault(&mut self, row: RowView<'_>, at: usize, columns: Option<&Columns>, fault: RowFault) {
        let problem = self.told(row, at, columns, fault);
        self.problem(problem);
    }

    fn told(
        &self,
        row: RowView<'_>,
        at: usize,
        columns: Option<&Columns>,
        fault: RowFault,
    ) -> CellProblem {
        let (line, place) = row.place(at, self.letters);
        CellProblem {
            line,
            at: place,
            column: columns.map(|columns| Arc::clone(&columns.list[at].header)),
            fault,
        }
    }

    fn problem(&mut self, problem: CellProblem) {
        push(&mut self.problems, &mut self.more, problem);
    }

    /// Reads the file again for ids that may be there twice.
    fn name_twins(
        &mut self,
        file: &mut File,
        begin: u64,
        separator: u8,
        (id, suspects): (usize, &mut Suspects),
        watch: &mut impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(), CsvError> {
        let path = &self.config.customers;
        file.seek(SeekFrom::Start(begin))
            .map_err(CsvError::io(path))?;
        let mut splitter = Splitter::new(&*file, separator);
        let (mut is_header, mut stopped) = (true, false);
        let done = each_block(&mut splitter, |block| {
            for n in usize::from(is_header)..block.len() {
                let row = block.row(n);
                let bytes = row.field(id);
                if let Some(first_line) = suspects.first(&bytes, row.line)
                    && let Some(text) = self.letters.decode(&bytes)
                {
                    let (line, at) = row.place(id, self.letters);
                    let id = text.into_owned();
                    self.problem(CellProblem {
                        line,
                        at,
                        column: None,
                        fault: RowFault::Duplicate { id, first_line },
                    });
                }
            }
            is_header = false;
            let watched = watch(block.bytes());
            stopped = watched.is_break();
            watched
        });
        done.map_err(CsvError::io(path))?;
        if stopped {
            Err(CsvError::Stopped)
        } else {
            Ok(())
        }
    }

    /// Fails when a row makes no sense.
    fn refuse(&mut self, path: &Path) -> Result<(), CsvError> {
        let mut problems = std::mem::take(&mut self.problems);
        if self.zones > 0 {
            problems.append(&mut self.zone_problems);
            self.more += self.more_zones;
        }
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by_key(|problem| (problem.line, problem.at));
        self.more += problems.len().saturating_sub(MOST_TOLD) as u64;
        problems.truncate(MOST_TOLD);
        let (file, more) = (path.to_owned(), self.more);
        Err(CsvError::Rows {
            file,
            problems,
            more,
        })
    }
}

fn push(problems: &mut Vec<CellProblem>, more: &mut u64, problem: CellProblem) {
    if problems.len() < MOST_TOLD {
        problems.push(problem);
    } else {
        *more += 1;
    }
}

/// Whether a text can be an id; most are short and plain, and are not copied for it.
fn checked(text: &str) -> Result<(), RowFault> {
    if text.len() < 256 && text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        return Ok(());
    }
    checked_id(text).map(drop)
}
