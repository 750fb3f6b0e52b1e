//! The population: who there is, and how it is read.

use std::collections::BTreeMap;
use std::fmt;

use super::activities::ActivityTable;
use super::column::{Codes, Column};
use super::error::{Fault, PopulationError};
use super::fill::fill;
use super::ids::Ids;
use super::zones::Zones;
use super::{Member, PopulationBuilder, Sizes};
use crate::{AttributeType, Cell, HasAttributes, IdError, Schema, Zone};

/// Many customers, as columns of narrow numbers: what segments are evaluated on.
///
/// Rows are numbered from 0 in the order in which they came. Every value is kept exactly, in one,
/// two, four or eight bytes: what there is few of by its place in a dictionary, dates as days,
/// decimals as whole numbers at a common scale.
///
/// ```
/// use pregon_core::rule::{Moment, Rule};
/// use pregon_core::{AttributeType, Cell, Population, Schema, Zone};
///
/// let schema = Schema::new()
///     .with("province", AttributeType::Text)?
///     .with("spend", AttributeType::Decimal)?;
/// let mut builder = Population::builder(&schema).zone("America/Guayaquil".parse()?);
/// builder.push("C-1", [Cell::from("Azuay"), Cell::Units(150_000_00, 2)])?;
/// builder.push("C-2", [Cell::from("Guayas"), Cell::Missing])?;
/// let population = builder.finish();
///
/// let row = population.row_of("C-1").expect("it is there");
/// let moment = Moment::new("2026-11-20T06:00:00Z".parse()?, population.zone(row));
/// let rule = Rule::parse("spend >= 150000 and province = \"Azuay\"")?;
/// assert!(rule.matches(&population.facts(row), &moment));
/// assert_eq!((population.len(), population.id(1)), (2, "C-2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Population {
    pub(super) schema: Schema,
    /// Which column each attribute of the schema is, in its order.
    pub(super) names: Vec<(String, usize)>,
    pub(super) columns: Vec<Column>,
    pub(super) ids: Ids,
    pub(super) zones: Zones,
    /// A table for each kind, by its name.
    pub(super) activities: Vec<ActivityTable>,
}

impl Population {
    /// Makes a population of these attributes and activities, row by row.
    #[must_use]
    pub fn builder(schema: &Schema) -> PopulationBuilder {
        PopulationBuilder::new(schema.clone())
    }

    /// The population of a host's own rows, each with its id.
    ///
    /// Activities and zones of their own need the [`builder`](Self::builder).
    ///
    /// ```
    /// use pregon_core::{AttributeType, Cell, HasAttributes, NameError, Population, Schema};
    ///
    /// struct Client { code: String, visits: u16 }
    ///
    /// impl HasAttributes for Client {
    ///     fn schema() -> Result<Schema, NameError> {
    ///         Schema::new().with("visits", AttributeType::Integer)
    ///     }
    ///     fn cells(&self) -> impl IntoIterator<Item = Cell<'_>> {
    ///         [self.visits.into()]
    ///     }
    /// }
    /// let clients = [Client { code: "C-1".to_owned(), visits: 7 }];
    /// let population = Population::of(clients.iter().map(|one| (one.code.as_str(), one)))?;
    /// assert_eq!(population.row_of("C-1"), Some(0));
    /// # Ok::<(), pregon_core::PopulationError>(())
    /// ```
    ///
    /// # Errors
    /// When the type has names that rules cannot say, or a row is refused, as
    /// [`PopulationBuilder::push`] does.
    pub fn of<'a, T: HasAttributes + 'a>(
        rows: impl IntoIterator<Item = (&'a str, &'a T)>,
    ) -> Result<Self, PopulationError> {
        let rows = rows.into_iter();
        let mut builder = PopulationBuilder::new(T::schema()?).capacity(rows.size_hint().0);
        for (id, row) in rows {
            builder.push(id, row.cells())?;
        }
        Ok(builder.finish())
    }

