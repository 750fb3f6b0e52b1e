//! Rows per second into a population, its size, and the time to find a row by its id.
//!
//! `cargo bench --bench segment_build` measures; without `--bench` (as `cargo test` runs it) it
//! only proves that it works, with few rows. See `benches/README.md`.
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]

#[path = "support/chance.rs"]
mod chance;

use std::time::Duration;

use chrono::NaiveDate;
use pregon::{AttributeType, Cell, Population, Schema};

use chance::{Chance, GENDERS, PROVINCES};

/// How often each figure is taken; the median counts.
const RUNS: usize = 5;

/// A row as a host has it.
struct Client {
    visits: u16,
    spend_cents: i64,
    last_visit: NaiveDate,
    first_visit: NaiveDate,
    age: u8,
    income_cents: i64,
    gender: u8,
    province: u8,
}

impl Client {
    fn by_chance(chance: &mut Chance) -> Self {
        let day = |day: f64| NaiveDate::from_epoch_days(day as i32).expect("a day of our times");
        Self {
            visits: chance.poisson(3.0),
            spend_cents: (chance.gamma(1.2, 60_000.0) * 100.0) as i64,
            last_visit: day(20_400.0 - chance.exponential(120.0)),
            first_visit: day(20_280.0 - chance.exponential(900.0)),
            age: 16 + chance.below(69) as u8,
            income_cents: (chance.gamma(2.0, 600.0) * 100.0) as i64,
            gender: chance.below(3) as u8,
            province: chance.below(24) as u8,
        }
    }

    /// In the order of the schema, which is that of names.
    fn cells(&self) -> [Cell<'_>; 8] {
        [
            self.age.into(),
            self.first_visit.into(),
            GENDERS[usize::from(self.gender)].into(),
            Cell::Units(self.income_cents, 2),
            self.last_visit.into(),
            PROVINCES[usize::from(self.province)].into(),
            Cell::Units(self.spend_cents, 2),
            self.visits.into(),
        ]
    }
}

fn schema() -> Schema {
    let genders = GENDERS.iter().map(|gender| (*gender).to_owned()).collect();
    let attributes = [
        ("visits", AttributeType::Integer),
        ("spend", AttributeType::Decimal),
        ("last_visit", AttributeType::Date),
        ("first_visit", AttributeType::Date),
        ("age", AttributeType::Integer),
        ("income", AttributeType::Decimal),
        ("gender", AttributeType::Choice(genders)),
        ("province", AttributeType::Text),
    ];
    let mut schema = Schema::new();
    for (name, r#type) in attributes {
        schema.insert(name, r#type).expect("a name");
    }
    schema
}

/// Ids of nine bytes, one after the other, so that making them is not measured.
struct Ids(String);

impl Ids {
    fn of(rows: usize) -> Self {
        Self((0..rows).map(|row| format!("C-{row:07}")).collect())
    }

    fn get(&self, row: usize) -> &str {
        &self.0[row * 9..(row + 1) * 9]
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = std::time::Instant::now();
    let done = work();
    (done, started.elapsed())
}

fn build(schema: &Schema, clients: &[Client], ids: &Ids, known: bool) -> Population {
    let builder = Population::builder(schema);
    let mut builder = if known {
        builder.capacity(clients.len())
    } else {
        builder
    };
    for (row, client) in clients.iter().enumerate() {
        builder
            .push(ids.get(row), client.cells())
            .expect("a good row");
    }
    builder.finish()
}

fn build_ids(clients: &[Client], ids: &Ids) -> Population {
    let mut builder = Population::builder(&Schema::new()).capacity(clients.len());
    for row in 0..clients.len() {
        builder.push(ids.get(row), []).expect("a good row");
    }
    builder.finish()
}

/// The median of some runs.
fn median(mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| work()).collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn main() {
    let measured = std::env::args().any(|arg| arg == "--bench");
    let rows: usize = if measured { 10_000_000 } else { 2_000 };
    let mut chance = Chance(7);
    let clients: Vec<Client> = (0..rows).map(|_| Client::by_chance(&mut chance)).collect();
    let (ids, schema) = (Ids::of(rows), schema());
    let rate = |took: Duration| rows as f64 / took.as_secs_f64() / 1e6;

    let known = median(|| timed(|| build(&schema, &clients, &ids, true)).1);
    let unknown = median(|| timed(|| build(&schema, &clients, &ids, false)).1);
    let only_ids = median(|| timed(|| build_ids(&clients, &ids)).1);
    println!("segment_build: {rows} rows of 8 attributes and an id");
    println!(
        "segment_build: {:.2}M rows/s, their number known",
        rate(known)
    );
    println!("segment_build: {:.2}M rows/s, not known", rate(unknown));
    println!("segment_build: {:.2}M ids/s alone", rate(only_ids));

    let population = build(&schema, &clients, &ids, true);
    assert_eq!(population.len(), rows);
    let sizes = population.sizes();
    let own = sizes.total() - sizes.ids;
    println!(
        "segment_build: {:.2} bytes a row, columns {:.2}; ids {:.2}",
        own as f64 / rows as f64,
        sizes.columns as f64 / rows as f64,
        sizes.ids as f64 / rows as f64
    );
    assert!(!measured || own <= sizes.columns * 115 / 100);

    let asked: Vec<usize> = (0..rows / 10).map(|_| chance.below(rows)).collect();
    let found = median(|| {
        let look_up = || {
            for row in &asked {
                assert_eq!(population.row_of(ids.get(*row)), Some(*row));
            }
        };
        timed(look_up).1
    });
    println!(
        "segment_build: {:.0} ns to find the row of an id",
        found.as_secs_f64() * 1e9 / asked.len() as f64
    );
}
