//! `cargo xtask test`: every check before a merge, in stages.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use crate::lanes::run_both;
use crate::process::{cargo, output, run};
use crate::servers::Fleet;
use crate::stages::Stages;
use crate::{Result, metadata, tree};

/// The integration tests that take longest, most of it waiting: they run beside the others.
const LONG: [&str; 4] = ["cli", "failpoint", "readme", "rules_agree"];

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
    stages.run("doctests", || run(tests(&["--doc"]).envs(fleet.env())))?;
    stages.run("compile", || run(tests(&["--all-targets"]).arg("--no-run")))?;
    stages.run("tests", || {
        let (others, long) = lanes(&metadata::integration_tests()?);
        run_both(
            tests(&others).arg("--no-fail-fast").envs(fleet.env()),
            tests(&long).arg("--no-fail-fast").envs(fleet.env()),
        )
    })?;
    stages.announce("what has run all this");
    eprintln!("{}", stages.table());
    run(&mut tests(&["--bin", "xtask"]))
}

/// The targets of the two lanes, as arguments: every target of the workspace is in one of them.
fn lanes(integration: &[String]) -> (Vec<String>, Vec<String>) {
    let named = |name: &str| ["--test".to_owned(), name.to_owned()];
    let others = integration
        .iter()
        .filter(|name| !LONG.contains(&name.as_str()))
        .flat_map(|name| named(name));
    let rest = ["--lib", "--bins", "--examples", "--benches"].map(str::to_owned);
    let long = LONG.iter().flat_map(|name| named(name)).collect();
    (rest.into_iter().chain(others).collect(), long)
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

/// More tests at once than there are processors: most of them wait. What they write lies in memory
/// where that is possible: they kill processes, which lose nothing by it, and how long a disk
/// takes to be sure says nothing about the code.
fn tests(which: &[impl AsRef<OsStr>]) -> Command {
    let at_once = std::thread::available_parallelism().map_or(2, usize::from) * 2;
    let mut test = cargo(&["test", "--workspace", "--all-features"]);
    test.args(which);
    test.env("RUST_TEST_THREADS", at_once.to_string());
    if let Some(dir) = in_memory() {
        test.env("TMPDIR", dir);
    }
    test
}

/// Where files are kept in memory, when there is room for what all tests write and nobody has said
/// where they are to write.
fn in_memory() -> Option<&'static str> {
    const DIR: &str = "/dev/shm";
    const NEEDED_KB: u64 = 4 * 1024 * 1024;
    if std::env::var_os("TMPDIR").is_some() || !Path::new(DIR).is_dir() {
        return None;
    }
    let told = output(Command::new("df").args(["-k", "--output=avail", DIR])).ok()?;
    let free: u64 = told.lines().last()?.trim().parse().ok()?;
    (free >= NEEDED_KB).then_some(DIR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_is_in_one_lane() {
        let integration = metadata::integration_tests().unwrap();
        for long in LONG {
            assert!(integration.iter().any(|name| name == long), "{long}");
        }
        let (others, long) = lanes(&integration);
        for name in integration {
            let times = |lane: &[String]| lane.iter().filter(|it| **it == name).count();
            assert_eq!(times(&others) + times(&long), 1, "{name}");
        }
    }
}
