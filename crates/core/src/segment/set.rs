//! A set of segments: plain ones, which may overlap, and families, of which one has a person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{SegmentError, SegmentErrors, SegmentFault};
use crate::nearest::nearest;
use crate::rule::{Named, Rule, Types};
use crate::{FamilyName, SegmentName};

/// How many segments a set has at most.
const MOST: usize = 10_000;

/// What a set of segments is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SegmentPart {
    /// A segment that may overlap with all others.
    Plain(SegmentName, Rule),
    /// Segments of which a customer is in the first that matches, and in no other.
    Family(FamilyName, Vec<(SegmentName, Rule)>),
}

/// One segment of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Its name.
    pub name: &'a SegmentName,
    /// Its rule: in a family, for those whom no earlier segment of it has.
    pub rule: &'a Rule,
    /// The family it belongs to.
    pub family: Option<&'a FamilyName>,
}

/// Named segments that may refer to each other.
///
/// In a family the first segment that matches has the customer. A rule may name segments: `in
/// segment staff` is what the rule of that segment is, so unknown stays unknown; a segment of a
/// family is false for those whom an earlier one has.
///
/// ```
/// use pregon_core::rule::{Moment, Rule};
/// use pregon_core::{Segments, Value, Zone};
///
/// let segments = Segments::new([])?
///     .with_family("tenure", [
///         ("loyal", Rule::parse("since older than 10 years")?),
///         ("regular", Rule::parse("since at least 3 years ago")?),
///         ("new", Rule::parse("since is set")?),
///     ])?
///     .with("to_greet", Rule::parse("in segment loyal and not email is missing")?)?;
/// let since: chrono::NaiveDate = "2010-01-01".parse()?;
/// let row = |name: &str| match name {
///     "since" => Some(std::borrow::Cow::Owned(Value::from(since))),
///     "email" => Some(std::borrow::Cow::Owned(Value::from("ana@example.org"))),
///     _ => None,
/// };
/// let moment = Moment::new("2026-11-20T06:00:00Z".parse()?, Zone::UTC);
/// let names: Vec<&str> = segments.of(&row, &moment).iter().map(|name| name.as_str()).collect();
/// assert_eq!(names, ["loyal", "to_greet"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Segments(Arc<Inner>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Inner {
    parts: Vec<SegmentPart>,
    /// Where each segment stands: its part, and its place in it.
    places: BTreeMap<SegmentName, (usize, usize)>,
}

impl Segments {
    /// A set of these parts, which may refer to each other in any order.
    ///
    /// # Errors
    /// When a name is there twice, a rule names a segment that is not there, or a segment depends
    /// on itself or leads over more than 16 others.
    pub fn new(parts: impl IntoIterator<Item = SegmentPart>) -> Result<Self, SegmentError> {
        let mut inner = Inner::default();
        let mut families = BTreeSet::new();
        for part in parts {
            let first = part.members().next().map(|(name, _)| name.clone());
            if let (SegmentPart::Family(family, _), Some(segment)) = (&part, first)
                && !families.insert(family.clone())
            {
                let fault = SegmentFault::FamilyTwice(family.clone());
                return Err(SegmentError { segment, fault });
            }
            for (place, (name, _)) in part.members().enumerate() {
                let at = (inner.parts.len(), place);
                let fault = if inner.places.insert(name.clone(), at).is_some() {
                    SegmentFault::Twice
                } else if inner.places.len() > MOST {
                    SegmentFault::TooMany(MOST)
                } else {
                    continue;
                };
                let segment = name.clone();
                return Err(SegmentError { segment, fault });
            }
            inner.parts.push(part);
        }
        let set = Self(Arc::new(inner));
        super::order::check(&set)?;
        Ok(set)
    }

    /// The set with a plain segment more, which may refer to those that are there.
    ///
    /// # Errors
    /// As [`new`](Self::new) has.
    pub fn with(self, name: &str, rule: Rule) -> Result<Self, SegmentError> {
        self.and(SegmentPart::Plain(named(name)?, rule))
    }

    /// The set with a family more: ordered segments, of which the first that matches counts.
    ///
    /// # Errors
    /// As [`new`](Self::new) has.
    pub fn with_family<'n>(
        self,
        family: &str,
        segments: impl IntoIterator<Item = (&'n str, Rule)>,
    ) -> Result<Self, SegmentError> {
        let members: Result<Vec<_>, _> = segments
            .into_iter()
            .map(|(name, rule)| Ok((named(name)?, rule)))
            .collect();
        let members = members?;
        let family = FamilyName::new(family).map_err(|error| SegmentError {
            segment: members
                .first()
                .map_or_else(nameless, |(name, _)| name.clone()),
            fault: SegmentFault::Name(error),
        })?;
        self.and(SegmentPart::Family(family, members))
    }

