//! Who belongs to which segment: all segments, over a whole population.
//!
//! 1. `plan`: the program of the segments, bound to columns and a moment. Equal sets of codes are
//!    one test, and what an *and* tests of one column is one.
//! 2. `lower`: the steps of a block. A column that many tests ask gives the number of the
//!    stretch between their bounds once.
//! 3. `run`: the steps, over blocks that stay in the cache, on all processors, with the widest
//!    vectors that there are.

mod table;
mod measure;
mod plan;
mod lower;
mod bins;
mod run;
mod few;
mod kernel;
#[cfg(test)]
mod tests;

use std::num::NonZero;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::rule::LeapDay;
use crate::{Population, Schema, SegmentErrors, SegmentName, Segments};

use super::compile::Program;
use super::members::Members;
use kernel::Level;
use plan::Plan;
use table::Customers;

/// How many threads share the work.
///
/// ```
/// use pregon_core::Threads;
/// assert_eq!(Threads::new(2).number(), 2);
/// assert!(Threads::default().number() >= 1, "as many as there are processors");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads(NonZero<usize>);

impl Threads {
    /// So many, the calling one among them; at least one.
    #[must_use]
    pub fn new(number: usize) -> Self {
        Self(NonZero::new(number).unwrap_or(NonZero::<usize>::MIN))
    }

    /// How many.
    #[must_use]
    pub fn number(self) -> usize {
        self.0.get()
    }
}

/// As many as there are processors.
impl Default for Threads {
    fn default() -> Self {
        Self(std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN))
    }
}

/// Segments made ready to be evaluated, again and again.
///
/// ```
/// use pregon_core::rule::Rule;
/// use pregon_core::{AttributeType, Cell, Population, Schema, Segments, Threads};
///
/// let schema = Schema::new().with("visits", AttributeType::Integer)?;
/// let segments = Segments::new([])?
///     .with("regular", Rule::parse("visits >= 2")?)?
///     .with("loyal", Rule::parse("visits >= 6")?)?;
/// let compiled = segments.compile(&schema).expect("they go with the schema");
///
/// let mut builder = Population::builder(&schema);
/// for (id, visits) in [("C-1", 7), ("C-2", 3), ("C-3", 0)] {
///     builder.push(id, [Cell::from(visits)])?;
/// }
/// let population = builder.finish();
/// let now = "2026-11-20T06:00:00Z".parse()?;
/// let members = compiled.evaluate(&population, now, Threads::default());
/// assert_eq!((members.count("regular"), members.count("loyal"), members.none()), (2, 1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Compiled {
    names: Arc<[SegmentName]>,
    program: Program,
    leap_day: LeapDay,
}

impl Segments {
    /// Makes the segments ready to be evaluated over populations of a schema.
    ///
    /// # Errors
    /// With everything in their rules that does not go with the schema, as
    /// [`check`](Self::check) has.
    pub fn compile(&self, schema: &Schema) -> Result<Compiled, SegmentErrors> {
        self.check(schema)?;
        Ok(Compiled {
            names: self.iter().map(|segment| segment.name.clone()).collect(),
            program: Program::of(self),
            leap_day: LeapDay::default(),
        })
    }

    /// Who belongs to which segment, of a whole population.
    ///
    /// It computes, with all threads that it is given: it must not run on a thread of an executor.
    ///
    /// # Errors
    /// As [`compile`](Self::compile) has, for the population's schema.
    pub fn evaluate(
        &self,
        population: &Population,
        now: DateTime<Utc>,
        threads: Threads,
    ) -> Result<Members, SegmentErrors> {
        let compiled = self.compile(population.schema())?;
        Ok(compiled.evaluate(population, now, threads))
    }
}

impl Compiled {
    /// With another rule for those of 29 February.
    #[must_use]
    pub fn with_leap_day(mut self, leap_day: LeapDay) -> Self {
        self.leap_day = leap_day;
        self
    }

    /// Who belongs to which segment, of a whole population, at an instant.
    ///
    /// Civil dates are those of each customer's zone. It computes, with all threads that it is
    /// given: it must not run on a thread of an executor.
    #[must_use]
    pub fn evaluate(
        &self,
        population: &Population,
        now: DateTime<Utc>,
        threads: Threads,
    ) -> Members {
        let mut members = Members::nobody(Arc::clone(&self.names));
        self.evaluate_into(&mut members, population, now, threads);
        members
    }

    /// Replaces what an earlier evaluation gave: it is written into the same memory.
    pub fn evaluate_into(
        &self,
        members: &mut Members,
        population: &Population,
        now: DateTime<Utc>,
        threads: Threads,
    ) {
        let mut rows = members.take();
        let plan = self.plan(population, now, threads);
        let counts = run::run_into(&plan, threads, Level::best(), &mut rows);
        *members = Members::new(Arc::clone(&self.names), rows, counts);
    }

    fn plan<'p>(
        &self,
        population: &'p Population,
        now: DateTime<Utc>,
        threads: Threads,
    ) -> Plan<'p> {
        let measured = self.program.measured.iter();
        let measured =
            measured.map(|one| measure::column(one, population, now, self.leap_day, threads));
        let customers = Customers {
            population,
            measured: measured.collect(),
        };
        plan::bind(&self.program, &customers, now, self.leap_day)
    }
}
