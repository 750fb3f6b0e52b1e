//! Kills workers of Pregón at random moments and counts what went wrong.
//!
//! Three kinds of processes: *workers* run the real engine over a real store and are killed and
//! frozen; the *provider* takes their messages over a socket, loses some answers, is never killed
//! and so knows what people really got; the *driver* starts both, strikes, and in the end compares
//! what the provider knows with what the ledger says. `docs/proof.md` says what is proven with it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for the terminal has nowhere else to speak"
)]

mod args;
mod world;
mod chance;
mod clock;
mod wire;
mod provider;
mod client;
mod work;
mod drive;
mod verdict;

use std::process::ExitCode;

use args::{Args, Task};
use clap::Parser as _;

/// What went wrong with the storm itself, for the person at the terminal.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The result of every step: there is nobody but a reader to handle its failure.
type Result<T = ()> = std::result::Result<T, Failure>;

fn main() -> ExitCode {
    let task = Args::parse().task;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ended = runtime.map_err(Failure::from).and_then(|it| {
        it.block_on(async {
            match task {
                Task::Run(storm) => drive::run(&storm).await,
                Task::Controls(controls) => drive::controls(&controls).await,
                Task::Worker(worker) => work::run(worker).await.map(|()| true),
                Task::Provider(provider) => provider::serve(provider).await.map(|()| true),
            }
        })
    });
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("storm: {failure}");
            ExitCode::FAILURE
        }
    }
}
