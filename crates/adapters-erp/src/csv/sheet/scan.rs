//! The first reading of a sheet: its header, its types, and whether every row makes sense.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use super::super::table::{BUFFER, Stamp, first_line};
use super::super::text::{LetterCount, Letters, letters, separator};
use super::super::value::Guess;
use super::super::{CellProblem, CsvConfig, CsvError, Encoding, HeaderFault, RowFault};
use super::CsvSheet;
use super::column::Columns;
use super::look::{LastZone, Looking, Problems, Sight};
use super::split::{Block, RowView, Splitter};
use super::stream::each_block;
use super::twins::{Suspects, Twins};

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
    problems: Problems,
    /// Those of zones count only when the column is one of zones.
    zone_problems: Problems,
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
            problems: Problems::default(),
            zone_problems: Problems::default(),
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
        let mut splitter = Splitter::new(&*file, separator).counting();
        let mut first = Block::default();
        if !splitter.fill(&mut first).map_err(CsvError::io(path))? {
            return Ok(Letters::Utf8);
        }
        let columns = self.header(&first)?;
        let looking = Looking {
            letters: self.letters,
            columns: &columns,
        };
        let look = |last: &mut LastZone, number: usize, block: &Block| {
            looking.look(block, usize::from(number == 0), last)
        };
        let mut stopped = false;
        let done = each_block(&mut splitter, Some(first), look, |block, sight| {
            self.add(block, sight, &columns);
            let watched = watch(block.bytes());
            stopped = watched.is_break();
            watched
        });
        done.map_err(CsvError::io(path))?;
        self.columns = Some(columns);
        if stopped {
            Err(CsvError::Stopped)
        } else {
            let counted = splitter.letters.as_ref();
            Ok(counted.map_or(Letters::Utf8, LetterCount::decide))
        }
    }

    fn header(&mut self, block: &Block) -> Result<Columns, CsvError> {
        if let Some((line, fault)) = block.faults.first()
            && (block.len() == 0 || *line < block.row(0).line)
        {
            let fault = HeaderFault::Unreadable(fault.clone());
            return Err(header(&self.config.customers, *line, fault));
        }
        let row = block.row(0);
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

    /// Adds what was seen in the next block.
    fn add(&mut self, block: &Block, sight: Sight, columns: &Columns) {
        self.rows += sight.rows;
        self.zones += sight.zones;
        self.twins.see(sight.ids);
        self.problems.append(sight.problems);
        self.zone_problems.append(sight.zone_problems);
        let rows = || (sight.first..block.len()).map(|n| block.row(n));
        for (at, (seen, guess)) in self.seen.iter_mut().zip(sight.guesses).enumerate() {
            seen.is_filled |= guess.has_seen();
            if columns.list[at].is_declared || seen.guess.is_text() {
                continue;
            }
            let mut both = seen.guess;
            both.join(guess);
            if both.is_text() {
                seen.text_since = text_since(seen.guess, rows(), at, self.letters);
            }
            seen.guess = both;
        }
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
        let nothing = |_: &mut (), _, _: &Block| ();
        let done = each_block(&mut splitter, None, nothing, |block, ()| {
            for n in usize::from(is_header)..block.len() {
                let row = block.row(n);
                let bytes = row.field(id);
                if let Some(first_line) = suspects.first(&bytes, row.line)
                    && let Some(text) = self.letters.decode(&bytes)
                {
                    let (line, at) = row.place(id, self.letters);
                    let id = text.into_owned();
                    self.problems.push(CellProblem {
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
        let mut all = std::mem::take(&mut self.problems);
        if self.zones > 0 {
            all.join(std::mem::take(&mut self.zone_problems));
        }
        let (problems, more) = all.told();
        if problems.is_empty() {
            return Ok(());
        }
        let file = path.to_owned();
        Err(CsvError::Rows {
            file,
            problems,
            more,
        })
    }
}

/// The line of the value in some rows that leaves no type but text, when those before had one.
fn text_since<'b>(
    mut guess: Guess,
    rows: impl Iterator<Item = RowView<'b>>,
    column: usize,
    letters: Letters,
) -> Option<u64> {
    let value = |row: RowView<'_>| {
        let bytes = row.field(column);
        (!bytes.is_empty()).then(|| letters.decode(&bytes).unwrap_or_default().into_owned())
    };
    for row in rows {
        if let Some(text) = value(row) {
            let had = guess.has_seen();
            guess.see(&text);
            if guess.is_text() {
                return had.then_some(row.line);
            }
        }
    }
    None
}
