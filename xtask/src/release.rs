//! `cargo xtask release`: what a release needs beyond the tests.
//!
//! Kept out of `cargo xtask test` because it compiles everything several times over.

use std::path::PathBuf;
use std::process::Command;

use crate::Result;
use crate::args::Args;
use crate::metadata::{Package, published};
use crate::process::{cargo, root, run, strict, succeeds, target};
use crate::stages::Stages;

/// The version of cargo-deny that `deny.toml` was written for.
const DENY_VERSION: &str = "0.20.2";

/// What the caller asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    allow_dirty: bool,
    install: bool,
}

impl Options {
    /// Reads the task's arguments.
    pub(crate) fn parse(mut args: Args) -> Result<Self> {
        let mut options = Self::default();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--allow-dirty" => options.allow_dirty = true,
                "--install" => options.install = true,
                _ => return Err(format!("release does not know {arg:?}")),
            }
        }
        Ok(options)
    }
}

/// Packs what will be published, checks each feature alone, then licences and bans.
pub(crate) fn run_checks(options: &Options) -> Result {
    let mut stages = Stages::new();
    let deny = stages.run("tools", || find_deny(options.install))?;
    stages.run("licences", || licences(deny.as_ref()))?;
    let packages = stages.run("metadata", published)?;
    stages.run("features", || packages.iter().try_for_each(each_feature))?;
    stages.run("package", || run(&mut package(options)))?;
    eprintln!("{}", stages.table());
    eprintln!(
        "cargo-semver-checks was not run: nothing is published yet that one could compare with"
    );
    Ok(())
}

/// `cargo package` lays the workspace's own crates in an index of its own, so that each is compiled
/// against the packed others although none is published yet.
fn package(options: &Options) -> Command {
    let mut package = cargo(&["package", "--workspace"]);
    for own in ["xtask", "pregon-storm", "pregon-simulation"] {
        package.args(["--exclude", own]);
    }
    if options.allow_dirty {
        package.arg("--allow-dirty");
    }
    package
}

/// Only the library and the program: tests switch on features of their own.
fn each_feature(package: &Package) -> Result {
    let alone = ["check", "--package", &package.name, "--no-default-features"];
    run(&mut cargo(&alone))?;
    package
        .features
        .iter()
        .try_for_each(|feature| run(cargo(&alone).args(["--features", feature])))
}

fn licences(deny: Option<&PathBuf>) -> Result {
    let Some(deny) = deny else {
        return missing("cargo-deny is not there: licences and bans were NOT checked (--install)");
    };
    let mut check = Command::new(deny);
    run(check
        .current_dir(root())
        .args(["--all-features", "check", "bans", "licenses", "sources"]))
}

/// On the build machine a check that could not be made is a failure.
fn missing(what: &str) -> Result {
    if strict() {
        return Err(what.to_owned());
    }
    eprintln!("WARNING: {what}");
    Ok(())
}

fn find_deny(install: bool) -> Result<Option<PathBuf>> {
    let tools = target().join("tools");
    let ours = tools.join("bin").join("cargo-deny");
    let known = [ours.clone(), PathBuf::from("cargo-deny")];
    if let Some(found) = known
        .iter()
        .find(|path| succeeds(Command::new(path).arg("--version")))
    {
        return Ok(Some(found.clone()));
    }
    if !install {
        return Ok(None);
    }
    let mut cargo = cargo(&[
        "install",
        "--locked",
        "--version",
        DENY_VERSION,
        "cargo-deny",
    ]);
    run(cargo.arg("--root").arg(tools))?;
    Ok(Some(ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], expected: Result<Options>) {
        assert_eq!(Options::parse(Args::from(args)), expected);
    }

    #[test]
    fn flags_come_in_any_order() {
        check(
            &["--install", "--allow-dirty"],
            Ok(Options {
                allow_dirty: true,
                install: true,
            }),
        );
    }

    #[test]
    fn nothing_is_assumed() {
        check(
            &[],
            Ok(Options {
                allow_dirty: false,
                install: false,
            }),
        );
    }

    #[test]
    fn an_unknown_flag_is_refused() {
        check(
            &["--dirty"],
            Err("release does not know \"--dirty\"".to_owned()),
        );
    }
}
