//! Months of business with faults by seed: nothing twice, nothing lost, nothing over a limit.
//!
//! Five hundred seeds in the ordinary run; `PREGON_SIMULATION_SEEDS=100000` runs as many as it
//! says, and `PREGON_SIMULATION_SEED=7` one alone.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use pregon_simulation::month::{Finding, Month, Sabotage, Story, Tally};

/// Why a lock is never poisoned: a month tells of what it finds and does not panic.
const ALONE: &str = "nobody panicked with the lock";

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs seeds on all cores; the findings, and how often each thing happened.
fn run_all(seeds: std::ops::Range<u64>) -> (Vec<Finding>, Tally) {
    let (next, findings) = (AtomicU64::new(seeds.start), Mutex::new(Vec::new()));
    let tally = Mutex::new(Tally::new());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    // One in fifty over SQLite.
                    let month = Month::new(seed);
                    let month = if seed % 50 == 49 {
                        month.on_sqlite()
                    } else {
                        month
                    };
                    match month.run() {
                        Ok(story) => add(&mut tally.lock().expect(ALONE), &story),
                        Err(finding) => findings.lock().expect(ALONE).push(finding),
                    }
                }
            });
        }
    });
    (
        findings.into_inner().expect(ALONE),
        tally.into_inner().expect(ALONE),
    )
}

fn add(tally: &mut Tally, story: &Story) {
    for (what, count) in &story.tally {
        *tally.entry(*what).or_default() += count;
    }
}

#[test]
fn nothing_that_must_not_be_happens_in_any_month() {
    let seeds = match number("PREGON_SIMULATION_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("PREGON_SIMULATION_SEEDS").unwrap_or(500),
    };
    let count = seeds.end - seeds.start;
    let (findings, tally) = run_all(seeds);
    for (what, times) in &tally {
        println!("month: {times:>10} {what}");
    }
    let shown: Vec<String> = findings.iter().take(20).map(ToString::to_string).collect();
    println!("month: {count} seeds, {} findings", findings.len());
    assert!(
        findings.is_empty(),
        "{} findings:\n{}",
        findings.len(),
        shown.join("\n")
    );
    if count >= 500 {
        for what in MUST_HAPPEN {
            let times = tally.get(what).copied().unwrap_or(0);
            assert!(times >= 100, "{what} happened {times} times");
        }
    }
}

/// What must have happened often, or the proof is about nothing.
const MUST_HAPPEN: [&str; 47] = [
    "arrivals",
    "clock: back",
    "clock: forward",
    "days without a pass",
    "doubts of the dead",
    "ends accepted",
    "ends cancelled",
    "ends capped",
    "ends dead",
    "ends expired",
    "ends failed",
    "ends scheduled",
    "ends suppressed",
    "ends unknown",
    "events: limit near",
    "events: told",
    "events: told again",
    "host: broadcast",
    "host: edit",
    "host: opt-in",
    "host: opt-out",
    "host: pause",
    "host: resume",
    "host: rewrite",
    "passes ended",
    "passes failed",
    "passes frozen",
    "passes killed",
    "post: arrives unheard",
    "post: busy",
    "post: cannot be asked",
    "post: down",
    "post: found",
    "post: lost unheard",
    "post: not found",
    "post: not sent",
    "post: rejected",
    "sink: takes all unheard",
    "sink: takes nothing",
    "sink: takes some",
    "store: fails after",
    "store: fails before",
    "verdict: capped",
    "verdict: capped for good",
    "verdict: go again",
    "verdict: quiet",
    "verdict: suppressed",
];

#[test]
fn a_seed_tells_the_same_story_again_and_over_sqlite() {
    for seed in 1000..1010 {
        let trace = |month: Month| {
            month
                .run()
                .map(|story| story.trace)
                .map_err(|f| f.to_string())
        };
        let first = trace(Month::new(seed));
        assert_eq!(
            first,
            trace(Month::new(seed)),
            "seed {seed} in memory, again"
        );
        assert_eq!(
            first,
            trace(Month::new(seed).on_sqlite()),
            "seed {seed} over SQLite"
        );
    }
}

#[test]
fn everything_broken_on_purpose_is_noticed() {
    let mut unnoticed = Vec::new();
    for sabotage in Sabotage::ALL {
        let finding = (0..400).find_map(|seed| {
            let run = Month::new(seed).sabotaged(sabotage).run();
            run.err().map(|finding| (seed, finding))
        });
        match finding {
            Some((seed, finding)) => {
                println!("month: {sabotage:?} at seed {seed}: {}", finding.what());
            }
            None => unnoticed.push(sabotage),
        }
    }
    assert!(
        unnoticed.is_empty(),
        "not noticed in 400 seeds: {unnoticed:?}"
    );
}
