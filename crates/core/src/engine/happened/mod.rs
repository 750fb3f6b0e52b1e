//! What a host reports to have happened, and the dispatches that this makes.

mod report;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use self::report::Report;
use super::compile::{Kinds, Schemas};
use super::{Engine, EngineError};
use crate::{
    ActivitySpec, CampaignId, CampaignRecord, CampaignState, Happening, Planned, PlannedPage,
    Problem, Progress, Scheduled, TriggerSpec, Trouble, plan,
};

/// What a report makes happen, drawn up and not yet kept.
#[derive(Debug, Default)]
#[must_use]
pub struct Drawn {
    /// The dispatches, by campaign: each list is for an `enqueue` of its own.
    pub dispatches: BTreeMap<CampaignId, Vec<Planned>>,
    /// What could not be drawn up, while the rest was: of campaigns that do not work here, or are
    /// about a record that was not reported. The same report later makes up for it.
    pub troubles: Vec<Trouble>,
}

/// What became of a report.
#[derive(Debug, Default)]
#[must_use]
pub struct Reported {
    /// What was kept; places are those in the lists of [`Drawn`], one after the other.
    pub scheduled: Scheduled,
    /// What could not be drawn up, as [`Drawn`] says it.
    pub troubles: Vec<Trouble>,
}

impl Engine {
    /// Draws up what follows from something that happened: the dispatches of every journey that
    /// listens to it, in campaigns that are active or paused. Nothing is written; the store keeps
    /// them in a transaction of the host's (`enqueue` of `SqliteStore` and `PostgresStore`), with
    /// what happened or not at all. However late that commits, no look at the clock has missed it.
    ///
    /// The activity itself is kept nowhere. Its id is the occasion: reported again it is the same
    /// dispatch, whatever else the report says. It falls due so long after it happened as the
    /// journey says, and may be sent for seven days from then, or as long as the journey says; one
    /// that is reported later than that ends as `expired`.
    ///
    /// The audience is asked now, about the customer with this activity, and again when the
    /// message is sent, about customer and record as their sources have them by then. A record
    /// that is gone by then takes its message with it.
    ///
    /// # Errors
    /// `Activity` when nobody declares its kind, its id is none, or it, its customer and its record
    /// are not of the same person; otherwise when store, clock or a source fail. Then nothing was
    /// drawn up.
    pub async fn dispatches_on(&self, happened: &[Happening]) -> Result<Drawn, EngineError> {
        let now = self.now().await?;
        let schemas = self.schemas().await?;
        let kinds = Kinds::of(self, &schemas);
        let reports = happened.iter().map(|it| Report::of(it, &kinds));
        let reports = reports.collect::<Result<Vec<Report<'_>>, EngineError>>()?;
        let mut drawn = Drawn::default();
        for stored in self.store.campaigns().await? {
            let record = stored.record;
            let is_heard = |it: &Report<'_>| listening(&record).any(|(_, spec)| it.is_of(spec));
            if !reports.iter().any(is_heard) || !takes_part(&record, now)? {
                continue;
            }
            self.draw(&record, &schemas, &reports, now, &mut drawn)
                .await?;
        }
        Ok(drawn)
    }

    /// Reports something that happened, for hosts without a transaction of their own: draws up what
    /// follows ([`dispatches_on`](Self::dispatches_on)) and keeps it. The next pass sends it.
    ///
    /// Each campaign's dispatches are kept by themselves. When this fails, report the same again:
    /// what is kept already stays one.
    ///
    /// # Errors
    /// As [`dispatches_on`](Self::dispatches_on), and when the store cannot be written.
    pub async fn happened(&self, happened: &[Happening]) -> Result<Reported, EngineError> {
        let Drawn {
            dispatches,
            troubles,
        } = self.dispatches_on(happened).await?;
        let mut reported = Reported {
            troubles,
            ..Reported::default()
        };
        let mut before = 0;
        for (campaign, dispatches) in dispatches {
            for those in dispatches.chunks(self.pace.page.max(1) as usize) {
                let kept = self.keep_report(&campaign, those).await?;
                let sum = &mut reported.scheduled;
                sum.known += kept.known;
                sum.new.extend(kept.new.iter().map(|place| before + place));
                for (reason, count) in kept.refused {
                    *sum.refused.entry(reason).or_default() += count;
                }
                before += those.len();
            }
        }
        Ok(reported)
    }

