//! YAML as a tree.

use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar, YamlData};

use super::MOST_DEPTH;
use super::tree::{Entry, Kind, Node};

/// The tree, or the byte of the first mistake and what it is.
pub(super) fn parse(text: &str) -> Result<Node, (usize, String)> {
    let bytes = Bytes::of(text);
    if let Some(at) = too_deep(text) {
        return Err((at, format!("deeper than {MOST_DEPTH} levels")));
    }
    let mut documents = MarkedYaml::load_from_str(text)
        .map_err(|error| (bytes.at(error.marker().index()), error.info().to_owned()))?;
    match documents.len() {
        0 => Err((0, "the file is empty".to_owned())),
        1 => node(&documents.remove(0), &bytes, 0),
        _ => {
            let second = bytes.at(documents[1].span.start.index());
            Err((
                second,
                "there is more than one document in the file".to_owned(),
            ))
        }
    }
}

/// Where lists are opened within lists on one line too often: the parser would follow them on the
/// stack, which has an end. Brackets it counts itself, and by indentation nobody gets that deep.
fn too_deep(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let opens = |c: char| matches!(c, '-' | '?' | ' ' | '\t');
        let head = line.find(|c| !opens(c)).unwrap_or(line.len());
        let marks = line[..head].chars().filter(|c| matches!(c, '-' | '?'));
        let indent = line.len() - line.trim_start().len();
        if (marks.count() > MOST_DEPTH && line.trim().contains(' ')) || indent > MOST_DEPTH * 16 {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn node(yaml: &MarkedYaml<'_>, bytes: &Bytes, depth: usize) -> Result<Node, (usize, String)> {
    let span = bytes.at(yaml.span.start.index())..bytes.at(yaml.span.end.index());
    if depth > MOST_DEPTH {
        return Err((span.start, format!("deeper than {MOST_DEPTH} levels")));
    }
    let kind = match &yaml.data {
        YamlData::Value(Scalar::Null) => Kind::Null,
        YamlData::Value(Scalar::Boolean(yes)) => Kind::Bool(*yes),
        YamlData::Value(Scalar::Integer(number)) => Kind::Integer(*number),
        YamlData::Value(Scalar::FloatingPoint(number)) => Kind::Float(number.into_inner()),
        YamlData::Value(Scalar::String(text)) => Kind::Text(text.to_string()),
        YamlData::Sequence(items) => {
            let items = items.iter().map(|item| node(item, bytes, depth + 1));
            Kind::List(items.collect::<Result<_, _>>()?)
        }
        YamlData::Mapping(map) => {
            let mut entries = Vec::new();
            for (key, value) in map {
                let key_at = bytes.at(key.span.start.index());
                let YamlData::Value(Scalar::String(name)) = &key.data else {
                    return Err((key_at, "a name must be a text".to_owned()));
                };
                entries.push(Entry {
                    key: name.to_string(),
                    key_at,
                    node: node(value, bytes, depth + 1)?,
                });
            }
            Kind::Table(entries)
        }
        _ => {
            let message = "this cannot be read as a plain value; leave its tag out";
            return Err((span.start, message.to_owned()));
        }
    };
    Ok(Node { span, kind })
}

/// The byte at which each character begins: the parser counts characters.
struct Bytes(Vec<usize>);

impl Bytes {
    fn of(text: &str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at);
        Self(starts.chain([text.len()]).collect())
    }

    fn at(&self, character: usize) -> usize {
        let last = self.0.last().copied().unwrap_or(0);
        self.0.get(character).copied().unwrap_or(last)
    }
}
