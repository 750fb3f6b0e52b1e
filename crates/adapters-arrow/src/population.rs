//! Customers from batches, all at once.

use std::collections::BTreeSet;

use arrow_array::RecordBatch;
use pregon_core::{Population, Schema, Zone};

use crate::{ArrowError, Batches};

/// How columns become customers.
///
/// ```
/// use pregon_adapters_arrow::PopulationOptions;
/// let options = PopulationOptions::new("customer_id").with_only(["visits", "spend"]);
/// # assert!(format!("{options:?}").contains("customer_id"));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PopulationOptions {
    pub(crate) id: String,
    pub(crate) zone: Zone,
    pub(crate) zones: Option<String>,
    pub(crate) only: Option<BTreeSet<String>>,
    pub(crate) schema: Option<Schema>,
}

impl PopulationOptions {
    /// With the customers' ids in the column of that name, texts or whole numbers. Every other
    /// column is an attribute, and all customers are in UTC, unless told otherwise.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            zone: Zone::UTC,
            zones: None,
            only: None,
            schema: None,
        }
    }

    /// With the zone of customers who say none.
    #[must_use]
    pub fn with_zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// With the customers' zones in the column of that name, as `America/Bogota`; it is no
    /// attribute.
    #[must_use]
    pub fn with_zone_column(mut self, column: impl Into<String>) -> Self {
        self.zones = Some(column.into());
        self
    }

    /// With attributes of these columns only; the others may be of any type.
    #[must_use]
    pub fn with_only<'n>(mut self, columns: impl IntoIterator<Item = &'n str>) -> Self {
        self.only = Some(columns.into_iter().map(ToOwned::to_owned).collect());
        self
    }

    /// With the attributes of this schema and their types, as a closed set for a column of texts;
    /// other columns may be of any type.
    #[must_use]
    pub fn with_schema(mut self, schema: Schema) -> Self {
        self.schema = Some(schema);
        self
    }
}

/// The population of these batches.
///
/// This is CPU-bound: it must not run on an executor's thread.
///
/// ```
/// use std::sync::Arc;
///
/// use pregon_adapters_arrow::arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
/// use pregon_adapters_arrow::{PopulationOptions, population};
///
/// let ids: ArrayRef = Arc::new(StringArray::from(vec!["C-1", "C-2"]));
/// let visits: ArrayRef = Arc::new(Int32Array::from(vec![Some(6), None]));
/// let batch = RecordBatch::try_from_iter([("customer_id", ids), ("visits", visits)])?;
///
/// let options = PopulationOptions::new("customer_id");
/// let population = population(&batch.schema(), [&batch], &options)?;
/// assert_eq!(population.len(), 2);
/// assert_eq!(population.row_of("C-2"), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When a column is not there or of no attribute's type, or a row has no id, the id of another, or
/// a value that its attribute cannot have.
pub fn population<'b>(
    schema: &arrow_schema::Schema,
    batches: impl IntoIterator<Item = &'b RecordBatch>,
    options: &PopulationOptions,
) -> Result<Population, ArrowError> {
    let mut all = Batches::new(schema, options)?;
    for batch in batches {
        all.push(batch)?;
    }
    Ok(all.finish())
}
