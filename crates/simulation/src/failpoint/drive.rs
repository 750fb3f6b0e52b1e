//! Runs what an engine does, and does to it what the switch says.

use std::sync::Arc;

use chrono::Duration;
use pregon_core::{Engine, EngineError, PassReport, PortError};
use tokio::task::{JoinError, JoinHandle};

use super::base::Handle;
use super::scene::{Process, Scene};
use super::switch::Life;
use super::{Point, Strike};

/// What an engine is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    Pass,
    /// The first person refuses.
    Refusal,
}

/// A business with the process that runs it.
#[derive(Debug)]
pub(super) struct Driven {
    pub(super) scene: Scene,
    /// None while nobody is there.
    process: Option<Process>,
    point: Point,
}

type Done = Result<Option<PassReport>, EngineError>;

/// Who asked for something and did not hear that it was done.
#[derive(Debug)]
pub(super) struct Unheard;

impl Driven {
    /// Opens the store and starts a process.
    pub(super) async fn start(scene: Scene, point: Point) -> Result<Self, String> {
        let handle = open(&scene).await?;
        let process = Some(scene.process(handle)?);
        Ok(Self {
            scene,
            process,
            point,
        })
    }

    pub(super) fn process(&self) -> Result<&Process, String> {
        self.process
            .as_ref()
            .ok_or_else(|| "nobody is there".to_owned())
    }

    /// Does something and tells of it, if it was heard that it was done.
    pub(super) async fn act(
        &mut self,
        job: Job,
    ) -> Result<Result<Option<PassReport>, Unheard>, String> {
        let before = self.scene.switch.was_hit();
        let mut task = spawn(&self.process()?.engine, job);
        let joined = tokio::select! {
            joined = &mut task => joined,
            () = self.scene.switch.struck() => {
                match self.scene.switch.strike() {
                    Strike::Kill => self.killed(task).await?,
                    _ => self.frozen(job, task).await?,
                }
                return Ok(Err(Unheard));
            }
        };
        let struck = !before && self.scene.switch.was_hit();
        match joined {
            Ok(Ok(report)) if !struck => return Ok(Ok(report)),
            Ok(Err(error)) if !struck => return Err(format!("a calm job: {error:?}")),
            // A port that failed is all that happened; the engine may have gone on.
            Ok(_) => {}
            Err(error) if struck && error.is_panic() => {
                self.process = Some(self.scene.beside(self.process()?)?);
            }
            Err(error) => return Err(format!("a calm job: {error}")),
        }
        self.recover().await?;
        Ok(Err(Unheard))
    }

    async fn killed(&mut self, task: JoinHandle<Done>) -> Result<(), String> {
        task.abort();
        let _: Result<Done, JoinError> = task.await;
        // All that the dead had open goes with them.
        drop(self.process.take());
        let handle = self.scene.base.open().await;
        let handle = handle.map_err(|error| format!("after a kill: {error:?}"))?;
        self.process = Some(self.scene.process(handle)?);
        self.recover().await
    }

    /// Somebody stands still for half a minute; another one takes over meanwhile.
    async fn frozen(&mut self, job: Job, task: JoinHandle<Done>) -> Result<(), String> {
        self.scene.clock.advance(Duration::seconds(30));
        let beside = self.scene.beside(self.process()?)?;
        let mut other = spawn(&beside.engine, job);
        // Who stands still in a transaction may hold what the other one needs.
        let held = self.point.is_in_transaction();
        if held {
            tokio::task::yield_now().await;
        } else {
            calm((&mut other).await)?;
        }
        self.scene.provider.act();
        self.scene.switch.thaw();
        // It may find that it has lost its pass.
        let _: Done = task.await.map_err(|error| format!("the thawed: {error}"))?;
        if held {
            // Both may have had the pass, one after the other: the later one keeps it.
            let _: Done = other.await.map_err(|error| format!("the other: {error}"))?;
        }
        self.process = Some(beside);
        Ok(())
    }

    /// Half a minute later another pass takes over, and what was under way arrives.
    async fn recover(&mut self) -> Result<(), String> {
        self.scene.clock.advance(Duration::seconds(30));
        calm(spawn(&self.process()?.engine, Job::Pass).await)?;
        self.scene.provider.act();
        Ok(())
    }
}

fn spawn(engine: &Arc<Engine>, job: Job) -> JoinHandle<Done> {
    let engine = Arc::clone(engine);
    tokio::spawn(async move {
        match job {
            Job::Pass => Ok(Some(engine.pass().await?)),
            Job::Refusal => {
                let _in_flight = engine.record(&[Scene::refusal()]).await?;
                Ok(None)
            }
        }
    })
}

fn calm(joined: Result<Done, JoinError>) -> Result<Option<PassReport>, String> {
    let done = joined.map_err(|error| format!("who takes over: {error}"))?;
    done.map_err(|error| format!("who takes over: {error:?}"))
}

/// After how many waits a layout is half made.
const HALF_MADE: usize = 3;

/// Opens the store, whatever happens while its layout is being made.
async fn open(scene: &Scene) -> Result<Handle, String> {
    let begun = {
        let (life, opening) = (Life::new(&scene.switch), scene.base.open());
        tokio::spawn(async move { life.within(Point::MIGRATION, HALF_MADE, opening).await })
    };
    let mut begun = begun;
    let joined = tokio::select! {
        joined = &mut begun => joined,
        () = scene.switch.struck() => {
            return match scene.switch.strike() {
                Strike::Kill => {
                    begun.abort();
                    let _: Result<Result<Handle, PortError>, JoinError> = begun.await;
                    opened(scene.base.open().await)
                }
                _ => open_beside(scene, begun).await,
            };
        }
    };
    match joined {
        Ok(Ok(handle)) => Ok(handle),
        _ if scene.switch.was_hit() => opened(scene.base.open().await),
        Ok(Err(error)) => Err(format!("a calm opening: {error:?}")),
        Err(error) => Err(format!("a calm opening: {error}")),
    }
}

/// Opens it while somebody stands still who makes its layout: one of both gets it.
async fn open_beside(
    scene: &Scene,
    frozen: JoinHandle<Result<Handle, PortError>>,
) -> Result<Handle, String> {
    let other = tokio::spawn(scene.base.open());
    tokio::task::yield_now().await;
    scene.switch.thaw();
    let frozen = frozen.await.map_err(|error| error.to_string())?;
    match other.await.map_err(|error| error.to_string())? {
        Ok(handle) => Ok(handle),
        Err(_) => opened(frozen),
    }
}

fn opened(handle: Result<Handle, PortError>) -> Result<Handle, String> {
    handle.map_err(|error| format!("a calm opening: {error:?}"))
}
