//! The one tree that TOML and YAML become.

use std::ops::Range;

/// A value and where it stands in its file, in bytes.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A name with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_at: usize,
    pub(crate) node: Node,
}

impl Node {
    /// The value under a name.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    /// The names with their values; none when it is not a table.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The items; none when it is not a list.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The text, when it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as serde reads it.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Null => serde_json::Value::Null,
            Kind::Bool(yes) => (*yes).into(),
            Kind::Integer(number) => (*number).into(),
            Kind::Float(number) => (*number).into(),
            Kind::Text(text) => text.as_str().into(),
            Kind::List(items) => items.iter().map(Node::to_json).collect(),
            Kind::Table(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.node.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    /// Where the name at the end of a path is written; `None` when there is no such name.
    pub(crate) fn key_at(&self, path: &str) -> Option<usize> {
        let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
        let (table, _) = self.nearest(above);
        let entry = table.entries().iter().find(|entry| entry.key == name)?;
        Some(entry.key_at)
    }

    /// What a path names, or what is nearest above it; and where that begins: a name where there
    /// is one before a table, otherwise the value itself.
    pub(crate) fn nearest(&self, path: &str) -> (&Node, usize) {
        let (mut node, mut at) = (self, self.span.start);
        for (name, index) in segments(path) {
            if !name.is_empty() {
                let Some(entry) = node.entries().iter().find(|entry| entry.key == name) else {
                    break;
                };
                node = &entry.node;
                at = match node.kind {
                    Kind::Table(_) | Kind::List(_) => entry.key_at,
                    _ => node.span.start,
                };
            }
            if let Some(index) = index {
                let Some(item) = node.items().get(index) else {
                    break;
                };
                node = item;
                at = item.span.start;
            }
        }
        (node, at)
    }
}

/// The parts of `journey[0].step[1].email`: each a name and perhaps a place in a list.
fn segments(path: &str) -> impl Iterator<Item = (&str, Option<usize>)> {
    path.split('.')
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse().ok()),
            None => (part, None),
        })
}
