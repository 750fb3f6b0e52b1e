//! Anniversaries of days at the ends of the calendar.
//!
//! To a column an anniversary is a stretch of codes in each year from its first to its last value,
//! which are half a million years where the ends of the calendar are met. One world in five hundred
//! is asked of them nevertheless.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Utc};
use pregon_conformance::chance::World;
use pregon_core::rule::{Condition, Expr, Measure};
use pregon_core::{Attributes, Value};

/// What has values far from all others in some of the worlds.
#[derive(Debug, Default)]
pub(crate) struct Far {
    names: BTreeSet<String>,
    /// The instants of activities.
    instants: bool,
}

impl Far {
    pub(crate) fn of(worlds: &[World]) -> Self {
        let mut far = Self::default();
        for person in worlds.iter().flat_map(World::people) {
            far.note(&person.attributes);
            for it in &person.activities {
                far.note(&it.attributes);
                far.instants |= is_far(it.at.year());
            }
        }
        far
    }

    fn note(&mut self, of: &Attributes) {
        for (name, value) in of.iter() {
            let year = match value {
                Value::Date(day) => day.year(),
                Value::Instant(at) => DateTime::<Utc>::year(at),
                _ => continue,
            };
            if is_far(year) {
                self.names.insert(name.to_owned());
            }
        }
    }

    /// Whether a rule asks for anniversaries of them.
    pub(crate) fn is_asked_by(&self, expr: &Expr) -> bool {
        match expr {
            Expr::All(parts) | Expr::Any(parts) | Expr::AtLeast(_, parts) => {
                parts.iter().any(|part| self.is_asked_by(part))
            }
            Expr::Not(inner) => self.is_asked_by(inner),
            Expr::Test(test) => self.names.contains(&test.attribute) && is_yearly(&test.condition),
            Expr::Activity(test) => {
                let of_instant = matches!(test.measure, Measure::Last | Measure::First);
                let with = test.of.with.as_deref();
                of_instant && self.instants && is_yearly(&test.condition)
                    || with.is_some_and(|with| self.is_asked_by(with))
            }
            _ => false,
        }
    }
}

fn is_far(year: i32) -> bool {
    !(0..3_000).contains(&year)
}

fn is_yearly(condition: &Condition) -> bool {
    matches!(condition, Condition::OnThisDay | Condition::Anniversary(_))
}
