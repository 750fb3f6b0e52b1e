//! Customers come and move, and things happen to them.

use chrono::{DateTime, Utc};

use super::change::Moved;
use super::{ChangeError, Changes, Live};
use crate::{Cell, Zone};

impl Live {
    /// Adds something that happened to the customer of a row; says which segments it enters and
    /// leaves by that.
    ///
    /// There is one cell for each attribute of such activities, in the order of
    /// [`Schema::iter`](crate::Schema::iter). Activities come in any order, also those of other
    /// days.
    ///
    /// ```
    /// # use pregon_core::rule::Rule;
    /// # use pregon_core::{AttributeType, Cell, Live, Population, Schema, Segments};
    /// let schema = Schema::new().with_activity("visit", Schema::new())?;
    /// let rule = Rule::parse("at least 2 visit within 30 days")?;
    /// let segments = Segments::new([])?.with("regular", rule)?;
    /// let mut builder = Population::builder(&schema);
    /// let row = builder.push("C-1", [])?;
    /// builder.activity(row, "visit", "2026-11-01T12:00:00Z".parse()?, [])?;
    /// let now = "2026-11-20T12:00:00Z".parse()?;
    /// let mut live = Live::new(&segments, builder.finish(), now).expect("a rule of visits");
    /// assert_eq!(live.happened(row, "visit", now, [])?.entered().len(), 1);
    /// assert_eq!(live.advance("2026-12-02T12:00:00Z".parse()?).len(), 1, "1 November is past");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such row or kind, there are too few or too many cells, or one is not of its
    /// attribute's type; nothing is changed then.
    pub fn happened<'c>(
        &mut self,
        row: usize,
        kind: &str,
        at: DateTime<Utc>,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<Changes, ChangeError> {
        if row >= self.population.len() {
            return Err(ChangeError::NoRow(row));
        }
        let world = self.world();
        let ask = |slot| (slot, world.code(slot, row));
        let before: Vec<_> = self.answers.of_kind(kind).map(ask).collect();
        self.population.add_activity(row, kind, at, cells)?;
        for index in &mut self.activity_days {
            if index.kind == kind {
                index.note(row, &self.population);
            }
        }
        let world = self.world();
        let moved = before
            .into_iter()
            .map(|(slot, before)| (slot, before, world.code(slot, row)));
        let moved: Vec<Moved> = moved.collect();
        Ok(self.settle(row, &moved))
    }

    /// Adds something that happened to the customer of an id, as [`happened`](Self::happened) does.
    ///
    /// # Errors
    /// When nobody has the id, and as [`happened`](Self::happened) has.
    pub fn happened_id<'c>(
        &mut self,
        id: &str,
        kind: &str,
        at: DateTime<Utc>,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<Changes, ChangeError> {
        let row = self.find(id)?;
        self.happened(row, kind, at, cells)
    }

    /// Adds a customer; says its row and which segments it enters.
    ///
    /// There is one cell for each attribute of the population, in the order of
    /// [`Schema::iter`](crate::Schema::iter).
    ///
    /// # Errors
    /// When another customer has the id, there are too few or too many cells, or one is not of its
    /// attribute's type; nothing is changed then.
    pub fn add<'c>(
        &mut self,
        id: &str,
        zone: Zone,
        cells: impl IntoIterator<Item = Cell<'c>>,
    ) -> Result<Changes, ChangeError> {
        let row = self.population.add(id, zone, cells)?;
        for slot in 0..self.tables.len() {
            let Some(number) = self.tables[slot].column else {
                continue;
            };
            let code = self.population.column(number).code(row);
            self.follow(slot, code);
            if let Some(days) = &mut self.days[slot] {
                let column = self.population.column(number);
                days.note(row, column.len(), &|row| column.code(row));
            }
        }
        // After the codes: tables that are made for a zone are those of columns as they are now,
        // and would hide that a column's dates must be sorted again.
        self.know_zones();
        self.members.iter_mut().for_each(|rows| rows.push(false));
        let mut scratch = std::mem::take(&mut self.scratch);
        self.world().members(row, &mut scratch);
        self.scratch = scratch;
        Ok(self.apply(row))
    }

    /// Moves the customer of a row to another zone, whose days count from now on; says which
    /// segments it enters and leaves by that.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn change_zone(&mut self, row: usize, zone: Zone) -> Result<Changes, ChangeError> {
        let set = self.population.set_zone(row, zone);
        set.map_err(|_| ChangeError::NoRow(row))?;
        self.know_zones();
        let mut scratch = std::mem::take(&mut self.scratch);
        self.world().members(row, &mut scratch);
        let mut is = vec![false; self.members.len()];
        for (segment, _) in &scratch.flips {
            is[*segment as usize] = true;
        }
        let both = (0_u32..).zip(is.into_iter().zip(&self.members));
        let flips = both.filter(|(_, (is, was))| *is != was.get(row));
        scratch.flips = flips.map(|(segment, (is, _))| (segment, is)).collect();
        self.scratch = scratch;
        Ok(self.apply(row))
    }

    /// Has the tables decide for zones that nobody lived in before.
    fn know_zones(&mut self) {
        if self.population.zones().len() == self.moments.len() {
            return;
        }
        self.moments = self.moments_at(self.now);
        for slot in 0..self.tables.len() {
            let bounds = self.tables[slot].bounds();
            self.tables[slot] = self.tables_of(slot, &self.moments, bounds);
        }
    }
}
