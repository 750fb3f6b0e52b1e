//! What our crates may never pull in, asked of `cargo tree`.

use crate::Result;
use crate::process::{cargo, output};

/// A TLS crate or an HTTP client; whoever embeds the facade with its defaults gets neither.
const NETWORK: &[&str] = &[
    "rustls",
    "tokio-rustls",
    "native-tls",
    "openssl",
    "openssl-sys",
    "aws-lc-rs",
    "ring",
    "reqwest",
    "hyper",
    "ureq",
    "isahc",
    "curl",
];

/// Runtimes and I/O, none of which the domain knows.
const RUNTIME: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "mio",
    "sqlx",
    "sqlx-core",
    "reqwest",
    "hyper",
    "lettre",
];

/// The most crates that the domain without its engine may link.
const MOST_LINKED: usize = 15;

/// Asks for the trees of the facade and of the core and judges them.
pub(crate) fn check() -> Result {
    refuse(
        "pregon with its default features",
        &tree(&["-p", "pregon"])?,
        NETWORK,
    )?;
    let core = ["-p", "pregon-core"];
    let all = tree(&[core.as_slice(), &["--all-features"]].concat())?;
    refuse("pregon-core with all features", &all, RUNTIME)?;
    let bare = ["--no-default-features", "--edges", "no-proc-macro"];
    let bare = tree(&[core.as_slice(), &bare].concat())?;
    let linked = linked(&bare);
    if linked.len() > MOST_LINKED {
        let (n, names) = (linked.len(), linked.join(" "));
        return Err(format!(
            "pregon-core alone links {n} crates, not {MOST_LINKED}: {names}"
        ));
    }
    Ok(())
}

fn tree(of: &[&str]) -> Result<String> {
    let fixed = [
        "tree",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--no-dedupe",
    ];
    output(&mut cargo(&[fixed.as_slice(), of].concat()))
}

fn refuse(what: &str, tree: &str, forbidden: &[&str]) -> Result {
    let found = once(names(tree).filter(|name| forbidden.contains(name)));
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("{what} pulls in {}", found.join(", ")))
    }
}

fn names(tree: &str) -> impl Iterator<Item = &str> {
    tree.lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
}

/// The crates of a tree without its root.
fn linked(tree: &str) -> Vec<&str> {
    once(names(tree).skip(1))
}

fn once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "pregon v0.1.0 (path)\npregon-core v0.1.0\nserde v1.0.0\nserde v1.0.0\n";

    #[test]
    fn a_forbidden_crate_is_named() {
        let failure = refuse("it", TREE, &["tokio", "serde"]).unwrap_err();
        assert_eq!(failure, "it pulls in serde");
    }

    #[test]
    fn a_name_counts_whole() {
        assert_eq!(refuse("it", TREE, &["pregon-co", "serd"]), Ok(()));
    }

    #[test]
    fn linked_crates_count_once_and_without_the_root() {
        assert_eq!(linked(TREE), ["pregon-core", "serde"]);
    }
}
