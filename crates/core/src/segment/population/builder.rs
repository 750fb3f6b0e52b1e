//! Makes a population, row by row.

use std::collections::BTreeSet;

use super::Population;
use super::error::PopulationError;
use crate::{Cell, Schema, Zone};
use chrono::{DateTime, Utc};

/// Makes a [`Population`], row by row.
///
/// A row that is refused leaves it as it was.
///
/// ```
/// use pregon_core::{AttributeType, Cell, Population, PopulationError, Schema, Zone};
/// let schema = Schema::new()
///     .with("age", AttributeType::Integer)?
///     .with_activity("visit", Schema::new())?;
/// let mut builder = Population::builder(&schema).capacity(2);
/// let ana = builder.push("C-1", [Cell::Integer(44)])?;
/// let refused = builder.push("C-1", [Cell::Integer(45)]);
/// assert!(matches!(refused, Err(PopulationError::Duplicate { row: 1, first: 0, .. })));
/// let eva = builder.push_in("C-2", "America/Bogota".parse()?, [Cell::Missing])?;
/// builder.activity(eva, "visit", "2026-11-20T15:00:00Z".parse()?, [])?;
///
/// let population = builder.finish();
/// assert_eq!((population.len(), population.zone(ana)), (2, Zone::UTC));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PopulationBuilder {
    pub(super) population: Population,
    /// What each row gives.
    pub(super) given: Schema,
    /// Which column each value of a row goes to, where it is kept.
    pub(super) places: Vec<usize>,
    zone: Zone,
}

impl PopulationBuilder {
    pub(super) fn new(schema: Schema) -> Self {
        let population = Population::nobody(schema.clone());
        Self::with(population, schema)
    }

    /// Rows of what is given, for a population without any.
    pub(super) fn with(population: Population, given: Schema) -> Self {
        let mut builder = Self {
            population,
            given,
            places: Vec::new(),
            zone: Zone::UTC,
        };
        builder.place();
        builder
    }

    /// With the zone of those customers that say none; UTC unless told otherwise.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Keeping only these attributes, which rules read: [`Rule::attributes`].
    ///
    /// Rows are given as before, with all values. Names that do not exist are not there.
    ///
    /// ```
    /// use pregon_core::rule::Rule;
    /// use pregon_core::{AttributeType, Cell, Population, Schema};
    /// let schema = Schema::new()
    ///     .with("age", AttributeType::Integer)?
    ///     .with("city", AttributeType::Text)?;
    /// let rule = Rule::parse("age >= 25")?;
    /// let mut builder = Population::builder(&schema).only(rule.attributes());
    /// builder.push("C-1", [Cell::from(44), Cell::from("Loja")])?;
    /// assert_eq!(builder.finish().schema().get("city"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [`Rule::attributes`]: crate::rule::Rule::attributes
    #[must_use]
    pub fn only<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let asked: BTreeSet<&str> = names.into_iter().collect();
        self.population.keep(&asked);
        self.place();
        self
    }

    /// With room for so many rows: building is faster when their number is known.
    #[must_use]
    pub fn capacity(mut self, rows: usize) -> Self {
        let population = &mut self.population;
        population.ids.reserve(rows);
        population.zones.reserve(rows);
        population
            .columns
            .iter_mut()
            .for_each(|column| column.reserve(rows));
        self
    }

    /// Adds a customer of the zone for all; gives its row.
    ///
    /// There is one cell for each attribute, in the order of [`Schema::iter`].
    ///
    /// # Errors
    /// When the id is none or is there already, there are too few or too many cells, or one is not
    /// of its attribute's type.
    #[inline]
    pub fn push<'c>(
        &mut self,
        id: &str,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<usize, PopulationError> {
        self.push_in(id, self.zone, cells)
    }

    /// Adds a customer of a zone; gives its row.
    ///
    /// # Errors
    /// As [`push`](Self::push) has.
    #[inline]
    pub fn push_in<'c>(
        &mut self,
        id: &str,
        zone: Zone,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<usize, PopulationError> {
        let appended = self.population.append(id, zone, &self.places, cells);
        appended.map_err(|fault| {
            let row = self.population.len();
            fault.at(row, id, self.places.len(), |n| nth_name(&self.given, n))
        })
    }

    /// Adds something that happened to the customer of a row.
    ///
    /// There is one cell for each attribute of such activities, in the order of [`Schema::iter`].
    /// Activities may come in any order; fastest is customer by customer.
    ///
    /// # Errors
    /// When there is no such row or kind, there are too few or too many cells, or one is not of its
    /// attribute's type.
    pub fn activity<'c>(
        &mut self,
        row: usize,
        kind: &str,
        at: DateTime<Utc>,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<(), PopulationError> {
        self.population.add_activity(row, kind, at, cells)
    }

    /// The population of these rows.
    #[must_use]
    pub fn finish(mut self) -> Population {
        let population = &mut self.population;
        let rows = population.len();
        population
            .columns
            .iter_mut()
            .for_each(|column| column.shrink());
        population.ids.shrink();
        population.zones.shrink();
        population
            .activities
            .iter_mut()
            .for_each(|table| table.group(rows));
        self.population
    }

    /// The zone of a customer who may have one of its own.
    #[cfg(feature = "engine")]
    pub(super) fn zone_for(&self, own: Option<Zone>) -> Zone {
        own.unwrap_or(self.zone)
    }

    /// Says where values go; of two names of a column the first one's.
    fn place(&mut self) {
        self.places = self.population.places(&self.given);
    }
}

/// The name of an attribute by its number.
pub(super) fn nth_name(schema: &Schema, n: usize) -> String {
    schema
        .iter()
        .nth(n)
        .map_or_else(String::new, |(name, _)| name.to_owned())
}
