//! The storm of every run: a hundred kills on ten thousand messages, and smaller ones over the
//! other promises of providers. `cargo xtask storm` has the large one; `docs/proof.md` says what
//! was found with it.

use std::io::Write as _;
use std::process::Command;

/// Runs the storm and gives what it said, and whether nothing went wrong.
fn storm(args: &[&str]) -> (String, bool) {
    let out = Command::new(env!("CARGO_BIN_EXE_pregon-storm"))
        .args(args)
        .output()
        .expect("the storm starts");
    let said =
        String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (said, out.status.success())
}

/// A storm in which nothing may go wrong.
#[track_caller]
fn check(kills: u32, messages: u32, more: &[&str]) {
    let (k, n) = (kills.to_string(), messages.to_string());
    let mut args = vec!["run", "--kills", &k, "--messages", &n];
    args.extend(more);
    let (said, clean) = storm(&args);
    let last = said.lines().last().unwrap_or_default();
    let first = said.lines().next().unwrap_or_default();
    // Past the test runner, so that every run tells its seed and its figures.
    let told = format!("{first}\n{last}\n");
    let _ = std::io::stdout().write_all(told.as_bytes());
    let expected = format!(
        "storm: {kills} kills, {messages} messages: 0 duplicates, 0 lost, 0 over a limit, \
         0 after an opt-out, 0 over budget, "
    );
    assert!(clean && last.starts_with(&expected), "{said}");
    assert!(last.ends_with(" unknown"), "{last}");
}

/// Whether there is a server; a run without one says loudly what it did not try.
fn has_server() -> bool {
    const NAME: &str = "PREGON_TEST_POSTGRES";
    let there = std::env::var_os(NAME).is_some();
    if !there {
        // Written past the test runner, which keeps what a passing test prints to itself.
        let said = format!("NOT RUN: no PostgreSQL in {NAME}; see `cargo xtask servers`\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    there
}

#[test]
fn a_hundred_kills_over_sqlite_and_a_blind_provider() {
    check(100, 10_000, &[]);
}

#[test]
fn kills_over_sqlite_and_a_provider_that_keeps_keys() {
    check(20, 1000, &["--mode", "idempotent", "--freezes", "1"]);
}

#[test]
fn kills_over_sqlite_and_a_provider_that_can_be_asked() {
    check(20, 1000, &["--mode", "lookup", "--freezes", "1"]);
}

#[test]
fn kills_over_sqlite_and_a_provider_that_would_tell_later() {
    check(20, 1000, &["--mode", "webhook", "--freezes", "0"]);
}

#[test]
fn a_hundred_kills_among_four_workers_over_postgres() {
    if has_server() {
        check(100, 10_000, &["--store", "postgres"]);
    }
}

#[test]
fn kills_over_postgres_and_a_provider_that_keeps_keys() {
    if has_server() {
        check(
            20,
            1000,
            &[
                "--store",
                "postgres",
                "--mode",
                "idempotent",
                "--freezes",
                "1",
            ],
        );
    }
}

#[test]
fn the_storm_catches_naive_protocols() {
    let (said, caught) = storm(&["controls"]);
    assert!(
        caught,
        "a storm that cannot see this proves nothing:\n{said}"
    );
    let controls = said.lines().filter(|line| line.starts_with("control "));
    let caught = controls.filter(|line| line.ends_with(": caught")).count();
    assert_eq!(caught, 3, "{said}");
}
