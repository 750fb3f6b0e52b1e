//! The packages of the workspace and their features, as `cargo metadata` says.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Result;
use crate::process::{cargo, output};

/// A package of the workspace that is published.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// The features it has, `default` not among them.
    pub(crate) features: Vec<String>,
}

/// The packages of the workspace, without those that are never published.
pub(crate) fn published() -> Result<Vec<Package>> {
    packages(&metadata()?).ok_or_else(unknown)
}

/// The names of the integration tests of all packages, each once.
pub(crate) fn integration_tests() -> Result<Vec<String>> {
    tests_of(&metadata()?).ok_or_else(unknown)
}

fn metadata() -> Result<Value> {
    let out = output(&mut cargo(&[
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    serde_json::from_str(&out).map_err(|error| format!("metadata: {error}"))
}

fn unknown() -> String {
    "`cargo metadata` has another shape than known".to_owned()
}

fn tests_of(metadata: &Value) -> Option<Vec<String>> {
    let mut names = BTreeSet::new();
    for package in metadata["packages"].as_array()? {
        for target in package["targets"].as_array()? {
            if target["kind"][0].as_str()? == "test" {
                names.insert(target["name"].as_str()?.to_owned());
            }
        }
    }
    Some(names.into_iter().collect())
}

fn packages(metadata: &Value) -> Option<Vec<Package>> {
    let packages = metadata["packages"].as_array()?.iter();
    // `publish` is null for "anywhere" and an empty list for "nowhere".
    packages
        .filter(|package| package["publish"].is_null())
        .map(package)
        .collect()
}

fn package(package: &Value) -> Option<Package> {
    let name = package["name"].as_str()?.to_owned();
    let features = package["features"].as_object()?.keys();
    let features = features
        .filter(|name| *name != "default")
        .cloned()
        .collect();
    Some(Package { name, features })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpublished_packages_and_the_default_feature_are_left_out() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "a", "publish": null, "features": { "default": ["x"], "x": [], "y": [] } },
            { "name": "tool", "publish": [], "features": {} },
        ]});
        let features = vec!["x".to_owned(), "y".to_owned()];
        assert_eq!(
            packages(&metadata),
            Some(vec![Package {
                name: "a".to_owned(),
                features
            }])
        );
    }

    #[test]
    fn tests_of_one_name_are_one_name() {
        let target = |kind: &str, name: &str| serde_json::json!({ "kind": [kind], "name": name });
        let metadata = serde_json::json!({ "packages": [
            { "targets": [target("lib", "a"), target("test", "suite"), target("bench", "b")] },
            { "targets": [target("test", "suite"), target("test", "open")] },
        ]});
        let names = ["open", "suite"].map(str::to_owned).to_vec();
        assert_eq!(tests_of(&metadata), Some(names));
        assert_eq!(tests_of(&serde_json::json!({ "packages": [{}] })), None);
    }

    #[test]
    fn another_shape_is_noticed() {
        assert_eq!(
            packages(&serde_json::json!({ "packages": [{ "name": "a" }] })),
            None
        );
    }
}
