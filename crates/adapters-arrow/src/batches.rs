//! Customers from batches, as they come.

use std::collections::HashMap;

use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field};
use pregon_core::{AttributeType, Cell, Population, PopulationBuilder, Schema, Zone};

use crate::reader::Reader;
use crate::schema::{add, is_text, type_of};
use crate::{ArrowError, PopulationOptions};

/// Makes a population of batches as they come, so that they need not all be there at once.
///
/// ```
/// use std::sync::Arc;
///
/// use pregon_adapters_arrow::arrow_array::{ArrayRef, Int64Array, RecordBatch};
/// use pregon_adapters_arrow::{Batches, PopulationOptions};
///
/// let of = |ids: Vec<i64>| RecordBatch::try_from_iter([
///     ("id", Arc::new(Int64Array::from(ids.clone())) as ArrayRef),
///     ("visits", Arc::new(Int64Array::from(ids))),
/// ]);
/// let first = of(vec![7, 8])?;
/// let mut batches = Batches::new(&first.schema(), &PopulationOptions::new("id"))?;
/// batches.push(&first)?;
/// batches.push(&of(vec![9])?)?;
/// assert_eq!(batches.finish().row_of("9"), Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Batches {
    builder: PopulationBuilder,
    /// The columns of attributes, in the order of the population's schema, with their types.
    columns: Vec<(String, DataType)>,
    options: PopulationOptions,
    rows: usize,
}

impl Batches {
    /// Takes batches of a schema.
    ///
    /// # Errors
    /// When a column that is asked for is not there, is there twice, is of no attribute's type or
    /// has a name that rules cannot say.
    pub fn new(
        schema: &arrow_schema::Schema,
        options: &PopulationOptions,
    ) -> Result<Self, ArrowError> {
        let ids = column(schema, &options.id)?;
        let is_id =
            is_text(ids.data_type()) || type_of(ids.data_type()) == Some(AttributeType::Integer);
        role(ids, "ids", is_id)?;
        if let Some(zones) = &options.zones {
            let zones = column(schema, zones)?;
            role(zones, "zones", is_text(zones.data_type()))?;
        }
        let attributes = attributes(schema, options)?;
        let mut columns = Vec::new();
        for (name, _) in attributes.iter() {
            let field = column(schema, name)?;
            // Of a schema that was given the column's own type is not yet known to be one.
            add(&mut Schema::new(), field)?;
            columns.push((name.to_owned(), field.data_type().clone()));
        }
        Ok(Self {
            builder: Population::builder(&attributes).zone(options.zone),
            columns,
            options: options.clone(),
            rows: 0,
        })
    }

    /// Adds a customer for each row of a batch. Rows before the one of an error stay added.
    ///
    /// # Errors
    /// When a column is gone or of another type, or a row has no id, the id of another, or a value
    /// that its attribute cannot have.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let ids = self.array(batch, &self.options.id, None)?;
        let ids = reader(ids, &self.options.id, self.rows)?;
        let zones = match &self.options.zones {
            Some(name) => {
                let array = self.array(batch, name, None)?;
                Some((name.clone(), reader(array, name, self.rows)?))
            }
            None => None,
        };
        let mut readers = Vec::with_capacity(self.columns.len());
        for (name, r#type) in &self.columns {
            let array = self.array(batch, name, Some(r#type))?;
            readers.push(reader(array, name, self.rows)?);
        }
        let mut known: HashMap<String, Zone> = HashMap::new();
        let mut cells = Vec::with_capacity(readers.len());
        let mut number = String::new();
        for at in 0..batch.num_rows() {
            let row = self.rows;
            let id = id(&ids, at, &mut number, &self.options.id, row)?;
            let zone = match &zones {
                Some((name, zones)) => zone(zones, at, &mut known, name, row)?,
                None => None,
            };
            cells.clear();
            for ((name, _), reader) in self.columns.iter().zip(&readers) {
                cells.push(reader.cell(at).map_err(|_| range(name, row))?);
            }
            let zone = zone.unwrap_or(self.options.zone);
            self.builder.push_in(id, zone, cells.iter().copied())?;
            self.rows += 1;
        }
        Ok(())
    }

    /// The population of all that was added.
    #[must_use]
    pub fn finish(self) -> Population {
        self.builder.finish()
    }

    /// The array of a column, which must be what it was.
    fn array<'b>(
        &self,
        batch: &'b RecordBatch,
        name: &str,
        r#type: Option<&DataType>,
    ) -> Result<&'b dyn Array, ArrowError> {
        let array = batch
            .column_by_name(name)
            .ok_or_else(|| ArrowError::NoColumn {
                column: name.to_owned(),
            })?;
        // Another dictionary or width of the same attribute is no other type.
        if r#type.is_some_and(|first| type_of(first) != type_of(array.data_type())) {
            return Err(changed(name, self.rows, array.data_type()));
        }
        Ok(array.as_ref())
    }
}

