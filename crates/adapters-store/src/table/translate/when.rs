//! When a rule is asked of a table.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pregon_core::Zone;
use pregon_core::rule::{LeapDay, Moment};

use crate::table::mapping::{TableMapping, ZoneFrom};

/// When a rule is asked of a table, and which zones stand in it.
///
/// ```
/// use pregon_adapters_store::When;
/// use pregon_core::Zone;
/// let when = When::at("2026-11-20T06:00:00Z".parse()?, "America/Bogota".parse()?)
///     .with_zones(["America/Santiago", "somewhere"]);
/// assert_ne!(when, When::anytime());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    moment: Option<Moment>,
    zones: BTreeMap<String, Option<Zone>>,
}

impl When {
    /// When nobody knows yet when the rule is asked, in which segments, and about which record:
    /// what depends on today, on a segment that is not given, or on a name that the table does not
    /// have, lets every row pass that it could be true for.
    #[must_use]
    pub fn anytime() -> Self {
        Self {
            moment: None,
            zones: BTreeMap::new(),
        }
    }

    /// At this instant. The zone is that of those whose own is not known.
    #[must_use]
    pub fn at(now: DateTime<Utc>, zone: Zone) -> Self {
        Self {
            moment: Some(Moment::new(now, zone)),
            zones: BTreeMap::new(),
        }
    }

    /// With another rule for those of 29 February.
    #[must_use]
    pub fn with_leap_day(mut self, leap_day: LeapDay) -> Self {
        self.moment = self.moment.map(|moment| moment.with_leap_day(leap_day));
        self
    }

    /// With what stands in the column of zones. Rows of a zone that is not given here pass
    /// whatever depends on a civil date: see [`Pushed`](super::Pushed).
    #[must_use]
    pub fn with_zones<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        let read = |text: String| {
            let zone = text.parse().ok();
            (text, zone)
        };
        self.zones
            .extend(texts.into_iter().map(Into::into).map(read));
        self
    }

    /// Whether the rule may be about more than the table knows.
    pub(super) fn is_anytime(&self) -> bool {
        self.moment.is_none()
    }

    /// The moment of those whose zone the table does not say.
    pub(super) fn moment(&self, mapping: &TableMapping) -> Option<Moment> {
        let moment = self.moment?;
        Some(match mapping.zone {
            ZoneFrom::Fixed(zone) => at_home(&moment, zone),
            ZoneFrom::Nowhere | ZoneFrom::Column(_) => moment,
        })
    }

    /// The moment of each zone that the table says.
    pub(super) fn moments(&self) -> impl Iterator<Item = (&str, Moment)> {
        let named = self.zones.iter();
        named.filter_map(|(text, zone)| {
            let moment = self.moment.as_ref()?;
            let own = zone.map_or(*moment, |zone| at_home(moment, zone));
            Some((text.as_str(), own))
        })
    }

    /// The texts that were given as zones, zones or not.
    pub(super) fn listed(&self) -> impl Iterator<Item = &str> {
        self.zones.keys().map(String::as_str)
    }
}

fn at_home(moment: &Moment, zone: Zone) -> Moment {
    Moment::new(moment.now(), zone).with_leap_day(moment.leap_day())
}
