//! The two databases, where they speak differently.

/// A database whose language rules are put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite from 3.38, the first that has JSON in it.
    Sqlite,
    /// PostgreSQL from 13.
    Postgres,
}

impl Dialect {
    /// How many values one statement can have bound, less those that paging adds.
    pub(super) fn most_binds(self) -> usize {
        match self {
            Self::Sqlite => 32_766 - 16,
            Self::Postgres => 65_535 - 16,
        }
    }

    /// The name of a table or column as SQL has it, whatever its characters.
    pub(super) fn quoted(name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Whether a text can be the name of a table or column at all.
pub(super) fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && !name.contains('\0')
}
