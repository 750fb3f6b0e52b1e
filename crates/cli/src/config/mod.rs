//! The configuration: read, checked, and put together to an engine.

mod bounces;
mod channels;
mod dkim;
mod engine;
mod erpnext;
mod file;
mod guard;
mod keys;
mod order;
mod presets;
mod providers;
mod secrets;
mod server;
mod segments;
mod sms;
mod smtp;
mod source;
mod source_http;
mod store;
mod surroundings;
mod webhook;

use std::path::{Path, PathBuf};

use pregon::events::EventFile;

pub(crate) use bounces::{Mailbox, mailbox};
pub(crate) use channels::Channels;
pub(crate) use engine::{Build, Parts, build};
pub(crate) use file::ConfigFile;
pub(crate) use keys::check_limits;
pub(crate) use presets::{limits, tell_presets};
pub(crate) use secrets::hash_key;
pub(crate) use segments::SegmentFiles;
pub(crate) use source::Source;
pub(crate) use store::{Keeper, OpenStore, StorePlace};

use crate::document::{Document, Node};
use crate::output::Failure;

/// The name under which a configuration is looked for.
pub(crate) const NAME: &str = "pregon.toml";

/// A configuration with where it was read.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) document: Document,
    pub(crate) file: ConfigFile,
    pub(crate) segments: SegmentFiles,
    dir: PathBuf,
}

impl Config {
    /// Reads and checks a configuration file, and the segments that it names.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let mut config = Self::alone(path)?;
        config.segments = SegmentFiles::read(&config)?;
        Ok(config)
    }

    /// Reads and checks a configuration file; as if it named no segments.
    pub(crate) fn alone(path: &Path) -> Result<Self, Failure> {
        let path = if path.is_dir() {
            &path.join(NAME)
        } else {
            path
        };
        let document = Document::read(path)?;
        secrets::refuse(&document)?;
        check_limits(&document)?;
        let mut file: ConfigFile = document.read_as(document.root.to_json())?;
        file.limit.extend(surroundings::limits(&file.limit)?);
        let dir = path.parent().unwrap_or(Path::new("")).to_owned();
        let config = Self {
            document,
            file,
            segments: SegmentFiles::default(),
            dir,
        };
        config.check()?;
        Ok(config)
    }

    /// The file that gets a line for each event, if there is one.
    pub(crate) fn event_file(&self) -> Option<EventFile> {
        let events = self.file.events.as_ref();
        events.map(|events| EventFile::new(self.path(&events.file)))
    }

    /// A path of the file, which is relative to it.
    pub(crate) fn path(&self, written: &str) -> PathBuf {
        self.dir.join(written)
    }

    /// The campaigns that it names, as they are found from here.
    pub(crate) fn campaigns(&self) -> Vec<(String, PathBuf)> {
        let names = self.file.campaigns.iter().enumerate();
        names
            .map(|(n, name)| (format!("campaigns[{n}]"), self.path(name)))
            .collect()
    }

    /// The files of segments that it names, as they are found from here.
    pub(crate) fn segment_files(&self) -> Vec<PathBuf> {
        let names = self.file.segments.iter();
        names.map(|name| self.path(name)).collect()
    }

    /// A mistake at a path of the file.
    pub(crate) fn wrong(&self, path: &str, message: impl Into<String>) -> Failure {
        Failure::configuration(message).at(self.document.place_of(path))
    }

    fn check(&self) -> Result<(), Failure> {
        presets::presets(self)?;
        let calendars = presets::calendars(self)?;
        for (n, cap) in self.file.limit.iter().enumerate() {
            let path = format!("limit[{n}].most");
            cap.check()
                .map_err(|error| self.wrong(&path, error.to_string()))?;
        }
        for (n, hours) in self.file.hours.iter().enumerate() {
            let path = format!("hours[{n}]");
            hours
                .openings(&calendars)
                .map_err(|error| self.wrong(&path, error.to_string()))?;
        }
        let mut kinds = self.file.activities.iter().enumerate();
        if let Some((n, kind)) = kinds.find(|(_, kind)| !pregon::is_attribute_name(kind)) {
            let message = format!("{kind:?} is not a kind of activity: a word, as \"booking\"");
            return Err(self.wrong(&format!("activities[{n}]"), message));
        }
        if let Some(code) = &self.file.currency
            && (code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            let message = "a currency is three capital letters, as CLP";
            return Err(self.wrong("currency", message));
        }
        Ok(())
    }
}

/// The only table under a path: a source or a channel is one thing.
pub(crate) fn only_one<'a>(config: &'a Config, path: &str) -> Result<&'a Node, Failure> {
    let (table, _) = config.document.root.nearest(path);
    match table.entries() {
        [one] => Ok(&one.node),
        [] => Err(config.wrong(path, format!("[{path}] is empty: say which one"))),
        [_, second, ..] => {
            let message = format!("[{path}] has more than one; there can be only one");
            Err(Failure::configuration(message).at(config.document.place(second.key_at)))
        }
    }
}