    async fn keep_report(
        &self,
        campaign: &CampaignId,
        dispatches: &[Planned],
    ) -> Result<Scheduled, EngineError> {
        let Some(first) = dispatches.first() else {
            return Ok(Scheduled::default());
        };
        let now = self.now().await?;
        let page = PlannedPage {
            campaign: campaign.clone(),
            journey: first.key.journey.clone(),
            // Nobody plans these journeys, so nobody asks how far they have come.
            progress: Progress {
                closed_at: now,
                open: None,
            },
            dispatches: dispatches.to_vec(),
        };
        Ok(self.store.schedule(&page, now).await?)
    }

    /// Draws up what one campaign makes of the reports.
    async fn draw(
        &self,
        record: &CampaignRecord,
        schemas: &Schemas,
        reports: &[Report<'_>],
        now: DateTime<Utc>,
        drawn: &mut Drawn,
    ) -> Result<(), EngineError> {
        let campaign = &record.campaign().id;
        // As it is kept, and not as its dates would have it: the version names what is compiled.
        let compiled = match self.compiled(record, schemas) {
            Ok(compiled) => compiled,
            Err(problems) => {
                drawn.troubles.push(useless(campaign, problems));
                return Ok(());
            }
        };
        let key = self.store.hash_key().await?;
        let (mut dispatches, mut problems) = (Vec::new(), Vec::new());
        for (n, spec) in listening(record) {
            let id = &record.campaign().journeys[n].id;
            let found = compiled.journey(id).zip(compiled.plan_for(record, id));
            let Some((journey, what)) = found else {
                continue;
            };
            let mut occasions = Vec::new();
            for report in reports.iter().filter(|it| it.is_of(spec)) {
                match report.row(spec) {
                    Some(row) => occasions.push(report.occasion(spec, row)?),
                    None => problems.push(report.lacks_record(spec, n)),
                }
            }
            if occasions.is_empty() {
                continue;
            }
            match journey.who.held(occasions, now).await {
                Ok(members) => dispatches.extend(plan(&what, &members, &key)),
                Err(error) => drawn.troubles.push(Trouble::Source {
                    campaign: campaign.clone(),
                    error,
                }),
            }
        }
        if !problems.is_empty() {
            drawn.troubles.push(useless(campaign, problems));
        }
        if !dispatches.is_empty() {
            drawn.dispatches.insert(campaign.clone(), dispatches);
        }
        Ok(())
    }
}

fn useless(campaign: &CampaignId, problems: Vec<Problem>) -> Trouble {
    tracing::warn!(%campaign, "it could not take part in what was reported");
    Trouble::Campaign {
        campaign: campaign.clone(),
        problems,
    }
}

/// The journeys of a campaign that listen to activities, by their places.
fn listening(record: &CampaignRecord) -> impl Iterator<Item = (usize, &ActivitySpec)> {
    let journeys = record.campaign().journeys.iter().enumerate();
    journeys.filter_map(|(n, journey)| match &journey.trigger {
        TriggerSpec::OnActivity(spec) => Some((n, spec)),
        _ => None,
    })
}

/// Whether a campaign runs, or will go on when somebody resumes it. What its dates ask for counts,
/// although no pass has done it yet.
fn takes_part(record: &CampaignRecord, now: DateTime<Utc>) -> Result<bool, EngineError> {
    let mut record = record.clone();
    while let Some(r#move) = record.by_itself(now) {
        record = record.moved(r#move, now)?;
    }
    let state = record.state();
    Ok(matches!(
        state,
        CampaignState::Active | CampaignState::Paused
    ))
}
