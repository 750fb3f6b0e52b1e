//! Asks the question of every row, many rows at once, on all cores.

use std::collections::HashMap;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use pregon::source::{CsvBatch, CsvRow, CsvSheet};
use pregon::{Compiled, Population, PopulationBuilder, PopulationError, Schema, Threads, Zone};

use super::Asked;
use super::question::Question;
use crate::output::{Failure, FailureKind};

/// Asks it of all rows: `look` sees the members among some rows, those of several places of the
/// file at once, and `take` is given what it made of them in the order of the file, until it has
/// enough.
pub(super) fn each<T: Send>(
    asked: &Asked,
    question: &Question,
    sheet: &mut CsvSheet,
    look: impl Fn(&Chunk<'_>) -> T + Sync,
    mut take: impl FnMut(T) -> ControlFlow<()>,
) -> Result<(), Failure> {
    let names = question.attributes();
    let mut schema = Schema::new();
    for name in &names {
        if let Some(r#type) = sheet.schema().get(name) {
            // The name is one, as it is in the sheet's schema.
            let _ = schema.insert(name, r#type.clone());
        }
    }
    let compiled = question.segments.compile(&schema).map_err(|errors| {
        // The question was checked against these columns.
        let said = errors.first().map(ToString::to_string).unwrap_or_default();
        Failure::new(FailureKind::Failed, said)
    })?;
    let members = |batch: &mut CsvBatch<'_>| {
        let mut chunk = Chunk::new(question, &schema);
        for n in 0..batch.len() {
            chunk.push(batch.row(n), asked)?;
        }
        chunk.evaluate(&compiled);
        Ok(look(&chunk))
    };
    let mut wrong: Option<PopulationError> = None;
    let read = sheet.read(&names, members, |seen| {
        asked.go_on()?;
        match seen {
            Ok(seen) => take(seen),
            Err(error) => {
                wrong = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    read.map_err(|error| asked.reading(&error))?;
    let Some(error) = wrong else { return Ok(()) };
    // Every row was looked at before; now it is another one.
    let message = "the file has changed since it was opened";
    Err(Failure::new(FailureKind::Unreachable, message).because(&error))
}

/// Some rows, in the order of the file, and who of them belongs to which segment.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    schema: &'a Schema,
    /// The rows for which it is the same instant.
    groups: HashMap<DateTime<Utc>, Group>,
    /// The zone of the last row, because neighbours are often in one, and the instant in it.
    last: Option<(Zone, DateTime<Utc>)>,
    len: usize,
    segments: usize,
    /// Of each row the words in which a bit stands for a segment.
    hits: Vec<u64>,
    ids: String,
    ends: Vec<usize>,
}

#[derive(Debug)]
struct Group {
    builder: PopulationBuilder,
    /// The number of each of its rows in the chunk.
    rows: Vec<usize>,
}

impl<'a> Chunk<'a> {
    fn new(question: &Question, schema: &'a Schema) -> Self {
        Self {
            schema,
            groups: HashMap::new(),
            last: None,
            len: 0,
            segments: question.ones.len(),
            hits: Vec::new(),
            ids: String::new(),
            ends: Vec::new(),
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The id of a row.
    pub(super) fn id(&self, row: usize) -> &str {
        let begin = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.ids[begin..self.ends[row]]
    }

    /// The numbers of the segments that a row belongs to.
    pub(super) fn hits(&self, row: usize) -> impl Iterator<Item = usize> {
        let words = self.words();
        let own = self.hits[row * words..][..words].iter().enumerate();
        own.flat_map(|(at, word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| at * 64 + bit)
        })
    }

    fn words(&self) -> usize {
        self.segments.div_ceil(64)
    }

    fn push(&mut self, row: CsvRow<'_>, asked: &Asked) -> Result<(), PopulationError> {
        let zone = row.zone().unwrap_or(asked.when.zone);
        let now = match self.last {
            Some((last, now)) if last == zone => now,
            _ => asked.when.now(zone),
        };
        self.last = Some((zone, now));
        let group = self.groups.entry(now).or_insert_with(|| Group {
            builder: Population::builder(self.schema),
            rows: Vec::new(),
        });
        group.builder.push_in(row.id(), zone, row.cells())?;
        group.rows.push(self.len);
        self.ids.push_str(row.id());
        self.ends.push(self.ids.len());
        self.len += 1;
        Ok(())
    }

    fn evaluate(&mut self, compiled: &Compiled) {
        let words = self.words();
        self.hits.clear();
        self.hits.resize(self.len * words, 0);
        for (now, group) in self.groups.drain() {
            let population = group.builder.finish();
            let members = compiled.evaluate(&population, now, Threads::new(1));
            for (segment, (_, rows, _)) in members.iter().enumerate() {
                for row in rows.iter() {
                    self.hits[group.rows[row] * words + segment / 64] |= 1 << (segment % 64);
                }
            }
        }
    }
}
