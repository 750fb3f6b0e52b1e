//! One cell of the table: a point, a strike, a database and a promise, from beginning to end.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Duration, Utc};

use super::base::Base;
use super::drive::{Driven, Job};
use super::scene::Scene;
use super::switch::Switch;
use super::{Database, Deal, Point, Strike, Wrong, verdict};

/// A cell of the table.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// Where.
    pub point: Point,
    /// What happens there.
    pub strike: Strike,
    /// Over which database.
    pub database: Database,
    /// What was promised.
    pub deal: Deal,
    /// What is wrong on purpose.
    pub wrong: Option<Wrong>,
}

/// What became of a cell.
#[derive(Debug)]
pub struct Told {
    /// Whether the point was reached; a cell that does not reach it proves nothing.
    pub hit: bool,
    /// What must not be.
    pub findings: Vec<String>,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (point, strike, database) = (self.point, self.strike, self.database);
        write!(f, "{point} {strike:?} {database:?} {:?}", self.deal)
    }
}

/// How many passes may be needed until nothing is left to do.
const PASSES: usize = 300;

impl Cell {
    /// Plays it.
    ///
    /// ```
    /// # use pregon_simulation::failpoint::{Cell, Database, Deal, Point, Strike};
    /// let told = Cell {
    ///     point: Point::ALL[11],
    ///     strike: Strike::Kill,
    ///     database: Database::Sqlite,
    ///     deal: Deal::BlindPromotional,
    ///     wrong: None,
    /// }
    /// .play();
    /// assert!(told.hit && told.findings.is_empty(), "{told:?}");
    /// ```
    #[must_use]
    pub fn play(&self) -> Told {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let switch = Switch::new(self.point, self.strike);
        let played = match runtime.worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime.block_on(self.tell(&switch)),
            Err(error) => Err(format!("no runtime: {error}")),
        };
        Told {
            hit: switch.was_hit(),
            findings: played.unwrap_or_else(|finding| vec![finding]),
        }
    }

    async fn tell(&self, switch: &std::sync::Arc<Switch>) -> Result<Vec<String>, String> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let base = Base::new(self.database, &number.to_string())?;
        // Nobody is asked but about what is in doubt.
        let loses_first = self.point == Point::FOUND_UNSETTLED;
        let switch = std::sync::Arc::clone(switch);
        let scene = Scene::new(base, switch, self.deal, loses_first, self.wrong);
        let mut driven = Driven::start(scene, self.point).await?;
        let findings = self.live(&mut driven).await;
        // The schema goes whatever was found.
        let cleared = driven.scene.base.clear().await;
        let findings = findings?;
        cleared.map(|()| findings)
    }

    async fn live(&self, driven: &mut Driven) -> Result<Vec<String>, String> {
        // A store tells what happens since the first pass that wants to hear it.
        let _ = driven.act(Job::Pass).await?;
        for campaign in driven.scene.campaigns() {
            let activated = driven.process()?.engine.activate(campaign).await;
            activated.map_err(|error| format!("a campaign: {error:?}"))?;
        }
        // Who does not hear that a refusal is kept says it again.
        while driven.act(Job::Refusal).await?.is_err() {}
        driven.scene.clock.set(Scene::fires_at());
        rest(driven, Scene::fires_at() + Duration::hours(36)).await?;
        driven.scene.clock.set(Scene::ends_at());
        rest(driven, Scene::ends_at() + Duration::days(30)).await?;
        // Who was killed may have been the one who passes events on, and nobody else does so soon.
        driven.scene.clock.advance(Duration::minutes(2));
        rest(driven, Scene::ends_at() + Duration::days(30)).await?;
        verdict::judge(driven, self).await
    }
}

/// Passes until nothing is to be done before an instant.
async fn rest(driven: &mut Driven, until: DateTime<Utc>) -> Result<(), String> {
    for _ in 0..PASSES {
        let Ok(report) = driven.act(Job::Pass).await? else {
            continue;
        };
        let report = report.ok_or("a pass without a report")?;
        let next = report.next.filter(|next| *next < until);
        let now = driven.scene.clock.stands();
        match next {
            None if report.troubles.is_empty() => return Ok(()),
            None => return Err(format!("trouble in a calm pass: {:?}", report.troubles)),
            Some(next) if next > now => driven.scene.clock.set(next),
            Some(_) => {}
        }
    }
    Err("it does not come to rest".to_owned())
}
