//! Why the program did not do what it was asked.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use pregon::store::Moved;
use pregon::{EngineError, EngineErrorKind, PortError, PortErrorKind};

use super::{Lang, Object, Phrase, Place};

/// What kind of failure it was: what the exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// The command line is wrong.
    Usage,
    /// A file or a rule is wrong.
    File,
    /// The configuration names what this build or the machine does not have.
    Configuration,
    /// A source, store or provider could not be reached, or somebody else holds it.
    Unreachable,
    /// Something failed.
    Failed,
}

impl FailureKind {
    fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::File => "file",
            Self::Configuration => "configuration",
            Self::Unreachable => "unreachable",
            Self::Failed => "failed",
        }
    }

    /// The program's exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage | Self::File | Self::Configuration => 2,
            Self::Unreachable => 3,
        }
    }
}

/// The line in which a mistake is, and marks under it.
#[derive(Debug)]
struct Excerpt(String);

/// Why the program did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) message: String,
    pub(crate) causes: Vec<String>,
    pub(crate) hint: Option<String>,
    /// In a box, as the place.
    excerpt: Option<Box<Excerpt>>,
    /// In a box, because failures travel by value.
    pub(crate) place: Option<Box<Place>>,
    /// What else is wrong, for people; programs read the first.
    pub(crate) more: Vec<Failure>,
}

impl Failure {
    /// A failure of a kind.
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            hint: None,
            excerpt: None,
            place: None,
            more: Vec::new(),
        }
    }

    /// A mistake in a file.
    pub(crate) fn file(message: impl Into<String>) -> Self {
        Self::new(FailureKind::File, message)
    }

    /// A configuration that cannot be used.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Configuration, message)
    }

    /// Something on the disk that could not be written.
    pub(crate) fn disk(path: &Path, error: &std::io::Error) -> Self {
        let message = format!("{} cannot be written", path.display());
        Self::new(FailureKind::Failed, message).because(error)
    }

    /// A port that failed.
    pub(crate) fn port(error: &PortError) -> Self {
        let kind = match error.kind() {
            PortErrorKind::Unavailable
            | PortErrorKind::RateLimited { .. }
            | PortErrorKind::Conflict
            | PortErrorKind::Unauthorized => FailureKind::Unreachable,
            PortErrorKind::Invalid | PortErrorKind::Unsupported => FailureKind::Configuration,
            _ => FailureKind::Failed,
        };
        let mut failure = Self::new(kind, error.to_string());
        failure.causes = chain(error.source());
        failure.hint = error.source().and_then(how_to_accept).map(str::to_owned);
        failure
    }

    /// An engine that could not go on.
    pub(crate) fn engine(error: &EngineError) -> Self {
        if let Some(port) = error.port() {
            return Self::port(port);
        }
        let kind = match error.kind() {
            EngineErrorKind::Port => FailureKind::Unreachable,
            EngineErrorKind::Move => FailureKind::Failed,
            _ => FailureKind::Configuration,
        };
        let mut failure = Self::new(kind, error.to_string());
        failure.causes = chain(error.source());
        failure
    }

    /// With what lies under it.
    pub(crate) fn because(mut self, error: &(dyn Error + 'static)) -> Self {
        self.causes = chain(Some(error));
        self
    }

    /// With what lies under an error whose own words are the message already.
    pub(crate) fn because_of(mut self, error: &(dyn Error + 'static)) -> Self {
        self.causes = chain(error.source());
        self
    }

    /// With what could be done.
    pub(crate) fn hinted(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into);
        self
    }

    /// With the line in which the mistake is.
    pub(crate) fn shown(mut self, excerpt: Option<String>) -> Self {
        self.excerpt = excerpt.map(Excerpt).map(Box::new);
        self
    }

    /// With its place.
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(Box::new(place));
        self
    }

    /// The first of several, with the others after it.
    pub(crate) fn first_of(mut all: Vec<Self>) -> Option<Self> {
        if all.is_empty() {
            return None;
        }
        let mut first = all.remove(0);
        first.more.extend(all);
        Some(first)
    }

    /// What, why and what to do, as lines.
    pub(crate) fn for_people(&self, lang: Lang) -> String {
        let mut text = match &self.place {
            Some(place) => format!("{place}: {}\n", self.message),
            None => format!("{}: {}\n", Phrase::Error.text(lang), self.message),
        };
        for line in self.excerpt.iter().flat_map(|excerpt| excerpt.0.lines()) {
            let _ = writeln!(text, "  {line}");
        }
        for cause in &self.causes {
            let _ = writeln!(text, "  {}: {cause}", Phrase::Because.text(lang));
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "  {}: {hint}", Phrase::Hint.text(lang));
        }
        for other in &self.more {
            text.push_str(&other.for_people(lang));
        }
        text
    }

    /// The error document.
    pub(crate) fn to_json(&self) -> String {
        let error = Object::plain()
            .with("kind", self.kind.name())
            .with("message", &*self.message)
            .with("causes", self.causes.clone())
            .with("hint", self.hint.clone());
        let at = self.place.as_ref().and_then(|place| place.at);
        let file = self.place.as_ref().and_then(|place| place.file_name());
        let error = error
            .with("file", file)
            .with("line", at.map(|(line, _)| line))
            .with("column", at.map(|(_, column)| column));
        Object::new().with_object("error", error).finish()
    }
}

/// What to do about a store that may have forgotten what was sent.
fn how_to_accept(cause: &(dyn Error + 'static)) -> Option<&'static str> {
    let hint = match cause.downcast_ref::<Moved>()? {
        Moved::Back => {
            "look what was sent since the copy was made, then accept it with \
             `pregon run --accept-moved --lost-since INSTANT`"
        }
        _ => {
            "look what was sent meanwhile, then accept the server with \
             `pregon run --accept-moved`"
        }
    };
    Some(hint)
}

/// An error and all that lie under it, each saying itself only.
fn chain(error: Option<&(dyn Error + 'static)>) -> Vec<String> {
    let (mut said, mut next) = (Vec::new(), error);
    while let Some(error) = next {
        said.push(error.to_string());
        next = error.source();
    }
    said.dedup();
    said
}