    /// How many customers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The attributes that are kept, and all activities: what rules may read.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The id of a row.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn id(&self, row: usize) -> &str {
        self.ids.get(row)
    }

    /// The row of an id.
    #[must_use]
    pub fn row_of(&self, id: &str) -> Option<usize> {
        self.ids.find(id)
    }

    /// The zone whose civil dates count for a row.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn zone(&self, row: usize) -> Zone {
        self.zones.get(row)
    }

    /// The distinct zones that rows have, in the order in which they came.
    #[must_use]
    pub fn zones(&self) -> &[Zone] {
        self.zones.distinct()
    }

    /// One row as rules read it when they are asked of it alone.
    ///
    /// # Panics
    /// Its functions do, when there is no such row.
    #[must_use]
    pub fn facts(&self, row: usize) -> Member<'_> {
        Member::new(self, row)
    }

    /// How many bytes its parts take.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        Sizes {
            columns: self.columns.iter().map(|column| column.codes.bytes()).sum(),
            known: self.columns.iter().map(Column::known_bytes).sum(),
            dictionaries: self.columns.iter().map(Column::dictionary_bytes).sum(),
            zones: self.zones.bytes(),
            ids: self.ids.bytes(),
            activities: self.activities.iter().map(ActivityTable::bytes).sum(),
        }
    }

    /// The place of an attribute's column.
    pub(crate) fn column_of(&self, name: &str) -> Option<usize> {
        let found = self
            .names
            .binary_search_by(|(own, _)| own.as_str().cmp(name));
        found.ok().map(|place| self.names[place].1)
    }

    /// A column by its place.
    pub(crate) fn column(&self, place: usize) -> &Column {
        &self.columns[place]
    }

    /// The number of each row's zone in [`zones`](Self::zones); nothing when there is only one.
    pub(crate) fn zone_codes(&self) -> Option<&Codes> {
        self.zones.numbers()
    }

    /// The table of a kind of activities.
    pub(crate) fn activity_table(&self, kind: &str) -> Option<&ActivityTable> {
        let found = self
            .activities
            .binary_search_by(|table| table.kind().cmp(kind));
        found.ok().map(|place| &self.activities[place])
    }

    /// The tables of all kinds of activities.
    pub(crate) fn activity_tables(&self) -> &[ActivityTable] {
        &self.activities
    }

    /// A population of nobody.
    pub(super) fn nobody(schema: Schema) -> Self {
        Self::with_columns(schema, |name| name)
    }

    /// A population of nobody; attributes for which `own` gives the same share a column.
    pub(super) fn with_columns(schema: Schema, own: impl Fn(&str) -> &str) -> Self {
        let (mut columns, mut names) = (Vec::new(), Vec::new());
        let mut places = BTreeMap::new();
        for (name, r#type) in schema.iter() {
            let place = *places.entry(own(name)).or_insert_with(|| {
                columns.push(Column::new(r#type.clone()));
                columns.len() - 1
            });
            names.push((name.to_owned(), place));
        }
        let activities = schema.activities();
        Self {
            names,
            columns,
            ids: Ids::default(),
            zones: Zones::default(),
            activities: activities
                .map(|(kind, schema)| ActivityTable::new(kind, schema))
                .collect(),
            schema,
        }
    }

    /// Adds a row; on a failure everything is as it was.
    ///
    /// `places` says for each cell to which column it goes, where that is kept.
    #[inline]
    pub(super) fn append<'c>(
        &mut self,
        id: &str,
        zone: Zone,
        places: &[usize],
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<usize, Fault> {
        let row = self.len();
        if u32::try_from(row).is_ok_and(|row| row == u32::MAX) {
            return Err(Fault::Full);
        }
        check(id).map_err(Fault::Id)?;
        let vacancy = self.ids.vacancy(id).map_err(Fault::Duplicate)?;
        if let Err(fault) = fill(&mut self.columns, places, cells) {
            self.columns
                .iter_mut()
                .for_each(|column| column.truncate(row));
            return Err(fault);
        }
        self.ids.push(vacancy, id);
        self.zones.push(zone);
        Ok(row)
    }
}

/// Ids are those that customers have, of which nearly all are plain.
#[inline]
fn check(id: &str) -> Result<(), IdError> {
    let plain = id.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain && (1..=255).contains(&id.len()) {
        Ok(())
    } else {
        crate::id::check_foreign(id)
    }
}

/// Says how much there is, and nothing of anybody.
impl fmt::Debug for Population {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types: Vec<(&str, &str)> = self
            .schema
            .iter()
            .map(|(name, r#type): (&str, &AttributeType)| (name, r#type.name()))
            .collect();
        f.debug_struct("Population")
            .field("customers", &self.len())
            .field("attributes", &types)
            .field("sizes", &self.sizes())
            .finish_non_exhaustive()
    }
}
