//! One customer's change among many segments, against a-tree's search.

use std::hint::black_box;
use std::time::Instant;

use a_tree::{ATree, AttributeDefinition, Event};
use pregon_core::{Cell, Live, Population};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::Result;
use crate::data::Data;
use crate::ours::{Texts, now};
use crate::segments::{self, COLUMNS, Segment};

/// How many changes are timed, after some that are not.
const CHANGES: usize = 50_000;
const ROUNDS: usize = 5;

/// A customer's attribute becomes that of another.
struct Change {
    row: usize,
    column: usize,
    from: usize,
}

/// Both sides, and the customers as they are.
struct Both {
    live: Live,
    tree: ATree<u64>,
    customers: Data,
    texts: Texts,
}

/// Both, over the same changes of the same customers; says what they take.
pub(crate) fn compare(data: &Data, population: Population, number: usize) -> Result<()> {
    let segments = segments::random(number, 1_000);
    let mut random = StdRng::seed_from_u64(77);
    let mut any = || Change {
        row: random.random_range(0..data.rows()),
        column: random.random_range(0..COLUMNS.len()),
        from: random.random_range(0..data.rows()),
    };
    let changes: Vec<Change> = (0..CHANGES).map(|_| any()).collect();
    let begin = Instant::now();
    let live = Live::new(&segments::ours(&segments)?, population, now());
    let live = live.map_err(|errors| format!("{errors:?}"))?;
    let opened = begin.elapsed();
    let mut both = Both {
        live,
        tree: tree(&segments)?,
        customers: data.clone(),
        texts: Texts::new(),
    };
    both.agree(&changes[..2_000])?;

    let mut rounds: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        for (times, took) in rounds.iter_mut().zip(both.round(&changes)?) {
            times.push(took);
        }
    }
    println!("\n### One attribute of one customer changes, {number} random segments\n");
    println!(
        "{} customers; opening takes {:.1} s.",
        data.rows(),
        opened.as_secs_f64()
    );
    println!("Medians of {ROUNDS} rounds of {CHANGES} changes, interleaved:\n");
    println!("| | µs | Pregón / this |\n|---|---:|---:|");
    let ways = [
        "**Pregón**, `Live::change` by row",
        "Pregón, `Live::change_id`",
        "a-tree 0.6, `search` alone",
        "a-tree 0.6, with its event",
    ];
    let [ours, ..] = rounds.each_mut().map(|times| median(times));
    for (way, times) in ways.iter().zip(&mut rounds) {
        let took = median(times);
        println!("| {way} | {took:.3} | {:.3} |", ours / took);
    }
    Ok(())
}

impl Both {
    /// Changes customers, and compares what both say of each.
    fn agree(&mut self, changes: &[Change]) -> Result<()> {
        for change in changes {
            self.customers.take(change);
            let cell = self.texts.cells(&self.customers, change.row)[change.column];
            let cells = [(COLUMNS[change.column].name, cell)];
            let _ = self.live.change(change.row, &cells)?;
            let ours: Vec<&str> = self.live.of(change.row).map(|name| name.as_str()).collect();
            let event = event(&self.tree, &self.customers, change.row)?;
            let mut theirs = matches(&self.tree, &event)?;
            theirs.sort_unstable();
            let theirs: Vec<String> = theirs.iter().map(|n| format!("s{n}")).collect();
            if ours != theirs {
                return Err(format!("row {}: {ours:?} and {theirs:?}", change.row).into());
            }
        }
        Ok(())
    }

