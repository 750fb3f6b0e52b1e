//! Plans what fell due since the last time, page by page.

use chrono::{DateTime, Duration, Utc};

use super::Pass;
use crate::engine::EngineError;
use crate::engine::compile::CompiledJourney;
use crate::{
    CampaignId, Cursor, JourneyId, Occurrence, OpenSpan, PlanFor, Planned, PlannedPage, PortError,
    Progress, Reason, Span, Trouble, Zone, plan,
};

/// The kind of trigger that fires when somebody starts a broadcast.
const ON_DEMAND: &str = "on_demand";

/// How often a trigger without a calendar is looked at.
const LOOKED: Duration = Duration::minutes(5);

impl Pass<'_> {
    pub(super) async fn plan_all(&mut self) -> Result<(), EngineError> {
        let mut pages = self.engine.pace.pages;
        let journeys: Vec<(CampaignId, JourneyId)> = self
            .running
            .values()
            .flat_map(|r| {
                let journeys = r.compiled.journeys.iter();
                // The others are planned by whoever reports what happens.
                let in_time = journeys.filter(|j| j.trigger.is_some());
                in_time.map(|j| (r.id.clone(), j.id.clone()))
            })
            .collect();
        for (campaign, journey) in journeys {
            self.plan_journey(&campaign, &journey, &mut pages).await?;
        }
        Ok(())
    }

    /// Plans one journey until it is at the present, the source fails, or the pages are used up.
    async fn plan_journey(
        &mut self,
        campaign: &CampaignId,
        journey: &JourneyId,
        pages: &mut u32,
    ) -> Result<(), EngineError> {
        let mut progress = self.opened_progress(campaign, journey).await?;
        // Read once: a present that moves on with each page would open a new span after each, and
        // one journey would use up the pages of all.
        let now = self.now().await?;
        loop {
            let Some((compiled, zone)) = self.compiled(campaign, journey) else {
                return Ok(());
            };
            let to = self.planned_until(campaign, compiled, zone, &progress, now);
            let Some(open) = open_span(&progress, to) else {
                let next = next_look(compiled, zone, now);
                self.report.foresee(next);
                return Ok(());
            };
            if *pages == 0 || self.is_stopping() {
                self.report.foresee(Some(now));
                return Ok(());
            }
            *pages -= 1;
            match self.plan_page(campaign, journey, &open, now).await? {
                Ok(next) => progress = next,
                Err(error) => {
                    let campaign = campaign.clone();
                    self.report
                        .troubles
                        .push(Trouble::Source { campaign, error });
                    return Ok(());
                }
            }
        }
    }

    pub(super) fn compiled(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Option<(&CompiledJourney, Zone)> {
        let compiled = &self.running.get(campaign)?.compiled;
        Some((compiled.journey(journey)?, compiled.zone))
    }

    /// Up to where the journey is to be planned now.
    fn planned_until(
        &self,
        campaign: &CampaignId,
        compiled: &CompiledJourney,
        zone: Zone,
        progress: &Progress,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if let Some(cron) = &compiled.looked {
            return cron.last_within(progress.closed_at, now, zone);
        }
        // A broadcast that somebody starts meanwhile is not in the campaign as this pass read it,
        // and must not lie in a span that is closed: only what was read is planned.
        let known = self
            .running
            .get(campaign)
            .filter(|_| compiled.kind == ON_DEMAND);
        Some(known.map_or(now, |running| running.stored.record.updated_at()))
    }

    /// How far the journey has come; a new one is written down at the day of its activation, so
    /// that what happens between now and its first plan is not lost.
    async fn opened_progress(
        &mut self,
        campaign: &CampaignId,
        journey: &JourneyId,
    ) -> Result<Progress, EngineError> {
        let known = self
            .running
            .get(campaign)
            .and_then(|running| running.progress(journey));
        if let Some(progress) = known {
            return Ok(progress.clone());
        }
        let now = self.now().await?;
        let closed_at = self.planned_from(campaign, journey, now);
        let progress = Progress {
            closed_at,
            open: None,
        };
        self.keep(campaign, journey, progress.clone(), Vec::new(), now)
            .await?;
        Ok(progress)
    }

    /// The instant after which a journey that was never planned begins.
    fn planned_from(
        &self,
        campaign: &CampaignId,
        journey: &JourneyId,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let just_before = |at: DateTime<Utc>| at - Duration::microseconds(1);
        let Some((running, (compiled, zone))) = self
            .running
            .get(campaign)
            .zip(self.compiled(campaign, journey))
        else {
            return just_before(self.engine.zone.start_of(self.engine.zone.date(now)));
        };
        let record = &running.stored.record;
        if compiled.kind == ON_DEMAND {
            return just_before(record.created_at());
        }
        // Nobody may have run the engine since: the day counts on which it became active, or, in a
        // campaign that runs already, was written into it. That somebody reported what happened
        // leaves progress too.
        let in_time = |id| {
            let journey = running.compiled.journey(id);
            journey.is_none_or(|it| it.trigger.is_some())
        };
        let ran = running.stored.progress.keys().any(in_time);
        let activated = record.activated_at().filter(|_| !ran);
        let since = activated.unwrap_or(record.updated_at()).min(now);
        let back = compiled
            .catch_up
            .map_or(Duration::zero(), crate::Length::duration);
        // A span does not hold its beginning, and the first instant of the day belongs to it.
        just_before(zone.start_of(zone.date(since - back)))
    }

    /// Plans and keeps one page; the inner error is the source's.
    async fn plan_page(
        &mut self,
        campaign: &CampaignId,
        journey: &JourneyId,
        open: &OpenSpan,
        now: DateTime<Utc>,
    ) -> Result<Result<Progress, PortError>, EngineError> {
        let mut read = match self.read_page(campaign, journey, open, now).await {
            Ok(read) => read,
            Err(error) => return Ok(Err(error)),
        };
        // A broadcast may have been put a little after the present, so that it lies after whatever
        // is planned already; it is due at once.
        for occasion in read.members.iter_mut().chain(&mut read.gone) {
            occasion.due_at = occasion.due_at.min(now);
        }
        let Some(what) = self.plan_for(campaign, journey) else {
            return Ok(Ok(Progress {
                closed_at: open.span.to,
                open: None,
            }));
        };
        let progress = progress_after(open.span, read.next);
        let mut dispatches = plan(&what, &read.members, &self.key);
        let gone = plan(&what, &read.gone, &self.key).into_iter();
        dispatches.extend(gone.map(|planned| Planned {
            refused: Some(Reason::CustomerGone),
            ..planned
        }));
        let per_step = |occasion: Occurrence| std::iter::repeat_n(occasion.row, what.steps.len());
        let mut rows: Vec<_> = read
            .members
            .into_iter()
            .flat_map(per_step)
            .map(Some)
            .collect();
        let ids: Vec<_> = dispatches.iter().map(|planned| planned.key.id()).collect();
        let new = self
            .keep(campaign, journey, progress.clone(), dispatches, now)
            .await?;
        for place in new {
            if let Some(row) = rows.get_mut(place).and_then(Option::take) {
                self.fresh.insert(ids[place], row);
            }
        }
        self.report.outside_audience += read.outside;
        Ok(Ok(progress))
    }

    fn plan_for(&self, campaign: &CampaignId, journey: &JourneyId) -> Option<PlanFor> {
        let running = self.running.get(campaign)?;
        running.compiled.plan_for(&running.stored.record, journey)
    }

    /// Keeps dispatches and progress together; gives the places of the new ones.
    async fn keep(
        &mut self,
        campaign: &CampaignId,
        journey: &JourneyId,
        progress: Progress,
        dispatches: Vec<crate::Planned>,
        now: DateTime<Utc>,
    ) -> Result<Vec<usize>, EngineError> {
        let (campaign, journey) = (campaign.clone(), journey.clone());
        let page = PlannedPage {
            campaign,
            journey,
            progress,
            dispatches,
        };
        let scheduled = self.engine.store.schedule(&page, now).await?;
        self.tell(EVENTS_A_PAGE).await?;
        self.report.planned += scheduled.new.len() as u64;
        for (reason, count) in scheduled.refused {
            self.report.ended(reason, count);
        }
        Ok(scheduled.new)
    }
}

/// The events of how many decisions are handed over after a page: more than a page makes.
const EVENTS_A_PAGE: u32 = 2;

/// How far a journey has come when a page of its span is kept.
fn progress_after(span: Span, next: Option<Cursor>) -> Progress {
    match next {
        Some(after) => Progress {
            closed_at: span.from,
            open: Some(OpenSpan {
                span,
                after: Some(after),
            }),
        },
        None => Progress {
            closed_at: span.to,
            open: None,
        },
    }
}

/// The span to plan now: the open one, or a new one.
fn open_span(progress: &Progress, to: Option<DateTime<Utc>>) -> Option<OpenSpan> {
    if let Some(open) = &progress.open {
        return Some(open.clone());
    }
    let (from, to) = (progress.closed_at, to?);
    (from < to).then_some(OpenSpan {
        span: Span { from, to },
        after: None,
    })
}

fn next_look(compiled: &CompiledJourney, zone: Zone, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match (&compiled.looked, compiled.kind) {
        (Some(cron), _) => cron.next_after(now, zone),
        // Whoever starts a broadcast calls the engine.
        (None, ON_DEMAND) => None,
        (None, _) => Some(now + LOOKED),
    }
}
