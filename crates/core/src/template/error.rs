//! What is wrong with a template, where, and why a rendering was given up.

use std::fmt;

use thiserror::Error;

/// One mistake of a template, with the place where its writer can find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// Part of the message, or `partial <name>` for a text of the library.
    pub part: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub mistake: Mistake,
    /// What was probably meant.
    pub hint: Option<String>,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, line {}, column {}: {}",
            self.part, self.line, self.column, self.mistake
        )?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for TemplateError {}

/// The kinds of mistakes that publishing finds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Error)]
#[non_exhaustive]
pub enum Mistake {
    /// A limit on size, depth or number is passed.
    #[error("{what} is over the limit of {most}")]
    OverLimit {
        /// What is counted.
        what: &'static str,
        /// How much is allowed.
        most: usize,
    },
    /// A tag, a string or a comment that never ends.
    #[error("{0} is not closed")]
    Unclosed(String),
    /// Something that handlebars may know and we do not accept, with the reason.
    #[error("{0}")]
    Refused(&'static str),
    /// A tag whose inside makes no sense.
    #[error("{0}")]
    Syntax(&'static str),
    /// `{{/x}}` or `{{else}}` where nothing of that name is open.
    #[error("{0} closes or continues nothing that is open here")]
    Unopened(String),
    /// A variable that the schema does not have at this place.
    #[error("unknown variable {0}")]
    UnknownVariable(String),
    /// A helper or block that does not exist.
    #[error("unknown helper {0}")]
    UnknownHelper(String),
    /// A helper called with too few or too many arguments.
    #[error("{helper} takes {takes}")]
    Arguments {
        /// The helper.
        helper: &'static str,
        /// What it takes, in words.
        takes: &'static str,
    },
    /// A value of one kind where another is needed.
    #[error("{given} is {is}, {wanted} is needed")]
    Kind {
        /// The variable or call as written.
        given: String,
        /// Its kind, in words.
        is: &'static str,
        /// The kind that fits, in words.
        wanted: &'static str,
    },
    /// `{{> x}}` names no partial of the library.
    #[error("unknown partial {0}")]
    UnknownPartial(String),
    /// Partials that contain each other.
    #[error("partials go round in a circle: {0}")]
    PartialCycle(String),
    /// An HTML partial in a text part or the other way round.
    #[error("partial {0} is of the other escape kind")]
    PartialKind(String),
    /// A variable at a place of the HTML where escaping cannot make it safe.
    #[error("a value cannot be written {0}")]
    UnsafePlace(&'static str),
    /// A block that begins in one place of the HTML and ends in another.
    #[error(
        "a branch of a block must end where it began in the HTML: it began {began}, ends {ends}"
    )]
    Unbalanced {
        /// Where the block was opened.
        began: &'static str,
        /// Where its branch ends.
        ends: &'static str,
    },
    /// HTML that a message may not carry.
    #[error("HTML: {0}")]
    Html(String),
    /// A link with a scheme that is not allowed, or that hides its scheme.
    #[error("a link must begin with https://, mailto: or tel: in plain characters")]
    UnsafeLink,
    /// Two parts of one name.
    #[error("there are two parts of this name")]
    DuplicatePart,
    /// The engine refused what the checks had let pass: a mistake of ours, reported and harmless.
    #[error("the template engine refused this part")]
    Engine,
}

/// Why one rendering was given up: names the part and the variable, never a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A value that the text needs is absent.
    #[error("{part}: no value for {variable}")]
    Missing {
        /// The part.
        part: String,
        /// The variable.
        variable: String,
    },
    /// A value is not of the kind that the schema promised.
    #[error("the value of {variable} is not {wanted}")]
    WrongKind {
        /// The variable.
        variable: String,
        /// The promised kind, in words.
        wanted: &'static str,
    },
    /// The text would be longer than its part allows.
    #[error("{part}: longer than {most} characters")]
    TooLong {
        /// The part.
        part: String,
        /// Most characters allowed.
        most: usize,
    },
    /// The loops of the message repeat too often.
    #[error("{part}: its loops repeat too often")]
    TooManySteps {
        /// The part.
        part: String,
    },
    /// The value of a link does not begin with an allowed scheme.
    #[error("{part}: the value of a link is not https, mailto or tel")]
    UnsafeLink {
        /// The part.
        part: String,
    },
    /// A helper could not work with its arguments.
    #[error("{part}: {helper} cannot format its value")]
    Helper {
        /// The part.
        part: String,
        /// The helper.
        helper: &'static str,
    },
    /// The engine failed in a way that the checks should have excluded.
    #[error("{part}: the template engine failed")]
    Engine {
        /// The part.
        part: String,
    },
}

/// A mistake at a byte offset of one source: what the passes collect before lines are counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) at: usize,
    pub(super) mistake: Mistake,
    pub(super) hint: Option<String>,
}

impl Found {
    pub(super) fn new(at: usize, mistake: Mistake) -> Found {
        Found {
            at,
            mistake,
            hint: None,
        }
    }

    pub(super) fn with_hint(mut self, hint: Option<String>) -> Found {
        self.hint = hint;
        self
    }

    /// Counts lines and columns. A carriage return belongs to the line break after it.
    pub(super) fn located(self, part: &str, text: &str) -> TemplateError {
        let before = text.get(..self.at).unwrap_or(text);
        let (lines, last) = before.rsplit_once('\n').unwrap_or(("", before));
        let line = if before.contains('\n') {
            lines.matches('\n').count() + 2
        } else {
            1
        };
        TemplateError {
            part: part.to_owned(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(last.chars().count() + 1).unwrap_or(u32::MAX),
            mistake: self.mistake,
            hint: self.hint,
        }
    }
}
