//! What a block of rows says of its columns, and what is wrong with it.

use std::sync::Arc;

use pregon_core::Zone;

use super::super::table::checked_id;
use super::super::text::Letters;
use super::super::value::{self, Guess};
use super::super::{CellProblem, RowFault};
use super::column::{Columns, CsvColumn};
use super::split::{Block, RowView};
use super::twins::Ids;

/// How many problems are told one by one.
const MOST_TOLD: usize = 20;

/// The zone read last, because neighbours are often in one.
pub(super) type LastZone = Vec<u8>;

/// What a block says.
pub(super) struct Sight {
    pub(super) rows: u64,
    /// The first row that is none of a header.
    pub(super) first: usize,
    /// Of each column the types that fit its values; of one whose type is declared only whether
    /// there are any.
    pub(super) guesses: Vec<Guess>,
    pub(super) ids: Ids,
    pub(super) zones: u64,
    pub(super) problems: Problems,
    pub(super) zone_problems: Problems,
}

/// What is wrong: the first things one by one, and how much more there is.
#[derive(Default)]
pub(super) struct Problems {
    first: Vec<CellProblem>,
    more: u64,
}

impl Problems {
    pub(super) fn push(&mut self, problem: CellProblem) {
        if self.first.len() < MOST_TOLD {
            self.first.push(problem);
        } else {
            self.more += 1;
        }
    }

    /// With those of rows that come later.
    pub(super) fn append(&mut self, later: Self) {
        later.first.into_iter().for_each(|one| self.push(one));
        self.more += later.more;
    }

    /// With others, wherever they are.
    pub(super) fn join(&mut self, mut others: Self) {
        self.first.append(&mut others.first);
        self.more += others.more;
    }

    /// The first ones in the order of the file, and the number of the others.
    pub(super) fn told(mut self) -> (Vec<CellProblem>, u64) {
        self.first.sort_by_key(|problem| (problem.line, problem.at));
        self.more += self.first.len().saturating_sub(MOST_TOLD) as u64;
        self.first.truncate(MOST_TOLD);
        (self.first, self.more)
    }
}

/// How blocks are looked at.
pub(super) struct Looking<'a> {
    pub(super) letters: Letters,
    pub(super) columns: &'a Columns,
}

impl Looking<'_> {
    /// What the rows of a block say, from one of them on.
    pub(super) fn look(&self, block: &Block, first: usize, last: &mut LastZone) -> Sight {
        let mut sight = Sight {
            rows: 0,
            first,
            guesses: vec![Guess::NEW; self.columns.list.len()],
            ids: Ids::with_capacity(block.len()),
            zones: 0,
            problems: Problems::default(),
            zone_problems: Problems::default(),
        };
        // Bytes that were found to be UTF-8 need not be looked at one by one.
        let is_sound = block.is_utf8 || self.letters != Letters::Utf8;
        for n in first..block.len() {
            self.row(block.row(n), is_sound, last, &mut sight);
        }
        for (line, fault) in &block.faults {
            sight.problems.push(CellProblem {
                line: *line,
                at: 1,
                column: None,
                fault: fault.clone(),
            });
        }
        sight
    }

    fn row(&self, row: RowView<'_>, is_sound: bool, last: &mut LastZone, sight: &mut Sight) {
        let (found, expected) = (row.len(), self.columns.list.len());
        if found != expected {
            let at = if found > expected { expected } else { 0 };
            let problem = self.told(row, at, None, RowFault::Fields { expected, found });
            sight.problems.push(problem);
            return;
        }
        for (at, column) in self.columns.list.iter().enumerate() {
            let bytes = row.field(at);
            let is_id = at == self.columns.id;
            let guess = &mut sight.guesses[at];
            if bytes.is_empty() {
                if is_id {
                    let problem = self.told(row, at, Some(column), RowFault::Missing);
                    sight.problems.push(problem);
                }
                continue;
            }
            let is_plain = Some(at) != self.columns.zone && !column.is_declared;
            if is_plain && is_sound && (!is_id || is_plain_id(&bytes)) && guess.stays(&bytes) {
                if is_id {
                    sight.ids.push(&bytes);
                }
                continue;
            }
            self.cell(row, at, &bytes, last, sight);
        }
        sight.rows += 1;
    }

    fn cell(
        &self,
        row: RowView<'_>,
        at: usize,
        bytes: &[u8],
        last: &mut LastZone,
        sight: &mut Sight,
    ) {
        let column = &self.columns.list[at];
        let fault = |fault| self.told(row, at, Some(column), fault);
        let Some(text) = self.letters.decode(bytes) else {
            sight.guesses[at].fill();
            sight.problems.push(fault(RowFault::Encoding));
            return;
        };
        if at == self.columns.id {
            if let Err(wrong) = checked(&text) {
                sight.problems.push(fault(wrong));
            }
            sight.ids.push(bytes);
        }
        if Some(at) == self.columns.zone {
            if last == bytes {
                sight.zones += 1;
            } else if text.parse::<Zone>().is_ok() {
                sight.zones += 1;
                bytes.clone_into(last);
            } else {
                let expected = "time zone";
                sight
                    .zone_problems
                    .push(fault(RowFault::Value { expected }));
            }
        }
        if !column.is_declared {
            sight.guesses[at].see(&text);
            return;
        }
        sight.guesses[at].fill();
        if !value::fits(&text, &column.r#type) {
            let expected = column.r#type.name();
            sight.problems.push(fault(RowFault::Value { expected }));
        }
    }

    fn told(
        &self,
        row: RowView<'_>,
        at: usize,
        column: Option<&CsvColumn>,
        fault: RowFault,
    ) -> CellProblem {
        let (line, place) = row.place(at, self.letters);
        CellProblem {
            line,
            at: place,
            column: column.map(|column| Arc::clone(&column.header)),
            fault,
        }
    }
}

/// Whether a text can be an id; most are short and plain, and are not copied for it.
fn checked(text: &str) -> Result<(), RowFault> {
    if is_plain_id(text.as_bytes()) {
        return Ok(());
    }
    checked_id(text).map(drop)
}

fn is_plain_id(bytes: &[u8]) -> bool {
    bytes.len() < 256 && bytes.iter().all(|byte| (b' '..0x7f).contains(byte))
}
