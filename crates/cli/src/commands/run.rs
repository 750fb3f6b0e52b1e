//! `pregon run`: the real thing.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use pregon::email::Durability;
use pregon::{
    Campaign, CampaignId, Clock, Engine, EngineError, Pace, PortErrorKind, Problem, Recorder,
    Severity, SystemClock,
};
use tokio::time::Instant;

use super::passes::{Ended, Passes};
use super::totals;
use crate::args::Common;
use crate::campaign_file::{CampaignFile, load};
use crate::clock::StandingClock;
use crate::config::{
    Build, Channels, Config, Mailbox, NAME, OpenStore, Parts, Source, StorePlace, build, hash_key,
    mailbox, tell_presets,
};
use crate::output::{Failure, FailureKind, Out, Phrase, instant};

/// Publishes what a configuration names and sends what is due. A server that is another one, and a
/// copy that was put back, is accepted if somebody says so, as it is or with what may be lost since
/// an instant.
pub(crate) async fn run(
    file: Option<&Path>,
    once: bool,
    accept_moved: Option<Option<DateTime<Utc>>>,
    common: &Common,
    out: Out,
) -> Result<u8, Failure> {
    let path = file.or(common.config.as_deref()).unwrap_or(Path::new(NAME));
    // Before anything is opened: from here on a signal is a clean stop.
    let passes = Passes::new(out)?;
    let config = Config::read(path)?;
    tell_presets(&config, out);
    let campaigns = read_campaigns(&config)?;
    let key = hash_key()?;
    let mut place = StorePlace::of(&config)?;
    if let Some(lost_since) = accept_moved {
        let now = super::optout::now(common).await?;
        place = place.accept_moved(lost_since.map(|since| (since, now)));
    }
    let source = Source::open(&config, out).await?;
    let channels = Channels::open(&config, Durability::Full).await?;
    let mailbox = mailbox(&config)?;
    let store = place.open(key).await?;
    // After the store, which is this process's alone by now.
    let recorder = place.recorder(&config)?;
    if channels.by_default {
        let dirs: Vec<_> = channels
            .dirs
            .iter()
            .map(|dir| dir.display().to_string())
            .collect();
        out.note(&format!(
            "{} {}",
            out.say(Phrase::DefaultOutbox),
            dirs.join(", ")
        ));
    }
    let clock = clock(common, &store).await?;
    let mut run = Run {
        config: &config,
        source,
        channels,
        mailbox,
        store,
        recorder,
        clock,
        common,
        out,
    };
    let ended = run
        .finish(&campaigns, passes, once || common.now.is_some())
        .await;
    // Whatever happened, what was decided is in the file; closing it in order is a courtesy.
    let _ = run.store.close().await;
    ended
}

/// How often providers that call nobody back are asked what became of messages.
const ASK_BACK: Duration = Duration::from_secs(300);

/// A run with all that it has opened.
struct Run<'a> {
    config: &'a Config,
    source: Source,
    channels: Channels,
    mailbox: Option<Mailbox>,
    store: OpenStore,
    recorder: Arc<dyn Recorder>,
    clock: Arc<dyn Clock>,
    common: &'a Common,
    out: Out,
}

impl Run<'_> {
    async fn finish(
        &mut self,
        campaigns: &[CampaignFile],
        mut passes: Passes,
        once: bool,
    ) -> Result<u8, Failure> {
        let mut engine = self.engine()?;
        publish(&engine, campaigns).await?;
        self.tell_left_alone(campaigns).await?;
        let ended = if once {
            let now = self.now().await?;
            // Before anything leaves: who has refused since the last run gets nothing more. What
            // leaves now has no answers yet; the next run asks for them.
            self.ask_back(&mut passes, &engine).await?;
            passes.until_idle(&engine, || now).await?
        } else {
            self.for_ever(&mut engine, &mut passes).await?
        };
        let report = &passes.total;
        self.out.document(totals::document(report));
        self.out.human(&totals::for_people(report, self.out));
        if let Ended::Stopped(stop) = ended {
            return Ok(stop.code());
        }
        for alert in report.troubles.iter().filter(|it| totals::is_alert(it)) {
            let told = totals::in_a_line(&totals::trouble(alert), self.out.lang);
            self.out.warn(&told);
        }
        match totals::verdict(report) {
            None => Ok(u8::from(report.failed > 0)),
            Some(failure) => {
                // The document with the totals is out already, and there is exactly one.
                let out = Out {
                    json: false,
                    ..self.out
                };
                out.failure(&failure);
                Ok(failure.kind.code())
            }
        }
    }

    async fn for_ever(
        &mut self,
        engine: &mut Engine,
        passes: &mut Passes,
    ) -> Result<Ended, Failure> {
        let mut asked: Option<Instant> = None;
        loop {
            // First of all, for the same reason.
            if asked.is_none_or(|at| at.elapsed() >= ASK_BACK) {
                self.ask_back(passes, engine).await?;
                asked = Some(Instant::now());
            }
            if let Some(stop) = passes.one(engine).await? {
                return Ok(Ended::Stopped(stop));
            }
            passes.tell_troubles();
            let now = self.now().await?;
            let wait = passes
                .total
                .next
                .map(|next| (next - now).to_std().unwrap_or_default());
            let hears = self.config.event_file().is_some();
            if let Some(stop) = passes.wait(wait, hears.then_some(&*engine)).await {
                return Ok(Ended::Stopped(stop));
            }
            if self.source.changed() {
                // A file that somebody is writing right now makes no sense; the next time it will.
                match Source::open(self.config, self.out).await {
                    Ok(source) => {
                        self.source = source;
                        *engine = self.engine()?;
                    }
                    Err(failure) => self.out.warn(&totals::in_a_line(&failure, self.out.lang)),
                }
            }
        }
    }

    async fn ask_back(&self, passes: &mut Passes, engine: &Engine) -> Result<(), Failure> {
        let mailbox = self.mailbox.as_ref();
        passes
            .ask_back(engine, &self.channels.sources, mailbox)
            .await
    }

    fn engine(&self) -> Result<Engine, Failure> {
        let parts = Parts {
            store: self.store.store(),
            clock: Arc::clone(&self.clock),
            source: &self.source,
            actions: &self.channels.actions,
            feedback: &self.channels.sources,
            recorder: Some(Arc::clone(&self.recorder)),
            events: self.config.event_file().map(|file| Arc::new(file) as _),
        };
        let wanted = Build {
            zone: self.common.zone,
            pace: Pace::default(),
        };
        build(self.config, &parts, &wanted, self.out)
    }

    async fn now(&self) -> Result<DateTime<Utc>, Failure> {
        let now = self.clock.now().await;
        now.map_err(|error| Failure::port(&error))
    }

    /// Says which campaigns the store has that the configuration no longer names.
    async fn tell_left_alone(&self, named: &[CampaignFile]) -> Result<(), Failure> {
        let named: BTreeSet<&CampaignId> = named.iter().map(|file| &file.campaign.id).collect();
        let stored = self.store.keeper().campaigns().await;
        for stored in stored.map_err(|error| Failure::port(&error))? {
            let campaign = stored.record.campaign();
            if !named.contains(&campaign.id) && !stored.record.state().is_over() {
                let words = self.out.say(Phrase::LeftAlone);
                self.out.note(&format!("{}: {words}", campaign.id));
            }
        }
        Ok(())
    }
}

