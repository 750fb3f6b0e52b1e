//! What happened to customers: a table for each kind.

use std::collections::HashMap;
use std::ops::Range;

use super::column::Column;
use super::error::Fault;
use super::fill::fill;
use crate::{AttributeType, Cell, Schema};
use chrono::{DateTime, Utc};

/// All activities of a kind: a row for each, those of a customer together.
#[derive(Debug, Clone)]
pub(crate) struct ActivityTable {
    kind: String,
    /// The names of its columns, in order.
    names: Vec<String>,
    columns: Vec<Column>,
    /// Each of them, in order.
    places: Vec<usize>,
    at: Column,
    owners: Owners,
}

/// Whose the activities are.
#[derive(Debug, Clone)]
enum Owners {
    /// While activities come in any order: the owner of each.
    Each(Vec<u32>),
    /// Afterwards.
    Grouped {
        /// Where each customer's begin, and where the last one's end.
        starts: Vec<u32>,
        /// Those that came later, by customer.
        later: HashMap<u32, Vec<u32>>,
    },
}

impl ActivityTable {
    pub(super) fn new(kind: &str, schema: &Schema) -> Self {
        let (names, columns): (Vec<_>, Vec<_>) = schema
            .iter()
            .map(|(name, r#type)| (name.to_owned(), Column::new(r#type.clone())))
            .unzip();
        Self {
            kind: kind.to_owned(),
            places: (0..columns.len()).collect(),
            names,
            columns,
            at: Column::new(AttributeType::Instant),
            owners: Owners::Each(Vec::new()),
        }
    }

    /// What happened: `purchase`.
    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }

    /// How many activities there are.
    pub(crate) fn len(&self) -> usize {
        self.at.len()
    }

    /// When each was.
    pub(crate) fn at(&self) -> &Column {
        &self.at
    }

    /// The place of an attribute's column.
    pub(crate) fn column_of(&self, name: &str) -> Option<usize> {
        self.names
            .binary_search_by(|own| own.as_str().cmp(name))
            .ok()
    }

    /// A column by its place.
    pub(crate) fn column(&self, place: usize) -> &Column {
        &self.columns[place]
    }

    /// The names of the attributes, in the order of columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// A customer's activities that were there from the beginning: neighbours in the table.
    ///
    /// A customer's activities are these, then those of [`later`](Self::later), in the order in
    /// which they were given.
    pub(crate) fn first(&self, customer: usize) -> Range<usize> {
        match &self.owners {
            Owners::Grouped { starts, .. } if customer + 1 < starts.len() => {
                starts[customer] as usize..starts[customer + 1] as usize
            }
            _ => 0..0,
        }
    }

    /// A customer's activities that came later.
    pub(crate) fn later(&self, customer: usize) -> &[u32] {
        match (&self.owners, u32::try_from(customer)) {
            (Owners::Grouped { later, .. }, Ok(customer)) => {
                later.get(&customer).map_or(&[], Vec::as_slice)
            }
            _ => &[],
        }
    }

    /// All of a customer's activities, in the order in which they were given.
    pub(crate) fn of(&self, customer: usize) -> impl Iterator<Item = usize> {
        let later = self.later(customer).iter().map(|row| *row as usize);
        self.first(customer).chain(later)
    }

    /// Adds an activity of a customer.
    ///
    /// On a failure the table is as it was.
    pub(super) fn push<'c>(
        &mut self,
        customer: u32,
        at: DateTime<Utc>,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<(), Fault> {
        let row = match u32::try_from(self.len()) {
            Ok(row) if row < u32::MAX => row,
            _ => return Err(Fault::Full),
        };
        if let Err(fault) = fill(&mut self.columns, &self.places, cells) {
            let rows = self.len();
            self.columns
                .iter_mut()
                .for_each(|column| column.truncate(rows));
            return Err(fault);
        }
        self.at
            .push(Cell::Instant(at))
            .expect("the column is one of instants");
        match &mut self.owners {
            Owners::Each(owners) => owners.push(customer),
            Owners::Grouped { later, .. } => later.entry(customer).or_default().push(row),
        }
        Ok(())
    }

    /// Brings the activities of each of so many customers together, in the order given.
    pub(super) fn group(&mut self, customers: usize) {
        let Owners::Each(owners) = &self.owners else {
            return;
        };
        // Where nothing happened, nothing is kept a customer.
        let places = if owners.is_empty() { 0 } else { customers + 1 };
        let mut starts = vec![0_u32; places];
        for owner in owners {
            starts[*owner as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        if !owners.is_sorted() {
            let mut next = starts.clone();
            let mut order = vec![0_u32; owners.len()];
            for (row, owner) in (0_u32..).zip(owners) {
                let place = &mut next[*owner as usize];
                order[*place as usize] = row;
                *place += 1;
            }
            let columns = self.columns.iter_mut().chain([&mut self.at]);
            columns.for_each(|column| column.reorder(&order));
        }
        let columns = self.columns.iter_mut().chain([&mut self.at]);
        columns.for_each(Column::shrink);
        self.owners = Owners::Grouped {
            starts,
            later: HashMap::new(),
        };
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let columns = self.columns.iter().chain([&self.at]);
        let columns: usize = columns
            .map(|column| column.codes.bytes() + column.known_bytes() + column.dictionary_bytes())
            .sum();
        let word = size_of::<u32>();
        let owners = match &self.owners {
            Owners::Each(owners) => owners.capacity() * word,
            Owners::Grouped { starts, later } => {
                let each = size_of::<(u32, Vec<u32>)>();
                let rows: usize = later.values().map(|rows| rows.capacity() * word).sum();
                starts.capacity() * word + later.capacity() * each + rows
            }
        };
        columns + owners
    }
}
