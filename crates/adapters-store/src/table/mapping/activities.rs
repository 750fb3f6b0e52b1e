//! A table of what happened.

use std::collections::{BTreeMap, BTreeSet};

use pregon_core::{Schema, is_attribute_name};

use super::columns::{Columns, checked, full_name};
use super::{MappingError, Storage};
use crate::table::Dialect;

/// A host's table of what happened to its customers: one row an activity.
///
/// ```
/// use pregon_adapters_store::{ActivityMapping, Dialect, Storage};
/// let purchases = ActivityMapping::of(Dialect::Sqlite, "purchases", "purchase", "client_id")?
///     .at("bought_at", Storage::EpochSeconds)?
///     .attribute("amount", "amount_cents", Storage::Units { scale: 2 })?;
/// assert!(purchases.kinds().any(|kind| kind == "purchase"));
/// # Ok::<(), pregon_adapters_store::MappingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityMapping {
    pub(in crate::table) dialect: Dialect,
    pub(in crate::table) table: String,
    pub(in crate::table) customer: String,
    pub(in crate::table) kind: Kind,
    pub(in crate::table) at: (String, Storage),
    pub(in crate::table) id: Option<String>,
    pub(in crate::table) columns: Columns,
}

/// Where the kind of an activity stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::table) enum Kind {
    /// All are of one.
    Fixed(String),
    /// Each row says its own; only these are read.
    Column(String, BTreeSet<String>),
}

impl ActivityMapping {
    /// A table of activities that are all of one kind, with the column of the customer's id. The
    /// instant is read from a column `at` of microseconds, unless [`at`](Self::at) says otherwise.
    ///
    /// # Errors
    /// When a name is not one.
    pub fn of(
        dialect: Dialect,
        table: &str,
        kind: &str,
        customer: &str,
    ) -> Result<Self, MappingError> {
        let kind = Kind::Fixed(checked_kind(kind)?);
        Self::new(dialect, table, kind, customer)
    }

    /// A table of activities of several kinds, which a column names; other kinds are not read.
    ///
    /// # Errors
    /// When a name is not one.
    pub fn of_kinds<'k>(
        dialect: Dialect,
        table: &str,
        column: &str,
        kinds: impl IntoIterator<Item = &'k str>,
        customer: &str,
    ) -> Result<Self, MappingError> {
        let kinds: Result<_, _> = kinds.into_iter().map(checked_kind).collect();
        let kind = Kind::Column(checked(column)?, kinds?);
        Self::new(dialect, table, kind, customer)
    }

    fn new(
        dialect: Dialect,
        table: &str,
        kind: Kind,
        customer: &str,
    ) -> Result<Self, MappingError> {
        Ok(Self {
            dialect,
            table: full_name(None, table)?,
            customer: checked(customer)?,
            kind,
            at: ("at".to_owned(), Storage::EpochMicros),
            id: None,
            columns: Columns::new(dialect),
        })
    }

    /// The table lies in this schema.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn in_schema(mut self, schema: &str) -> Result<Self, MappingError> {
        self.table = format!("{}.{}", full_name(None, schema)?, self.table);
        Ok(self)
    }

    /// The column of the instant, and how it is kept. A row without one is no activity.
    ///
    /// # Errors
    /// When the name is not one, or the database has no such storage of instants.
    pub fn at(mut self, column: &str, storage: Storage) -> Result<Self, MappingError> {
        if !storage.is_instant() || !storage.is_in(self.dialect) {
            return Err(MappingError::NoInstant(column.to_owned()));
        }
        self.at = (checked(column)?, storage);
        Ok(self)
    }

    /// The column of the activity's own id; without it an activity is named by kind and instant.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn id(mut self, column: &str) -> Result<Self, MappingError> {
        self.id = Some(checked(column)?);
        Ok(self)
    }

    /// An attribute of the activity, its column, and how it is kept.
    ///
    /// # Errors
    /// When a name is not one, or the database has no such storage.
    pub fn attribute(
        mut self,
        name: &str,
        column: &str,
        storage: Storage,
    ) -> Result<Self, MappingError> {
        self.columns.add(name, column, storage)?;
        Ok(self)
    }

    /// The kinds of activities that are read from the table.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match &self.kind {
            Kind::Fixed(kind) => (Some(kind), None),
            Kind::Column(_, kinds) => (None, Some(kinds)),
        };
        one.into_iter()
            .chain(many.into_iter().flatten())
            .map(String::as_str)
    }

    pub(super) fn schemas(&self) -> BTreeMap<&str, Schema> {
        self.kinds()
            .map(|kind| (kind, self.columns.schema()))
            .collect()
    }
}

fn checked_kind(kind: &str) -> Result<String, MappingError> {
    if is_attribute_name(kind) {
        Ok(kind.to_owned())
    } else {
        Err(MappingError::Kind(kind.to_owned()))
    }
}
