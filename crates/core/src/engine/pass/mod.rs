//! One pass: plan what fell due, then take turns until nothing is due or the pass has done enough.

mod asking;
mod deliver;
mod planning;
mod reading;
mod prepare;
mod rated;
mod turns;
mod unread;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::compile::Compiled;
use super::judge::Rules;
use super::{Engine, EngineError};
use crate::{
    CampaignId, CampaignState, DispatchId, HashKey, JourneyId, LinkKeys, Links, Opened, Opening,
    PassReport, PortError, Progress, Row, StoredCampaign, Trouble,
};

/// An active campaign in a pass.
struct Running {
    id: CampaignId,
    compiled: Arc<Compiled>,
    stored: StoredCampaign,
}

/// What a pass knows while it runs; nothing of it outlives the pass.
struct Pass<'e> {
    engine: &'e Engine,
    opened: Opened,
    key: HashKey,
    /// Under which the links of its messages are signed.
    link_keys: LinkKeys,
    running: BTreeMap<CampaignId, Running>,
    /// Rows read by the planning of this very pass, which need no second reading.
    fresh: HashMap<DispatchId, Row>,
    /// Channels that turned out not to work, and until when they are left alone.
    down: BTreeMap<crate::ChannelName, DateTime<Utc>>,
    /// How long the pass may still sleep because of the rates of providers.
    patience: std::time::Duration,
    /// Whether the sink of events did not take some: it is left alone for the rest of the pass.
    deaf: bool,
    report: PassReport,
}

/// How soon a pass that met trouble wants to be called again.
const AFTER_TROUBLE: Duration = Duration::minutes(1);

impl Engine {
    /// Runs one pass: bounded, resumable, and it says when it wants to be called again.
    ///
    /// A pass takes the store over: a pass that runs at the same time loses it. A source or a
    /// channel that does not work is told as trouble, and the rest goes on. A clock that jumped
    /// ahead stops everything until somebody confirms it ([`Engine::confirm_clock`]).
    ///
    /// # Errors
    /// When store or clock fail.
    #[tracing::instrument(name = "pregon.pass", skip_all, fields(epoch))]
    pub async fn pass(&self) -> Result<PassReport, EngineError> {
        let now = self.now().await?;
        if let Some(jump) = self.present.jump() {
            let mut report = PassReport::default();
            report.troubles.push(jump.into());
            report.next = Some(jump.look_again(AFTER_TROUBLE));
            return Ok(report);
        }
        let promises = self
            .actions
            .iter()
            .map(|(kind, action)| (kind.clone(), action.promise()));
        let recorder = self.recorder.as_ref();
        let flights = recorder.map(|recorder| recorder.recover()).transpose()?;
        let opening = Opening {
            promises: promises.collect(),
            flights: flights.unwrap_or_default(),
            events: self.sink.is_some(),
        };
        let opened = self.store.open(&opening, now).await?;
        if let Some(recorder) = recorder {
            recorder.opened(opened.epoch)?;
        }
        tracing::Span::current().record("epoch", opened.epoch);
        let key = self.store.hash_key().await?;
        let own = self.links.as_ref().and_then(Links::keys);
        let link_keys = own.cloned().unwrap_or_else(|| LinkKeys::of(&key));
        let mut pass = Pass {
            engine: self,
            opened,
            key,
            link_keys,
            running: BTreeMap::new(),
            fresh: HashMap::new(),
            down: BTreeMap::new(),
            patience: rated::PATIENCE,
            deaf: false,
            report: PassReport::default(),
        };
        pass.report.in_doubt += pass.opened.doubts;
        pass.report.accepted += pass.opened.accepted;
        pass.report.failed += pass.opened.failed;
        let at = pass.now().await?;
        self.guard_senders(at).await;
        pass.begin_campaigns().await?;
        pass.plan_all().await?;
        pass.take_turns().await?;
        pass.tell(u32::MAX).await?;
        pass.report.troubles.extend(self.guard.take());
        if !pass.report.troubles.is_empty() {
            let soon = pass.now().await? + AFTER_TROUBLE;
            pass.report.foresee(Some(soon));
        }
        if let Some(jump) = self.present.jump() {
            pass.report.troubles.push(jump.into());
            pass.report.next = Some(jump.look_again(AFTER_TROUBLE));
        }
        pass.report.count();
        Ok(pass.report)
    }
}

