//! `cargo xtask test`: every check before a merge, in stages.

use std::process::Command;

use crate::process::{cargo, run};
use crate::servers::Fleet;
use crate::stages::Stages;
use crate::{Result, tree};

/// Runs the stages in the order in which a mistake is cheapest to learn of.
///
/// The last one is a plain `cargo test`, so that the run ends with its summary; the table of times
/// therefore stands before it.
pub(crate) fn run_stages() -> Result {
    let mut stages = Stages::new();
    stages.run("format", || run(&mut cargo(&["fmt", "--all", "--check"])))?;
    stages.run("lint", || run(&mut lint()))?;
    stages.run("docs", || run(&mut docs()))?;
    stages.run("dependencies", tree::check)?;
    let fleet = stages.run("servers", Fleet::start)?;
    stages.run("doctests", || run(tests("--doc").envs(fleet.env())))?;
    stages.announce("tests");
    eprintln!("{}", stages.table());
    run(tests("--all-targets")
        .args(["--no-fail-fast"])
        .envs(fleet.env()))
}

fn lint() -> Command {
    let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--all-features"]);
    clippy.args(["--", "-D", "warnings"]);
    clippy
}

fn docs() -> Command {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--all-features"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    doc
}

/// More tests at once than there are processors: most of them wait, for a disk, a server or a
/// process that they have started.
fn tests(which: &str) -> Command {
    let at_once = std::thread::available_parallelism().map_or(2, usize::from) * 2;
    let mut test = cargo(&["test", "--workspace", "--all-features", which]);
    test.env("RUST_TEST_THREADS", at_once.to_string());
    test
}
