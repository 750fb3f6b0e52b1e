//! Presets and calendars of holidays that a configuration names.

use std::sync::Arc;

use pregon::{Holidays, HolidaysError, Limit, Preset, PresetError};

use super::{Channels, Config};
use crate::output::{Failure, Out, Phrase};

/// The presets of a configuration.
pub(super) fn presets(config: &Config) -> Result<Vec<&'static Preset>, Failure> {
    let names = config.file.presets.iter().enumerate();
    let named = names.map(|(n, name)| {
        Preset::named(name).map_err(|error| {
            let near = match &error {
                PresetError::Unknown { near, .. } => near.clone(),
                _ => None,
            };
            let all: Vec<&str> = Preset::all().iter().map(|it| it.name.as_str()).collect();
            let hint = match near {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are: {}", all.join(", ")),
            };
            let wrong = config.wrong(
                &format!("presets[{n}]"),
                format!("there is no preset {name:?}"),
            );
            wrong.hinted(Some(hint))
        })
    });
    named.collect()
}

/// The calendars of a configuration's own.
pub(super) fn calendars(config: &Config) -> Result<Vec<Arc<Holidays>>, Failure> {
    let tables = config.file.holidays.iter();
    let calendars = tables.map(|(name, table)| {
        let begun = match &table.like {
            Some(like) => {
                let found = Holidays::named(like.as_str());
                let found = found
                    .map_err(|error| unknown(config, &format!("holidays.{name}.like"), &error))?;
                Holidays::clone(&found).named_anew(name.clone())
            }
            None => Holidays::new(name.clone()),
        };
        let days = table.days.iter();
        let calendar = days.fold(begun, |calendar, (day, name)| calendar.with_day(*day, name));
        Ok(Arc::new(calendar))
    });
    calendars.collect()
}

fn unknown(config: &Config, path: &str, error: &HolidaysError) -> Failure {
    config.wrong(path, error.to_string())
}

/// The limits over all campaigns: those of the engine, and of whoever audits what it did.
pub(crate) fn limits(config: &Config) -> Result<Vec<Arc<dyn Limit>>, Failure> {
    let presets = presets(config)?;
    let of_presets = presets.iter().flat_map(|preset| &preset.limits);
    let caps = config.file.limit.iter().chain(of_presets);
    let limits = caps.map(|cap| Arc::new(cap.clone()) as Arc<dyn Limit>);
    let mut limits: Vec<Arc<dyn Limit>> = limits.collect();
    let kinds = Channels::kinds_of(config);
    for one in presets.iter().flat_map(|preset| &preset.one_channel) {
        let of_channels = one.limits(&kinds);
        limits.extend(of_channels.map_err(|error| config.wrong("presets", error.to_string()))?);
    }
    Ok(limits)
}

/// Says what presets ask for and cannot do: somebody has to know.
pub(crate) fn tell_presets(config: &Config, out: Out) {
    for preset in presets(config).unwrap_or_default() {
        let asked = preset.not_expressed.iter();
        let asked: Vec<String> = asked.map(|it| format!("{} {}", it.asks, it.how)).collect();
        if !asked.is_empty() {
            let words = out.say(Phrase::PresetAsks);
            out.warn(&format!("{} {words}: {}", preset.name, asked.join(" · ")));
        }
    }
}
