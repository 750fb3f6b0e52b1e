//! What the program says: results on stdout, everything else on stderr.

mod error;
mod json;
mod lang;
mod place;
mod table;

pub(crate) use error::{Failure, FailureKind};
pub(crate) use json::{Object, instant};
pub(crate) use lang::{Lang, Phrase};
pub(crate) use place::Place;
pub(crate) use table::{Cells, table};

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};

use pregon::CampaignState;

/// Where and how the program speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    pub(crate) lang: Lang,
}

impl Out {
    /// A line of the result. A reader who went away has heard enough, so that is no failure.
    pub(crate) fn line(&self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// A line of the result that people read, and no program.
    pub(crate) fn human(&self, text: &str) {
        if !self.json && !self.quiet {
            self.line(text);
        }
    }

    /// The one document of `--json`.
    pub(crate) fn document(&self, object: Object) {
        if self.json {
            self.line(&object.finish());
        }
    }

    /// What was asked for as a document of its own form: one line of `--json`, or to be read.
    pub(crate) fn data(&self, data: &impl serde::Serialize) -> Result<(), Failure> {
        let written = match self.json {
            true => serde_json::to_string(data),
            false => serde_json::to_string_pretty(data),
        };
        let written = written.map_err(|error| {
            Failure::new(FailureKind::Failed, "the document cannot be written").because(&error)
        })?;
        self.line(&written);
        Ok(())
    }

    /// Something worth knowing, on stderr.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }

    /// Something that should be looked at, on stderr.
    pub(crate) fn warn(&self, text: &str) {
        let word = self.say(Phrase::Warning);
        let _ = writeln!(std::io::stderr().lock(), "{word}: {text}");
    }

    /// A failure, on stderr, and as a document where one was asked for.
    pub(crate) fn failure(&self, failure: &Failure) {
        let _ = write!(
            std::io::stderr().lock(),
            "{}",
            failure.for_people(self.lang)
        );
        if self.json {
            self.line(&failure.to_json());
        }
    }

    /// A phrase in the language that was asked for.
    pub(crate) fn say(&self, phrase: Phrase) -> &'static str {
        phrase.text(self.lang)
    }

    /// The state of a campaign.
    pub(crate) fn state(&self, state: CampaignState) -> &'static str {
        match state {
            CampaignState::Draft => self.say(Phrase::Draft),
            CampaignState::Scheduled => self.say(Phrase::Scheduled),
            CampaignState::Active => self.say(Phrase::Active),
            CampaignState::Paused => self.say(Phrase::Paused),
            CampaignState::Finished => self.say(Phrase::Finished),
            CampaignState::Cancelled => self.say(Phrase::Cancelled),
            other => other.as_str(),
        }
    }

    /// Whether progress may be drawn: both streams are a person's terminal and colour is welcome.
    pub(crate) fn draws(&self) -> bool {
        let terminal = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        terminal && !plain && !self.quiet && !self.json
    }
}

/// `did you mean x?` for the name that a misspelt one probably means.
pub(crate) fn nearest<'a>(name: &str, all: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // Names of campaigns have dashes and dots, which those of attributes do not.
    let as_attribute = |name: &str| {
        let sign = |c: char| if c.is_alphanumeric() { c } else { '_' };
        format!("n{}", name.chars().map(sign).collect::<String>())
    };
    let (mut names, mut known) = (pregon::Schema::new(), BTreeMap::new());
    for name in all {
        let attribute = as_attribute(name);
        let _ = names.insert(&attribute, pregon::AttributeType::Text);
        known.insert(attribute, name);
    }
    let near = names.nearest(&as_attribute(name))?;
    known.get(near).map(|near| format!("did you mean {near}?"))
}
