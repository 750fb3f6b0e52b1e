//! One customer changes.

use std::sync::Arc;

use super::row::Seen;
use super::{ChangeError, Changes, Live};
use crate::{Cell, CellError};

/// A slot of a row, and its code before and after.
pub(super) type Moved = (usize, Option<i64>, Option<i64>);

impl Live {
    /// Replaces attributes of the customer of a row; says which segments it enters and leaves.
    ///
    /// Of two values for one attribute the last counts.
    ///
    /// ```
    /// # use pregon_core::rule::Rule;
    /// # use pregon_core::{AttributeType, Cell, Live, Population, Schema, Segments};
    /// let schema = Schema::new().with("spend", AttributeType::Decimal)?;
    /// let segments = Segments::new([])?
    ///     .with("zero", Rule::parse("spend = 0")?)?
    ///     .with("some", Rule::parse("spend > 0")?)?;
    /// let mut builder = Population::builder(&schema);
    /// builder.push("C-1", [Cell::from(0)])?;
    /// let live = Live::new(&segments, builder.finish(), "2026-11-20T12:00:00Z".parse()?);
    /// let mut live = live.expect("rules of these attributes");
    /// let changes = live.change(0, &[("spend", Cell::Units(150, 2))])?;
    /// assert_eq!(changes.entered().next().map(|name| name.as_str()), Some("some"));
    /// assert_eq!(changes.left().next().map(|name| name.as_str()), Some("zero"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such row or attribute, or a value is not of its attribute's type; nothing
    /// is changed then.
    pub fn change(
        &mut self,
        row: usize,
        cells: &[(&str, Cell<'_>)],
    ) -> Result<Changes, ChangeError> {
        if row >= self.population.len() {
            return Err(ChangeError::NoRow(row));
        }
        if let [(name, cell)] = cells {
            let moved = self.set(row, name, *cell)?;
            return Ok(self.settle(row, moved.as_slice()));
        }
        self.check(row, cells)?;
        let mut moved: Vec<Moved> = Vec::with_capacity(cells.len());
        for (n, (name, cell)) in cells.iter().enumerate() {
            let column = self.population.column_of(name);
            let again = |(name, _): &(&str, _)| self.population.column_of(name) == column;
            if !cells[n + 1..].iter().any(again) {
                moved.extend(self.set(row, name, *cell)?);
            }
        }
        Ok(self.settle(row, &moved))
    }

    /// Replaces attributes of the customer of an id, as [`change`](Self::change) does.
    ///
    /// # Errors
    /// When nobody has the id, and as [`change`](Self::change) has.
    pub fn change_id(
        &mut self,
        id: &str,
        cells: &[(&str, Cell<'_>)],
    ) -> Result<Changes, ChangeError> {
        let row = self.find(id)?;
        self.change(row, cells)
    }

    pub(super) fn find(&self, id: &str) -> Result<usize, ChangeError> {
        let row = self.population.row_of(id);
        row.ok_or_else(|| ChangeError::NoCustomer { id: id.to_owned() })
    }

    /// Refuses what the population would refuse, before anything is changed.
    fn check(&self, row: usize, cells: &[(&str, Cell<'_>)]) -> Result<(), ChangeError> {
        let schema = self.population.schema();
        for (name, cell) in cells {
            let source = match (schema.get(name), cell.to_value()) {
                (Some(_), None) => continue,
                (Some(r#type), Some(value)) if r#type.admits(&value) => continue,
                (Some(crate::AttributeType::Choice(_)), Some(crate::Value::Text(_))) => {
                    CellError::NotOfSet
                }
                (Some(r#type), Some(value)) => CellError::Type {
                    expected: r#type.name(),
                    found: value.type_name(),
                },
                (None, _) => CellError::NoAttribute {
                    name: (*name).to_owned(),
                    nearest: schema.nearest(name).map(str::to_owned),
                },
            };
            return Err(refused(row, name, source));
        }
        Ok(())
    }

    /// Replaces a value; gives the slot that reads it, when there is one.
    fn set(
        &mut self,
        row: usize,
        name: &str,
        cell: Cell<'_>,
    ) -> Result<Option<Moved>, ChangeError> {
        let Some(column) = self.population.column_of(name) else {
            self.check(row, &[(name, cell)])?;
            return Ok(None);
        };
        let change = self.population.change(row, column, cell);
        let change = change.map_err(|source| refused(row, name, source))?;
        let Some(slot) = self.slots.get(column).copied().flatten() else {
            return Ok(None);
        };
        self.follow(slot, change.after);
        if change.before != change.after
            && let Some(days) = &mut self.days[slot]
        {
            let column = self.population.column(column);
            days.note(row, column.len(), &|row| column.code(row));
        }
        Ok(Some((slot, change.before, change.after)))
    }

    /// Has the tables decide a column's new code, and all of them after a new coding.
    pub(super) fn follow(&mut self, slot: usize, code: Option<i64>) {
        let tables = &mut self.tables[slot];
        let Some(number) = tables.column else {
            return;
        };
        let column = self.population.column(number);
        let current = tables.is_current(column);
        if current && !tables.is_beyond(code) {
            return;
        }
        if !current && tables.enter(&self.plan, slot, column, &self.moments) {
            return;
        }
        let bounds = current.then(|| tables.widened(column, code)).flatten();
        self.tables[slot] = self.tables_of(slot, &self.moments, bounds);
        if !current {
            self.days[slot] = self.days_of(slot);
        }
    }

    /// The segments that a row enters and leaves when its slots had other codes.
    pub(super) fn settle(&mut self, row: usize, moved: &[Moved]) -> Changes {
        self.scratch.flips.clear();
        let mut scratch = std::mem::take(&mut self.scratch);
        let world = self.world();
        let seen = |(slot, before, after): &Moved| {
            let table = world.tables[*slot].table(|| world.zone(row));
            let (old, new) = (table.class(*before), table.class(*after));
            (old != new).then(|| Seen {
                slot: *slot,
                old: table.bits(old),
                new: table.bits(new),
            })
        };
        match moved {
            [] => {}
            [one] => {
                if let Some(seen) = seen(one) {
                    world.flips(row, &[seen], None, &mut scratch);
                }
            }
            many => {
                let seen: Vec<Seen<'_>> = many.iter().filter_map(seen).collect();
                if !seen.is_empty() {
                    world.flips(row, &seen, None, &mut scratch);
                }
            }
        }
        self.scratch = scratch;
        self.apply(row)
    }

    /// Writes the scratch's flips into the members.
    pub(super) fn apply(&mut self, row: usize) -> Changes {
        let mut changes = Changes {
            names: Arc::clone(&self.names),
            row,
            entered: Vec::new(),
            left: Vec::new(),
        };
        for (segment, entered) in &self.scratch.flips {
            self.members[*segment as usize].set(row, *entered);
            let to = match entered {
                true => &mut changes.entered,
                false => &mut changes.left,
            };
            to.push(*segment);
        }
        changes.entered.sort_unstable();
        changes.left.sort_unstable();
        changes
    }
}

fn refused(row: usize, name: &str, source: CellError) -> ChangeError {
    ChangeError::Cell {
        row,
        attribute: name.to_owned(),
        source,
    }
}
