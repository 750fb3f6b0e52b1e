//! Files that people write, with the place of everything in them.

mod decode;
mod json;
mod toml;
mod tree;
mod yaml;

use std::path::{Path, PathBuf};

pub(crate) use tree::{Entry, Kind, Node};

use crate::output::{Failure, Place};

/// The largest file that is read: what a person writes is far smaller.
const MOST_BYTES: u64 = 1 << 20;

/// How deep tables and lists may lie in each other.
const MOST_DEPTH: usize = 32;

/// In what a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Toml,
    Yaml,
    Json,
}

/// A file as it was written, and as a tree whose nodes know their places.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) root: Node,
}

impl Document {
    /// Reads a file: YAML or JSON when its name ends so, otherwise TOML.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let language = match path.extension().and_then(|end| end.to_str()) {
            Some("yaml" | "yml") => Language::Yaml,
            Some("json") => Language::Json,
            _ => Language::Toml,
        };
        Self::of(path, read_text(path)?, language)
    }

    /// A file whose text was read already.
    pub(crate) fn of(path: &Path, text: String, language: Language) -> Result<Self, Failure> {
        let parsed = match language {
            Language::Yaml => yaml::parse(&text),
            Language::Json => json::parse(&text),
            Language::Toml => toml::parse(&text),
        };
        let root = parsed
            .map_err(|(at, message)| Failure::file(message).at(Place::in_text(path, &text, at)))?;
        Ok(Self {
            path: path.to_owned(),
            text,
            root,
        })
    }

    /// The place of a byte of the file.
    pub(crate) fn place(&self, at: usize) -> Place {
        Place::in_text(&self.path, &self.text, at)
    }

    /// The place of what a path as `journey[0].step[1].email` names, or of what is nearest above.
    pub(crate) fn place_of(&self, path: &str) -> Place {
        self.place(self.root.nearest(path).1)
    }

    /// The place of a line and a column within the text at a path.
    pub(crate) fn place_within(&self, path: &str, line: u32, column: u32) -> Place {
        let (node, at) = self.root.nearest(path);
        let Kind::Text(text) = &node.kind else {
            return self.place(at);
        };
        let raw = self.text.get(node.span.clone()).unwrap_or_default();
        let offset = decode::raw_offset(raw, text, line, column);
        self.place(node.span.start + offset)
    }

    /// The document as `T`; what does not fit is said with its place.
    pub(crate) fn read_as<T: serde::de::DeserializeOwned>(
        &self,
        value: serde_json::Value,
    ) -> Result<T, Failure> {
        serde_path_to_error::deserialize(value).map_err(|error| self.misfit(&error))
    }

    fn misfit(&self, error: &serde_path_to_error::Error<serde_json::Error>) -> Failure {
        let mut path = error.path().to_string();
        let mut message = error.inner().to_string();
        if message.contains("untagged enum AudienceSpec") {
            message = "an audience is a rule in quotes, or { custom = \"name\" }".to_owned();
        }
        let mut hint = None;
        let mut at = None;
        if let Some((unknown, expected)) = unknown_field(&message) {
            let listed = || format!("there are: {}", expected.join(", "));
            hint = crate::output::nearest(&unknown, expected.iter().map(String::as_str))
                .or_else(|| (!expected.is_empty()).then(listed));
            if path.rsplit('.').next() != Some(&*unknown) {
                path = format!("{path}.{unknown}");
            }
            at = self.root.key_at(&path);
            message = format!("there is no {unknown} here");
        }
        let place = match at {
            Some(at) => self.place(at),
            None => self.place_of(&path),
        };
        Failure::file(message).hinted(hint).at(place)
    }
}

/// The name in "unknown field `x`, expected one of `a`, `b`", and the names that exist.
fn unknown_field(message: &str) -> Option<(String, Vec<String>)> {
    let rest = message
        .strip_prefix("unknown field `")
        .or_else(|| message.strip_prefix("unknown variant `"))?;
    let (unknown, rest) = rest.split_once('`')?;
    let expected = rest.split('`').skip(1).step_by(2).map(str::to_owned);
    Some((unknown.to_owned(), expected.collect()))
}

/// The text of a file that a person wrote.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::file("the file cannot be read")
            .because(&error)
            .at(Place::file(path))
    };
    let meta = std::fs::metadata(path).map_err(cannot)?;
    if !meta.is_file() || meta.len() > MOST_BYTES {
        let message = "this is not a file of at most a million bytes";
        return Err(Failure::file(message).at(Place::file(path)));
    }
    let bytes = std::fs::read(path).map_err(cannot)?;
    // Editors on Windows put this mark before UTF-8.
    let bytes = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .map_or(bytes.clone(), <[u8]>::to_vec);
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
        Failure::file("the file is not UTF-8 from here on").at(Place::in_text(
            path,
            &before,
            before.len(),
        ))
    })
}
