//! Segments over ten million customers: all of them at once, against a loop a segment.
//!
//! `cargo bench --bench segment` measures; without `--bench` (as `cargo test` runs it) it only
//! proves that it works, with few customers. See `benches/README.md`.
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

#[path = "support/chance.rs"]
mod chance;
#[path = "segment/data.rs"]
mod data;

use std::time::Instant;

use pregon::rule::Rule;
use pregon::{Bitmap, Cell, Members, Population, SegmentPart, Segments, Threads};

use chance::{Chance, GENDERS, PROVINCES};
use data::*;

fn population(columns: &Columns) -> Population {
    let rows = columns.visits.len();
    let mut builder = Population::builder(&schema()).capacity(rows);
    for row in 0..rows {
        let cells = [
            Cell::from(columns.age[row]),
            Cell::from(day(columns.first_visit[row])),
            Cell::from(GENDERS[usize::from(columns.gender[row])]),
            Cell::Units(columns.income[row], 2),
            Cell::from(day(columns.last_visit[row])),
            Cell::from(PROVINCES[usize::from(columns.province[row])]),
            Cell::Units(columns.spend[row], 2),
            Cell::from(columns.visits[row]),
        ];
        builder
            .push(&format!("C-{row:08}"), cells)
            .expect("a good row");
    }
    builder.finish()
}

/// What a segment asks of the bare columns.
type Asked = Box<dyn Fn(&Columns, usize) -> bool + Sync>;

/// Twelve segments, as text and as a function of the bare columns.
fn twelve() -> Vec<(String, Asked)> {
    const THRESHOLDS: (i64, i64) = (5_000_000, 15_000_000);
    let mut all: Vec<(String, Asked)> = vec![(
        "spend = 0".to_owned(),
        Box::new(|columns: &Columns, row| columns.spend[row] == 0),
    )];
    for (visits, low, high) in [("visits = 1", 1, 1), ("visits between 2 and 5", 2, 5)] {
        let those =
            move |columns: &Columns, row: usize| (low..=high).contains(&columns.visits[row]);
        all.push((
            format!("{visits} and spend < 50000"),
            Box::new(move |c, row| those(c, row) && c.spend[row] < THRESHOLDS.0),
        ));
        all.push((
            format!("{visits} and spend >= 50000 and spend < 150000"),
            Box::new(move |c, row| {
                those(c, row) && (THRESHOLDS.0..THRESHOLDS.1).contains(&c.spend[row])
            }),
        ));
        all.push((
            format!("{visits} and spend >= 150000"),
            Box::new(move |c, row| those(c, row) && c.spend[row] >= THRESHOLDS.1),
        ));
    }
    all.push((
        "visits >= 6 and spend < 150000".to_owned(),
        Box::new(|c, row| c.visits[row] >= 6 && c.spend[row] < THRESHOLDS.1),
    ));
    all.push((
        "visits >= 6 and spend >= 150000".to_owned(),
        Box::new(|c, row| c.visits[row] >= 6 && c.spend[row] >= THRESHOLDS.1),
    ));
    all.push((
        "last_visit older than 90 days".to_owned(),
        Box::new(|c, row| c.last_visit[row] < 20_400 - 90),
    ));
    let ten_years = 20_400 - 3653;
    all.push((
        "first_visit at least 10 years ago".to_owned(),
        Box::new(move |c, row| c.first_visit[row] <= ten_years),
    ));
    all.push((
        format!(
            r#"gender = "f" and age between 25 and 45 and income >= 900 and province in ({})"#,
            provinces([2, 5, 11, 19])
        ),
        Box::new(|c, row| {
            c.gender[row] == 0
                && (25..=45).contains(&c.age[row])
                && c.income[row] >= 90_000
                && matches!(c.province[row], 2 | 5 | 11 | 19)
        }),
    ));
    assert_eq!(all.len(), 12);
    all
}

fn provinces(those: [u8; 4]) -> String {
    those
        .map(|n| format!("\"{}\"", PROVINCES[usize::from(n)]))
        .join(", ")
}

