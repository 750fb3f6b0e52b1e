//! Presets: limits and hours of a law or a house, as data with source and date.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::holidays::Version;
use super::{Cap, Citation, Hours, OneChannel};
use crate::nearest::nearest;
use crate::{CustomName, LimitId};

/// A preset that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PresetError {
    /// There is no preset of the name.
    #[error(
        "there is no preset named {name:?}{}; there are {}",
        near.as_deref().map_or(String::new(), |near| format!("; did you mean {near:?}?")),
        names()
    )]
    Unknown {
        /// The name.
        name: String,
        /// The one that was probably meant.
        near: Option<String>,
    },
    /// The preset has no limit of the name that is off.
    #[error("the preset {preset} has no limit {limit} that is off")]
    NotOff {
        /// The preset.
        preset: CustomName,
        /// The limit.
        limit: LimitId,
    },
}

/// Something that a preset's sources ask for and that its limits and hours do not do.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotExpressed {
    /// What is asked.
    pub asks: String,
    /// What whoever writes to people has to do about it.
    pub how: String,
}

/// Limits and hours of a law or a house, with where they are from. No legal advice.
///
/// Built in are `aremko` (a spa in Chile), `cl-base`, `co-ley-2300` and `ec-operadoras`;
/// [`EngineBuilder::preset`](crate::EngineBuilder::preset) puts one over all campaigns. What cannot
/// be said as a limit or as hours stands in `not_expressed`, for whoever wants to print it.
///
/// ```
/// # use pregon_core::Preset;
/// let law = Preset::named("co-ley-2300")?;
/// assert_eq!(law.limits[0].name().as_str(), "co-ley-2300.one-a-day");
/// assert_eq!(law.hours[0].sat.as_deref(), Some("08:00-15:00"));
/// assert!(law.not_expressed.iter().any(|it| it.asks.contains("Registro de Números Excluidos")));
/// assert!(Preset::named("co-ley-2301").is_err());
/// # Ok::<(), pregon_core::PresetError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(from = "Written")]
pub struct Preset {
    /// Its name.
    pub name: CustomName,
    /// What it is, for people.
    pub title: String,
    /// When it was last compared with its sources.
    pub checked: NaiveDate,
    /// What it rests on.
    pub sources: Vec<Citation>,
    /// Its limits.
    pub limits: Vec<Cap>,
    /// Limits that it knows and that are off until [`Preset::with`] turns them on.
    pub off: Vec<Cap>,
    /// Windows in which only one channel is used.
    pub one_channel: Vec<OneChannel>,
    /// Its hours.
    pub hours: Vec<Hours>,
    /// What it does not do.
    pub not_expressed: Vec<NotExpressed>,
}

/// A preset as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    v: Version,
    name: CustomName,
    title: String,
    checked: NaiveDate,
    #[serde(default)]
    sources: Vec<Citation>,
    #[serde(default)]
    limits: Vec<Cap>,
    #[serde(default)]
    off: Vec<Cap>,
    #[serde(default)]
    one_channel: Vec<OneChannel>,
    #[serde(default)]
    hours: Vec<Hours>,
    #[serde(default)]
    not_expressed: Vec<NotExpressed>,
}

impl From<Written> for Preset {
    fn from(it: Written) -> Self {
        let Version = it.v;
        Self {
            name: it.name,
            title: it.title,
            checked: it.checked,
            sources: it.sources,
            limits: it.limits,
            off: it.off,
            one_channel: it.one_channel,
            hours: it.hours,
            not_expressed: it.not_expressed,
        }
    }
}

static BUILT_IN: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let texts = [
        include_str!("../../data/presets/aremko.json"),
        include_str!("../../data/presets/cl-base.json"),
        include_str!("../../data/presets/co-ley-2300.json"),
        include_str!("../../data/presets/ec-operadoras.json"),
    ];
    texts
        .into_iter()
        .map(|text| serde_json::from_str(text).expect("the built-in presets are tested"))
        .collect()
});

fn names() -> String {
    let names: Vec<&str> = BUILT_IN.iter().map(|it| it.name.as_str()).collect();
    names.join(", ")
}

impl Preset {
    /// The built-in preset of a name.
    ///
    /// # Errors
    /// When there is none.
    pub fn named(name: &str) -> Result<&'static Self, PresetError> {
        let found = BUILT_IN.iter().find(|preset| preset.name.as_str() == name);
        found.ok_or_else(|| PresetError::Unknown {
            name: name.to_owned(),
            near: nearest(name, BUILT_IN.iter().map(|it| it.name.as_str())).map(str::to_owned),
        })
    }

    /// The built-in presets, by name.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &BUILT_IN
    }

    /// With a limit turned on that is off.
    ///
    /// # Errors
    /// When it has no such limit that is off.
    pub fn with(mut self, limit: &LimitId) -> Result<Self, PresetError> {
        match self.off.iter().position(|cap| cap.name() == *limit) {
            Some(place) => {
                self.limits.push(self.off.remove(place));
                Ok(self)
            }
            None => Err(PresetError::NotOff {
                preset: self.name,
                limit: limit.clone(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_built_in_ones_make_sense() {
        let mut rules = BTreeSet::new();
        for preset in Preset::all() {
            assert_eq!(Preset::named(preset.name.as_str()).unwrap(), preset);
            assert!(
                !preset.sources.is_empty(),
                "{} says where it is from",
                preset.name
            );
            for cap in preset.limits.iter().chain(&preset.off) {
                cap.check().unwrap();
                let id = cap.id.as_ref().unwrap().to_string();
                assert!(id.starts_with(&format!("{}.", preset.name)), "{id}");
                assert!(rules.insert(id.clone()), "{id} is there twice");
            }
            for one in &preset.one_channel {
                assert!(
                    rules.insert(one.id.to_string()),
                    "{} is there twice",
                    one.id
                );
            }
            for hours in &preset.hours {
                hours.openings(&[]).unwrap();
            }
        }
        assert_eq!(Preset::all().len(), 4);
    }

    #[test]
    fn what_is_off_can_be_turned_on() {
        let spa = Preset::named("aremko").unwrap();
        let monthly: LimitId = "aremko.email-4-a-month".parse().unwrap();
        assert!(spa.limits.iter().all(|cap| cap.name() != monthly));
        let stricter = spa.clone().with(&monthly).unwrap();
        let last = stricter.limits.last().unwrap();
        assert_eq!((last.name(), last.most), (monthly.clone(), 4));
        let twice = stricter.with(&monthly).unwrap_err();
        assert!(
            twice.to_string().contains("aremko.email-4-a-month"),
            "{twice}"
        );
    }

    #[test]
    fn a_misspelt_name_is_helped() {
        let error = Preset::named("co-ley-230").unwrap_err().to_string();
        assert!(error.contains("did you mean \"co-ley-2300\"?"), "{error}");
        assert!(
            error.contains("aremko, cl-base, co-ley-2300, ec-operadoras"),
            "{error}"
        );
    }
}
