//! What changes after a population was made: values, customers, what happened.

use std::collections::BTreeSet;

use super::builder::nth_name;
use super::column::Column;
use super::encode::Change;
use super::error::{CellError, PopulationError};
use super::fill::NOWHERE;
use super::whole::Population;
use crate::nearest::nearest;
use crate::{Activity, Cell, Schema, Zone};
use chrono::{DateTime, Utc};

impl Population {
    /// Replaces a value of a row; a missing one takes it away.
    ///
    /// A value that does not fit makes its column wider, which takes as long as the column is: that
    /// happens seldom.
    ///
    /// ```
    /// use pregon_core::{AttributeType, Cell, Population, Schema};
    /// use pregon_core::rule::Facts;
    /// let schema = Schema::new().with("visits", AttributeType::Integer)?;
    /// let mut builder = Population::builder(&schema);
    /// builder.push("C-1", [Cell::from(7)])?;
    /// let mut population = builder.finish();
    /// population.set(0, "visits", Cell::from(70_000))?;
    /// assert_eq!(population.facts(0).value("visits").as_deref(), Some(&70_000.into()));
    /// assert!(population.set(0, "visits", Cell::from("siete")).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such row or attribute, or the value is not of its type.
    pub fn set(&mut self, row: usize, name: &str, cell: Cell<'_>) -> Result<(), CellError> {
        let column = self.column_of(name).ok_or_else(|| CellError::NoAttribute {
            name: name.to_owned(),
            nearest: self.schema.nearest(name).map(str::to_owned),
        })?;
        self.change(row, column, cell).map(|_| ())
    }

    /// Replaces a value by its column; says what that did to codes.
    pub(crate) fn change(
        &mut self,
        row: usize,
        column: usize,
        cell: Cell<'_>,
    ) -> Result<Change, CellError> {
        if row >= self.len() {
            return Err(CellError::NoRow(row));
        }
        self.columns[column].set(row, cell)
    }

    /// Replaces the zone of a row.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn set_zone(&mut self, row: usize, zone: Zone) -> Result<(), CellError> {
        if row >= self.len() {
            return Err(CellError::NoRow(row));
        }
        self.zones.set(row, zone);
        Ok(())
    }

    /// Adds a customer; gives its row.
    ///
    /// There is one cell for each attribute that is kept, in the order of [`Schema::iter`].
    ///
    /// # Errors
    /// As [`PopulationBuilder::push`](super::PopulationBuilder::push) has; the population is as it
    /// was.
    pub fn add<'c>(
        &mut self,
        id: &str,
        zone: Zone,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<usize, PopulationError> {
        let places = self.places(&self.schema);
        let appended = self.append(id, zone, &places, cells);
        appended.map_err(|fault| {
            let name = |n| nth_name(&self.schema, n);
            fault.at(self.len(), id, places.len(), name)
        })
    }

    /// Adds something that happened to the customer of a row.
    ///
    /// There is one cell for each attribute of such activities, in the order of [`Schema::iter`].
    ///
    /// # Errors
    /// When there is no such row or kind, there are too few or too many cells, or one is not of its
    /// attribute's type; the population is as it was.
    pub fn add_activity<'c>(
        &mut self,
        row: usize,
        kind: &str,
        at: DateTime<Utc>,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<(), PopulationError> {
        let customer = u32::try_from(row).ok().filter(|_| row < self.len());
        let customer = customer.ok_or(PopulationError::NoRow(row))?;
        let found = self
            .activities
            .binary_search_by(|table| table.kind().cmp(kind));
        let Ok(place) = found else {
            let kinds = self.activities.iter().map(|table| table.kind());
            return Err(PopulationError::NoActivity {
                kind: kind.to_owned(),
                nearest: nearest(kind, kinds).map(str::to_owned),
            });
        };
        let table = &mut self.activities[place];
        table.push(customer, at, cells).map_err(|fault| {
            let names = table.names();
            let name = |n: usize| format!("{kind}({})", names[n]);
            fault.at(row, self.ids.get(row), names.len(), name)
        })
    }

    /// Adds an activity of the customer of a row; attributes that such activities do not have are
    /// left out.
    ///
    /// # Errors
    /// When there is no such row or kind, or a value is not of its attribute's type; the population
    /// is as it was.
    pub fn happened(&mut self, row: usize, activity: &Activity) -> Result<(), PopulationError> {
        let schema = self.schema.activity(&activity.kind);
        let names = schema.into_iter().flat_map(Schema::iter);
        let cells: Vec<Cell<'_>> = names
            .map(|(name, _)| activity.attributes.get(name).into())
            .collect();
        self.add_activity(row, &activity.kind, activity.at, cells)
    }

    /// Which column each value of such rows goes to, where it is kept; of two names of one column
    /// the first one's.
    pub(super) fn places(&self, given: &Schema) -> Vec<usize> {
        let mut placed = BTreeSet::new();
        let mut place = |name| {
            let column = self.column_of(name)?;
            placed.insert(column).then_some(column)
        };
        given
            .iter()
            .map(|(name, _)| place(name).unwrap_or(NOWHERE))
            .collect()
    }

    /// Drops all attributes but these.
    pub(super) fn keep(&mut self, asked: &BTreeSet<&str>) {
        let mut schema = Schema::new();
        for (kind, attributes) in self.schema.activities() {
            schema = schema
                .with_activity(kind, attributes.clone())
                .expect("it was a name before");
        }
        let mut columns: Vec<Option<Column>> = std::mem::take(&mut self.columns)
            .into_iter()
            .map(Some)
            .collect();
        let mut moved = vec![None; columns.len()];
        let mut names = Vec::new();
        for (name, column) in std::mem::take(&mut self.names) {
            let Some(r#type) = self
                .schema
                .get(&name)
                .filter(|_| asked.contains(name.as_str()))
            else {
                continue;
            };
            schema
                .insert(&name, r#type.clone())
                .expect("it was a name before");
            self.columns.extend(columns[column].take());
            let place = *moved[column].get_or_insert(self.columns.len() - 1);
            names.push((name, place));
        }
        (self.schema, self.names) = (schema, names);
    }
}
