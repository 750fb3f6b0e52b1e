//! The later readings of a sheet: its rows in batches, with the values that are asked for.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

use chrono::{DateTime, NaiveDate, Utc};
use pregon_core::{AttributeType, Cell, Decimal, Value, Zone};

use super::super::text::Letters;
use super::super::{CsvError, value};
use super::CsvSheet;
use super::split::{Block, RowView, Splitter};
use super::stream::each_block;

/// A value, or where its text is kept.
#[derive(Debug, Clone)]
enum Slot {
    Missing,
    Bool(bool),
    Integer(i64),
    Units(i64, u8),
    Decimal(Decimal),
    Text(Range<usize>),
    Date(NaiveDate),
    Instant(DateTime<Utc>),
    Texts(usize),
}

/// What is read of every row.
#[derive(Debug)]
struct Wanted<'a> {
    letters: Letters,
    id: usize,
    zone: Option<usize>,
    cells: Vec<Option<(usize, &'a AttributeType)>>,
}

/// The values of the row that was read last.
#[derive(Debug, Default)]
struct Values {
    id: String,
    zone: Option<Zone>,
    slots: Vec<Slot>,
    texts: String,
    sets: Vec<BTreeSet<String>>,
    last_zone: (Vec<u8>, Option<Zone>),
}

/// Some rows of a [`CsvSheet`], in the order of the file.
#[derive(Debug)]
pub struct CsvBatch<'a> {
    block: &'a Block,
    first: usize,
    wanted: &'a Wanted<'a>,
    values: &'a mut Values,
}

impl CsvBatch<'_> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.block.len() - self.first
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes of the file they take, about.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.block.bytes()
    }

    /// Reads a row.
    ///
    /// # Panics
    /// When `n` is not below [`len`](Self::len).
    pub fn row(&mut self, n: usize) -> CsvRow<'_> {
        let row = self.block.row(self.first + n);
        self.values.read(row, self.wanted);
        CsvRow {
            line: row.line,
            values: self.values,
        }
    }
}

/// One row of a [`CsvSheet`]. Its `Debug` shows no value, which is a person's.
#[derive(Clone, Copy)]
pub struct CsvRow<'a> {
    line: u64,
    values: &'a Values,
}

impl std::fmt::Debug for CsvRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvRow")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl<'a> CsvRow<'a> {
    /// The line on which it begins, from 1.
    #[must_use]
    pub fn line(self) -> u64 {
        self.line
    }

    /// The customer's id.
    #[must_use]
    pub fn id(self) -> &'a str {
        &self.values.id
    }

    /// The customer's zone, where the file has zones and the row has one.
    #[must_use]
    pub fn zone(self) -> Option<Zone> {
        self.values.zone
    }

    /// The value of the attribute that was named at this place; missing beyond the last.
    #[must_use]
    pub fn cell(self, at: usize) -> Cell<'a> {
        self.values
            .slots
            .get(at)
            .map_or(Cell::Missing, |slot| self.values.cell(slot))
    }

    /// The values of all attributes that were named, in that order.
    pub fn cells(self) -> impl ExactSizeIterator<Item = Cell<'a>> {
        self.values
            .slots
            .iter()
            .map(move |slot| self.values.cell(slot))
    }
}

