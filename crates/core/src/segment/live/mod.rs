//! Segments kept true while customers change and days pass.

mod changes;
mod turn;

mod change;
mod arrive;
mod advance;
mod pass;
mod span;
mod pace;
mod row;

mod plan;
mod circuit;
mod slots;
mod tables;
mod table;
mod values;
mod activity;

mod day_index;
mod activity_index;

#[cfg(test)]
mod tests;

pub use changes::{ChangeError, Changes};
pub use turn::{Turn, Way};

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::population::Population;
use super::{Bitmap, Compiled, SegmentErrors, Segments, Threads};
use crate::SegmentName;
use crate::rule::{LeapDay, Moment};
use activity::Answers;
use activity_index::ActivityIndex;
use day_index::DayIndex;
use plan::Plan;
use row::{Scratch, World};
use slots::Slot;
use tables::SlotTables;

/// Segments of a population that stay true while customers change and days pass.
///
/// It owns the population. Whatever changes goes through it, and it says who entered and left what.
/// A change costs what depends on it, and a day what flips on it, not the population.
///
/// ```
/// use pregon_core::rule::Rule;
/// use pregon_core::{AttributeType, Cell, Live, Population, Schema, Segments, Way};
///
/// let schema = Schema::new()
///     .with("last_visit", AttributeType::Date)?
///     .with("visits", AttributeType::Integer)?;
/// let segments = Segments::new([])?
///     .with("fieles", Rule::parse("visits >= 6")?)?
///     .with("perdidos", Rule::parse("visits >= 6 and last_visit older than 90 days")?)?;
/// let mut builder = Population::builder(&schema);
/// builder.push("C-1", [Cell::from("2026-08-20".parse::<chrono::NaiveDate>()?), Cell::from(5)])?;
/// let now = "2026-11-18T12:00:00Z".parse()?;
/// let mut live = Live::new(&segments, builder.finish(), now).expect("rules of these attributes");
///
/// let changes = live.change_id("C-1", &[("visits", Cell::from(6))])?;
/// assert_eq!(changes.entered().map(|name| name.as_str()).collect::<Vec<_>>(), ["fieles"]);
///
/// let turn = live.advance(live.next_turn());
/// let moves: Vec<_> = turn.iter().map(|(row, name, way)| (row, name.as_str(), way)).collect();
/// assert_eq!(moves, [(0, "perdidos", Way::Entered)], "90 days before the 19th is 21 August");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Live {
    segments: Segments,
    names: Arc<[SegmentName]>,
    population: Population,
    now: DateTime<Utc>,
    /// The moment of each zone, by its number.
    moments: Vec<Moment>,
    leap_day: LeapDay,
    plan: Plan,
    /// For the evaluation of all customers at once.
    compiled: Compiled,
    answers: Answers,
    /// By slot.
    tables: Vec<SlotTables>,
    /// The slot that reads a column.
    slots: Vec<Option<usize>>,
    members: Vec<Bitmap>,
    /// By slot, of those whose answers the passing of days changes.
    days: Vec<Option<DayIndex>>,
    activity_days: Vec<ActivityIndex>,
    scratch: Scratch,
}

/// How many bytes the parts of a [`Live`] take, the population apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveSizes {
    /// Who belongs to each segment: one bit a customer.
    pub members: usize,
    /// Customers by their dates.
    pub days: usize,
    /// Customers by the days of what happened to them.
    pub activity_days: usize,
    /// What values decide.
    pub tables: usize,
}

impl Live {
    /// Segments of a population as they are at an instant.
    ///
    /// It works on the whole population: not to be called on a thread that serves others.
    ///
    /// # Errors
    /// With every rule that does not go with what the population has.
    pub fn new(
        segments: &Segments,
        population: Population,
        now: DateTime<Utc>,
    ) -> Result<Self, SegmentErrors> {
        Self::with_leap_day(segments, population, now, LeapDay::default())
    }

    /// Segments as [`new`](Self::new) has them, with another rule for those of 29 February.
    ///
    /// # Errors
    /// As [`new`](Self::new) has.
    pub fn with_leap_day(
        segments: &Segments,
        population: Population,
        now: DateTime<Utc>,
        leap_day: LeapDay,
    ) -> Result<Self, SegmentErrors> {
        let compiled = segments.compile(population.schema())?;
        let plan = Plan::new(segments, &population);
        let mut live = Self {
            segments: segments.clone(),
            names: segments
                .iter()
                .map(|segment| segment.name.clone())
                .collect(),
            now,
            leap_day,
            compiled: compiled.with_leap_day(leap_day),
            moments: Vec::new(),
            answers: Answers::new(&plan.slots),
            tables: Vec::new(),
            slots: Vec::new(),
            members: Vec::new(),
            days: Vec::new(),
            activity_days: Vec::new(),
            scratch: Scratch::default(),
            plan,
            population,
        };
        live.moments = live.moments_at(now);
        live.tables = (0..live.plan.slots.len())
            .map(|slot| live.tables_of(slot, &live.moments, None))
            .collect();
        for (slot, tables) in live.tables.iter().enumerate() {
            if let Some(column) = tables.column {
                live.slots.resize(live.slots.len().max(column + 1), None);
                live.slots[column] = Some(slot);
            }
        }
        live.index_days();
        live.members = live.evaluate(now);
        Ok(live)
    }