    fn and(self, part: SegmentPart) -> Result<Self, SegmentError> {
        Self::new(self.0.parts.iter().cloned().chain([part]))
    }

    /// What the set is made of, in the order given.
    #[must_use]
    pub fn parts(&self) -> &[SegmentPart] {
        &self.0.parts
    }

    /// Every segment, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = Segment<'_>> {
        self.0.parts.iter().flat_map(|part| {
            let family = part.family();
            part.members()
                .map(move |(name, rule)| Segment { name, rule, family })
        })
    }

    /// The segment of a name.
    #[must_use]
    pub fn get(&self, name: &SegmentName) -> Option<Segment<'_>> {
        let (part, place) = self.place(name)?;
        let part = self.0.parts.get(part)?;
        let (name, rule) = part.members().nth(place)?;
        let family = part.family();
        Some(Segment { name, rule, family })
    }

    /// Where the segment of a name stands: its part, and its place in it.
    pub(super) fn place(&self, name: &SegmentName) -> Option<(usize, usize)> {
        self.0.places.get(name).copied()
    }

    /// The name that a misspelt one probably means.
    #[must_use]
    pub fn nearest(&self, name: &SegmentName) -> Option<&SegmentName> {
        let names = || self.0.places.keys();
        let near = nearest(name.as_str(), names().map(SegmentName::as_str))?;
        names().find(|name| name.as_str() == near)
    }

    /// Checks every rule against the attributes and activities that exist.
    ///
    /// # Errors
    /// With everything that is wrong, in the order given.
    pub fn check(&self, types: &dyn Types) -> Result<(), SegmentErrors> {
        let faults = self.iter().flat_map(|segment| {
            let errors = segment.rule.errors(types, Named::AsTheyAre);
            errors.into_iter().map(move |error| SegmentError {
                segment: segment.name.clone(),
                fault: SegmentFault::Rule(error),
            })
        });
        SegmentErrors::check(faults.collect())
    }

    /// These segments and all that they lead to: those that their rules name, and those that come
    /// before them in a family. Names that no segment has lead nowhere.
    ///
    /// What a rule that names segments reads is what it reads itself and what these read.
    ///
    /// ```
    /// # use pregon_core::{Segments, rule::Rule};
    /// let segments = Segments::new([])?
    ///     .with("loyal", Rule::parse("visits >= 6")?)?
    ///     .with("staff", Rule::parse("email contains \"@example.org\"")?)?
    ///     .with("guests", Rule::parse("in segment loyal and city is set")?)?;
    /// let rule = Rule::parse("in segment guests")?;
    /// let read = segments.leads_to(rule.segments());
    /// let read: Vec<&str> = read.iter().flat_map(|segment| segment.rule.attributes()).collect();
    /// assert_eq!(read, ["visits", "city"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn leads_to<'n>(
        &self,
        names: impl IntoIterator<Item = &'n SegmentName>,
    ) -> Vec<Segment<'_>> {
        let mut found = BTreeMap::new();
        let place = |name: &SegmentName| self.place(name);
        let mut left: Vec<(usize, usize)> = names.into_iter().filter_map(place).collect();
        while let Some((part, last)) = left.pop() {
            let family = self.0.parts.get(part).map(SegmentPart::family);
            let members = self
                .0
                .parts
                .get(part)
                .into_iter()
                .flat_map(SegmentPart::members);
            for (n, (name, rule)) in members.enumerate().take(last + 1) {
                let family = family.flatten();
                if found
                    .insert((part, n), Segment { name, rule, family })
                    .is_none()
                {
                    left.extend(rule.segments().into_iter().filter_map(place));
                }
            }
        }
        found.into_values().collect()
    }
}

impl SegmentPart {
    /// The segments of the part, in order.
    pub fn members(&self) -> impl Iterator<Item = (&SegmentName, &Rule)> {
        let (one, many) = match self {
            Self::Plain(name, rule) => (Some((name, rule)), &[][..]),
            Self::Family(_, members) => (None, members.as_slice()),
        };
        one.into_iter()
            .chain(many.iter().map(|(name, rule)| (name, rule)))
    }

    /// The family's name, when it is one.
    #[must_use]
    pub fn family(&self) -> Option<&FamilyName> {
        match self {
            Self::Family(name, _) => Some(name),
            Self::Plain(..) => None,
        }
    }
}

fn named(name: &str) -> Result<SegmentName, SegmentError> {
    SegmentName::new(name).map_err(|error| SegmentError {
        segment: nameless(),
        fault: SegmentFault::Name(error),
    })
}

/// Stands in an error for a name that is none.
fn nameless() -> SegmentName {
    SegmentName::new("?").expect("a question mark is a name")
}
