//! Runs a month from its seed.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::memory::MemoryStore;
use pregon_core::{Clock as _, Engine, EngineError, HashKey, PassReport, Store};

use super::process::Pass;
use super::witness::Tally;
use super::world::World;
use super::{Sabotage, ends, host};
use crate::Dice;

const DAYS: i64 = 30;

/// A month to be run.
#[derive(Debug, Clone, Copy)]
pub struct Month {
    seed: u64,
    on_disk: bool,
    sabotage: Option<Sabotage>,
}

/// What a month was.
#[derive(Debug)]
pub struct Story {
    /// A hash of all that happened in it: the same seed has the same.
    pub trace: u64,
    /// How often each thing happened.
    pub tally: Tally,
}

/// Something that must not be.
#[derive(Debug)]
pub struct Finding {
    seed: u64,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {}): {}", commit(), self.seed, self.what)
    }
}

impl Finding {
    /// What must not be.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }
}

/// The commit that is checked out, for whoever wants to see the same again.
fn commit() -> String {
    let mut git = std::process::Command::new("git");
    git.args(["describe", "--always", "--dirty"]);
    let said = git.current_dir(env!("CARGO_MANIFEST_DIR")).output().ok();
    let said = said.filter(|said| said.status.success());
    let text = said.and_then(|said| String::from_utf8(said.stdout).ok());
    text.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

impl Month {
    /// The month of a seed, over the store in memory.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            on_disk: false,
            sabotage: None,
        }
    }

    /// The same over SQLite.
    #[must_use]
    pub fn on_sqlite(self) -> Self {
        Self {
            on_disk: true,
            ..self
        }
    }

    /// The same with something broken on purpose.
    #[must_use]
    pub fn sabotaged(self, sabotage: Sabotage) -> Self {
        Self {
            sabotage: Some(sabotage),
            ..self
        }
    }

    /// Runs it.
    ///
    /// ```
    /// # use pregon_simulation::month::Month;
    /// let story = Month::new(7).run().expect("nothing that must not be");
    /// assert_eq!(story.trace, Month::new(7).run().expect("the same again").trace);
    /// ```
    ///
    /// # Errors
    /// With what must not be.
    pub fn run(&self) -> Result<Story, Finding> {
        // With a worker beside it, which serves a database while a call of it is waited for.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build();
        let told = runtime
            .map_err(|error| format!("no runtime: {error}"))
            .and_then(|runtime| runtime.block_on(self.tell()));
        told.map_err(|what| Finding {
            seed: self.seed,
            what,
        })
    }

    async fn tell(&self) -> Result<Story, String> {
        if !self.on_disk {
            return self.story(Arc::new(MemoryStore::new())).await;
        }
        // In memory where there is such a folder: the disk is not what is tried here.
        let shared = Path::new("/dev/shm");
        let folder = match shared.is_dir() {
            true => tempfile::tempdir_in(shared),
            false => tempfile::tempdir(),
        };
        let folder = folder.map_err(|error| format!("no folder: {error}"))?;
        // The key of the store in memory, so that both tell the same story.
        let options = SqliteOptions::new().with_hash_key(HashKey::new([42; 32]));
        let store = SqliteStore::open(folder.path().join("pregon.db"), options).await;
        self.story(Arc::new(store.map_err(|error| error.to_string())?))
            .await
    }

    async fn story(&self, store: Arc<dyn Store>) -> Result<Story, String> {
        let mut dice = Dice::new(self.seed);
        let world = World::new(store, self.sabotage, &mut dice);
        live(&world, &mut dice).await?;
        let views = rest(&world).await?;
        ends::whole(&world, &views)?;
        // What else is broken on purpose is to be noticed by what it does, not by what is told.
        if self.sabotage.is_none_or(Sabotage::is_about_events) {
            ends::told(&world, &views).await?;
        }
        let facts = world.witness.facts();
        Ok(Story {
            trace: facts.trace(),
            tally: facts.tally.clone(),
        })
    }
}

/// Thirty days of trouble.
async fn live(world: &World, dice: &mut Dice) -> Result<(), String> {
    let mut engine = process(world)?;
    host::listens(world).await?;
    host::activate(world, &engine).await?;
    let mut frozen = None;
    let mut next = None;
    let mut turned_back = false;
    let end = Duration::days(DAYS).to_std().unwrap_or_default();
    for n in 0.. {
        if world.clock.monotonic() >= end {
            return Ok(());
        }
        wait(world, next, dice);
        if world.trouble.happens(|rates| rates.jump) {
            jump(world, &mut turned_back, dice);
        }
        if frozen.is_none() && dice.below(6) == 0 {
            host::edit(world, &engine, dice).await;
        }
        if dice.below(4) == 0 {
            host::act(world, &engine, dice).await;
        }
        next = pass(world, &mut engine, &mut frozen, dice).await?;
        found(world)?;
        if n % 16 == 0 {
            ends::ledger(world).await?;
        }
    }
    Ok(())
}

