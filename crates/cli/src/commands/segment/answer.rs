//! Asks the question of every row, many rows at once.

use std::collections::HashMap;
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use pregon::source::{CsvRow, CsvSheet};
use pregon::{Compiled, Population, PopulationBuilder, PopulationError, Schema, Threads, Zone};

use super::Asked;
use super::question::Question;
use crate::output::{Failure, FailureKind};

/// How many rows are asked at once: their columns stay in a core's own cache.
const ROWS: usize = 1 << 14;

/// Gives the members of the segments among some rows, and again until there are no more rows, or
/// `see` has seen enough.
pub(super) fn each(
    asked: &Asked,
    question: &Question,
    sheet: &mut CsvSheet,
    mut see: impl FnMut(&Chunk) -> ControlFlow<()>,
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
    let mut chunk = Chunk::new(question, schema);
    let mut wrong = None;
    let read = sheet.read(&names, |batch| {
        asked.go_on()?;
        for n in 0..batch.len() {
            if let Err(error) = chunk.push(batch.row(n), asked) {
                wrong = Some(error);
                return ControlFlow::Break(());
            }
            if chunk.len() == ROWS {
                chunk.evaluate(&compiled);
                see(&chunk)?;
                chunk.clear();
            }
        }
        ControlFlow::Continue(())
    });
    read.map_err(|error| asked.reading(&error))?;
    if let Some(error) = wrong {
        // Every row was looked at before; now it is another one.
        let message = "the file has changed since it was opened";
        return Err(Failure::new(FailureKind::Unreachable, message).because(&error));
    }
    if chunk.len() > 0 && asked.go_on().is_continue() {
        chunk.evaluate(&compiled);
        let _ = see(&chunk);
    }
    Ok(())
}

/// Some rows, in the order of the file, and who of them belongs to which segment.
#[derive(Debug)]
pub(super) struct Chunk {
    schema: Schema,
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

impl Chunk {
    fn new(question: &Question, schema: Schema) -> Self {
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
        let schema = &self.schema;
        let group = self.groups.entry(now).or_insert_with(|| Group {
            builder: Population::builder(schema).capacity(ROWS),
            rows: Vec::with_capacity(ROWS),
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

    fn clear(&mut self) {
        self.len = 0;
        self.ids.clear();
        self.ends.clear();
        self.groups.clear();
    }
}
