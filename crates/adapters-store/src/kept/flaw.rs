//! What can be wrong with what a store keeps, whatever keeps it.

/// What is wrong. No message shows a value that the store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// What was read is not what was ever written.
    Damaged(&'static str),
    /// What was given cannot be written.
    Unkeepable(&'static str),
}
