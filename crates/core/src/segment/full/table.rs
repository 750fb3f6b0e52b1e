//! What a program is asked of: columns, and where each row lives.

use std::borrow::Cow;

use crate::{Population, Zone};

use super::super::compile::Subject;
use super::super::population::{ActivityTable, Codes, Column};

/// Rows of columns.
pub(super) trait Table<'p> {
    /// How many rows there are.
    fn rows(&self) -> usize;

    /// The zones that rows may live in.
    fn zones(&self) -> &'p [Zone];

    /// The number of each row's zone; nothing when there is only one.
    fn zone_codes(&self) -> Option<Cow<'p, Codes>>;

    /// The column of what is asked; nothing when no row has a value.
    fn column(&self, of: &Subject) -> Option<Cow<'p, Column>>;
}

/// The customers of a population.
pub(super) struct Customers<'p> {
    pub(super) population: &'p Population,
    /// What was made of their activities.
    pub(super) measured: Vec<Column>,
}

impl<'p> Table<'p> for Customers<'p> {
    fn rows(&self) -> usize {
        self.population.len()
    }

    fn zones(&self) -> &'p [Zone] {
        self.population.zones()
    }

    fn zone_codes(&self) -> Option<Cow<'p, Codes>> {
        self.population.zone_codes().map(Cow::Borrowed)
    }

    fn column(&self, of: &Subject) -> Option<Cow<'p, Column>> {
        match of {
            Subject::Attribute(name) => {
                let place = self.population.column_of(name)?;
                Some(Cow::Borrowed(self.population.column(place)))
            }
            Subject::At => None,
            Subject::Measured(place) => self.measured.get(*place).cloned().map(Cow::Owned),
        }
    }
}

/// All activities of a kind.
pub(super) struct Happened<'p> {
    pub(super) population: &'p Population,
    pub(super) table: &'p ActivityTable,
}

impl<'p> Table<'p> for Happened<'p> {
    fn rows(&self) -> usize {
        self.table.len()
    }

    fn zones(&self) -> &'p [Zone] {
        self.population.zones()
    }

    /// An activity's civil date is that of its customer's zone.
    fn zone_codes(&self) -> Option<Cow<'p, Codes>> {
        let zones = self.population.zone_codes()?;
        let mut own = vec![0_u16; self.table.len()];
        for customer in 0..self.population.len() {
            let zone = u16::try_from(zones.get(customer)).expect("there are fewer zones");
            for activity in self.table.of(customer) {
                own[activity] = zone;
            }
        }
        Some(Cow::Owned(Codes::U16(own)))
    }

    fn column(&self, of: &Subject) -> Option<Cow<'p, Column>> {
        match of {
            Subject::Attribute(name) => {
                let place = self.table.column_of(name)?;
                Some(Cow::Borrowed(self.table.column(place)))
            }
            Subject::At => Some(Cow::Borrowed(self.table.at())),
            Subject::Measured(_) => None,
        }
    }
}
