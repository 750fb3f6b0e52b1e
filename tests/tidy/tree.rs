//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// What is made, not written: build results, version control, what the demo and the fuzzer leave.
const NOT_OURS: &[&str] = &[
    "target",
    ".git",
    "pregon-demo",
    "corpus",
    "artifacts",
    "node_modules",
];

/// A text file of the repository.
pub(crate) struct File {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file that must be there.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every text file, sorted by path.
pub(crate) fn files() -> Vec<File> {
    let mut found = Vec::new();
    walk(root(), &mut found);
    found.sort();
    let texts = found.into_iter().filter_map(|path| {
        let text = String::from_utf8(fs::read(&path).ok()?).ok()?;
        Some(File {
            path: from_root(&path),
            text,
        })
    });
    texts.collect()
}

/// Every Rust file, sorted by path.
pub(crate) fn rust() -> Vec<File> {
    let rust: Vec<File> = files()
        .into_iter()
        .filter(|file| file.path.ends_with(".rs"))
        .collect();
    assert!(rust.len() > 20, "only {} Rust files were found", rust.len());
    rust
}

/// The stems of the Rust files directly in a folder, `mod.rs` and the like included.
pub(crate) fn stems(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder));
    let entries = entries.unwrap_or_else(|error| panic!("{folder}: {error}"));
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let rust = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let mut stems: Vec<String> = rust.filter_map(|path| stem(&path)).collect();
    stems.sort();
    assert!(!stems.is_empty(), "{folder}/ holds no Rust file");
    stems
}

fn stem(path: &Path) -> Option<String> {
    Some(path.file_stem()?.to_string_lossy().into_owned())
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_symlink() || NOT_OURS.contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn from_root(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("found below the root");
    path.to_string_lossy().replace('\\', "/")
}
