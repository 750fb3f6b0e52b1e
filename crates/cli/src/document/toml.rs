//! TOML as a tree.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::MOST_DEPTH;
use super::tree::{Entry, Kind, Node};

/// The tree, or the byte of the first mistake and what it is.
pub(super) fn parse(text: &str) -> Result<Node, (usize, String)> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (at, error.message().trim().replace('\n', "; "))
    })?;
    Ok(Node {
        span: 0..text.len(),
        kind: entries(table.get_ref(), 0)?,
    })
}

fn entries(table: &DeTable<'_>, depth: usize) -> Result<Kind, (usize, String)> {
    let mut entries = Vec::new();
    for (key, value) in table {
        entries.push(Entry {
            key: key.get_ref().to_string(),
            key_at: key.span().start,
            node: node(value, depth + 1)?,
        });
    }
    // A map is ordered by name; people are told of their mistakes from top to bottom.
    entries.sort_by_key(|entry| entry.key_at);
    Ok(Kind::Table(entries))
}

fn node(value: &Spanned<DeValue<'_>>, depth: usize) -> Result<Node, (usize, String)> {
    let span = value.span();
    if depth > MOST_DEPTH {
        return Err((span.start, format!("deeper than {MOST_DEPTH} levels")));
    }
    let wrong = |what: &str| (span.start, format!("this is not {what} that can be kept"));
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            Kind::Integer(parsed.map_err(|_| wrong("a whole number"))?)
        }
        DeValue::Float(number) => {
            let parsed: Result<f64, _> = number.as_str().parse();
            Kind::Float(parsed.map_err(|_| wrong("a number"))?)
        }
        DeValue::Boolean(yes) => Kind::Bool(*yes),
        DeValue::Datetime(at) => Kind::Text(at.to_string()),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| node(item, depth + 1));
            Kind::List(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => entries(table, depth)?,
    };
    Ok(Node { span, kind })
}
