//! Segments kept true: what one change costs, and what a day.
//!
//! `cargo bench --bench segment_live` measures ten million customers; a number after `--` is
//! another size. Without `--bench` (as `cargo test` runs it) it only proves that it works, with few
//! of them.
//! See `benches/README.md`.
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]

#[path = "support/chance.rs"]
mod chance;
#[path = "segment_live/data.rs"]
mod data;

use std::hint::black_box;
use std::time::Instant;

use chrono::Duration;
use pregon::{Live, Population, Segments, Threads};

use chance::Chance;
use data::{now, random, twelve};

/// How many changes are timed at once: few, so that most are timed while nobody else has the
/// processor.
const BATCH: usize = 1_000;
/// How many times that is done; the median counts.
const ROUNDS: usize = 400;
/// How many customers stay in the caches.
const WARM: usize = 2_000;

fn main() {
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let asked = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let customers = asked.unwrap_or(if measuring { 10_000_000 } else { 70_000 });
    let mut population = Some(data::population(customers));
    for (name, segments) in [("12", twelve()), ("1,000 random", random(1_000, 7))] {
        let own = population.take().expect("each run gives it back");
        population = Some(run(name, &segments, own, measuring));
    }
}

fn run(name: &str, segments: &Segments, population: Population, measuring: bool) -> Population {
    let customers = population.len();
    println!("{name} segments, {customers} customers");
    let (live, took) = timed(|| Live::new(segments, population, now()));
    let mut live = live.expect("rules of these attributes");
    println!("  made in {:.2} s", took / 1e9);
    let rounds = if measuring { ROUNDS } else { 2 };
    let batch = if measuring { BATCH } else { 500 };
    let mut chance = Chance(11);
    days(&mut live, if measuring { 9 } else { 3 });
    changes(&mut live, &mut chance, rounds, batch);
    println!("  after these changes");
    days(&mut live, if measuring { 9 } else { 3 });
    sizes(&live);
    if !measuring {
        check(&live, segments);
    }
    live.into_population()
}

/// Times changes of one attribute, round by round in turn: by row and by id, of rows anywhere and
/// of few.
fn changes(live: &mut Live, chance: &mut Chance, rounds: usize, batch: usize) {
    let rows = live.population().len();
    let kinds = [("rows anywhere", rows), ("few rows, warm", WARM.min(rows))];
    let mut found = [const { Vec::new() }; 4];
    let mut moved = 0;
    for _ in 0..rounds {
        for (kind, (_, among)) in kinds.iter().enumerate() {
            let given: Vec<_> = (0..batch)
                .map(|_| (chance.below(*among), chance.change()))
                .collect();
            let ids: Vec<String> = given.iter().map(|(row, _)| data::id(*row)).collect();
            let (_, took) = timed(|| {
                for (row, (attribute, value)) in &given {
                    let changes = live.change(*row, &[(attribute, value.cell())]);
                    moved += usize::from(!changes.expect("a value of the attribute").is_empty());
                }
            });
            found[kind].push(took / batch as f64);
            let other: Vec<_> = (0..batch).map(|_| chance.change()).collect();
            let (_, took) = timed(|| {
                for (id, (attribute, value)) in ids.iter().zip(&other) {
                    let changes = live.change_id(id, &[(attribute, value.cell())]);
                    let _ = black_box(changes.expect("a value of the attribute"));
                }
            });
            found[2 + kind].push(took / batch as f64);
        }
    }
    for (n, times) in found.iter_mut().enumerate() {
        let by = ["by row", "by id"][n / 2];
        let (median, least) = (median(times), times[0]);
        println!(
            "  change {by}, {}: {median:.0} ns, at least {least:.0}",
            kinds[n % 2].0
        );
    }
    let all = 2 * rounds * batch;
    println!(
        "  of the changes by row {:.0} % move the customer",
        100.0 * moved as f64 / all as f64
    );
}

/// Times days that pass, and full evaluations between them.
fn days(live: &mut Live, days: usize) {
    let (mut passed, mut full, mut moves) = (Vec::new(), Vec::new(), Vec::new());
    let segments = live.segments().clone();
    for _ in 0..days {
        let to = live.now() + Duration::days(1);
        let (turn, took) = timed(|| live.advance(to));
        passed.push(took);
        moves.push(turn.len() as f64);
        let (members, took) =
            timed(|| segments.evaluate(live.population(), to, Threads::default()));
        black_box(members.expect("rules of these attributes"));
        full.push(took);
    }
    let (day, whole, moves) = (median(&mut passed), median(&mut full), median(&mut moves));
    println!(
        "  a day: {:.3} ms, {moves:.0} moves, of {:.2} % of the customers",
        day / 1e6,
        100.0 * moves / live.population().len() as f64
    );
    println!(
        "  all segments afresh: {:.3} ms; the day takes {:.1} % of that",
        whole / 1e6,
        100.0 * day / whole
    );
    println!(
        "  at least {:.3} ms, {:.3} ms",
        passed[0] / 1e6,
        full[0] / 1e6
    );
}

fn sizes(live: &Live) {
    let (sizes, customers) = (live.sizes(), live.population().len() as f64);
    println!(
        "  members {:.2}, days {:.2} bytes a customer (two dates); tables {} kB",
        sizes.members as f64 / customers,
        sizes.days as f64 / customers,
        sizes.tables / 1024
    );
}

/// The members are those of a full evaluation.
fn check(live: &Live, segments: &Segments) {
    let members = segments.evaluate(live.population(), live.now(), Threads::default());
    let members = members.expect("rules of these attributes");
    for (name, own) in live.iter() {
        assert_eq!(Some(own), members.rows(name.as_str()), "{name}");
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// What it gives, and how many nanoseconds it took.
#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = run();
    (result, start.elapsed().as_nanos() as f64)
}
