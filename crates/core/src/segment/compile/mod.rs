//! All segments as one program: each question once, and the bits made of the answers.
//!
//! A program knows neither a population nor a moment. Negations are pushed down to the questions,
//! so that every bit says *surely*: of a rule there is the bit that it is surely true, and where
//! another rule denies it, the bit that it is surely false. What is unknown is neither.

mod graph;
mod rules;
#[cfg(test)]
mod tests;

pub(crate) use graph::{Graph, Node, Ref};

use crate::Segments;
use crate::rule::{Condition, Expr, Measure, Window};

/// What a set of segments asks, and what it makes of the answers.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// Each question once.
    pub(crate) questions: Vec<Question>,
    /// What questions ask of activities, each once.
    pub(crate) measured: Vec<Measured>,
    /// The bits, each after those that it is made of.
    pub(crate) graph: Graph<Answer>,
    /// Whether a customer is in each segment, in the order of [`Segments::iter`].
    pub(crate) members: Vec<Ref>,
}

/// A condition on something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    /// Of what.
    pub(crate) of: Subject,
    /// What must hold of it.
    pub(crate) condition: Condition,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// An attribute: of the customer, or of the activity in a [`Measured::filter`].
    Attribute(String),
    /// When the activity happened.
    At,
    /// What was made of a customer's activities: its place in [`Program::measured`].
    Measured(usize),
}

/// A number or an instant that is made of each customer's activities.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// What is made of them.
    pub(crate) measure: Measure,
    /// Their kind.
    pub(crate) kind: String,
    /// Which of that kind: a program over the activities, with one member bit.
    pub(crate) filter: Box<Program>,
    with: Option<Box<Expr>>,
    within: Option<Window>,
}

/// Whether a question has a certain answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Answer {
    /// The question's place in [`Program::questions`].
    pub(crate) question: usize,
    /// The answer.
    pub(crate) truth: bool,
}

impl Program {
    /// The program of all segments.
    pub(crate) fn of(segments: &Segments) -> Self {
        let mut compiler = rules::Compiler::new(Some(segments));
        let members = compiler.members();
        compiler.finish(members)
    }

    /// For each node whether a member's bit depends on it.
    pub(crate) fn used(&self) -> Vec<bool> {
        let nodes = self.graph.nodes();
        let mut used = vec![false; nodes.len()];
        for member in &self.members {
            used[member.node()] = true;
        }
        for (n, node) in nodes.iter().enumerate().rev() {
            if !used[n] {
                continue;
            }
            match node {
                Node::False | Node::Leaf(_) => {}
                Node::And(parts) => parts.iter().for_each(|part| used[part.node()] = true),
                Node::Xor(a, b) => [a, b].into_iter().for_each(|part| used[part.node()] = true),
            }
        }
        used
    }
}