/// Reads every campaign that a configuration names; says everything that is wrong with any.
pub(super) fn read_campaigns(config: &Config) -> Result<Vec<CampaignFile>, Failure> {
    let (mut read, mut wrong) = (Vec::<CampaignFile>::new(), Vec::new());
    for (path, file) in config.campaigns() {
        if !file.exists() {
            let message = format!("there is no campaign {}", file.display());
            wrong.push(config.wrong(&path, message));
            continue;
        }
        match load(&file) {
            Err(failure) => wrong.push(failure),
            Ok(campaign) => {
                let id = &campaign.campaign.id;
                if read.iter().any(|other| other.campaign.id == *id) {
                    wrong.push(config.wrong(&path, format!("there are two campaigns {id}")));
                }
                read.push(campaign);
            }
        }
    }
    match Failure::first_of(wrong) {
        Some(failure) => Err(failure),
        None => Ok(read),
    }
}

/// Publishes and activates campaigns: all of them or, when one is wrong, none.
pub(super) async fn publish(engine: &Engine, files: &[CampaignFile]) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for file in files {
        let problems = problems(engine, &file.campaign).await?;
        wrong.extend(failures(file, &problems));
    }
    if let Some(failure) = Failure::first_of(wrong) {
        return Err(failure);
    }
    for file in files {
        activate(engine, file).await?;
    }
    Ok(())
}

/// How often a campaign is published again that another process changed meanwhile.
const TRIES: u32 = 10;

async fn activate(engine: &Engine, file: &CampaignFile) -> Result<(), Failure> {
    let mut faster = 0;
    loop {
        match engine.activate(file.ready()).await {
            Ok(_) => return Ok(()),
            // What another worker published is there now, or somebody paused it.
            Err(error) if is_race(&error) && faster < TRIES => faster += 1,
            Err(error) => {
                // Somebody was there a moment ago, when it was checked.
                let nobody = Failure::first_of(failures(file, error.problems()));
                return Err(nobody.unwrap_or_else(|| Failure::engine(&error)));
            }
        }
    }
}

/// Whether somebody else was faster.
pub(super) fn is_race(error: &EngineError) -> bool {
    let port = error.port();
    port.is_some_and(|port| port.kind() == PortErrorKind::Conflict)
}

/// Everything that is wrong with a campaign; whether anybody is in the audiences that it freezes
/// is asked only when the rest is right.
pub(super) async fn problems(
    engine: &Engine,
    campaign: &Campaign,
) -> Result<Vec<Problem>, Failure> {
    let problems = engine.check(campaign).await;
    let mut problems = problems.map_err(|error| Failure::engine(&error))?;
    if problems.iter().all(|it| it.severity != Severity::Error) {
        let nobody = engine.check_audiences(campaign).await;
        problems.extend(nobody.map_err(|error| Failure::engine(&error))?);
    }
    Ok(problems)
}

pub(super) fn failures(file: &CampaignFile, problems: &[Problem]) -> Vec<Failure> {
    let errors = problems.iter().filter(|it| it.severity == Severity::Error);
    let failure = |problem: &Problem| {
        Failure::file(problem.message.clone())
            .hinted(problem.hint.clone())
            .at(file.place(problem))
    };
    errors.map(failure).collect()
}

/// The clock of a run: the machine's, or one that stands where the command line says, which must
/// not be before what the store has seen.
async fn clock(common: &Common, store: &OpenStore) -> Result<Arc<dyn Clock>, Failure> {
    let Some(now) = common.now else {
        return Ok(Arc::new(SystemClock::new()));
    };
    let seen = store.high_water(now).await?;
    if seen > now {
        let (now, seen) = (instant(now), instant(seen));
        let message = format!("--now {now} is before {seen}, which the store has seen already");
        let hint = "time does not go back: limits would open again";
        return Err(Failure::new(FailureKind::Usage, message).hinted(Some(hint)));
    }
    Ok(Arc::new(StandingClock::at(now)))
}
