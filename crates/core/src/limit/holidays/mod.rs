//! Holidays as data: named calendars of civil dates, by rules where the law has rules.

mod rule;
mod sky;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};

use chrono::{Datelike, NaiveDate};

use super::Citation;
use crate::CustomName;
use crate::nearest::nearest;
use rule::{HolidayRule, Moves};

/// A calendar that makes no sense, or that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HolidaysError {
    /// There is no calendar of the name.
    #[error("there is no calendar of holidays named {name:?}{}", like(near.as_deref()))]
    Unknown {
        /// The name.
        name: String,
        /// The one that was probably meant.
        near: Option<String>,
    },
    /// Not a day as `12-25`.
    #[error("{0:?} is not a day of the year; write it as 12-25")]
    Day(String),
    /// A rule moves in a way that the calendar does not say.
    #[error("the calendar does not say how {0:?} moves a holiday")]
    Moves(String),
    /// Not a weekday.
    #[error("{0:?} is not a weekday; write mon, tue, wed, thu, fri, sat or sun")]
    Weekday(String),
    /// A rule that ends before it begins.
    #[error("a rule from {from} on cannot end with {until}")]
    Years {
        /// Its first year.
        from: i32,
        /// Its last one.
        until: i32,
    },
}

fn like(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean {near:?}?"))
}

/// The public holidays of a place, by rules and by single days.
///
/// Calendars of Colombia (`co`), Ecuador (`ec`) and Chile (`cl`) are built in, each with its
/// sources. A host adds days to one of them, or writes its own; a day is a civil date, and is one
/// in the customer's zone when [`Hours`](crate::Hours) ask.
///
/// ```
/// # use pregon_core::Holidays;
/// let colombia = Holidays::named("co")?;
/// // Saint Joseph, 19 March, is kept on the Monday after by the law of 1983.
/// assert_eq!(colombia.on("2026-03-23".parse()?), Some("San José"));
/// assert!(!colombia.holds("2026-03-19".parse()?));
///
/// let shop = (*colombia)
///     .clone()
///     .named_anew("tienda".parse()?)
///     .with_day("2026-12-24".parse()?, "Inventario");
/// assert!(shop.holds("2026-12-24".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(try_from = "Written")]
pub struct Holidays {
    name: CustomName,
    title: String,
    sources: Vec<Citation>,
    notes: Vec<String>,
    rules: Vec<HolidayRule>,
    days: BTreeMap<NaiveDate, String>,
    /// The holidays of the years that are asked for every day.
    known: BTreeSet<NaiveDate>,
}

/// The years whose holidays are reckoned once.
const KNOWN: RangeInclusive<i32> = 2020..=2060;

/// A calendar as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The version of the form.
    v: Version,
    name: CustomName,
    #[serde(default)]
    title: String,
    /// The year from which the rules are known to be complete.
    since: i32,
    #[serde(default)]
    sources: Vec<Citation>,
    #[serde(default)]
    moves: BTreeMap<String, Moves>,
    #[serde(default)]
    rules: Vec<rule::Written>,
    #[serde(default)]
    days: Vec<WrittenDay>,
    #[serde(default)]
    notes: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDay {
    day: NaiveDate,
    name: String,
}

/// The form of this version, 1.
#[derive(serde::Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct Version;

impl TryFrom<u32> for Version {
    type Error = String;
    fn try_from(v: u32) -> Result<Self, String> {
        match v {
            1 => Ok(Self),
            _ => Err(format!("version {v} is not known here; this is version 1")),
        }
    }
}

