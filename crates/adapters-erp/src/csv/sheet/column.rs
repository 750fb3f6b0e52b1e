//! The columns of a sheet, and by which names rules read them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pregon_core::{AttributeType, Schema, is_attribute_name};

use super::super::HeaderFault;
use super::super::columns::suggestion;

/// A column of a [`CsvSheet`](super::CsvSheet).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CsvColumn {
    /// Its name in the header.
    pub header: Arc<str>,
    /// Its name in rules: the header's own where rules can say it, otherwise one near to it.
    /// Nothing when another column has that name.
    pub attribute: Option<Arc<str>>,
    /// The type of its values, declared or inferred.
    pub r#type: AttributeType,
    /// Whether the type was declared, or is always the same, as that of `phone`.
    pub is_declared: bool,
    /// Whether there is any value.
    pub is_filled: bool,
    /// The line of the value that left no type but text, when those before had one.
    pub text_since: Option<u64>,
}

/// Columns whose values are texts, even where all of them look like numbers.
const TEXTS: [&str; 6] = ["customer_id", "name", "email", "phone", "language", "zone"];

impl CsvColumn {
    fn new(header: &str) -> Self {
        Self {
            header: Arc::from(header),
            attribute: None,
            r#type: AttributeType::Text,
            is_declared: TEXTS.contains(&header),
            is_filled: false,
            text_since: None,
        }
    }
}

/// All columns.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) list: Vec<CsvColumn>,
    /// Which column an attribute is; a type where it is read as another than the column's own.
    pub(super) names: BTreeMap<String, (usize, Option<AttributeType>)>,
    pub(super) schema: Schema,
    pub(super) id: usize,
    pub(super) zone: Option<usize>,
}

impl Columns {
    /// The columns of a header.
    pub(super) fn of(
        headers: &[String],
        id: Option<&str>,
        schema: &Schema,
    ) -> Result<Self, HeaderFault> {
        let mut seen = BTreeSet::new();
        let mut named = headers.iter().filter(|header| !header.is_empty());
        if let Some(twice) = named.find(|name| !seen.insert(name.as_str())) {
            return Err(HeaderFault::Twice(twice.clone()));
        }
        let id = id_column(headers, id)?;
        let mut names = BTreeMap::new();
        let (sayable, other): (Vec<_>, Vec<_>) =
            (0..headers.len()).partition(|at| is_attribute_name(&headers[*at]));
        for at in sayable {
            names.insert(headers[at].clone(), (at, None));
        }
        for at in other {
            names
                .entry(suggestion(&headers[at], at + 1))
                .or_insert((at, None));
        }
        let mut list: Vec<CsvColumn> = headers
            .iter()
            .map(|header| CsvColumn::new(header))
            .collect();
        for (name, (at, _)) in &names {
            list[*at].attribute = Some(Arc::from(name.as_str()));
        }
        let mut columns = Self {
            list,
            zone: headers.iter().position(|header| header == "zone"),
            schema: Schema::new(),
            names,
            id,
        };
        columns.declare(schema)?;
        columns.alias("customer_id", Some(id));
        columns.alias(
            "customer_name",
            headers.iter().position(|header| header == "name"),
        );
        Ok(columns)
    }

    fn declare(&mut self, schema: &Schema) -> Result<(), HeaderFault> {
        for (name, r#type) in schema.iter() {
            let Some((at, _)) = self.names.get(name) else {
                self.settle();
                return Err(HeaderFault::Schema {
                    name: name.to_owned(),
                    nearest: self.schema.nearest(name).map(str::to_owned),
                });
            };
            self.list[*at].r#type = r#type.clone();
            self.list[*at].is_declared = true;
        }
        Ok(())
    }

    /// What campaigns call a column, always as a text.
    fn alias(&mut self, name: &str, column: Option<usize>) {
        if let Some(at) = column {
            let alias = (at, Some(AttributeType::Text));
            self.names.entry(name.to_owned()).or_insert(alias);
        }
    }

    /// Makes the schema of what the columns are by now.
    pub(super) fn settle(&mut self) {
        for (name, (at, r#type)) in &self.names {
            let r#type = r#type.as_ref().unwrap_or(&self.list[*at].r#type);
            // Every name of the map is one that rules can say.
            let _ = self.schema.insert(name, r#type.clone());
        }
    }

    pub(super) fn assume(&mut self, attribute: &str, r#type: AttributeType) {
        let Some((at, None)) = self.names.get(attribute) else {
            return;
        };
        let column = &mut self.list[*at];
        if !column.is_filled && !column.is_declared {
            column.r#type = r#type;
            self.settle();
        }
    }
}

fn id_column(headers: &[String], said: Option<&str>) -> Result<usize, HeaderFault> {
    let find = |name: &str| headers.iter().position(|header| header == name);
    match (said, find("id"), find("customer_id")) {
        (Some(said), ..) => find(said).ok_or_else(|| HeaderFault::NoColumn(said.to_owned())),
        (None, Some(_), Some(_)) => Err(HeaderFault::TwoIds),
        (None, Some(at), None) | (None, None, Some(at)) => Ok(at),
        (None, None, None) => Err(HeaderFault::NoColumn("id".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(headers: &[&str], id: Option<&str>) -> Result<Columns, HeaderFault> {
        let headers: Vec<String> = headers.iter().map(ToString::to_string).collect();
        Columns::of(&headers, id, &Schema::new())
    }

    #[track_caller]
    fn check(headers: &[&str], attributes: &[Option<&str>]) {
        let columns = columns(headers, None).unwrap();
        let found: Vec<_> = columns
            .list
            .iter()
            .map(|c| c.attribute.as_deref())
            .collect();
        assert_eq!(found, attributes);
    }

    #[test]
    fn names_that_rules_can_say() {
        check(
            &["id", "visits", "Última visita", "", "2026", "pin.status"],
            &[
                Some("id"),
                Some("visits"),
                Some("última_visita"),
                Some("column_4"),
                Some("_2026"),
                Some("pin.status"),
            ],
        );
    }

    #[test]
    fn a_name_of_its_own_goes_before_one_that_is_near() {
        check(
            &["id", "last visit", "last_visit", "last-visit"],
            &[Some("id"), None, Some("last_visit"), None],
        );
    }

    #[test]
    fn the_id_has_a_second_name() {
        let found = columns(&["cedula", "name", "id"], Some("cedula")).unwrap();
        assert_eq!(found.names["customer_id"], (0, Some(AttributeType::Text)));
        assert_eq!(found.names["customer_name"].0, 1);
        assert_eq!(found.names["id"], (2, None));
        let two = columns(&["id", "customer_id"], None).unwrap_err();
        assert_eq!(two, HeaderFault::TwoIds);
        let none = columns(&["x"], Some("cedula")).unwrap_err();
        assert_eq!(none, HeaderFault::NoColumn("cedula".to_owned()));
    }
}
