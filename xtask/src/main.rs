//! `cargo xtask`: every check of this repository, started by one command.
//!
//! It only starts other programs and judges how they end. What a check means is written where the
//! check lives: in the tests, in `clippy.toml`, in `deny.toml`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for the terminal has nowhere else to speak"
)]

mod args;
mod fuzz;
mod lanes;
mod metadata;
mod process;
mod release;
mod servers;
mod stages;
mod storm;
mod test;
mod tree;

use std::process::ExitCode;

use args::Args;

/// What went wrong, for the person at the terminal.
type Failure = String;

/// The result of every task: there is nobody but a reader to handle its failure.
type Result<T = ()> = std::result::Result<T, Failure>;

const USAGE: &str = "\
cargo xtask test
    every check before a merge; ends with the summary of cargo test
cargo xtask servers
    start the test servers, print `export` lines, wait for the end of stdin
cargo xtask storm [--seed N] [--kills N] [--messages N] [--store sqlite|postgres]
        [--mode blind|idempotent|webhook|lookup] [--crashes N] …
    kill workers at random moments and count what went wrong; exit code 1 if anything did
cargo xtask release [--allow-dirty] [--install]
    licences, each feature alone, packages; --install fetches the tools it misses
cargo xtask fuzz TARGET [--secs N] [--jobs N]
    fuzz a target of fuzz/ (60 seconds, one job) and keep its corpus";

fn main() -> ExitCode {
    let mut args = Args::from_env();
    let outcome = match args.next().as_deref() {
        Some("test") => args.end().and_then(|()| test::run_stages()),
        Some("servers") => args.end().and_then(|()| servers::wait()),
        Some("storm") => storm::run_storm(args),
        Some("release") => {
            release::Options::parse(args).and_then(|options| release::run_checks(&options))
        }
        Some("fuzz") => fuzz::Options::parse(args).and_then(|options| fuzz::run_target(&options)),
        Some("help" | "--help" | "-h") => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("name a task\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