impl TryFrom<Written> for Holidays {
    type Error = HolidaysError;
    fn try_from(it: Written) -> Result<Self, HolidaysError> {
        let Version = it.v;
        let moves = |name: &str| it.moves.get(name).copied();
        let rules = it.rules.into_iter();
        let rules = rules.map(|rule| HolidayRule::read(rule, it.since, moves));
        let days = it.days.into_iter().map(|it| (it.day, it.name));
        let read = Self {
            name: it.name,
            title: it.title,
            sources: it.sources,
            notes: it.notes,
            rules: rules.collect::<Result<_, _>>()?,
            days: days.collect(),
            known: BTreeSet::new(),
        };
        let known = KNOWN.flat_map(|year| read.of_year(year).into_keys());
        Ok(Self {
            known: known.collect(),
            ..read
        })
    }
}

static BUILT_IN: LazyLock<Vec<Arc<Holidays>>> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../data/holidays/cl.json"),
        include_str!("../../../data/holidays/co.json"),
        include_str!("../../../data/holidays/ec.json"),
    ];
    texts
        .into_iter()
        .map(|text| serde_json::from_str(text).expect("the built-in calendars are tested"))
        .map(Arc::new)
        .collect()
});

impl Holidays {
    /// A calendar without a holiday, to which a host adds its own days.
    #[must_use]
    pub fn new(name: CustomName) -> Self {
        Self {
            title: name.as_str().to_owned(),
            name,
            sources: Vec::new(),
            notes: Vec::new(),
            rules: Vec::new(),
            days: BTreeMap::new(),
            known: BTreeSet::new(),
        }
    }

    /// The built-in calendar of a name.
    ///
    /// # Errors
    /// When there is none.
    pub fn named(name: &str) -> Result<Arc<Self>, HolidaysError> {
        Self::found(name, &[])
    }

    /// The calendar of a name: one of these, or a built-in one.
    pub(super) fn found(name: &str, own: &[Arc<Self>]) -> Result<Arc<Self>, HolidaysError> {
        let all = || own.iter().chain(BUILT_IN.iter());
        let found = all().find(|calendar| calendar.name.as_str() == name);
        found.map(Arc::clone).ok_or_else(|| HolidaysError::Unknown {
            name: name.to_owned(),
            near: nearest(name, all().map(|it| it.name.as_str())).map(str::to_owned),
        })
    }

    /// The built-in calendars, by name.
    #[must_use]
    pub fn all() -> &'static [Arc<Self>] {
        &BUILT_IN
    }

    /// The same holidays under another name.
    #[must_use]
    pub fn named_anew(mut self, name: CustomName) -> Self {
        self.name = name;
        self
    }

    /// With one day more.
    #[must_use]
    pub fn with_day(mut self, day: NaiveDate, name: &str) -> Self {
        self.days.insert(day, name.to_owned());
        self.known.insert(day);
        self
    }

    /// The name by which hours refer to it.
    #[must_use]
    pub fn name(&self) -> &CustomName {
        &self.name
    }

    /// What it is, for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it rests on.
    #[must_use]
    pub fn sources(&self) -> &[Citation] {
        &self.sources
    }

    /// What it does not hold, and other remarks.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether a civil date is a holiday.
    #[must_use]
    pub fn holds(&self, day: NaiveDate) -> bool {
        if self.known.contains(&day) {
            return true;
        }
        !KNOWN.contains(&day.year()) && self.on(day).is_some()
    }

    /// The name of the holiday of a civil date.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&str> {
        self.of_year(day.year()).get(&day).copied()
    }

    /// The holidays that are kept in a civil year, by date.
    #[must_use]
    pub fn of_year(&self, year: i32) -> BTreeMap<NaiveDate, &str> {
        // A holiday of New Year may be kept in the old year, and one of December in the new.
        let years = [year.saturating_sub(1), year, year.saturating_add(1)];
        let by_rule = self
            .rules
            .iter()
            .flat_map(|rule| years.map(|year| (rule.of(year), rule.name.as_str())));
        let by_rule = by_rule.filter_map(|(day, name)| Some((day?, name)));
        let single = self.days.iter().map(|(day, name)| (*day, name.as_str()));
        by_rule
            .chain(single)
            .filter(|(day, _)| day.year() == year)
            .collect()
    }
}