/// Reads a sheet from its beginning: `look` sees the batches several at once, and `take` is given
/// what each came to in the order of the file.
pub(super) fn read<T: Send>(
    sheet: &mut CsvSheet,
    attributes: &[&str],
    look: impl Fn(&mut CsvBatch<'_>) -> T + Sync,
    mut take: impl FnMut(T) -> ControlFlow<()>,
) -> Result<(), CsvError> {
    sheet.rewind()?;
    let columns = &sheet.columns;
    let cell = |name: &&str| {
        let (at, r#type) = columns.names.get(*name)?;
        Some((*at, r#type.as_ref().unwrap_or(&columns.list[*at].r#type)))
    };
    let wanted = Wanted {
        letters: sheet.letters,
        id: columns.id,
        zone: columns.zone,
        cells: attributes.iter().map(cell).collect(),
    };
    let look_at = |values: &mut Values, number: usize, block: &Block| {
        let same = |n: usize| block.row(n).len() == columns.list.len();
        // Every row was looked at before: what is another one now was changed since.
        let is_same = block.faults.is_empty() && (0..block.len()).all(same);
        is_same.then(|| {
            look(&mut CsvBatch {
                block,
                first: usize::from(number == 0),
                wanted: &wanted,
                values,
            })
        })
    };
    let mut is_changed = false;
    let mut splitter = Splitter::new(&sheet.file, sheet.separator);
    let done = each_block(&mut splitter, None, look_at, |_, seen| match seen {
        Some(seen) => take(seen),
        None => {
            is_changed = true;
            ControlFlow::Break(())
        }
    });
    done.map_err(CsvError::io(sheet.path()))?;
    if is_changed {
        let file = sheet.path().to_owned();
        return Err(CsvError::Changed { file });
    }
    sheet.check_same()
}

impl Values {
    fn read(&mut self, row: RowView<'_>, wanted: &Wanted<'_>) {
        self.texts.clear();
        self.sets.clear();
        self.slots.clear();
        self.id.clear();
        let id = row.field(wanted.id);
        self.id
            .push_str(&wanted.letters.decode(&id).unwrap_or_default());
        self.zone = wanted
            .zone
            .and_then(|at| self.zone(row, at, wanted.letters));
        for cell in &wanted.cells {
            let slot = cell.map_or(Slot::Missing, |(at, r#type)| {
                let bytes = row.field(at);
                plain(&bytes, r#type).unwrap_or_else(|| {
                    // What is no text was found when the file was opened.
                    let text = wanted.letters.decode(&bytes).unwrap_or_default();
                    self.slot(&text, r#type)
                })
            });
            self.slots.push(slot);
        }
    }

    fn zone(&mut self, row: RowView<'_>, at: usize, letters: Letters) -> Option<Zone> {
        let bytes = row.field(at);
        let (last, zone) = &mut self.last_zone;
        if **last != *bytes {
            bytes.as_ref().clone_into(last);
            *zone = letters.decode(&bytes).and_then(|text| text.parse().ok());
        }
        *zone
    }

    /// A value; missing for what is none, which was found when the file was opened.
    fn slot(&mut self, text: &str, r#type: &AttributeType) -> Slot {
        if text.is_empty() {
            return Slot::Missing;
        }
        if let AttributeType::Text | AttributeType::Choice(_) = r#type {
            let begin = self.texts.len();
            self.texts.push_str(text);
            return Slot::Text(begin..self.texts.len());
        }
        match value::parse(text, r#type) {
            Some(Value::Bool(yes)) => Slot::Bool(yes),
            Some(Value::Integer(number)) => Slot::Integer(number),
            Some(Value::Decimal(number)) => Slot::Decimal(number),
            Some(Value::Date(day)) => Slot::Date(day),
            Some(Value::Instant(at)) => Slot::Instant(at),
            Some(Value::Texts(set)) => {
                self.sets.push(set);
                Slot::Texts(self.sets.len() - 1)
            }
            _ => Slot::Missing,
        }
    }

    fn cell(&self, slot: &Slot) -> Cell<'_> {
        match slot {
            Slot::Missing => Cell::Missing,
            Slot::Bool(yes) => Cell::Bool(*yes),
            Slot::Integer(number) => Cell::Integer(*number),
            Slot::Units(units, scale) => Cell::Units(*units, *scale),
            Slot::Decimal(number) => Cell::Decimal(*number),
            Slot::Text(range) => Cell::Text(&self.texts[range.clone()]),
            Slot::Date(day) => Cell::Date(*day),
            Slot::Instant(at) => Cell::Instant(*at),
            Slot::Texts(at) => Cell::Texts(&self.sets[*at]),
        }
    }
}

/// A value that is written as most are, from its bytes.
fn plain(bytes: &[u8], r#type: &AttributeType) -> Option<Slot> {
    match r#type {
        AttributeType::Integer => value::whole(bytes).map(Slot::Integer),
        AttributeType::Decimal => {
            value::units(bytes).map(|(units, scale)| Slot::Units(units, scale))
        }
        AttributeType::Date => value::day(bytes).map(Slot::Date),
        _ => None,
    }
}