/// The attributes that are asked for.
fn attributes(
    schema: &arrow_schema::Schema,
    options: &PopulationOptions,
) -> Result<Schema, ArrowError> {
    let wanted = |name: &str| options.only.as_ref().is_none_or(|only| only.contains(name));
    if let Some(only) = &options.only {
        let there = |name: &String| match &options.schema {
            Some(given) => given.get(name).is_some(),
            None => schema.field_with_name(name).is_ok(),
        };
        if let Some(column) = only.iter().find(|name| !there(name)).cloned() {
            return Err(ArrowError::NoColumn { column });
        }
    }
    let mut attributes = Schema::new();
    if let Some(given) = &options.schema {
        for (name, r#type) in given.iter().filter(|(name, _)| wanted(name)) {
            let inserted = attributes.insert(name, r#type.clone());
            inserted.expect("a name of a schema is one");
        }
        return Ok(attributes);
    }
    for field in schema.fields() {
        let name = field.name();
        let apart = *name == options.id || options.zones.as_ref() == Some(name);
        let asked = options
            .only
            .as_ref()
            .is_some_and(|only| only.contains(name));
        if asked || (wanted(name) && !apart) {
            add(&mut attributes, field)?;
        }
    }
    Ok(attributes)
}

/// The only column of that name.
fn column<'s>(schema: &'s arrow_schema::Schema, name: &str) -> Result<&'s Field, ArrowError> {
    let mut named = schema.fields().iter().filter(|field| field.name() == name);
    let column = || name.to_owned();
    let first = named.next();
    if named.next().is_some() {
        return Err(ArrowError::Twice { column: column() });
    }
    first
        .map(AsRef::as_ref)
        .ok_or_else(|| ArrowError::NoColumn { column: column() })
}

fn role(field: &Field, role: &'static str, right: bool) -> Result<(), ArrowError> {
    if right {
        return Ok(());
    }
    Err(ArrowError::Role {
        column: field.name().clone(),
        role,
        found: field.data_type().to_string(),
    })
}

fn reader<'b>(array: &'b dyn Array, name: &str, row: usize) -> Result<Reader<'b>, ArrowError> {
    Reader::new(array).ok_or_else(|| changed(name, row, array.data_type()))
}

fn changed(name: &str, row: usize, found: &DataType) -> ArrowError {
    ArrowError::Changed {
        column: name.to_owned(),
        row,
        found: found.to_string(),
    }
}

fn range(name: &str, row: usize) -> ArrowError {
    ArrowError::Range {
        column: name.to_owned(),
        row,
    }
}

/// The id of a row; a number is printed into the text.
fn id<'a>(
    ids: &'a Reader<'_>,
    at: usize,
    number: &'a mut String,
    name: &str,
    row: usize,
) -> Result<&'a str, ArrowError> {
    match ids.cell(at).map_err(|_| range(name, row))? {
        Cell::Text(id) => Ok(id),
        Cell::Integer(id) => {
            *number = id.to_string();
            Ok(number)
        }
        _ => Err(ArrowError::NoId { row }),
    }
}

/// The zone of a row that says one.
fn zone(
    zones: &Reader<'_>,
    at: usize,
    known: &mut HashMap<String, Zone>,
    name: &str,
    row: usize,
) -> Result<Option<Zone>, ArrowError> {
    let Ok(Cell::Text(text)) = zones.cell(at) else {
        return Ok(None);
    };
    if let Some(zone) = known.get(text) {
        return Ok(Some(*zone));
    }
    let zone: Zone = text.parse().map_err(|_| ArrowError::Zone {
        column: name.to_owned(),
        row,
    })?;
    known.insert(text.to_owned(), zone);
    Ok(Some(zone))
}
