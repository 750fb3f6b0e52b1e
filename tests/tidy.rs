//! What must hold of the repository itself: its arrows, its sizes, its lists.
//!
//! Everything is read from the tree and from `cargo metadata`; nothing is downloaded. A thing that
//! is missing fails its check, so that no check passes by having nothing to look at.

#[path = "tidy/arrows.rs"]
mod arrows;
#[path = "tidy/content.rs"]
mod content;
#[path = "tidy/faults.rs"]
mod faults;
#[path = "tidy/guide.rs"]
mod guide;
#[path = "tidy/lists.rs"]
mod lists;
#[path = "tidy/sizes.rs"]
mod sizes;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/tree.rs"]
mod tree;

/// Fails with every finding at once, a line each.
#[track_caller]
fn assert_none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}