impl Pass<'_> {
    /// The present; never before what the store or this pass has seen, so that a limit's window
    /// cannot reopen.
    async fn now(&mut self) -> Result<DateTime<Utc>, EngineError> {
        let now = self.engine.now().await?.max(self.opened.high_water);
        self.opened.high_water = now;
        Ok(now)
    }

    /// Hands over the events of at most so many decisions.
    async fn tell(&mut self, decisions: u32) -> Result<(), EngineError> {
        if !self.deaf {
            let now = self.opened.high_water;
            let told = self.engine.hand_over(now, decisions).await?;
            self.told(told);
        }
        Ok(())
    }

    fn told(&mut self, told: Result<u64, PortError>) {
        match told {
            Ok(events) => self.report.events += events,
            Err(error) => {
                self.deaf = true;
                self.report.troubles.push(Trouble::Events { error });
            }
        }
    }

    /// Whether nothing more may be planned or begun: somebody wants a stop, or the clock jumped.
    fn is_stopping(&self) -> bool {
        self.engine.is_winding_down() || self.engine.present.jump().is_some()
    }

    /// Starts and finishes campaigns at their dates, and compiles those that are active.
    async fn begin_campaigns(&mut self) -> Result<(), EngineError> {
        let now = self.now().await?;
        let stored = self.engine.store.campaigns().await?;
        let mut schemas = None;
        for mut stored in stored {
            while let Some(r#move) = stored.record.by_itself(now) {
                stored.record = stored.record.moved(r#move, now)?;
                self.engine.store.save(&stored.record).await?;
            }
            self.report.foresee(stored.record.next_by_itself());
            if stored.record.state() != CampaignState::Active {
                continue;
            }
            let campaign = stored.record.campaign().id.clone();
            if schemas.is_none() {
                match self.engine.schemas().await {
                    Ok(read) => schemas = Some(read),
                    Err(error) => return self.no_schemas(campaign, error),
                }
            }
            let Some(schemas) = &schemas else { continue };
            match self.engine.compiled(&stored.record, schemas) {
                Ok(compiled) => {
                    let running = Running {
                        id: campaign.clone(),
                        compiled,
                        stored,
                    };
                    self.running.insert(campaign, running);
                }
                Err(problems) => {
                    self.report
                        .troubles
                        .push(Trouble::Campaign { campaign, problems });
                }
            }
        }
        Ok(())
    }

    /// A source that does not answer leaves its campaigns where they are.
    fn no_schemas(&mut self, campaign: CampaignId, error: EngineError) -> Result<(), EngineError> {
        let error = error.take_port()?;
        self.report
            .troubles
            .push(Trouble::Source { campaign, error });
        Ok(())
    }

    fn rules(&self) -> Arc<Rules> {
        let own = self
            .running
            .values()
            .map(|r| (r.id.clone(), r.compiled.limits.clone()));
        let budgets = self.running.values().filter_map(|running| {
            let record = &running.stored.record;
            let budget = record.campaign().budget.clone();
            budget.map(|budget| (running.id.clone(), (record.version(), budget)))
        });
        Arc::new(Rules {
            limits: self.engine.limits.iter().map(Arc::clone).collect(),
            own: own.collect(),
            hours: Arc::clone(&self.engine.hours),
            budgets: budgets.collect(),
            prices: self.engine.prices.clone(),
        })
    }
}

impl Running {
    fn progress(&self, journey: &JourneyId) -> Option<&Progress> {
        self.stored.progress.get(journey)
    }
}