/// As many segments of two to four tests joined by *and*, the same in every run.
fn random(n: usize) -> Vec<(String, Asked)> {
    let mut chance = Chance(7);
    (0..n)
        .map(|_| {
            let count = 2 + chance.below(3);
            let mut left: Vec<usize> = (0..8).collect();
            let mut tests: Vec<(String, Asked)> = Vec::new();
            for _ in 0..count {
                let column = left.swap_remove(chance.below(left.len()));
                tests.push(test(column, &mut chance));
            }
            let texts: Vec<&str> = tests.iter().map(|(text, _)| text.as_str()).collect();
            let text = texts.join(" and ");
            let asked: Vec<Asked> = tests.into_iter().map(|(_, asked)| asked).collect();
            let all: Asked = Box::new(move |c, row| asked.iter().all(|asked| asked(c, row)));
            (text, all)
        })
        .collect()
}

fn test(column: usize, chance: &mut Chance) -> (String, Asked) {
    match column {
        0 => {
            let (low, more) = (chance.below(6) as u16, chance.below(5) as u16);
            let text = format!("visits between {low} and {}", low + more);
            (
                text,
                Box::new(move |c, row| (low..=low + more).contains(&c.visits[row])),
            )
        }
        1 => {
            let least = chance.gamma(1.2, 60_000.0) as i64;
            let text = format!("spend >= {least}");
            (text, Box::new(move |c, row| c.spend[row] >= least * 100))
        }
        2 => {
            let days = chance.below(365) as i32;
            let text = format!("last_visit older than {days} days");
            (
                text,
                Box::new(move |c, row| c.last_visit[row] < 20_400 - days),
            )
        }
        3 => {
            let days = 120 + chance.below(2_500) as i32;
            let text = format!("first_visit within the last {days} days");
            (
                text,
                Box::new(move |c, row| (20_400 - days..=20_400).contains(&c.first_visit[row])),
            )
        }
        4 => {
            let (low, more) = (16 + chance.below(60) as u8, chance.below(30) as u8);
            let text = format!("age between {low} and {}", low + more);
            (
                text,
                Box::new(move |c, row| (low..=low + more).contains(&c.age[row])),
            )
        }
        5 => {
            let most = chance.gamma(2.0, 600.0) as i64;
            let text = format!("income < {most}");
            (text, Box::new(move |c, row| c.income[row] < most * 100))
        }
        6 => {
            let gender = chance.below(3) as u8;
            let text = format!("gender = \"{}\"", GENDERS[usize::from(gender)]);
            (text, Box::new(move |c, row| c.gender[row] == gender))
        }
        _ => {
            let those: [u8; 4] = std::array::from_fn(|_| chance.below(24) as u8);
            let names = provinces(those);
            let text = format!("province in ({names})");
            (
                text,
                Box::new(move |c, row| those.contains(&c.province[row])),
            )
        }
    }
}

fn segments(those: &[(String, Asked)]) -> Segments {
    let part = |(n, (text, _)): (usize, &(String, Asked))| {
        let name = format!("s{n:03}").parse().expect("a name");
        SegmentPart::Plain(name, Rule::parse(text).expect("a rule"))
    };
    Segments::new(those.iter().enumerate().map(part)).expect("good segments")
}

/// Row by row, all segments, by compiled closures over the bare columns, with two threads.
fn naive(columns: &Columns, rows: usize, those: &[(String, Asked)]) -> Vec<usize> {
    let half = |from: usize, to: usize| {
        let mut counts = vec![0; those.len()];
        for row in from..to {
            for (count, (_, asked)) in counts.iter_mut().zip(those) {
                *count += usize::from(asked(columns, row));
            }
        }
        counts
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| half(0, rows / 2));
        let second = half(rows / 2, rows);
        let first = first.join().expect("it counts");
        first.iter().zip(second).map(|(a, b)| a + b).collect()
    })
}

