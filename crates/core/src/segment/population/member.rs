//! One row of a population, as rules read it.

use std::borrow::Cow;
use std::fmt;

use super::activities::ActivityTable;
use super::whole::Population;
use crate::rule::Facts;
use crate::{Activity, Attributes, CustomerId, Value, Zone};

/// One customer of a population, as rules read it when they are asked of it alone.
///
/// Values are as they were given; a whole number of a decimal attribute is a decimal. Of activities
/// the population keeps kind, instant and attributes, not the producer's id, which is empty.
///
/// ```
/// use pregon_core::rule::Facts;
/// use pregon_core::{AttributeType, Cell, Population, Schema, Value};
/// let schema = Schema::new().with("city", AttributeType::Text)?;
/// let mut builder = Population::builder(&schema);
/// builder.push("C-1", [Cell::from("Loja")])?;
/// let population = builder.finish();
/// let member = population.facts(0);
/// assert_eq!((member.id(), member.value("city").as_deref()), ("C-1", Some(&Value::from("Loja"))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Member<'p> {
    population: &'p Population,
    row: usize,
}

impl<'p> Member<'p> {
    pub(super) fn new(population: &'p Population, row: usize) -> Self {
        Self { population, row }
    }

    /// Its number.
    #[must_use]
    pub fn row(&self) -> usize {
        self.row
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &'p str {
        self.population.id(self.row)
    }

    /// The zone whose civil dates count for it.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.population.zone(self.row)
    }
}

impl<'p> Facts<'p> for Member<'p> {
    fn value(&self, name: &str) -> Option<Cow<'p, Value>> {
        let column = self.population.column_of(name)?;
        self.population.column(column).value(self.row)
    }

    fn activities(&self) -> Cow<'p, [Activity]> {
        let tables = self.population.activity_tables();
        if tables
            .iter()
            .all(|table| table.of(self.row).next().is_none())
        {
            return Cow::Borrowed(&[]);
        }
        let customer = CustomerId::new(self.id()).expect("it was checked when it came");
        let all = tables.iter().flat_map(|table| {
            let customer = &customer;
            let rows = table.of(self.row);
            rows.filter_map(move |row| activity(table, row, customer))
        });
        Cow::Owned(all.collect())
    }
}

fn activity(table: &ActivityTable, row: usize, customer: &CustomerId) -> Option<Activity> {
    let Value::Instant(at) = *table.at().value(row)? else {
        return None;
    };
    let mut attributes = Attributes::new();
    for (n, name) in table.names().iter().enumerate() {
        if let Some(value) = table.column(n).value(row) {
            attributes.insert(name, value.into_owned());
        }
    }
    Some(Activity {
        id: String::new(),
        customer: customer.clone(),
        kind: table.kind().to_owned(),
        at,
        attributes,
    })
}

/// Says who it is, and nothing of its values.
impl fmt::Debug for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("row", &self.row)
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
