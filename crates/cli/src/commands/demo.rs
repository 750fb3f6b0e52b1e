//! `pregon demo`: four campaigns over invented people and some simulated weeks.
//!
//! Nothing in it is random: time begins at an instant of the data set, or where the store was
//! left, jumps to where each pass wants to be called again, and stops at a written end; the store's
//! secret is fixed. So a demonstration that was killed goes on where it was, and ends with the same
//! files.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use pregon::email::Durability;
use pregon::{Engine, HashKey, Pace, PassReport};

use super::demo_files::{self, Span};
use super::demo_report::Report;
use super::passes::Passes;
use super::run::{publish, read_campaigns};
use super::totals;
use crate::args::Common;
use crate::clock::StandingClock;
use crate::config::{Build, Channels, Config, NAME, Parts, Source, StorePlace, build};
use crate::output::{Failure, FailureKind, Out};
use crate::signals::Stop;

/// The secret of the demonstration's store: known to everybody, as its people are invented.
const HASH_KEY: [u8; 32] = *b"pregon-demo-is-no-secret-to-hide";

/// How many dispatches a turn begins: their files are written side by side.
const BEGIN: u32 = 256;

/// Runs the demonstration, or goes on with it, and tells what came of it.
pub(crate) async fn demo(dir: &Path, common: &Common, out: Out) -> Result<u8, Failure> {
    if common.now.is_some() || common.config.is_some() {
        let message = "the demonstration has its own clock and its own configuration";
        return Err(Failure::new(FailureKind::Usage, message));
    }
    let span = Span::shipped()?;
    demo_files::write(dir)?;
    let config = Config::read(&dir.join(NAME))?;
    let campaigns = read_campaigns(&config)?;
    let source = Source::open(&config, out).await?;
    // Whoever demonstrates does not pull the plug: rename keeps a kill harmless, which is enough
    // here, and spares thousands of waits for the disk.
    let channels = Channels::open(&config, Durability::Rename).await?;
    let key = HashKey::new(HASH_KEY);
    let store = StorePlace::of(&config)?.open(Some(key)).await?;
    let start = store.high_water(span.start).await?;
    let clock = Arc::new(StandingClock::at(start));
    let parts = Parts {
        store: store.store(),
        clock: Arc::<StandingClock>::clone(&clock),
        source: &source,
        actions: &channels.actions,
        feedback: &[],
        recorder: None,
        events: None,
    };
    let wanted = Build {
        zone: common.zone,
        pace: Pace::default().with_begin(BEGIN),
    };
    let engine = build(&config, &parts, &wanted, out)?;
    drop(parts);
    publish(&engine, &campaigns).await?;
    let mut weeks = Weeks {
        engine,
        clock,
        span,
        passes: Passes::new(out)?,
    };
    let stop = weeks.pass_by(out).await?;
    if let Some(stop) = stop {
        let total = &weeks.passes.total;
        out.document(totals::document(total).with("dir", dir.display().to_string()));
        return Ok(stop.code());
    }
    let report = Report::of(&*store.keeper(), &campaigns, &config).await?;
    let Weeks { passes, engine, .. } = weeks;
    drop(engine);
    // Closed in order, the store is one file that can be copied and looked into.
    store.close().await?;
    let total = &passes.total;
    report.tell(dir, &channels, total, span, out);
    out.document(totals::document(total).with("dir", dir.display().to_string()));
    Ok(code(total, out))
}

/// How it ended, after the totals are told.
fn code(total: &PassReport, out: Out) -> u8 {
    match totals::verdict(total) {
        None => u8::from(total.failed > 0),
        Some(failure) => {
            Out { json: false, ..out }.failure(&failure);
            failure.kind.code()
        }
    }
}

/// The simulated weeks.
struct Weeks {
    engine: Engine,
    clock: Arc<StandingClock>,
    span: Span,
    passes: Passes,
}

impl Weeks {
    /// Lets them pass by.
    async fn pass_by(&mut self, out: Out) -> Result<Option<Stop>, Failure> {
        let bar = bar(self.span, out);
        loop {
            if let Some(stop) = self.passes.one(&self.engine).await? {
                return Ok(Some(stop));
            }
            let now = self.clock.stands();
            if let Some(bar) = &bar {
                let done = (now - self.span.start).num_minutes();
                bar.set_position(u64::try_from(done).unwrap_or(0));
                bar.set_message(format!("{}", now.format("%d-%m-%Y")));
            }
            // What does not work now will not work in a time that nobody waits for.
            let trouble = !self.passes.total.troubles.is_empty();
            match self.passes.total.next {
                Some(next) if next <= self.span.end && !trouble => self.clock.set(next.max(now)),
                _ => break,
            }
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        Ok(None)
    }
}

/// A bar over the weeks, where somebody looks on.
fn bar(span: Span, out: Out) -> Option<ProgressBar> {
    if !out.draws() {
        return None;
    }
    let minutes = u64::try_from((span.end - span.start).num_minutes()).unwrap_or(0);
    let bar = ProgressBar::new(minutes);
    if let Ok(style) = ProgressStyle::with_template("  {bar:40} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    Some(bar)
}