    /// The customers.
    #[must_use]
    pub fn population(&self) -> &Population {
        &self.population
    }

    /// The customers, for keeps.
    #[must_use]
    pub fn into_population(self) -> Population {
        self.population
    }

    /// The segments.
    #[must_use]
    pub fn segments(&self) -> &Segments {
        &self.segments
    }

    /// The instant at which everything is as it is here.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// When the next day begins in one of the customers' zones: nothing moves by itself before.
    ///
    /// ```
    /// use pregon_core::{Cell, Live, Population, Schema, Segments};
    /// let mut builder = Population::builder(&Schema::new()).zone("America/Bogota".parse()?);
    /// builder.push("C-1", [])?;
    /// let now = "2026-11-20T12:00:00Z".parse()?;
    /// let live = Live::new(&Segments::default(), builder.finish(), now);
    /// assert_eq!(live.expect("no rules").next_turn().to_rfc3339(), "2026-11-21T05:00:00+00:00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn next_turn(&self) -> DateTime<Utc> {
        let ends = self.moments.iter().map(|moment| {
            let end = moment.zone().end_of(moment.today());
            // Where clocks go back over midnight a day comes again after it was over.
            if end > self.now {
                end
            } else {
                self.now + chrono::Duration::hours(1)
            }
        });
        ends.min().unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Who belongs to a segment: a bit for each row; nothing when there is no such segment.
    #[must_use]
    pub fn members(&self, name: &SegmentName) -> Option<&Bitmap> {
        let place = self.names.iter().position(|own| own == name)?;
        self.members.get(place)
    }

    /// Every segment with its members, in the order of the segments.
    pub fn iter(&self) -> impl Iterator<Item = (&SegmentName, &Bitmap)> {
        self.names.iter().zip(&self.members)
    }

    /// The segments that a row belongs to, in their order; none for a row that is not there.
    pub fn of(&self, row: usize) -> impl Iterator<Item = &SegmentName> {
        let own = self.iter().filter(move |(_, members)| members.get(row));
        own.map(|(name, _)| name)
    }

    /// How many bytes its parts take.
    #[must_use]
    pub fn sizes(&self) -> LiveSizes {
        let days = self.days.iter().flatten().map(DayIndex::bytes);
        let activity_days = self.activity_days.iter().map(ActivityIndex::bytes);
        let members = self.members.iter().map(|rows| rows.words().len() * 8);
        LiveSizes {
            members: members.sum(),
            days: days.sum(),
            activity_days: activity_days.sum(),
            tables: self.tables.iter().map(SlotTables::bytes).sum(),
        }
    }

    fn moments_at(&self, now: DateTime<Utc>) -> Vec<Moment> {
        let zones = self.population.zones().iter();
        zones
            .map(|zone| Moment::new(now, *zone).with_leap_day(self.leap_day))
            .collect()
    }

    /// The tables of a slot at the moments of all zones.
    fn tables_of(
        &self,
        slot: usize,
        moments: &[Moment],
        bounds: Option<Option<(i64, i64)>>,
    ) -> SlotTables {
        match &self.plan.slots[slot] {
            Slot::Activity(_) => SlotTables::of_activity(&self.plan, slot),
            Slot::Column(number, _) => {
                let column = (*number, self.population.column(*number));
                SlotTables::of_column(&self.plan, slot, column, moments, bounds)
            }
        }
    }

    /// Sorts the rows by every date whose answers the passing of days changes.
    fn index_days(&mut self) {
        self.days = (0..self.tables.len())
            .map(|slot| self.days_of(slot))
            .collect();
        let mut indexed = std::collections::BTreeSet::new();
        for (_, question) in self.answers.turning() {
            let kind = question.kind();
            if question.turning().next().is_some() {
                indexed.insert((kind, None));
            }
            let attributes = question.turning_attributes();
            indexed.extend(attributes.into_iter().map(|(name, _)| (kind, Some(name))));
        }
        let index = |(kind, name)| ActivityIndex::new(kind, name, &self.population);
        self.activity_days = indexed.into_iter().map(index).collect();
    }

    fn days_of(&self, slot: usize) -> Option<DayIndex> {
        let tables = &self.tables[slot];
        let column = self
            .population
            .column(tables.column.filter(|_| tables.turns)?);
        Some(DayIndex::new(self.population.len(), &|row| {
            column.code(row)
        }))
    }

    /// Who belongs to each segment at an instant, worked out afresh.
    fn evaluate(&self, now: DateTime<Utc>) -> Vec<Bitmap> {
        let evaluated = self
            .compiled
            .evaluate(&self.population, now, Threads::default());
        { evaluated }.take()
    }

    fn world(&self) -> World<'_> {
        World {
            plan: &self.plan,
            tables: &self.tables,
            population: &self.population,
            moments: &self.moments,
            answers: &self.answers,
        }
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Live");
        shown.field("segments", &self.names.len());
        shown.field("customers", &self.population.len());
        shown.field("now", &self.now).finish_non_exhaustive()
    }
}
