//! All segments over all rows say what the reference says of each row alone.

use proptest::prelude::*;

use super::*;
use crate::rule::{Moment, Rule};
use crate::segment::random;
use crate::{AttributeType, Cell};

/// What the reference says of every row, by segment.
fn expected(segments: &Segments, population: &Population, now: DateTime<Utc>) -> Vec<Vec<usize>> {
    let names: Vec<_> = segments.iter().map(|segment| segment.name).collect();
    let mut rows = vec![Vec::new(); names.len()];
    for row in 0..population.len() {
        let moment = Moment::new(now, population.zone(row));
        let of = segments.of(&population.facts(row), &moment);
        for (rows, name) in rows.iter_mut().zip(&names) {
            if of.contains(name) {
                rows.push(row);
            }
        }
    }
    rows
}

fn check(segments: &Segments, population: &Population, now: DateTime<Utc>, levels: &[Level]) {
    let compiled = segments
        .compile(population.schema())
        .unwrap_or_else(|_| Compiled {
            // What does not go with the schema is unknown, for both.
            names: segments
                .iter()
                .map(|segment| segment.name.clone())
                .collect(),
            program: Program::of(segments),
            leap_day: LeapDay::default(),
        });
    let expected = expected(segments, population, now);
    let mut rows = Vec::new();
    for (threads, level) in (1..=3).zip(levels.iter().cycle()) {
        let plan = compiled.plan(population, now, Threads::new(threads));
        let counts = run::run_into(&plan, Threads::new(threads), *level, &mut rows);
        for ((rows, expected), count) in rows.iter().zip(&expected).zip(counts) {
            assert_eq!(Vec::from_iter(rows.iter()), *expected, "{segments:?}");
            assert_eq!(count, expected.len() as u64);
        }
    }
}

const LENGTHS: [usize; 9] = [0, 1, 2, 63, 64, 65, 127, 200, 1030];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn full_agrees_with_the_reference(
        segments in random::segments(),
        rows in proptest::collection::vec(random::row(), 1..40),
        len in proptest::sample::select(&LENGTHS[..]),
        now in random::now(),
    ) {
        let population = random::population(&rows, len);
        check(&segments, &population, now, &[Level::Plain, Level::best()]);
    }
}

/// Four bytes end at a code that tests reach: nothing comes after it.
#[test]
fn sets_may_reach_the_greatest_code_of_a_column() {
    let schema = Schema::new().with("n", AttributeType::Integer).unwrap();
    // Bins are for bounds that are told apart by their first bits, none near the least code.
    const STEP: i64 = 50_000_000;
    let mut rules: Vec<String> = (0..40)
        .map(|n| format!("n between {} and {}", n * STEP, n * STEP + STEP / 2))
        .collect();
    let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
    rules.extend(["n < 70".to_owned(), format!("not n = {most}")]);
    let segments = rules
        .iter()
        .enumerate()
        .try_fold(Segments::default(), |all, (n, rule)| {
            all.with(&format!("s{n}"), Rule::parse(rule).unwrap())
        });
    let segments = segments.unwrap();
    let mut builder = Population::builder(&schema);
    let codes = (-3..120)
        .map(|n| n * STEP / 3)
        .chain(least..least + 9)
        .chain(most - 9..=most);
    for (row, n) in codes.enumerate() {
        builder.push(&format!("C-{row}"), [Cell::from(n)]).unwrap();
    }
    let levels = [Level::Plain, Level::best()];
    check(&segments, &builder.finish(), DateTime::UNIX_EPOCH, &levels);
}
