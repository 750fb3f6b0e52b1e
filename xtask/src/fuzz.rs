//! `cargo xtask fuzz TARGET`: one libFuzzer target of `fuzz/`, without cargo-fuzz.
//!
//! libFuzzer itself comes with the crate `libfuzzer-sys`; what cargo-fuzz would add are the
//! compiler flags below, which need a nightly toolchain beside the stable one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::args::Args;
use crate::process::{output, root, run, succeeds, target};

/// Coverage counters and comparisons for libFuzzer, and AddressSanitizer.
const FLAGS: &str = "--cfg fuzzing -Zsanitizer=address -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1";

/// Seconds after which one input counts as hung: well above what any bounded input may take.
const HUNG_AFTER_SECS: u32 = 10;

/// What the caller asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    target: String,
    secs: u32,
    jobs: u32,
}

impl Options {
    /// Reads the task's arguments.
    pub(crate) fn parse(mut args: Args) -> Result<Self> {
        let target = args
            .next()
            .ok_or("fuzz needs a target, a file name of fuzz/targets")?;
        let mut options = Self {
            target,
            secs: 60,
            jobs: 1,
        };
        while let Some(flag) = args.next() {
            match flag.as_str() {
                "--secs" => options.secs = args.number("--secs")?,
                "--jobs" => options.jobs = args.number("--jobs")?,
                _ => return Err(format!("fuzz does not know {flag:?}")),
            }
        }
        Ok(options)
    }
}

/// Builds the target and lets it run on its corpus for the time asked for.
pub(crate) fn run_target(options: &Options) -> Result {
    let fuzz = root().join("fuzz");
    let name = options.target.as_str();
    if !fuzz.join("targets").join(format!("{name}.rs")).is_file() {
        return Err(format!(
            "no target {name:?}; there are: {}",
            targets(&fuzz)?.join(", ")
        ));
    }
    let program = build(&fuzz, name)?;
    let corpus = folder(&fuzz.join("corpus").join(name))?;
    let artifacts = folder(&fuzz.join("artifacts").join(name))?;
    let mut fuzzer = Command::new(program);
    fuzzer.current_dir(&fuzz).arg(&corpus);
    let seeds = fuzz.join("seeds").join(name);
    if seeds.is_dir() {
        fuzzer.arg(seeds);
    }
    let words = fuzz.join("dicts").join(format!("{name}.dict"));
    if words.is_file() {
        fuzzer.arg(format!("-dict={}", words.display()));
    }
    fuzzer.arg(format!("-artifact_prefix={}/", artifacts.display()));
    fuzzer.arg(format!("-max_total_time={}", options.secs));
    fuzzer.arg(format!("-timeout={HUNG_AFTER_SECS}"));
    if options.jobs > 1 {
        fuzzer.arg(format!("-fork={}", options.jobs));
    }
    run(&mut fuzzer)
        .map_err(|failure| format!("{failure}; the input lies in fuzz/artifacts/{name}"))
}

/// Builds one target and says where its program lies.
fn build(fuzz: &Path, name: &str) -> Result<PathBuf> {
    let mut version = nightly("rustc");
    if !succeeds(version.arg("--version")) {
        return Err("fuzzing needs a nightly: `rustup toolchain install nightly`".to_owned());
    }
    let host = host(&output(nightly("rustc").arg("-vV"))?)?;
    let target = target().join("fuzz");
    let mut cargo = nightly("cargo");
    cargo
        .current_dir(fuzz)
        .args(["build", "--release", "--bin", name]);
    // Naming the target keeps the flags away from build scripts and procedural macros.
    cargo
        .args(["--target", &host])
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", &target);
    run(&mut cargo)?;
    Ok(target.join(host).join("release").join(name))
}

fn nightly(tool: &str) -> Command {
    let mut command = Command::new("rustup");
    // A toolchain chosen for the caller must not reach the compiler that the nightly cargo starts.
    command
        .args(["run", "nightly", tool])
        .env_remove("RUSTC")
        .env_remove("CARGO");
    command
}

fn host(version: &str) -> Result<String> {
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or("rustc does not name its host".to_owned())
}

fn targets(fuzz: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(fuzz.join("targets")).map_err(|error| format!("fuzz: {error}"))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let stems = paths.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
    let mut stems: Vec<String> = stems.collect();
    stems.sort();
    Ok(stems)
}

fn folder(path: &Path) -> Result<PathBuf> {
    fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], expected: std::result::Result<(&str, u32, u32), &str>) {
        let expected = expected.map_err(str::to_owned);
        let expected = expected.map(|(name, secs, jobs)| Options {
            target: name.to_owned(),
            secs,
            jobs,
        });
        assert_eq!(Options::parse(Args::from(args)), expected);
    }

    #[test]
    fn a_target_runs_a_minute_in_one_job() {
        check(&["rule_text"], Ok(("rule_text", 60, 1)));
    }

    #[test]
    fn time_and_jobs_can_be_said() {
        check(&["t", "--jobs", "2", "--secs", "5"], Ok(("t", 5, 2)));
    }

    #[test]
    fn zero_seconds_are_refused() {
        check(
            &["t", "--secs", "0"],
            Err("--secs needs a positive number, not \"0\""),
        );
    }

    #[test]
    fn a_flag_without_its_number_is_refused() {
        check(&["t", "--jobs"], Err("--jobs needs a number"));
    }

    #[test]
    fn the_host_is_read_from_the_version() {
        assert_eq!(
            host("rustc 1\nhost: x86_64-linux\n").as_deref(),
            Ok("x86_64-linux")
        );
    }
}
