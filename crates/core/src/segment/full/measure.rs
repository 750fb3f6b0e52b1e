//! What is made of activities: a column of the customers.

use chrono::{DateTime, Utc};

use crate::rule::{LeapDay, Measure};
use crate::{AttributeType, Bitmap, Cell, Decimal, Population, Value};

use super::super::compile::Measured;
use super::super::population::{ActivityTable, Codes, Coding, Column};
use super::Threads;
use super::plan::bind;
use super::run::run;
use super::table::Happened;

/// The column of a measure; what is never missing, is there of each customer.
pub(super) fn column(
    measured: &Measured,
    population: &Population,
    now: DateTime<Utc>,
    leap_day: LeapDay,
    threads: Threads,
) -> Column {
    let Some(table) = population.activity_table(&measured.kind) else {
        return of_nothing(&measured.measure, population.len());
    };
    let happened = Happened { population, table };
    let plan = bind(&measured.filter, &happened, now, leap_day);
    let those = run(&plan, threads).swap_remove(0).0;
    let those = Those { table, those };
    let customers = 0..population.len();
    match &measured.measure {
        Measure::Count => whole(customers.map(|customer| those.of(customer).count() as i64)),
        Measure::Sum(attribute) => {
            let Some(place) = table.column_of(attribute) else {
                return of_nothing(&measured.measure, population.len());
            };
            sums(&those, table.column(place), population.len())
        }
        Measure::Last => instants(customers.map(|customer| those.instants(customer).max())),
        Measure::First => instants(customers.map(|customer| those.instants(customer).min())),
    }
}

/// The activities of a kind that count.
struct Those<'p> {
    table: &'p ActivityTable,
    those: Bitmap,
}

impl<'p> Those<'p> {
    /// The rows of a customer's, in the order in which they were given.
    fn of(&self, customer: usize) -> impl Iterator<Item = usize> {
        self.table.of(customer).filter(|row| self.those.get(*row))
    }

    fn instants(&self, customer: usize) -> impl Iterator<Item = DateTime<Utc>> {
        self.of(customer)
            .filter_map(|row| match self.table.at().value(row).as_deref() {
                Some(Value::Instant(at)) => Some(*at),
                _ => None,
            })
    }
}

/// What the measure is of nobody's activities.
fn of_nothing(measure: &Measure, customers: usize) -> Column {
    match measure {
        Measure::Count | Measure::Sum(_) => whole((0..customers).map(|_| 0)),
        Measure::Last | Measure::First => instants((0..customers).map(|_| None)),
    }
}

fn whole(numbers: impl Iterator<Item = i64>) -> Column {
    let cells = numbers.map(Cell::Integer);
    column_of(AttributeType::Integer, cells)
}

fn instants(instants: impl Iterator<Item = Option<DateTime<Utc>>>) -> Column {
    let cells = instants.map(|at| at.map_or(Cell::Missing, Cell::Instant));
    column_of(AttributeType::Instant, cells)
}

fn column_of<'c>(r#type: AttributeType, cells: impl Iterator<Item = Cell<'c>>) -> Column {
    let mut column = Column::new(r#type);
    for cell in cells {
        column.push(cell).expect("every cell is of the type");
    }
    column
}

/// The sum of an attribute, of what has one.
fn sums(those: &Those<'_>, of: &Column, customers: usize) -> Column {
    let scale = match of.coding {
        Coding::Integer => Some(0),
        Coding::Scaled(scale) => Some(scale),
        _ => None,
    };
    let exact = scale.and_then(|scale| {
        let sum = |customer| -> Option<i64> {
            let codes = those.of(customer).filter_map(|row| of.code(row));
            // So many eight-byte numbers as there can be do not leave sixteen bytes.
            i64::try_from(codes.map(i128::from).sum::<i128>()).ok()
        };
        let sums: Option<Vec<i64>> = (0..customers).map(sum).collect();
        Some(Column {
            r#type: AttributeType::Decimal,
            coding: Coding::Scaled(scale),
            codes: Codes::I64(sums?),
            known: None,
        })
    });
    exact.unwrap_or_else(|| {
        let sums = (0..customers).map(|customer| {
            let values = those.of(customer).filter_map(|row| of.value(row));
            let numbers = values.filter_map(|value| match *value {
                Value::Integer(n) => Some(Decimal::from(n)),
                Value::Decimal(decimal) => Some(decimal),
                _ => None,
            });
            // What leaves the range of decimals is unknown.
            let sum = numbers
                .into_iter()
                .try_fold(Decimal::default(), Decimal::checked_add);
            sum.map_or(Cell::Missing, Cell::Decimal)
        });
        column_of(AttributeType::Decimal, sums)
    })
}
