//! HTML that cannot be worked on.

use pregon_core::template::TemplateError;

/// HTML that cannot be worked on, with the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// It is no template.
    #[error("it is not a template")]
    Template(#[source] TemplateError),
    /// A block begins and ends where HTML cannot follow it.
    #[error("line {line}, column {column}: {why}")]
    Block {
        /// The line of the block's tag, from 1.
        line: u32,
        /// The column of the block's tag, from 1, in characters.
        column: u32,
        /// What is wrong.
        why: &'static str,
    },
    /// Elements lie in each other deeper than any design needs.
    #[error("elements lie in each other too deep, or more than {most} are left open")]
    Deep {
        /// The most that may be left open.
        most: usize,
    },
}
