//! Our side, through the public API of `pregon-core` alone.

use std::time::Instant;

use chrono::{DateTime, Utc};
use pregon_core::{AttributeType, Cell, Compiled, Population, Schema, Threads};

use crate::Result;
use crate::data::{Data, GENDERS, PROVINCES, TODAY};
use crate::segments::{self, COLUMNS, Segment};

/// Noon of the day that is today.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(TODAY * 86_400 + 43_200, 0).expect("a day of our time")
}

/// The columns as attributes.
pub(crate) fn schema() -> Result<Schema> {
    let texts = |letter: char, number: u8| {
        AttributeType::Choice((0..number).map(|n| format!("{letter}{n}")).collect())
    };
    let schema = Schema::new()
        .with("age", AttributeType::Integer)?
        .with("first_visit", AttributeType::Date)?
        .with("gender", texts('g', GENDERS))?
        .with("income", AttributeType::Decimal)?
        .with("last_visit", AttributeType::Date)?
        .with("province", texts('p', PROVINCES))?
        .with("spend", AttributeType::Decimal)?
        .with("visits", AttributeType::Integer)?;
    assert!(
        schema
            .iter()
            .map(|(name, _)| name)
            .eq(COLUMNS.map(|column| column.name))
    );
    Ok(schema)
}

/// One customer as cells, in the order of the schema.
pub(crate) struct Texts {
    genders: Vec<String>,
    provinces: Vec<String>,
}

impl Texts {
    pub(crate) fn new() -> Self {
        Self {
            genders: (0..GENDERS).map(|n| format!("g{n}")).collect(),
            provinces: (0..PROVINCES).map(|n| format!("p{n}")).collect(),
        }
    }

    pub(crate) fn cells(&self, data: &Data, row: usize) -> [Cell<'_>; 8] {
        [
            Cell::from(data.age[row]),
            Cell::Date(date(data.first_visit[row])),
            Cell::Text(&self.genders[usize::from(data.gender[row])]),
            Cell::Units(data.income[row], 2),
            Cell::Date(date(data.last_visit[row])),
            Cell::Text(&self.provinces[usize::from(data.province[row])]),
            Cell::Units(data.spend[row], 2),
            Cell::from(data.visits[row]),
        ]
    }
}

fn date(days: i32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_epoch_days(days).expect("a day of our time")
}

/// The population of the data, and how many customers a second it took.
pub(crate) fn population(data: &Data) -> Result<(Population, f64)> {
    let texts = Texts::new();
    let schema = schema()?;
    // Ids are made beforehand: printing them is no part of building.
    let ids: Vec<String> = (0..data.rows()).map(|row| format!("C{row:08}")).collect();
    let begin = Instant::now();
    let mut builder = Population::builder(&schema).capacity(data.rows());
    for (row, id) in ids.iter().enumerate() {
        builder.push(id, texts.cells(data, row))?;
    }
    let population = builder.finish();
    let rate = data.rows() as f64 / begin.elapsed().as_secs_f64();
    Ok((population, rate))
}

/// Segments ready to be evaluated, and the threads to do it.
pub(crate) struct Ours {
    compiled: Compiled,
    threads: Threads,
}

impl Ours {
    pub(crate) fn new(segments: &[Segment], threads: usize) -> Result<Self> {
        let compiled = segments::ours(segments)?.compile(&schema()?);
        Ok(Self {
            compiled: compiled.map_err(|errors| format!("{errors:?}"))?,
            threads: Threads::new(threads),
        })
    }

    /// Evaluates them all into new bitmaps; gives the milliseconds.
    pub(crate) fn run(&self, population: &Population) -> f64 {
        let begin = Instant::now();
        let members = self.compiled.evaluate(population, now(), self.threads);
        let took = begin.elapsed();
        drop(members);
        took.as_secs_f64() * 1000.0
    }

    /// Evaluates them into the bitmaps of an evaluation before, as one that repeats does.
    pub(crate) fn run_again(&self, population: &Population, times: usize) -> Vec<f64> {
        let mut members = self.compiled.evaluate(population, now(), self.threads);
        let once = |_| {
            let begin = Instant::now();
            self.compiled
                .evaluate_into(&mut members, population, now(), self.threads);
            begin.elapsed().as_secs_f64() * 1000.0
        };
        (0..times).map(once).collect()
    }

    pub(crate) fn counts(&self, population: &Population) -> Vec<u64> {
        let members = self.compiled.evaluate(population, now(), self.threads);
        members.iter().map(|(_, _, count)| count as u64).collect()
    }
}
