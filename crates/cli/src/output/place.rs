//! Where something stands in a file.

use std::fmt;
use std::path::{Path, PathBuf};

/// A file, and a line and column in it where they are known, both from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: PathBuf,
    pub(crate) at: Option<(u32, u32)>,
    /// It is a flag of the command line, and no file.
    is_flag: bool,
}

impl Place {
    /// A file as a whole.
    pub(crate) fn file(path: &Path) -> Self {
        Self {
            file: path.to_owned(),
            at: None,
            is_flag: false,
        }
    }

    /// A line and a column of a file.
    pub(crate) fn new(path: &Path, line: u32, column: u32) -> Self {
        Self {
            file: path.to_owned(),
            at: Some((line, column)),
            is_flag: false,
        }
    }

    /// Within what a flag of the command line says.
    pub(crate) fn in_flag(flag: &str, at: Option<(u32, u32)>) -> Self {
        Self {
            file: PathBuf::from(flag),
            at,
            is_flag: true,
        }
    }

    /// The file, when it is one.
    pub(crate) fn file_name(&self) -> Option<String> {
        (!self.is_flag).then(|| self.file.display().to_string())
    }

    /// The line and the column, in characters, of a byte of a file's text.
    pub(crate) fn in_text(path: &Path, text: &str, at: usize) -> Self {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[start..].chars().count() + 1;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self::new(path, number(line), number(column))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        match self.at {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}
