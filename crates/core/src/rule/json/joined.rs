//! Reads what a rule's document says of several rules together, and of activities.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::super::ast::{Activities, ActivityTest, Expr, Measure, Period, Unit, Window};
use super::condition::OfActivities;
use super::read::{Node, Nodes};

/// `{"least": 2, "of": […]}`; the parts are one level deeper.
pub(super) struct AtLeast<'a>(pub(super) Node<'a>);

impl<'de> DeserializeSeed<'de> for AtLeast<'_> {
    type Value = Expr;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Expr, D::Error> {
        deserializer.deserialize_struct("at_least", &["least", "of"], self)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum AtLeastField {
    Least,
    Of,
}

impl<'de> Visitor<'de> for AtLeast<'_> {
    type Value = Expr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"{"least": …, "of": […]}"#)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expr, A::Error> {
        let (mut least, mut of) = (None, None);
        while let Some(field) = map.next_key()? {
            match field {
                AtLeastField::Least => once(&mut least, map.next_value()?, "least")?,
                AtLeastField::Of => once(&mut of, map.next_value_seed(Nodes(self.0))?, "of")?,
            }
        }
        Ok(Expr::AtLeast(there(least, "least")?, there(of, "of")?))
    }
}

/// `{"measure": …, "kind": …, "with": …, "within": …, "condition": …}`
pub(super) struct Activity<'a>(pub(super) Node<'a>);

impl<'de> DeserializeSeed<'de> for Activity<'_> {
    type Value = Expr;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Expr, D::Error> {
        let fields = &["measure", "kind", "with", "within", "condition"];
        deserializer.deserialize_struct("activity", fields, self)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum ActivityField {
    Measure,
    Kind,
    With,
    Within,
    Condition,
}

impl<'de> Visitor<'de> for Activity<'_> {
    type Value = Expr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"{"measure": …, "kind": …, "condition": …}"#)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expr, A::Error> {
        let (mut measure, mut kind, mut condition) = (None, None, None);
        let (mut with, mut within) = (None, None);
        while let Some(field) = map.next_key()? {
            match field {
                ActivityField::Measure => {
                    let found: Measured = map.next_value()?;
                    once(&mut measure, found, "measure")?;
                }
                ActivityField::Kind => once(&mut kind, map.next_value()?, "kind")?,
                ActivityField::With => {
                    let found = Box::new(map.next_value_seed(self.0)?);
                    once(&mut with, found, "with")?;
                }
                ActivityField::Within => {
                    let found: Stretch = map.next_value()?;
                    once(&mut within, found, "within")?;
                }
                ActivityField::Condition => {
                    let found: OfActivities = map.next_value()?;
                    once(&mut condition, found, "condition")?;
                }
            }
        }
        let of = Activities {
            kind: there(kind, "kind")?,
            with,
            within: within.map(Window::from),
        };
        Ok(Expr::Activity(ActivityTest {
            measure: there(measure, "measure")?.into(),
            of,
            condition: there(condition, "condition")?.0,
        }))
    }
}

fn once<T, E: Error>(place: &mut Option<T>, value: T, field: &'static str) -> Result<(), E> {
    match place.replace(value) {
        Some(_) => Err(E::duplicate_field(field)),
        None => Ok(()),
    }
}

fn there<T, E: Error>(value: Option<T>, field: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(field))
}

/// A [`Measure`] as the document has it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Measured {
    Count,
    Sum(String),
    Last,
    First,
}

impl From<Measured> for Measure {
    fn from(measure: Measured) -> Self {
        match measure {
            Measured::Count => Self::Count,
            Measured::Sum(attribute) => Self::Sum(attribute),
            Measured::Last => Self::Last,
            Measured::First => Self::First,
        }
    }
}

impl From<&Measure> for Measured {
    fn from(measure: &Measure) -> Self {
        match measure {
            Measure::Count => Self::Count,
            Measure::Sum(attribute) => Self::Sum(attribute.clone()),
            Measure::Last => Self::Last,
            Measure::First => Self::First,
        }
    }
}

/// A [`Window`] as the document has it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stretch {
    Last(Period),
    ToDate(Unit),
}

impl From<Stretch> for Window {
    fn from(stretch: Stretch) -> Self {
        match stretch {
            Stretch::Last(period) => Self::Last(period),
            Stretch::ToDate(unit) => Self::ToDate(unit),
        }
    }
}

impl From<Window> for Stretch {
    fn from(window: Window) -> Self {
        match window {
            Window::Last(period) => Self::Last(period),
            Window::ToDate(unit) => Self::ToDate(unit),
        }
    }
}
