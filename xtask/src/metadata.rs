//! The packages of the workspace and their features, as `cargo metadata` says.

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
    let out = output(&mut cargo(&[
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
    ]))?;
    let metadata = serde_json::from_str(&out).map_err(|error| format!("metadata: {error}"))?;
    packages(&metadata).ok_or("`cargo metadata` has another shape than known".to_owned())
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
    fn another_shape_is_noticed() {
        assert_eq!(
            packages(&serde_json::json!({ "packages": [{ "name": "a" }] })),
            None
        );
    }
}