/// Reads every byte of the columns once, with two threads; gives a sum that depends on all.
fn read(columns: &Columns) -> u64 {
    fn sum<T: Copy>(codes: &[T], as_u64: impl Fn(T) -> u64) -> u64 {
        codes
            .iter()
            .fold(0, |sum, code| sum.wrapping_add(as_u64(*code)))
    }
    fn half<T>(codes: &[T], second: bool) -> &[T] {
        let (a, b) = codes.split_at(codes.len() / 2);
        if second { b } else { a }
    }
    let one = |second| {
        sum(half(&columns.visits, second), u64::from)
            ^ sum(half(&columns.spend, second), |code| code as u64)
            ^ sum(half(&columns.last_visit, second), |code| code as u64)
            ^ sum(half(&columns.first_visit, second), |code| code as u64)
            ^ sum(half(&columns.age, second), u64::from)
            ^ sum(half(&columns.income, second), |code| code as u64)
            ^ sum(half(&columns.gender, second), u64::from)
            ^ sum(half(&columns.province, second), u64::from)
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| one(false));
        let second = one(true);
        first.join().expect("it adds") ^ second
    })
}

/// Milliseconds of the median and the fastest of some runs.
fn timed(runs: usize, mut run: impl FnMut()) -> (f64, f64) {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[0])
}

fn report(name: &str, columns: &Columns, population: &Population, those: &[(String, Asked)]) {
    let now = day(20_400).and_hms_opt(12, 0, 0).expect("noon").and_utc();
    let compiled = segments(those)
        .compile(population.schema())
        .expect("good segments");
    let threads = Threads::new(2);
    let mut members = compiled.evaluate(population, now, threads);
    let rows = columns.visits.len();
    // The first rows alone: the loop is slow.
    let few = rows.min(200_000);
    check(&members, few, &naive(columns, few, those));
    let runs = if rows > 100_000 { 21 } else { 3 };
    let fresh = timed(runs, || {
        members = compiled.evaluate(population, now, threads)
    });
    let again = timed(runs, || {
        compiled.evaluate_into(&mut members, population, now, threads)
    });
    let alone = timed(runs, || {
        compiled.evaluate_into(&mut members, population, now, Threads::new(1));
    });
    let mut sum = 0;
    let bandwidth = timed(runs, || sum ^= read(columns));
    assert_ne!(sum, 1, "so that it is read");
    let slow = timed(3, || drop(naive(columns, few, those)));
    let slow = (
        slow.0 * rows as f64 / few as f64,
        slow.1 * rows as f64 / few as f64,
    );
    let gigabytes = 29.0 * rows as f64 / 1e6;
    println!("{name}: {rows} customers, {} segments", those.len());
    for (what, (median, best)) in [
        ("evaluate", fresh),
        ("evaluate_into", again),
        ("evaluate_into, one thread", alone),
        ("reading the columns once", bandwidth),
        ("naive, row by row (from the first 200,000)", slow),
    ] {
        println!("  {what}: {median:.2} ms (best {best:.2})");
    }
    println!(
        "  {:.1} GB/s of {:.1} read, {:.0} % of the bandwidth; {:.1} times the naive loop's speed",
        gigabytes / again.0,
        gigabytes / bandwidth.0,
        100.0 * bandwidth.0 / again.0,
        slow.0 / again.0,
    );
}

/// The first rows have as many members as the naive loop finds among them.
#[track_caller]
fn check(members: &Members, few: usize, counts: &[usize]) {
    let among = |rows: &Bitmap| rows.iter().take_while(|row| *row < few).count();
    let found: Vec<usize> = members.iter().map(|(_, rows, _)| among(rows)).collect();
    assert_eq!(found, counts);
}

fn main() {
    let measured = std::env::args().any(|arg| arg == "--bench");
    let given = std::env::var("PREGON_BENCH_ROWS")
        .ok()
        .and_then(|rows| rows.parse().ok());
    let rows = given.unwrap_or(if measured { 10_000_000 } else { 20_000 });
    let columns = columns(rows);
    let population = population(&columns);
    println!("{:?}", population.sizes());
    report("twelve", &columns, &population, &twelve());
    report(
        "random",
        &columns,
        &population,
        &random(if measured { 200 } else { 20 }),
    );
}
