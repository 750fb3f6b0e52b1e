//! Puts the engine of a configuration together.

use std::sync::Arc;

use pregon::{Action, Clock, Engine, Limit, Pace, Store, Zone};

use super::{Config, Source};
use crate::output::{Failure, Out};

/// What an engine is made of beside its configuration.
pub(crate) struct Parts<'a> {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) source: &'a Source,
    pub(crate) actions: &'a [Arc<dyn Action>],
}

/// What the command line says about an engine.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    pub(crate) zone: Option<Zone>,
    pub(crate) pace: Pace,
}

/// Puts the engine of a configuration together.
pub(crate) fn build(
    config: &Config,
    parts: &Parts<'_>,
    wanted: &Build,
    out: Out,
) -> Result<Engine, Failure> {
    let zone = zone(config, parts.source, wanted, out)?;
    let file = &config.file;
    let mut builder = Engine::builder()
        .store(Arc::clone(&parts.store))
        .clock(Arc::clone(&parts.clock))
        .customers(Arc::clone(&parts.source.customers))
        .consent(file.consent)
        .zone(zone)
        .records(Arc::clone(&parts.source.records))
        .segments(config.segments.segments().clone())
        .pace(wanted.pace.clone());
    if file.keep_profiles {
        builder = builder.keep_profiles();
    }
    for action in parts.actions {
        builder = builder.action(Arc::clone(action));
    }
    for limit in limits(config) {
        builder = builder.limit(limit);
    }
    for hours in &file.hours {
        builder = builder.hours(hours.clone());
    }
    for (purpose, table) in &file.purpose {
        builder = builder.purpose(purpose.clone(), table.class);
    }
    if let Some(code) = &file.currency {
        builder = builder.currency(code);
    }
    builder.build().map_err(|error| Failure::engine(&error))
}

/// The limits over all campaigns: those of the engine, and of whoever audits what it did.
pub(crate) fn limits(config: &Config) -> Vec<Arc<dyn Limit>> {
    let own = config.file.limit.iter();
    own.map(|cap| Arc::new(cap.clone()) as Arc<dyn Limit>)
        .collect()
}

/// The zone of the command line, of the configuration or of the source, in this order.
fn zone(config: &Config, source: &Source, wanted: &Build, out: Out) -> Result<Zone, Failure> {
    let written = wanted.zone.or(config.file.zone);
    match (written, source.zone) {
        (Some(zone), Some(own)) if zone.name() != own.name() => {
            out.warn(&format!(
                "the zone is {zone}, and the source says of itself that it is in {own}"
            ));
            Ok(zone)
        }
        (Some(zone), _) | (None, Some(zone)) => Ok(zone),
        (None, None) => {
            let hint = "zone = \"America/Bogota\"";
            let message = "there is no zone: in which one are days and hours meant?";
            Err(config.wrong("", message).hinted(Some(hint)))
        }
    }
}
