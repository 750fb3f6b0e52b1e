//! Attributes and their columns.

use std::collections::BTreeMap;

use pregon_core::{Schema, is_attribute_name};

use super::{MappingError, Storage};
use crate::table::Dialect;
use crate::table::dialect::is_identifier;

/// Names that every row has, and that no attribute of a table can take.
const BUILT_IN: [&str; 4] = ["customer_id", "customer_name", "record_id", "language"];

/// Whether every row has the name already.
pub(in crate::table) fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

/// The attributes of a table by name, each with its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::table) struct Columns {
    dialect: Dialect,
    by_name: BTreeMap<String, (String, Storage)>,
}

impl Columns {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            by_name: BTreeMap::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        name: &str,
        column: &str,
        storage: Storage,
    ) -> Result<(), MappingError> {
        // A dot would be the prefix of a record or of the customer.
        if !is_attribute_name(name) || name.contains('.') || is_built_in(name) {
            return Err(MappingError::Attribute(name.to_owned()));
        }
        if !storage.is_in(self.dialect) {
            return Err(MappingError::Storage {
                attribute: name.to_owned(),
                storage: format!("{storage:?}"),
            });
        }
        let column = checked(column)?;
        self.by_name.insert(name.to_owned(), (column, storage));
        Ok(())
    }

    pub(in crate::table) fn get(&self, name: &str) -> Option<(&str, &Storage)> {
        let (column, storage) = self.by_name.get(name)?;
        Some((column, storage))
    }

    /// Name, column and storage of each, by name.
    pub(in crate::table) fn iter(&self) -> impl Iterator<Item = (&str, &str, &Storage)> {
        let all = self.by_name.iter();
        all.map(|(name, (column, storage))| (name.as_str(), column.as_str(), storage))
    }

    pub(in crate::table) fn schema(&self) -> Schema {
        let mut schema = Schema::new();
        for (name, _, storage) in self.iter() {
            // Every name was checked when it was added.
            let _ = schema.insert(name, storage.attribute_type());
        }
        schema
    }
}

/// A name of a table or column, unless none can be so.
pub(super) fn checked(name: &str) -> Result<String, MappingError> {
    if is_identifier(name) {
        Ok(name.to_owned())
    } else {
        Err(MappingError::Identifier(name.to_owned()))
    }
}

/// The name of a table in quotes, with its schema where it has one.
pub(super) fn full_name(schema: Option<&str>, table: &str) -> Result<String, MappingError> {
    let table = Dialect::quoted(&checked(table)?);
    Ok(match schema {
        Some(schema) => format!("{}.{table}", Dialect::quoted(&checked(schema)?)),
        None => table,
    })
}
