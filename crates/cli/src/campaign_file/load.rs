//! Reads a campaign.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{CampaignFile, templates};
use crate::config::check_limits;
use crate::document::{Document, Node};
use crate::output::{Failure, Place};

const NAMES: [&str; 3] = ["campaign.toml", "campaign.yaml", "campaign.yml"];

/// Reads a campaign from its file, or from its directory.
pub(crate) fn load(path: &Path) -> Result<CampaignFile, Failure> {
    let file = find(path)?;
    let document = Document::read(&file)?;
    check_limits(&document)?;
    let dir = file.parent().unwrap_or(Path::new("")).to_owned();
    let mut value = document.root.to_json();
    let mut reading = Reading {
        document: &document,
        dir: &dir,
        templates: BTreeMap::new(),
    };
    reading.steps(&mut value)?;
    reading.partials(&mut value)?;
    let templates = reading.templates;
    let campaign = document.read_as(value)?;
    Ok(CampaignFile {
        campaign,
        document,
        templates,
    })
}

fn find(path: &Path) -> Result<PathBuf, Failure> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let mut there = NAMES
        .iter()
        .map(|name| path.join(name))
        .filter(|file| file.is_file());
    match (there.next(), there.next()) {
        (Some(file), None) => Ok(file),
        (Some(file), Some(other)) => {
            let other = other
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let message = format!("{other} is there as well; a directory has one campaign");
            Err(Failure::file(message).at(Place::file(&file)))
        }
        (None, _) => {
            let message = "there is no campaign here";
            let hint = format!("a directory of a campaign has one of: {}", NAMES.join(", "));
            Err(Failure::file(message)
                .hinted(Some(hint))
                .at(Place::file(path)))
        }
    }
}

/// A campaign whose templates are being read.
struct Reading<'a> {
    document: &'a Document,
    dir: &'a Path,
    templates: BTreeMap<String, PathBuf>,
}

impl Reading<'_> {
    /// Puts the texts of the template files in the place of their names.
    fn steps(&mut self, value: &mut Value) -> Result<(), Failure> {
        let root = &self.document.root;
        let journeys = root.get("journey").map_or(&[][..], Node::items);
        for (j, journey) in journeys.iter().enumerate() {
            let steps = journey.get("step").map_or(&[][..], Node::items);
            for (s, step) in steps.iter().enumerate() {
                for action in step.entries() {
                    for part in action.node.entries() {
                        let path = format!("journey[{j}].step[{s}].{}.{}", action.key, part.key);
                        let pointer = format!("/journey/{j}/step/{s}/{}/{}", action.key, part.key);
                        let read = self.text(&part.node, &path)?;
                        put(value, &pointer, read);
                    }
                }
            }
        }
        Ok(())
    }

    fn partials(&mut self, value: &mut Value) -> Result<(), Failure> {
        let partials = self.document.root.get("partial");
        for partial in partials.map_or(&[][..], Node::entries) {
            let path = format!("partial.{}", partial.key);
            let Some(name) = partial
                .node
                .text()
                .filter(|text| templates::is_file_name(text))
            else {
                continue;
            };
            let text = self.file(name, &partial.node, &path)?;
            put(
                value,
                &format!("/partial/{}", partial.key),
                Some(text.into()),
            );
        }
        Ok(())
    }

    /// The text of a part, or those of its languages; `None` when it stands in the file itself.
    fn text(&mut self, part: &Node, path: &str) -> Result<Option<Value>, Failure> {
        if let Some(name) = part.text() {
            if !templates::is_file_name(name) {
                return Ok(None);
            }
            let languages = templates::languages(self.dir, name);
            let text = self.file(name, part, path)?;
            if languages.is_empty() {
                return Ok(Some(text.into()));
            }
            if languages.contains_key("es") {
                let message = format!("{name} and its .es. are both the Spanish text; keep one");
                return Err(self.wrong(part, message));
            }
            let main = self.templates.remove(path);
            self.templates
                .extend(main.map(|file| (format!("{path}.es"), file)));
            let mut texts = serde_json::Map::new();
            texts.insert("es".to_owned(), text.into());
            for (language, name) in languages {
                let text = self.file(&name, part, &format!("{path}.{language}"))?;
                texts.insert(language, text.into());
            }
            return Ok(Some(Value::Object(texts)));
        }
        let mut read = false;
        let mut texts = serde_json::Map::new();
        for one in part.entries() {
            let name = one.node.text().filter(|name| templates::is_file_name(name));
            let text = match name {
                None => one.node.to_json(),
                Some(name) => {
                    read = true;
                    let path = format!("{path}.{}", one.key);
                    self.file(name, &one.node, &path)?.into()
                }
            };
            texts.insert(one.key.clone(), text);
        }
        Ok(read.then_some(Value::Object(texts)))
    }

    /// The text of a template file.
    fn file(&mut self, name: &str, node: &Node, path: &str) -> Result<String, Failure> {
        if !templates::is_beside(name) {
            let message = format!("{name} is not in the directory of the campaign");
            return Err(self.wrong(node, message));
        }
        let file = self.dir.join(name);
        if !file.is_file() {
            let message = format!("there is no file {name} beside the campaign");
            let hint = templates::nearest(self.dir, name);
            return Err(self.wrong(node, message).hinted(hint));
        }
        // A link could lead out of the directory as well as a path.
        let real = |path: &Path| path.canonicalize().ok();
        let inside = real(&file)
            .zip(real(if self.dir.as_os_str().is_empty() {
                Path::new(".")
            } else {
                self.dir
            }))
            .is_some_and(|(file, dir)| file.starts_with(dir));
        if !inside {
            let message = format!("{name} is not in the directory of the campaign");
            return Err(self.wrong(node, message));
        }
        let text = crate::document::read_text(&file)?;
        self.templates.insert(path.to_owned(), file);
        Ok(text)
    }

    fn wrong(&self, node: &Node, message: String) -> Failure {
        Failure::file(message).at(self.document.place(node.span.start))
    }
}

/// Names of parts have no sign that a pointer would read otherwise, or they are wrong anyway.
fn put(value: &mut Value, pointer: &str, text: Option<Value>) {
    if let (Some(text), Some(place)) = (text, value.pointer_mut(pointer)) {
        *place = text;
    }
}
