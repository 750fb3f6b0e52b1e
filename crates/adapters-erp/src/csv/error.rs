//! What can be wrong with a file as a whole, and with one of its rows.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pregon_core::{PortError, PortErrorKind, RecordKind};

/// A CSV source cannot be opened or read. Bad rows are no errors but [`RowProblem`]s.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsvError {
    /// The file cannot be read.
    #[error("{}: cannot be read", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The header makes no sense, and so no row does.
    #[error("{}:{line}: {fault}", file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// The line of the header.
        line: u64,
        /// What is wrong with it.
        fault: HeaderFault,
    },
    /// Rows of a sheet make no sense.
    #[error("{}: {} rows cannot be read", file.display(), problems.len() as u64 + more)]
    Rows {
        /// The file.
        file: PathBuf,
        /// The first of them, in the order of the file.
        problems: Vec<CellProblem>,
        /// How many there are besides.
        more: u64,
    },
    /// The file has more rows or longer ids than the index can hold.
    #[error("{}: more than four thousand million rows or bytes of ids", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
    },
    /// The file is not the one that was opened any more; opening the source anew reads it.
    #[error("{}: the file has changed since it was opened", file.display())]
    Changed {
        /// The file.
        file: PathBuf,
    },
    /// A schema is given for records without a file.
    #[error("there is a schema for {kind:?} records, but no file of them")]
    SchemaWithoutFile {
        /// The kind.
        kind: RecordKind,
    },
    /// No file has records of the kind.
    #[error("there is no file of {kind:?} records")]
    NoSuchKind {
        /// The kind.
        kind: RecordKind,
    },
    /// The records cannot be selected by this attribute.
    #[error("{kind:?} records have no {expected} named {attribute:?}")]
    NoSuchDate {
        /// The kind.
        kind: RecordKind,
        /// The attribute.
        attribute: String,
        /// What it would have to be: a date, an instant.
        expected: &'static str,
    },
    /// The records are asked for in a way that files cannot answer.
    #[error("files cannot select records in this way")]
    Due,
    /// The place to go on from was not given by this source.
    #[error("the cursor was not made by this source")]
    Cursor,
    /// The thread that reads the file was stopped.
    #[error("reading was stopped")]
    Stopped,
}

impl CsvError {
    pub(super) fn io(file: &Path) -> impl FnOnce(io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Io { file, source }
    }

    /// The one place where failures of this adapter get their kind.
    pub(super) fn at(self, operation: &'static str) -> PortError {
        let kind = match &self {
            Self::Io { .. } | Self::Stopped => PortErrorKind::Unavailable,
            Self::Changed { .. } => PortErrorKind::Conflict,
            Self::TooLarge { .. } | Self::Due => PortErrorKind::Unsupported,
            Self::Header { .. }
            | Self::Rows { .. }
            | Self::SchemaWithoutFile { .. }
            | Self::NoSuchKind { .. }
            | Self::NoSuchDate { .. }
            | Self::Cursor => PortErrorKind::Invalid,
        };
        PortError::new("csv", operation, kind).with_source(self)
    }
}

/// What is wrong with a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderFault {
    /// There is no header, because the file is empty.
    #[error("the file is empty; its first line must name the columns")]
    Missing,
    /// The header cannot be split into columns.
    #[error("{0}")]
    Unreadable(RowFault),
    /// The file is UTF-16.
    #[error("the file is UTF-16; save it as UTF-8")]
    Utf16,
    /// Two separators are as likely.
    #[error("commas, semicolons or tabs may separate the columns; use only one of them")]
    Separator,
    /// A column that must be there is not.
    #[error("there is no column {0:?}")]
    NoColumn(String),
    /// Two columns could name the customers.
    #[error("both \"id\" and \"customer_id\" may name the customer; say which one does")]
    TwoIds,
    /// A column is there twice.
    #[error("column {0:?} is there twice")]
    Twice(String),
    /// A column has a name that rules and templates cannot say.
    #[error("column {position} is named {name:?}, which rules cannot say; call it {suggestion:?}")]
    Name {
        /// Which column, from 1.
        position: usize,
        /// Its name.
        name: String,
        /// A name near to it that can be said.
        suggestion: String,
    },
    /// A column has a name that stands for something else in every row.
    #[error("column {0:?} has a name that means something else in every row; call it otherwise")]
    Reserved(String),
    /// The schema has an attribute that the file does not have.
    #[error(
        "the schema has {name:?}, which is no column of the file{}",
        hint(nearest)
    )]
    Schema {
        /// The attribute.
        name: String,
        /// The column that it probably means.
        nearest: Option<String>,
    },
}

fn hint(nearest: &Option<String>) -> String {
    let says = |name: &String| format!("; did you mean {name:?}?");
    nearest.as_ref().map(says).unwrap_or_default()
}

/// What is wrong with a row. It never carries a value, which is a person's, except an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// The row has fields too few or too many.
    #[error("{found} fields instead of {expected}")]
    Fields {
        /// As many as the header has.
        expected: usize,
        /// As many as the row has.
        found: usize,
    },
    /// A quote is opened and never closed.
    #[error("a quote is opened and not closed")]
    OpenQuote,
    /// Something stands between a closing quote and the next separator.
    #[error("text after a closing quote; a quote within quotes is written twice")]
    AfterQuote,
    /// The row is longer than any row should be.
    #[error("longer than a million bytes; a quote may not be closed")]
    TooLong,
    /// The bytes are not UTF-8.
    #[error("not UTF-8")]
    Encoding,
    /// The value is not of the column's type.
    #[error("not a value of type {expected}")]
    Value {
        /// The type.
        expected: &'static str,
    },
    /// The field must not be empty.
    #[error("must not be empty")]
    Missing,
    /// The text cannot be an id.
    #[error("{0}")]
    Id(pregon_core::IdError),
    /// A row before has the same id.
    #[error("the id {id:?} is already on line {first_line}")]
    Duplicate {
        /// The id.
        id: String,
        /// The line of the row that is kept.
        first_line: u64,
    },
    /// The customer of a record is not in the customers' file.
    #[error("there is no customer {id:?}")]
    NoCustomer {
        /// The id.
        id: String,
    },
}

/// Where a row of a [`CsvSheet`](super::CsvSheet) makes no sense, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    /// The line, from 1.
    pub line: u64,
    /// The character within the line, from 1.
    pub at: u64,
    /// The name of the column, when one is at fault.
    pub column: Option<Arc<str>>,
    /// What is wrong with it.
    pub fault: RowFault,
}

impl fmt::Display for CellProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        write!(f, "{}", self.fault)
    }
}

/// A row that was left out, and why: `pines.csv:7: expires_on: not a value of type date`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The file.
    pub file: Arc<Path>,
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The name of the column, when one is at fault.
    pub column: Option<Arc<str>>,
    /// What is wrong with it.
    pub fault: RowFault,
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file.display(), self.line)?;
        if let Some(column) = &self.column {
            write!(f, "{column}: ")?;
        }
        write!(f, "{}", self.fault)
    }
}
