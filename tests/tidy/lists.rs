//! Lists that must name everything there is: suites of ports, examples, benches.

use crate::assert_none;
use crate::source::code_only;
use crate::tree::{self, read, stems};

const PORTS: &str = "crates/core/src/port";
const SUITES: &str = "crates/conformance/src";

#[test]
fn every_port_has_a_suite() {
    let ports = stems(PORTS);
    let declares = |port: &&String| declares_a_trait(&read(&format!("{PORTS}/{port}.rs")));
    let ports: Vec<&String> = ports.iter().filter(declares).collect();
    assert!(!ports.is_empty(), "no port declares a trait");
    let suite = |port: &str| {
        let folder = tree::root().join(SUITES);
        folder.join(format!("{port}.rs")).is_file() || folder.join(port).join("mod.rs").is_file()
    };
    let without = ports
        .iter()
        .filter(|port| !suite(port))
        .map(|port| format!("{PORTS}/{port}.rs"));
    assert_none(
        "a port has a suite of its name in conformance",
        &without.collect::<Vec<_>>(),
    );
}

#[test]
fn the_readme_lists_every_example() {
    let missing = unlisted("examples", "README.md", |stem| {
        vec![format!("examples/{stem}.rs"), format!("--example {stem}")]
    });
    assert_none("README.md names every example", &missing);
}

#[test]
fn the_benches_page_lists_every_bench() {
    let missing = unlisted("benches", "benches/README.md", |stem| {
        vec![
            format!("{stem}.rs"),
            format!("--bench {stem}"),
            format!("`{stem}`"),
        ]
    });
    assert_none("benches/README.md names every bench", &missing);
}

fn unlisted(folder: &str, page: &str, names: fn(&str) -> Vec<String>) -> Vec<String> {
    let text = read(page);
    let stems = stems(folder).into_iter();
    let missing = stems.filter(|stem| !names(stem).iter().any(|name| contains_word(&text, name)));
    missing.map(|stem| format!("{folder}/{stem}.rs")).collect()
}

/// Whether the text has the name, not merely a longer one that begins or ends with it.
fn contains_word(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let after = &text[at + name.len()..];
        !text[..at].ends_with(word) && !after.starts_with(word)
    })
}

fn declares_a_trait(text: &str) -> bool {
    code_only(text)
        .lines()
        .any(|line| line.trim_start().starts_with("pub trait "))
}

#[test]
fn a_longer_name_does_not_count() {
    assert!(contains_word("run `--example plan`", "--example plan"));
    assert!(!contains_word("run --example planner", "--example plan"));
    assert!(!contains_word("my_plan.rs", "plan.rs"));
}
