//! Files of segments: `[[segment]]` and `[[family]]` in TOML, YAML or JSON.

use std::collections::BTreeSet;
use std::sync::Arc;

use pregon::{FamilyName, SegmentName};

use super::question::One;
use super::written::Written;
use crate::document::{Document, Kind, Node};
use crate::output::{Failure, nearest};

/// The segments of a file, in the order of the file.
pub(super) fn segments(document: Document) -> Result<Vec<One>, Failure> {
    let document = Arc::new(document);
    let root = &document.root;
    keys(&document, root, &["v", "segment", "family"])?;
    if let Some(version) = root.get("v")
        && !matches!(version.kind, Kind::Integer(1))
    {
        let message = "this program knows version 1 of files of segments";
        return Err(Failure::file(message).at(document.place(version.span.start)));
    }
    let mut found = Vec::new();
    for (at, node) in items(&document, root, "segment", "")? {
        found.push((node.span.start, vec![one(&document, node, &at, None)?]));
    }
    let mut families = BTreeSet::new();
    for (at, node) in items(&document, root, "family", "")? {
        keys(&document, node, &["name", "segment"])?;
        let name = text(&document, node, "name", &at)?;
        let family = FamilyName::new(name)
            .map_err(|error| wrong(&document, &format!("{at}.name"), error.to_string()))?;
        if !families.insert(name) {
            let message = format!("there is another family named {name:?}");
            return Err(wrong(&document, &format!("{at}.name"), message));
        }
        let members = items(&document, node, "segment", &format!("{at}."))?;
        if members.is_empty() {
            return Err(wrong(&document, &at, "a family has segments: [[family.segment]]".into()));
        }
        let members = members
            .into_iter()
            .map(|(at, node)| one(&document, node, &at, Some(&family)));
        found.push((node.span.start, members.collect::<Result<_, _>>()?));
    }
    if found.is_empty() {
        return Err(wrong(&document, "", "there is no [[segment]] and no [[family]] here".into()));
    }
    found.sort_by_key(|(begin, _)| *begin);
    Ok(found.into_iter().flat_map(|(_, ones)| ones).collect())
}

fn one(
    document: &Arc<Document>,
    node: &Node,
    at: &str,
    family: Option<&FamilyName>,
) -> Result<One, Failure> {
    keys(document, node, &["name", "rule"])?;
    let shown = text(document, node, "name", at)?.to_owned();
    let name = SegmentName::new(shown.as_str())
        .map_err(|error| wrong(document, &format!("{at}.name"), error.to_string()))?;
    if node.get("rule").is_none() {
        return Err(wrong(document, at, format!("segment {shown:?} has no rule")));
    }
    let written = Written::Within {
        document: Arc::clone(document),
        at: format!("{at}.rule"),
    };
    Ok(One {
        rule: written.rule()?,
        family: family.cloned(),
        written,
        shown,
        name,
    })
}

/// The tables of a list, each with its path.
fn items<'a>(
    document: &Document,
    table: &'a Node,
    key: &str,
    above: &str,
) -> Result<Vec<(String, &'a Node)>, Failure> {
    let Some(list) = table.get(key) else {
        return Ok(Vec::new());
    };
    let at = format!("{above}{key}");
    if !matches!(list.kind, Kind::List(_)) {
        return Err(wrong(document, &at, format!("{key} is a list of tables: [[{key}]]")));
    }
    let each = list.items().iter().enumerate().map(|(n, node)| {
        let at = format!("{at}[{n}]");
        match node.kind {
            Kind::Table(_) => Ok((at, node)),
            _ => Err(wrong(document, &at, format!("a {key} is a table"))),
        }
    });
    each.collect()
}

fn text<'a>(
    document: &Document,
    table: &'a Node,
    key: &str,
    at: &str,
) -> Result<&'a str, Failure> {
    let node = table.get(key);
    node.and_then(Node::text).ok_or_else(|| {
        let message = format!("{key} is missing, or is no text");
        wrong(document, &format!("{at}.{key}"), message)
    })
}

fn keys(document: &Document, table: &Node, known: &[&str]) -> Result<(), Failure> {
    let mut entries = table.entries().iter();
    let Some(entry) = entries.find(|entry| !known.contains(&&*entry.key)) else {
        return Ok(());
    };
    let listed = || format!("there are: {}", known.join(", "));
    let hint = nearest(&entry.key, known.iter().copied()).unwrap_or_else(listed);
    let message = format!("there is no {} here", entry.key);
    Err(Failure::file(message).hinted(Some(hint)).at(document.place(entry.key_at)))
}

fn wrong(document: &Document, at: &str, message: String) -> Failure {
    Failure::file(message).at(document.place_of(at))
}