fn process(world: &World) -> Result<Arc<Engine>, String> {
    let engine = world.engine().map_err(|error| error.to_string())?;
    Ok(Arc::new(engine))
}

fn found(world: &World) -> Result<(), String> {
    let finding = world.witness.facts().finding.clone();
    finding.map_or(Ok(()), Err)
}

/// Time passes: until the engine wants to be called, or for some hours, or for days.
fn wait(world: &World, next: Option<DateTime<Utc>>, dice: &mut Dice) {
    if world.trouble.happens(|rates| rates.outage) {
        world.witness.count("days without a pass");
        return world.clock.advance(Duration::hours(dice.between(20, 120)));
    }
    let now = world.clock.stands();
    let told = next.filter(|next| *next > now && *next < now + Duration::days(1));
    match told {
        Some(next) if dice.below(2) == 0 => world.clock.advance(next - now),
        _ => world.clock.advance(Duration::minutes(dice.between(1, 900))),
    }
}

/// Somebody sets the clock.
fn jump(world: &World, turned_back: &mut bool, dice: &mut Dice) {
    let forward = dice.below(2) == 0;
    // Time stands still until the clock is back where it was. A provider that forgets keys does
    // not wait for that, so there the clock is set back once, by less than the margin.
    let by = match (forward, world.forgetful) {
        (true, false) => Duration::minutes(dice.between(1, 3000)),
        (true, true) => return,
        (false, false) => -Duration::minutes(dice.between(1, 3000)),
        (false, true) if *turned_back => return,
        (false, true) => -Duration::minutes(dice.between(1, 30)),
    };
    *turned_back |= !forward;
    world.witness.count(if forward {
        "clock: forward"
    } else {
        "clock: back"
    });
    world.clock.set(world.clock.stands() + by);
}

/// A pass that ends, is killed or freezes; and a frozen one goes on.
async fn pass(
    world: &World,
    engine: &mut Arc<Engine>,
    frozen: &mut Option<Pass>,
    dice: &mut Dice,
) -> Result<Option<DateTime<Utc>>, String> {
    let mut pass = Pass::new(engine);
    let killed = world.trouble.happens(|rates| rates.kill);
    let freezes = frozen.is_none() && world.trouble.happens(|rates| rates.freeze);
    let acts = dice.below(3) == 0;
    let mut done = None;
    if killed || freezes || acts {
        let most = 1 << dice.below(10);
        for _ in 0..dice.below(most) {
            done = pass.step().await;
            if done.is_some() {
                break;
            }
        }
    }
    let mut next = None;
    if done.is_none() && killed {
        world.witness.count("passes killed");
        drop(pass);
        *engine = process(world)?;
    } else if done.is_none() && freezes {
        world.witness.count("passes frozen");
        *frozen = Some(pass);
        *engine = process(world)?;
    } else {
        if acts && done.is_none() {
            host::act(world, engine, dice).await;
        }
        let report = match done {
            Some(done) => done,
            None => pass.finish().await,
        };
        next = report_of(world, report);
    }
    if frozen.is_some() && dice.below(2) == 0 {
        world
            .clock
            .advance(Duration::milliseconds(dice.between(0, 30_000)));
        if let Some(mut thawed) = frozen.take() {
            let _ = thawed.finish().await;
        }
    }
    Ok(next)
}

fn report_of(world: &World, report: Result<PassReport, EngineError>) -> Option<DateTime<Utc>> {
    match report {
        Ok(report) => {
            world.witness.count("passes ended");
            report.next
        }
        Err(_) => {
            world.witness.count("passes failed");
            None
        }
    }
}

/// Nothing goes wrong any more, and the engine comes to rest.
async fn rest(world: &World) -> Result<super::ends::Views, String> {
    world.trouble.calm();
    let engine = process(world)?;
    let latest = world.witness.facts().latest.max(world.begins);
    world
        .clock
        .set(world.clock.stands().max(latest) + Duration::hours(2));
    for _ in 0..50_000 {
        let report = engine
            .pass()
            .await
            .map_err(|error| format!("a calm pass: {error}"))?;
        found(world)?;
        if !report.troubles.is_empty() {
            return Err(format!("trouble in a calm pass: {:?}", report.troubles));
        }
        if report.next.is_none_or(|next| next > world.clock.stands()) {
            return ends::ledger(world).await;
        }
    }
    Err("the engine does not come to rest".to_owned())
}
