//! The file that declares the types of columns.

use std::collections::BTreeSet;
use std::path::Path;

use pregon::{AttributeType, Schema};

use crate::document::{Document, Entry, Kind, Node};
use crate::output::{Failure, Place, nearest};

const TYPES: [(&str, AttributeType); 7] = [
    ("boolean", AttributeType::Bool),
    ("integer", AttributeType::Integer),
    ("decimal", AttributeType::Decimal),
    ("text", AttributeType::Text),
    ("date", AttributeType::Date),
    ("instant", AttributeType::Instant),
    ("texts", AttributeType::Texts),
];

/// The types of columns, and where each was declared.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) schema: Schema,
    document: Document,
}

impl Declared {
    /// Where a column's type was declared.
    pub(super) fn place(&self, column: &str) -> Place {
        let mut entries = self.document.root.entries().iter();
        let entry = entries.find(|entry| entry.key == column);
        self.document.place(entry.map_or(0, |entry| entry.key_at))
    }
}

/// Reads `NAME = "integer"` or `NAME = ["a", "b"]` in TOML, YAML or JSON.
pub(super) fn read(path: &Path) -> Result<Declared, Failure> {
    let document = Document::read(path)?;
    if !matches!(document.root.kind, Kind::Table(_)) {
        let message = "a schema is a table of columns and their types";
        return Err(Failure::file(message).at(document.place(document.root.span.start)));
    }
    let mut schema = Schema::new();
    let mut wrong = Vec::new();
    for entry in document.root.entries() {
        match one(entry) {
            Ok(r#type) => {
                if let Err(error) = schema.insert(&entry.key, r#type) {
                    let hint =
                        "write the name as rules say it: última_visita for \"Última visita\"";
                    let failure = Failure::file(error.to_string()).hinted(Some(hint));
                    wrong.push(failure.at(document.place(entry.key_at)));
                }
            }
            Err(failure) => wrong.push(failure.at(document.place(entry.node.span.start))),
        }
    }
    match Failure::first_of(wrong) {
        Some(failure) => Err(failure),
        None => Ok(Declared { schema, document }),
    }
}

fn one(entry: &Entry) -> Result<AttributeType, Failure> {
    match &entry.node.kind {
        Kind::Text(name) => named(name),
        Kind::List(values) if !values.is_empty() => choice(values),
        _ => {
            let hint = format!("there are: {}, or a list of the texts allowed", names());
            Err(Failure::file("this is no type").hinted(Some(hint)))
        }
    }
}

fn named(name: &str) -> Result<AttributeType, Failure> {
    let known = TYPES.iter().find(|(known, _)| *known == name);
    known.map(|(_, r#type)| r#type.clone()).ok_or_else(|| {
        let near = nearest(name, TYPES.iter().map(|(known, _)| *known));
        let hint = near.unwrap_or_else(|| format!("there are: {}", names()));
        Failure::file(format!("there is no type {name:?}")).hinted(Some(hint))
    })
}

fn choice(values: &[Node]) -> Result<AttributeType, Failure> {
    let texts: Option<BTreeSet<String>> = values
        .iter()
        .map(|value| value.text().map(str::to_owned))
        .collect();
    let wrong = || Failure::file("the values of a closed set are texts, in quotes");
    texts.map(AttributeType::Choice).ok_or_else(wrong)
}

fn names() -> String {
    TYPES.map(|(name, _)| name).join(", ")
}
