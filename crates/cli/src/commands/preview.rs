//! `pregon preview`: a step as it would leave, to look at; and as a test, to one's own people.

mod files;
mod person;
mod report;
mod seeds;

use std::path::PathBuf;
use std::sync::Arc;

use pregon::content::FindingKind;
use pregon::email::Durability;
use pregon::memory::MemoryStore;
use pregon::sms::SmsParts;
use pregon::{
    Action, Campaign, Class, Clock, Decimal, Engine, Journey, JourneyId, Pace, Preview, Problem,
    Rendered, Severity, Step, StepId, SystemClock,
};

use super::find_config;
use crate::args::{Common, PreviewArgs};
use crate::campaign_file::{CampaignFile, findings, load};
use crate::clock::StandingClock;
use crate::config::{Build, Channels, Config, Parts, Source, build, tell_presets};
use crate::output::{Failure, FailureKind, Out};
use seeds::Seeds;

/// Most offending characters that are told.
const MOST_TOLD: usize = 20;

/// Renders a step for a person, writes it into files, says what should be known of it, and sends it
/// to the addresses of a test, where there are any. No store is opened: nothing of it counts.
pub(crate) async fn preview(args: &PreviewArgs, common: &Common, out: Out) -> Result<u8, Failure> {
    let named = Seeds::parse(&args.send_to)?;
    let config = Config::read(&find_config(common)?)?;
    let seeds = named.and_of(&config, args.seeds)?;
    tell_presets(&config, out);
    let file = load(&args.campaign)?;
    let (journey, step) = choose(&file.campaign, args)?;
    let source = Source::open(&config, out).await?;
    let actions = actions(&config, &seeds).await?;
    let clock = clock(common);
    let parts = Parts {
        store: Arc::new(MemoryStore::new()),
        clock: Arc::clone(&clock),
        source: &source,
        actions: &actions,
        feedback: &[],
        recorder: None,
        events: None,
    };
    let (zone, pace) = (common.zone, Pace::default());
    let engine = build(&config, &parts, &Build { zone, pace }, out)?;
    let shown = render(&engine, &file, &source, args, (&journey.id, &step.id)).await?;
    let texts = texts(&shown)?;
    let written = files::write(&args.out, texts)?;
    let found = told(&file, journey, step, shown.class, texts);
    let is_sms = shown.channel.as_str() == "sms";
    let sms = texts.get("text").filter(|_| is_sms).map(SmsParts::of);
    let price = config.file.price.get(&shown.channel).copied();
    let now = clock.now().await.map_err(|error| Failure::port(&error))?;
    let about = seeds::About {
        campaign: &file.campaign,
        journey: &journey.id,
        step: &step.id,
        shown: &shown,
        now,
    };
    let sent = seeds.send(&actions, &about, texts).await;
    if args.seeds && sent.is_empty() {
        out.warn(&format!("[seeds]: {} reaches none of them", shown.channel));
    }
    let report = Report {
        args,
        file: &file,
        shown: &shown,
        journey: &journey.id,
        step: &step.id,
        texts,
        sms: sms.as_ref(),
        price,
        written: &written,
        found: &found,
        sent: &sent,
    };
    report.for_people(out);
    out.document(report.document());
    let wrong = found.iter().any(|it| it.severity == Severity::Error);
    let unsent = sent.iter().any(|it| it.result.is_err());
    Ok(u8::from(wrong || unsent))
}

/// The machine's clock, or one that stands where the command line says.
fn clock(common: &Common) -> Arc<dyn Clock> {
    match common.now {
        Some(now) => Arc::new(StandingClock::at(now)),
        None => Arc::new(SystemClock::new()),
    }
}

/// Real channels only where something is to be sent: they open directories and read secrets.
async fn actions(config: &Config, seeds: &Seeds) -> Result<Vec<Arc<dyn Action>>, Failure> {
    if seeds.is_empty() {
        return Ok(Channels::shapes(Some(config)));
    }
    let channels = Channels::open(config, Durability::Full).await?;
    Ok(channels.actions)
}

