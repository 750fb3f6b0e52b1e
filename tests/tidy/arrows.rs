//! Which of our packages may depend on which, asked of `cargo metadata`.

use std::process::Command;

use serde_json::Value;

use crate::assert_none;
use crate::tree;

/// A package of the workspace and those of ours that it names.
struct Package {
    name: String,
    /// What the built package needs.
    uses: Vec<String>,
    /// What only its tests, examples and benches need.
    tests_use: Vec<String>,
}

#[test]
fn arrows_point_inwards() {
    let packages = packages();
    let core = packages.iter().any(|package| package.name == "pregon-core");
    assert!(
        core && packages.len() >= 5,
        "only {} packages were found",
        packages.len()
    );
    assert_none(
        "an arrow points the wrong way",
        &packages.iter().flat_map(wrong).collect::<Vec<_>>(),
    );
}

/// Every arrow of a package that the house does not allow.
fn wrong(package: &Package) -> Vec<String> {
    let Some((may, tests_may)) = allowed(&package.name) else {
        return vec![format!("{} has no place in the house", package.name)];
    };
    let uses = package.uses.iter().filter(|target| !may(target));
    let uses = uses.map(|target| format!("{} -> {target}", package.name));
    let tests = package
        .tests_use
        .iter()
        // A package's tests may use it again, with all of its features.
        .filter(|target| !may(target) && !tests_may(target) && **target != package.name);
    let tests = tests.map(|target| format!("tests of {} -> {target}", package.name));
    uses.chain(tests).collect()
}

type Allows = fn(&str) -> bool;

/// What a package may use, and what its tests may use besides.
fn allowed(package: &str) -> Option<(Allows, Allows)> {
    let nothing: Allows = |_| false;
    let core: Allows = |target| target == "pregon-core";
    Some(match package {
        // What the derive writes names the core, and there it is tested.
        "pregon-core" => (nothing, |target| target == "pregon-derive"),
        "pregon-derive" | "xtask" => (nothing, nothing),
        "pregon-conformance" => (core, nothing),
        "pregon" => (
            |target| matches!(target, "pregon-core" | "pregon-derive") || is_adapter(target),
            // An example shows how a channel of one's own runs the suite.
            |target| target == "pregon-conformance",
        ),
        "pregon-cli" | "pregon-storm" => (|target| target == "pregon", nothing),
        // Proofs stand outside of everything: nobody may use them.
        "pregon-simulation" => (
            |target| matches!(target, "pregon-core" | "pregon-conformance") || is_adapter(target),
            nothing,
        ),
        adapter if is_adapter(adapter) => (core, |target| target == "pregon-conformance"),
        _ => return None,
    })
}

fn is_adapter(name: &str) -> bool {
    // What makes the bodies of mails sits beside those that carry them.
    name.starts_with("pregon-adapters-") || name == "pregon-content"
}

fn packages() -> Vec<Package> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]);
    let out = cargo
        .current_dir(tree::root())
        .output()
        .expect("cargo runs");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let metadata: Value = serde_json::from_slice(&out.stdout).expect("metadata is JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    packages.iter().map(package).collect()
}

fn package(metadata: &Value) -> Package {
    let dependencies = metadata["dependencies"]
        .as_array()
        .expect("a list of dependencies");
    let ours = |tests: bool| {
        let of_kind = dependencies
            .iter()
            .filter(move |d| (d["kind"] == "dev") == tests);
        // Only what comes from this tree has a path.
        let ours = of_kind.filter(|dependency| dependency["path"].is_string());
        ours.map(|dependency| text(&dependency["name"])).collect()
    };
    Package {
        name: text(&metadata["name"]),
        uses: ours(false),
        tests_use: ours(true),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a name").to_owned()
}

#[track_caller]
fn check(name: &str, uses: &[&str], tests_use: &[&str], expected: &[&str]) {
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let package = Package {
        name: name.to_owned(),
        uses: owned(uses),
        tests_use: owned(tests_use),
    };
    assert_eq!(wrong(&package), expected);
}

#[test]
fn allowed_arrows_pass() {
    check(
        "pregon-adapters-sms",
        &["pregon-core"],
        &["pregon-conformance"],
        &[],
    );
    check("pregon-core", &[], &["pregon-derive"], &[]);
    check(
        "pregon",
        &["pregon-core", "pregon-derive", "pregon-adapters-sms"],
        &["pregon"],
        &[],
    );
}

#[test]
fn other_arrows_are_named() {
    check(
        "pregon-core",
        &["pregon-derive"],
        &[],
        &["pregon-core -> pregon-derive"],
    );
    check(
        "pregon-cli",
        &["pregon-core"],
        &[],
        &["pregon-cli -> pregon-core"],
    );
    check(
        "pregon-adapters-a",
        &["pregon-adapters-b"],
        &[],
        &["pregon-adapters-a -> pregon-adapters-b"],
    );
    check(
        "pregon-core",
        &[],
        &["pregon-conformance"],
        &["tests of pregon-core -> pregon-conformance"],
    );
    check(
        "pregon-adapters-a",
        &["pregon-conformance"],
        &[],
        &["pregon-adapters-a -> pregon-conformance"],
    );
    check(
        "pregon-attic",
        &[],
        &[],
        &["pregon-attic has no place in the house"],
    );
}
