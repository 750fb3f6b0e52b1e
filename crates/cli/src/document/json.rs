//! JSON as a tree.

use serde::de::IgnoredAny;

use super::tree::{Entry, Kind, Node};

/// How deep tables and lists may lie in each other: rules do by two for each of their levels.
const MOST_DEPTH: usize = 126;

/// The tree, or the byte of the first mistake and what it is.
pub(super) fn parse(text: &str) -> Result<Node, (usize, String)> {
    // What is JSON is for serde to say; the walk after it only looks where everything stands.
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = error.to_string();
        let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
        let before = text
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1));
        let at = before.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
        return Err((at, message));
    }
    let mut walk = Walk { text, at: 0 };
    walk.node(0)
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    fn node(&mut self, depth: usize) -> Result<Node, (usize, String)> {
        self.skip(" \t\r\n");
        let begin = self.at;
        if depth > MOST_DEPTH {
            return Err((begin, format!("deeper than {MOST_DEPTH} levels")));
        }
        let kind = match self.text.as_bytes().get(begin) {
            Some(b'{') => Kind::Table(self.entries(depth)?),
            Some(b'[') => Kind::List(self.items(depth)?),
            Some(b'"') => Kind::Text(self.string()),
            _ => self.scalar()?,
        };
        let span = begin..self.at;
        Ok(Node { span, kind })
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<Entry>, (usize, String)> {
        let mut entries: Vec<Entry> = Vec::new();
        self.at += 1;
        loop {
            self.skip(" \t\r\n,");
            if self.text.as_bytes().get(self.at) != Some(&b'"') {
                self.at += 1;
                return Ok(entries);
            }
            let key_at = self.at;
            let key = self.string();
            if entries.iter().any(|entry| entry.key == key) {
                return Err((key_at, format!("{key} is there twice")));
            }
            self.skip(" \t\r\n:");
            let node = self.node(depth + 1)?;
            entries.push(Entry { key, key_at, node });
        }
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, (usize, String)> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.skip(" \t\r\n,");
            if self.text.as_bytes().get(self.at) == Some(&b']') {
                self.at += 1;
                return Ok(items);
            }
            items.push(self.node(depth + 1)?);
        }
    }

    fn string(&mut self) -> String {
        let begin = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        while let Some(byte) = bytes.get(self.at).filter(|byte| **byte != b'"') {
            self.at += if *byte == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        let written = self.text.get(begin..self.at).unwrap_or_default();
        serde_json::from_str(written).unwrap_or_default()
    }

    fn scalar(&mut self) -> Result<Kind, (usize, String)> {
        let begin = self.at;
        let rest = &self.text[begin..];
        let end = rest
            .find(|c: char| " \t\r\n,]}".contains(c))
            .unwrap_or(rest.len());
        self.at += end;
        Ok(match &rest[..end] {
            "null" => Kind::Null,
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            number => match (number.parse(), number.parse()) {
                (Ok(whole), _) => Kind::Integer(whole),
                (_, Ok(float)) => Kind::Float(float),
                _ => return Err((begin, "this is not a number that can be kept".to_owned())),
            },
        })
    }

    fn skip(&mut self, signs: &str) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(|c| signs.contains(c)).len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_serde_and_know_their_places() {
        let text = "\t{\"a\": [1, -2.5e1, \"ñ\\\"\\u00e9\", null, {\"b\" :true}], \"c\":{}}\n";
        let node = parse(text).unwrap();
        let expected: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(node.to_json(), expected);
        let (found, at) = node.nearest("a[4].b");
        assert_eq!((&text[found.span.clone()], at), ("true", found.span.start));
        assert_eq!(&text[node.key_at("c").unwrap()..][..3], "\"c\"");
    }

    #[test]
    fn mistakes_know_their_places() {
        for (text, at) in [("{\"a\": 1,}", 8), ("{\n  x", 4), ("{\"a\":1,\"a\":2}", 7)] {
            assert_eq!(parse(text).unwrap_err().0, at, "{text}");
        }
        for depth in [130, 1000] {
            let deep = "[".repeat(depth) + &"]".repeat(depth);
            assert!(parse(&deep).is_err());
        }
    }
}