/// The step that is meant: the only one, or the one that is named.
fn choose<'a>(
    campaign: &'a Campaign,
    args: &PreviewArgs,
) -> Result<(&'a Journey, &'a Step), Failure> {
    let named = |wanted: &Option<String>, id: &str| wanted.as_deref().is_none_or(|it| it == id);
    let all = campaign.journeys.iter();
    let all = all.flat_map(|journey| journey.steps.iter().map(move |step| (journey, step)));
    let meant: Vec<(&Journey, &Step)> = all
        .clone()
        .filter(|(journey, step)| {
            named(&args.journey, journey.id.as_str()) && named(&args.step, step.id.as_str())
        })
        .collect();
    let listed = |those: &[(&Journey, &Step)]| {
        let each = those.iter();
        each.map(|(journey, step)| format!("--journey {} --step {}", journey.id, step.id))
            .collect::<Vec<_>>()
            .join(", or ")
    };
    match meant.as_slice() {
        [one] => Ok(*one),
        [] => {
            let message = format!("campaign {} has no such step", campaign.id);
            let hint = format!("there are: {}", listed(&all.collect::<Vec<_>>()));
            Err(Failure::new(FailureKind::Usage, message).hinted(Some(hint)))
        }
        several => {
            let message = format!("campaign {} has several steps", campaign.id);
            let hint = format!("say which: {}", listed(several));
            Err(Failure::new(FailureKind::Usage, message).hinted(Some(hint)))
        }
    }
}

async fn render(
    engine: &Engine,
    file: &CampaignFile,
    source: &Source,
    args: &PreviewArgs,
    (journey, step): (&JourneyId, &StepId),
) -> Result<Preview, Failure> {
    let problems = super::run::problems(engine, &file.campaign).await?;
    if let Some(failure) = Failure::first_of(super::run::failures(file, &problems)) {
        return Err(failure);
    }
    let journeys = file.campaign.journeys.iter();
    let trigger = journeys
        .filter(|it| it.id == *journey)
        .map(|it| &it.trigger)
        .next();
    let kind = trigger.and_then(|trigger| trigger.record());
    let row = person::row(source, kind, args.customer.as_deref()).await?;
    let shown = engine.preview(&file.ready(), journey, step, &row).await;
    shown.map_err(|error| Failure::engine(&error))
}

fn texts(shown: &Preview) -> Result<&Rendered, Failure> {
    shown.parts.as_ref().map_err(|error| {
        let message = format!("the message to {} cannot be written", shown.customer);
        Failure::new(FailureKind::Failed, message).because(error)
    })
}

/// What should be known: of the template, by its place, and of the mail as it is.
fn told(
    file: &CampaignFile,
    journey: &Journey,
    step: &Step,
    class: Class,
    texts: &Rendered,
) -> Vec<Problem> {
    let (Some(html), Some(rendered)) = (step.action.parts.get("html"), texts.get("html")) else {
        return Vec::new();
    };
    let place = |journey: &Journey, step: &Step| {
        let journeys = file.campaign.journeys.iter();
        let j = journeys.clone().position(|it| it.id == journey.id)?;
        let s = journey.steps.iter().position(|it| it.id == step.id)?;
        Some(format!("journey[{j}].step[{s}].email.html"))
    };
    let path = place(journey, step).unwrap_or_default();
    let mut found = findings(html, &path, class);
    // Values can make it longer than its template.
    let sizes = pregon::content::check(rendered, class);
    let mut sizes = sizes
        .into_iter()
        .filter(|it| it.kind == FindingKind::Clipped);
    let said = found.iter().any(|it| it.message.contains("Gmail"));
    let clipped = sizes.next().filter(|_| !said);
    let clipped = clipped.map(|it| Problem::warning(&path, it.message));
    found.extend(clipped);
    found
}

/// Everything that is said in the end.
struct Report<'a> {
    args: &'a PreviewArgs,
    file: &'a CampaignFile,
    shown: &'a Preview,
    journey: &'a JourneyId,
    step: &'a StepId,
    texts: &'a Rendered,
    sms: Option<&'a SmsParts>,
    price: Option<Decimal>,
    written: &'a [PathBuf],
    found: &'a [Problem],
    sent: &'a [seeds::Sent],
}