    /// The microseconds of a change by row, one by id, a search, and one with its event.
    fn round(&mut self, changes: &[Change]) -> Result<[f64; 4]> {
        let Self {
            live,
            tree,
            customers,
            texts,
        } = self;
        let ids = changes
            .iter()
            .map(|change| live.population().id(change.row).to_owned());
        let ids: Vec<String> = ids.collect();
        let cells = changes.iter().map(|change| {
            let cell = texts.cells(customers, change.from)[change.column];
            (COLUMNS[change.column].name, cell)
        });
        let cells: Vec<(&str, Cell<'_>)> = cells.collect();
        let by_row = each(changes.iter().zip(&cells), |(change, cell)| {
            black_box(live.change(change.row, std::slice::from_ref(cell)).is_ok());
        });
        // Back to what they were, so that the next have something to change.
        restore(live, changes, customers, texts)?;
        let by_id = each(ids.iter().zip(&cells), |(id, cell)| {
            black_box(live.change_id(id, std::slice::from_ref(cell)).is_ok());
        });
        restore(live, changes, customers, texts)?;
        let events = changes
            .iter()
            .map(|change| event(tree, customers, change.row));
        let events = events.collect::<Result<Vec<Event>>>()?;
        let search = each(events.iter(), |event| {
            black_box(tree.search(event).is_ok());
        });
        let with_event = each(changes.iter(), |change| {
            if let Ok(event) = event(tree, customers, change.row) {
                black_box(tree.search(&event).is_ok());
            }
        });
        Ok([by_row, by_id, search, with_event])
    }
}

/// Microseconds of one, over all.
fn each<T>(all: impl ExactSizeIterator<Item = T>, mut one: impl FnMut(T)) -> f64 {
    let number = all.len();
    let begin = Instant::now();
    all.for_each(&mut one);
    begin.elapsed().as_secs_f64() * 1e6 / number as f64
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn restore(live: &mut Live, changes: &[Change], customers: &Data, texts: &Texts) -> Result<()> {
    for change in changes {
        let cell = texts.cells(customers, change.row)[change.column];
        let _ = live.change(change.row, &[(COLUMNS[change.column].name, cell)])?;
    }
    Ok(())
}

impl Data {
    fn take(&mut self, change: &Change) {
        let (row, from) = (change.row, change.from);
        match COLUMNS[change.column].name {
            "age" => self.age[row] = self.age[from],
            "first_visit" => self.first_visit[row] = self.first_visit[from],
            "gender" => self.gender[row] = self.gender[from],
            "income" => self.income[row] = self.income[from],
            "last_visit" => self.last_visit[row] = self.last_visit[from],
            "province" => self.province[row] = self.province[from],
            "spend" => self.spend[row] = self.spend[from],
            _ => self.visits[row] = self.visits[from],
        }
    }

    /// The numbers of a customer, in the order of the columns.
    fn numbers(&self, row: usize) -> [i64; 8] {
        [
            self.age[row].into(),
            self.first_visit[row].into(),
            self.gender[row].into(),
            self.income[row],
            self.last_visit[row].into(),
            self.province[row].into(),
            self.spend[row],
            self.visits[row].into(),
        ]
    }
}

/// The segments as a-tree has them: every column a whole number, its cheapest kind.
fn tree(segments: &[Segment]) -> Result<ATree<u64>> {
    let columns = COLUMNS.map(|column| AttributeDefinition::integer(column.name));
    let mut tree = ATree::new(&columns).map_err(|error| error.to_string())?;
    for (n, segment) in segments.iter().enumerate() {
        let expression = segment.a_tree();
        let inserted = tree.insert(&(n as u64), &expression);
        inserted.map_err(|error| error.to_string())?;
    }
    Ok(tree)
}

fn event(tree: &ATree<u64>, customers: &Data, row: usize) -> Result<Event> {
    let mut event = tree.make_event();
    for (column, number) in COLUMNS.iter().zip(customers.numbers(row)) {
        event.with_integer(column.name, number)?;
    }
    Ok(event.build()?)
}

fn matches(tree: &ATree<u64>, event: &Event) -> Result<Vec<u64>> {
    let report = tree.search(event).map_err(|error| error.to_string())?;
    Ok(report.matches().iter().map(|id| **id).collect())
}
