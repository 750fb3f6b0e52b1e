//! Puts the engine of a configuration together.

use std::sync::Arc;

use pregon::{
    Action, ChannelName, Clock, Engine, EngineBuilder, EventSink, FeedbackSource, Holidays, Links,
    Pace, Recorder, Store, Zone,
};

use super::presets::{calendars, presets};
use super::{Config, Source};
use crate::output::{Failure, Out};

/// What an engine is made of beside its configuration.
pub(crate) struct Parts<'a> {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) source: &'a Source,
    pub(crate) actions: &'a [Arc<dyn Action>],
    /// Who is asked what became of messages.
    pub(crate) feedback: &'a [(ChannelName, Arc<dyn FeedbackSource>)],
    /// What notes what left, past a kill.
    pub(crate) recorder: Option<Arc<dyn Recorder>>,
    /// Who hears what happens.
    pub(crate) events: Option<Arc<dyn EventSink>>,
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
        .activities(file.activities.iter().map(String::as_str))
        .segments(config.segments.segments().clone())
        .pace(wanted.pace.clone());
    if file.keep_profiles {
        builder = builder.keep_profiles();
    }
    for action in parts.actions {
        builder = builder.action(Arc::clone(action));
    }
    for (channel, source) in parts.feedback {
        builder = builder.feedback(channel.clone(), Arc::clone(source));
    }
    builder = builder.guard(super::guard::guard(&file.guard));
    builder = when(config, linked(config, builder)?)?;
    builder = builder.rates(file.rates.clone());
    for (channel, domain) in senders(config) {
        builder = builder.sends_from(channel, &domain);
    }
    for (channel, price) in &file.price {
        builder = builder.price(channel.clone(), *price);
    }
    for (purpose, table) in &file.purpose {
        builder = builder.purpose(purpose.clone(), table.class);
    }
    if let Some(recorder) = &parts.recorder {
        builder = builder.recorder(Arc::clone(recorder));
    }
    if let Some(sink) = &parts.events {
        builder = builder.events(Arc::clone(sink));
    }
    if let Some(code) = &file.currency {
        builder = builder.currency(code);
    }
    builder.build().map_err(|error| Failure::engine(&error))
}

/// Where the links of messages lead, if somebody serves them.
fn linked(config: &Config, builder: EngineBuilder) -> Result<EngineBuilder, Failure> {
    let Some(table) = &config.file.links else {
        return Ok(builder);
    };
    let links = Links::new(&table.url);
    let links = links.map_err(|error| config.wrong("links.url", error.to_string()))?;
    Ok(builder.links(links))
}

/// How often and when people are written to.
fn when(config: &Config, mut builder: EngineBuilder) -> Result<EngineBuilder, Failure> {
    let file = &config.file;
    for cap in &file.limit {
        builder = builder.limit(Arc::new(cap.clone()));
    }
    for preset in presets(config)? {
        builder = builder.preset(preset);
    }
    for calendar in calendars(config)? {
        builder = builder.holidays(Holidays::clone(&calendar));
    }
    for hours in &file.hours {
        builder = builder.hours(hours.clone());
    }
    if let Some(hours) = super::sms::hours(config) {
        builder = builder.hours(hours);
    }
    Ok(builder)
}

/// The domains from which channels send, for the rates of senders.
fn senders(config: &Config) -> Vec<(ChannelName, String)> {
    let email = config.file.channel.email.as_ref();
    let smtp = email.and_then(|email| email.smtp.as_ref()?.from.as_deref());
    let outbox = email.and_then(|email| email.outbox.as_ref()?.from.as_deref());
    let Some((_, domain)) = smtp.or(outbox).and_then(|from| from.rsplit_once('@')) else {
        return Vec::new();
    };
    let channel = ChannelName::new("email").ok();
    let domain = domain.trim_end_matches(['>', ' ']).to_owned();
    channel
        .into_iter()
        .map(|channel| (channel, domain.clone()))
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
