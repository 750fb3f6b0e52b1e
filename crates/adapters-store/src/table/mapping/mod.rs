//! Which table, and which column means what.

mod storage;
mod columns;
mod activities;
mod error;

use std::collections::BTreeSet;

use pregon_core::{Schema, Zone};

use super::Dialect;
use columns::{Columns, checked, full_name};

pub use activities::ActivityMapping;
pub(in crate::table) use activities::Kind;
pub(in crate::table) use columns::is_built_in;
pub use error::MappingError;
pub use storage::Storage;

/// A host's own table of customers, and what its columns mean.
///
/// ```
/// use pregon_adapters_store::{Dialect, Storage, TableMapping};
/// let clients = TableMapping::new(Dialect::Sqlite, "clients", "id")?
///     .email("mail")?
///     .zone_column("zone")?
///     .attribute("visits", "visits", Storage::Integer)?
///     .attribute("spend", "spend_cents", Storage::Units { scale: 2 })?
///     .attribute("last_visit", "last_visit", Storage::DateText)?;
/// assert!(clients.schema().get("spend").is_some());
/// # Ok::<(), pregon_adapters_store::MappingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableMapping {
    pub(in crate::table) dialect: Dialect,
    pub(in crate::table) table: String,
    pub(in crate::table) id: (String, IdStorage),
    pub(in crate::table) zone: ZoneFrom,
    pub(in crate::table) person: Person,
    pub(in crate::table) columns: Columns,
    pub(in crate::table) activities: Vec<ActivityMapping>,
}

/// How a table keeps the ids of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum IdStorage {
    /// As texts.
    #[default]
    Text,
    /// As whole numbers.
    Integer,
    /// As `uuid` (PostgreSQL).
    Uuid,
}

/// Where the zone of a customer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::table) enum ZoneFrom {
    /// Nobody knows: the zone of whoever asks.
    Nowhere,
    /// All live in one.
    Fixed(Zone),
    /// Each row says its own; the zone of whoever asks where it names none.
    Column(String),
}

/// The columns of the person itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::table) struct Person {
    pub(in crate::table) name: Option<String>,
    pub(in crate::table) email: Option<String>,
    pub(in crate::table) phone: Option<String>,
    pub(in crate::table) language: Option<String>,
}

impl TableMapping {
    /// A table with the column of its ids, which are texts.
    ///
    /// # Errors
    /// When a name is not one.
    pub fn new(dialect: Dialect, table: &str, id: &str) -> Result<Self, MappingError> {
        Ok(Self {
            dialect,
            table: full_name(None, table)?,
            id: (checked(id)?, IdStorage::default()),
            zone: ZoneFrom::Nowhere,
            person: Person::default(),
            columns: Columns::new(dialect),
            activities: Vec::new(),
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

    /// The ids are kept so.
    #[must_use]
    pub fn ids(mut self, storage: IdStorage) -> Self {
        self.id.1 = storage;
        self
    }

    /// Everybody lives in this zone.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = ZoneFrom::Fixed(zone);
        self
    }

    /// The column with the name of the zone a person lives in: `America/Bogota`. Where it names
    /// none, the zone of whoever asks counts.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn zone_column(mut self, column: &str) -> Result<Self, MappingError> {
        self.zone = ZoneFrom::Column(checked(column)?);
        Ok(self)
    }

    /// The column of the name.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn name(mut self, column: &str) -> Result<Self, MappingError> {
        self.person.name = Some(checked(column)?);
        Ok(self)
    }

    /// The column of the e-mail address.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn email(mut self, column: &str) -> Result<Self, MappingError> {
        self.person.email = Some(checked(column)?);
        Ok(self)
    }

    /// The column of the phone number.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn phone(mut self, column: &str) -> Result<Self, MappingError> {
        self.person.phone = Some(checked(column)?);
        Ok(self)
    }

    /// The column of the language to write in.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn language(mut self, column: &str) -> Result<Self, MappingError> {
        self.person.language = Some(checked(column)?);
        Ok(self)
    }

    /// An attribute, its column, and how it is kept.
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

    /// A table of what happened to the customers.
    ///
    /// # Errors
    /// When another table has activities of the same kind.
    pub fn activities(mut self, table: ActivityMapping) -> Result<Self, MappingError> {
        let known: BTreeSet<&str> = self.activities.iter().flat_map(|it| it.kinds()).collect();
        if let Some(twice) = table.kinds().find(|kind| known.contains(kind)) {
            return Err(MappingError::KindTwice(twice.to_owned()));
        }
        self.activities.push(table);
        Ok(self)
    }

    /// The attributes and kinds of activities that there are.
    #[must_use]
    pub fn schema(&self) -> Schema {
        let mut schema = self.columns.schema();
        for table in &self.activities {
            for (kind, attributes) in table.schemas() {
                // Every kind was checked when it was added; the old schema stays otherwise.
                schema = schema
                    .clone()
                    .with_activity(kind, attributes)
                    .unwrap_or(schema);
            }
        }
        schema
    }

    /// The database that the table is in.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The table of a kind of activity.
    pub(in crate::table) fn of_kind(&self, kind: &str) -> Option<&ActivityMapping> {
        let mut tables = self.activities.iter();
        tables.find(|table| table.kinds().any(|own| own == kind))
    }
}
