//! What is wrong with something that a person wrote.

use std::fmt;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot be published so.
    Error,
    /// It can, but is probably not meant.
    Warning,
}

/// What is wrong with a campaign, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Where: the path of the value within the campaign, as `journey[0].step[1].email.subject`.
    pub path: String,
    /// Line and column within the text at that path, from 1, when the text itself has the mistake.
    pub within: Option<(u32, u32)>,
    /// What is wrong.
    pub message: String,
    /// What could be done.
    pub hint: Option<String>,
}

impl Problem {
    /// An error at a path.
    #[must_use]
    pub fn error(path: impl Into<String>, message: impl Into<String>) -> Self {
        let severity = Severity::Error;
        Self {
            severity,
            path: path.into(),
            within: None,
            message: message.into(),
            hint: None,
        }
    }

    /// A warning at a path.
    #[must_use]
    pub fn warning(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(path, message)
        }
    }

    /// With the place inside the text at its path.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.within = Some((line, column));
        self
    }

    /// With what could be done.
    #[must_use]
    pub fn hint(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some((line, column)) = self.within {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        self.hint
            .as_ref()
            .map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}
