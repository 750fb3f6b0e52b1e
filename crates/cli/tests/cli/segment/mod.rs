//! `pregon segment`: who belongs to segments of a CSV file.

mod answers;
mod both_ways;
mod customers;
mod dates;
mod explained;
mod large;
mod mistakes;
mod segments;

use crate::program::{Place, Said};

/// The instant of most tests: 21 November 2026 at 12:00 UTC.
const NOW: &str = "2026-11-21T12:00:00Z";

/// A directory with these customers.
fn place(customers: impl AsRef<[u8]>) -> Place {
    let place = Place::new();
    std::fs::write(place.path("c.csv"), customers).unwrap();
    place
}

/// What the program says of them.
fn run(place: &Place, args: &[&str]) -> Said {
    let mut all = vec!["segment", "--customers", "c.csv"];
    all.extend(args);
    if !args.contains(&"--today") && !args.contains(&"--now") {
        all.extend(["--now", NOW]);
    }
    place.run(&all)
}

/// Checks who belongs, by the ids and by the count.
#[track_caller]
fn check(customers: impl AsRef<[u8]>, rule: &str, ids: &[&str]) {
    let place = place(customers);
    let listed = run(&place, &["--rule", rule, "--ids"]).succeeds().out;
    assert_eq!(listed.lines().collect::<Vec<_>>(), ids, "{rule}");
    let counted = run(&place, &["--rule", rule, "--count"]).succeeds().out;
    assert_eq!(counted, format!("{}\n", ids.len()), "{rule}");
}
