//! `pregon check`: everything that can be known before a campaign runs.

mod segments;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pregon::memory::{MemorySource, MemoryStore};
use pregon::{
    AttributeType, Campaign, Consent, Engine, Pace, Problem, RecordKind, Schema, Severity,
    SystemClock, TriggerSpec, Zone, is_attribute_name,
};

use super::nearest_config;
use crate::args::Common;
use crate::campaign_file::{CampaignFile, load};
use crate::config::{Build, Channels, Config, Parts, Source, build, tell_presets};
use crate::output::{Failure, Object, Out, Phrase, Place};

const NO_SOURCE: &str = "no pregon.toml was found, so nobody knows which attributes there are";
const NAME_IT: &str = "name it with --config FILE";

/// A problem with its place.
struct Found {
    severity: Severity,
    place: Place,
    message: String,
    hint: Option<String>,
}

/// Checks campaigns and files of segments, and prints what is wrong with them.
pub(crate) async fn check(paths: &[PathBuf], common: &Common, out: Out) -> Result<u8, Failure> {
    let (segments, campaigns): (Vec<_>, Vec<_>) = paths
        .iter()
        .map(PathBuf::as_path)
        .partition(|path| segments::are_in(path, config_for(path, common).as_deref()));
    let mut found = Vec::new();
    let mut sets: BTreeMap<Option<PathBuf>, Vec<&Path>> = BTreeMap::new();
    for path in segments {
        let set = sets.entry(config_for(path, common)).or_default();
        set.push(path);
    }
    for (config, files) in &sets {
        found.extend(segments::check(config.as_deref(), files, out).await?);
    }
    let mut configs: BTreeMap<Option<PathBuf>, Bench> = BTreeMap::new();
    for path in campaigns {
        let file = match load(path) {
            Ok(file) => file,
            Err(failure) => {
                found.extend(as_found(failure));
                continue;
            }
        };
        let config = config_for(path, common);
        if !configs.contains_key(&config) {
            match Bench::of(config.as_deref(), common, out).await {
                Ok(bench) => drop(configs.insert(config.clone(), bench)),
                // It may be what was found above, and then it has been asked for.
                Err(failure) if sets.contains_key(&config) => found.extend(as_found(failure)),
                Err(failure) => return Err(failure),
            }
        }
        let Some(bench) = configs.get(&config) else {
            continue;
        };
        found.extend(bench.check(&file).await?);
    }
    found.sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
    found.dedup_by(|a, b| a.place == b.place && a.message == b.message);
    tell(&found, out);
    let wrong = found.iter().any(|found| found.severity == Severity::Error);
    Ok(u8::from(wrong))
}

fn config_for(campaign: &Path, common: &Common) -> Option<PathBuf> {
    let own = || nearest_config(campaign.parent().unwrap_or(campaign));
    let here = || nearest_config(Path::new(".")).filter(|_| Path::new("pregon.toml").is_file());
    common.config.clone().or_else(here).or_else(own)
}

/// What campaigns are checked on.
enum Bench {
    /// The source of a configuration tells which attributes there are.
    Source(Box<Engine>),
    /// Nobody knows which attributes there are.
    Nothing(Option<Zone>),
}

impl Bench {
    async fn of(config: Option<&Path>, common: &Common, out: Out) -> Result<Self, Failure> {
        let Some(path) = config else {
            return Ok(Self::Nothing(common.zone));
        };
        let config = Config::read(path)?;
        tell_presets(&config, out);
        let source = Source::open(&config, out).await?;
        let parts = Parts {
            store: Arc::new(MemoryStore::new()),
            clock: Arc::new(SystemClock::new()),
            source: &source,
            actions: &Channels::shapes(Some(&config)),
            feedback: &[],
            recorder: None,
            events: None,
        };
        let wanted = Build {
            zone: common.zone,
            pace: Pace::default(),
        };
        Ok(Self::Source(Box::new(build(
            &config, &parts, &wanted, out,
        )?)))
    }

    async fn check(&self, file: &CampaignFile) -> Result<Vec<Found>, Failure> {
        let problems = match self {
            Self::Source(engine) => super::run::problems(engine, &file.campaign).await?,
            Self::Nothing(zone) => without_source(&file.campaign, *zone).await?,
        };
        Ok(problems
            .into_iter()
            .map(|problem| Found {
                severity: problem.severity,
                place: file.place(&problem),
                message: problem.message,
                hint: problem.hint,
            })
            .collect())
    }
}

