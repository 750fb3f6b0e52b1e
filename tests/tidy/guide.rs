//! The guide to adapters shows code that is compiled and run elsewhere.

use crate::assert_none;
use crate::tree;

#[test]
fn the_guide_shows_the_example_as_it_is() {
    let guide = tree::read("docs/adding-an-adapter.md");
    let example = tree::read("examples/custom_channel.rs");
    let pieces = pieces(&guide);
    assert!(pieces.len() > 4, "only {} pieces of code", pieces.len());
    let others = pieces.iter().filter(|piece| !example.contains(**piece));
    let others: Vec<String> = others.map(|piece| (*piece).to_owned()).collect();
    assert_none("the guide shows what the example does not have", &others);
}

/// The blocks of Rust in a text.
fn pieces(text: &str) -> Vec<&str> {
    let blocks = text.split("```rust\n").skip(1);
    let ends = blocks.filter_map(|block| block.split_once("```"));
    ends.map(|(piece, _)| piece).collect()
}

#[test]
fn pieces_are_what_stands_between_the_marks() {
    let text = "a\n```rust\nfn a() {}\n```\nb\n```toml\nx = 1\n```\n```rust\nfn b() {}\n```\n";
    assert_eq!(pieces(text), ["fn a() {}\n", "fn b() {}\n"]);
}
