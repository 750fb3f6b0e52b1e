//! The driver: starts provider and workers, strikes, and asks for the verdict.

mod process;
mod desk;
mod strikes;
mod words;
mod server;
mod storm;
mod setup;

use pregon::{Clock as _, SystemClock};

use crate::Result;
use crate::args::{Controls, Kind, Mode, Pace, Protocol, Storm};
use crate::verdict::{self, Facts};
use crate::world::World;
use setup::Scene;
use strikes::Strikes;

/// Storms the engine; gives whether nothing went wrong.
pub(crate) async fn run(asked: &Storm) -> Result<bool> {
    let seed = seed(asked.seed).await?;
    println!(
        "storm: seed {seed}, {:?}, {} provider",
        asked.store,
        asked.mode.name()
    );
    let world = World::of(asked.messages);
    let scene = Scene::new(asked, Protocol::Pregon, seed).await?;
    scene.publish().await?;
    let strikes = Strikes::of(asked, &world, seed);
    let weathered = storm::weather(&scene, strikes).await?;
    let facts = Facts {
        plan: world.plan()?,
        mode: asked.mode,
        arrivals: weathered.arrivals,
        refused: weathered.refused,
        ledger: Some(scene.ledger().await?),
        world,
    };
    let verdict = verdict::judge(&facts);
    scene.clear(asked.keep).await?;
    verdict.print_findings();
    println!("storm: {}", weathered.story);
    println!("storm: {}", verdict.ends());
    println!("storm: budgets: {}", verdict.budgets());
    println!(
        "storm: {} kills, {} messages: {verdict}",
        weathered.kills,
        facts.plan.len()
    );
    Ok(verdict.is_clean())
}

/// In how many storms a naive protocol may be caught: by chance all kills of one strike while
/// nothing is on its way.
const CHANCES: u64 = 3;

/// Storms the naive protocols; gives whether each was caught.
pub(crate) async fn controls(asked: &Controls) -> Result<bool> {
    let seed = seed(asked.seed).await?;
    println!("controls: seed {seed}");
    let naive = [
        Protocol::LogAfterSend,
        Protocol::CursorAtFetch,
        Protocol::LeaseThatResends,
    ];
    let mut all = true;
    for protocol in naive {
        let mut caught = false;
        for chance in 0..CHANCES {
            caught = caught || control(asked, protocol, seed.wrapping_add(chance)).await?;
        }
        all &= caught;
    }
    Ok(all)
}

async fn control(asked: &Controls, protocol: Protocol, seed: u64) -> Result<bool> {
    let storm = Storm {
        seed: Some(seed),
        kills: asked.kills,
        messages: asked.messages,
        store: Kind::Sqlite,
        mode: Mode::Blind,
        workers: 1,
        freezes: 0,
        crashes: 0,
        pace: Pace {
            in_flight: 4,
            begin: 16,
            deadline: 1000,
        },
        keep: false,
    };
    let world = World::of(asked.messages);
    let scene = Scene::new(&storm, protocol, seed).await?;
    crate::work::naive::plan(&scene.place, &world).await?;
    let strikes = Strikes::kills_alone(&storm, seed);
    let weathered = storm::weather(&scene, strikes).await?;
    let facts = Facts {
        plan: world.plan()?,
        mode: Mode::Blind,
        arrivals: weathered.arrivals,
        refused: Vec::new(),
        ledger: None,
        world,
    };
    let verdict = verdict::judge(&facts);
    // None of them knows budgets, and each sends more than they pay for.
    let caught =
        verdict.duplicates.len() + verdict.lost.len() > 0 && !verdict.over_budget.is_empty();
    println!(
        "control {}: {} kills, {} messages: {} duplicates, {} lost, \
         {} over budget: {}",
        protocol.name(),
        weathered.kills,
        facts.plan.len(),
        verdict.duplicates.len(),
        verdict.lost.len(),
        verdict.over_budget.len(),
        if caught { "caught" } else { "NOT CAUGHT" },
    );
    Ok(caught)
}

/// The seed that was given, or one that nobody has thought of.
async fn seed(given: Option<u64>) -> Result<u64> {
    let now = SystemClock::new().now().await?;
    let drawn = crate::chance::mix(
        u64::from(std::process::id()),
        &[now.timestamp_micros() as u64],
    );
    Ok(given.unwrap_or(drawn % 1_000_000))
}