async fn checked(engine: &Engine, campaign: &Campaign) -> Result<Vec<Problem>, Failure> {
    let problems = engine.check(campaign).await;
    problems.map_err(|error| Failure::engine(&error))
}

/// Checks a campaign against a source that has just the records, dates and activities that it
/// names: what it reads beside them can only be a warning, and everything else is checked.
async fn without_source(campaign: &Campaign, zone: Option<Zone>) -> Result<Vec<Problem>, Failure> {
    let mut kinds: BTreeMap<RecordKind, Schema> = BTreeMap::new();
    let mut activities: Vec<&str> = Vec::new();
    for journey in &campaign.journeys {
        if let Some(kind) = journey.trigger.record() {
            kinds.entry(kind.clone()).or_default();
        }
        if let TriggerSpec::OnActivity(spec) = &journey.trigger {
            // A name that nobody could declare is left to the check.
            activities.extend(is_attribute_name(&spec.activity).then_some(&*spec.activity));
        }
        if let TriggerSpec::BeforeDate(spec) | TriggerSpec::AfterDate(spec) = &journey.trigger {
            let r#type = match spec.hours {
                Some(_) => AttributeType::Instant,
                None => AttributeType::Date,
            };
            // A name that is none is said by the check itself.
            let _ = kinds
                .entry(spec.record.clone())
                .or_default()
                .insert(&spec.date, r#type);
        }
    }
    let mut source = MemorySource::new();
    for (kind, schema) in kinds {
        source = source.with_kind(kind, schema);
    }
    let source = Arc::new(source);
    let mut builder = Engine::builder()
        .store(Arc::new(MemoryStore::new()))
        .clock(Arc::new(SystemClock::new()))
        .customers(Arc::<MemorySource>::clone(&source))
        .consent(Consent::OptIn)
        .zone(zone.unwrap_or(Zone::UTC))
        .activities(activities)
        .records(source);
    for action in Channels::shapes(None) {
        builder = builder.action(action);
    }
    let engine = builder.build().map_err(|error| Failure::engine(&error))?;
    let mut problems = checked(&engine, campaign).await?;
    let mut seen = BTreeSet::new();
    for problem in &mut problems {
        if is_about_an_attribute(&problem.message) {
            problem.severity = Severity::Warning;
            problem.hint = None;
            problem.message = format!("{} (no source is configured)", problem.message);
        }
    }
    problems.retain(|problem| seen.insert(problem.to_string()));
    problems.push(Problem::warning("", NO_SOURCE).hint(Some(NAME_IT)));
    Ok(problems)
}

/// Whether a problem says that a name is unknown, which only a source can know.
fn is_about_an_attribute(message: &str) -> bool {
    [
        "unknown variable",
        "there is no attribute",
        "unknown attribute",
    ]
    .iter()
    .any(|words| message.contains(words))
}

fn as_found(failure: Failure) -> Vec<Found> {
    let nowhere = || Place::file(Path::new(""));
    let place = failure.place.map_or_else(nowhere, |place| *place);
    let mut message = failure.message;
    for cause in failure.causes {
        message = format!("{message}: {cause}");
    }
    let mut found = vec![Found {
        severity: Severity::Error,
        place,
        message,
        hint: failure.hint,
    }];
    found.extend(failure.more.into_iter().flat_map(as_found));
    found
}

fn tell(found: &[Found], out: Out) {
    for one in found {
        let word = match one.severity {
            Severity::Error => out.say(Phrase::Error),
            Severity::Warning => out.say(Phrase::Warning),
        };
        if !out.json {
            out.line(&format!("{}: {word}: {}", one.place, one.message));
            if let Some(hint) = &one.hint {
                out.line(&format!("  {}: {hint}", out.say(Phrase::Hint)));
            }
        }
    }
    let count = |severity| found.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if found.is_empty() {
        out.human(out.say(Phrase::CheckClean));
    } else {
        let (e, w) = (out.say(Phrase::ErrorsFound), out.say(Phrase::WarningsFound));
        out.human(&format!("{errors} {e}, {warnings} {w}"));
    }
    let problems: Vec<Object> = found.iter().map(document).collect();
    out.document(Object::new().with_list("problems", problems));
}

fn document(found: &Found) -> Object {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    Object::plain()
        .with("severity", severity)
        .with("file", found.place.file.display().to_string())
        .with("line", found.place.at.map(|(line, _)| line))
        .with("column", found.place.at.map(|(_, column)| column))
        .with("message", &*found.message)
        .with("hint", found.hint.clone())
}
