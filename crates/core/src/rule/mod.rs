//! Rules: who belongs to a segment (placeholder until the module moves in).
/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule;
