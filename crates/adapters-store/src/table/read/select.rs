//! A statement that reads, while it is being made.

use super::{Wire, WireKind, wire};
use crate::table::bind::Binds;
use crate::table::error::Error;
use crate::table::{Bind, Dialect, Storage};

use pregon_core::Value;

/// What a statement gives for each row: expressions, and as what they are read.
#[derive(Debug)]
pub(in crate::table) struct Select {
    dialect: Dialect,
    expressions: Vec<String>,
    kinds: Vec<WireKind>,
    binds: Binds,
}

impl Select {
    /// A statement that already has these values.
    pub(in crate::table) fn new(dialect: Dialect, values: Vec<Bind>) -> Self {
        let mut binds = Binds::new(dialect);
        binds.start(values);
        Self {
            dialect,
            expressions: Vec::new(),
            kinds: Vec::new(),
            binds,
        }
    }

    /// One more column of the answer; gives its place.
    pub(in crate::table) fn add(&mut self, expression: String, kind: WireKind) -> usize {
        self.expressions.push(expression);
        self.kinds.push(kind);
        self.kinds.len() - 1
    }

    /// The values of a column, as its storage keeps them.
    pub(in crate::table) fn add_stored(&mut self, storage: &Storage, column: &str) -> usize {
        let (text, kind) = wire::expression(storage, column, self.dialect, &mut self.binds);
        self.add(text, kind)
    }

    /// The texts of a column of whatever type.
    pub(in crate::table) fn add_text(&mut self, column: &str) -> usize {
        self.add(format!("CAST({column} AS TEXT)"), WireKind::Text)
    }

    pub(in crate::table) fn bind(&mut self, value: Bind) -> String {
        self.binds.add(value)
    }

    /// The statement: `SELECT` these, then the rest as given.
    pub(in crate::table) fn finish(self, rest: &str) -> (String, Vec<Bind>, Vec<WireKind>) {
        let text = format!("SELECT {} {rest}", self.expressions.join(", "));
        (text, self.binds.into_values(), self.kinds)
    }
}

/// Takes a text out of a row of an answer.
pub(in crate::table) fn text_at(row: &mut [Wire], at: usize) -> Option<String> {
    match take(row, at) {
        Wire::Text(text) => Some(text),
        _ => None,
    }
}

/// Takes a cell out of a row of an answer.
pub(in crate::table) fn take(row: &mut [Wire], at: usize) -> Wire {
    row.get_mut(at)
        .map_or(Wire::Null, |cell| std::mem::replace(cell, Wire::Null))
}

/// Takes a value out of a row of an answer.
pub(in crate::table) fn value_at(
    row: &mut [Wire],
    at: usize,
    storage: &Storage,
    column: &str,
    dialect: Dialect,
) -> Result<Option<Value>, Error> {
    wire::value(storage, take(row, at), column, dialect)
}
