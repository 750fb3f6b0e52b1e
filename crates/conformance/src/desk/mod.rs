//! What the store suites work at: a store with an open pass and a running campaign.

mod plans;
mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use pregon_core::{
    Ask, Begun, Campaign, CampaignRecord, Dispatch, DispatchQuery, DispatchView, Epoch, Flights,
    Move, Opened, Opening, Outcome, Planned, PlannedPage, PortError, PortErrorKind, Progress,
    Promise, Ready, Reason, Scheduled, Settlement, State, Store, Ticket, Turned, Verdict,
};

pub(crate) use plans::{address, booking, candidate, customer, mail, newsletter, ready, sms};
pub(crate) use rules::{Rules, cap, one_channel};

/// The campaign to which everything belongs that does not say otherwise.
pub(crate) const CAMPAIGN: &str = "oferta";

/// A store with an open pass.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) epoch: Epoch,
    /// What limits and hours say from now on.
    pub(crate) rules: Rules,
    /// What channels promise when the desk is opened anew.
    pub(crate) promises: BTreeMap<&'static str, Promise>,
    /// What the flight recorder knows when the desk is opened anew.
    pub(crate) flights: Flights,
    /// Whether somebody hears what happens once the desk is opened anew.
    pub(crate) events: bool,
}

/// The instant at which cases begin: a Friday noon in Santiago.
pub(crate) fn noon() -> DateTime<Utc> {
    instant("2026-11-20T15:00:00Z")
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant of a case parses")
}

pub(crate) fn days(count: i64) -> Duration {
    Duration::days(count)
}

pub(crate) fn hours(count: i64) -> Duration {
    Duration::hours(count)
}

pub(crate) fn micro() -> Duration {
    Duration::microseconds(1)
}

impl Desk {
    /// Opens a pass at noon on a store in which the campaign is active.
    pub(crate) async fn open(store: Arc<dyn Store>) -> Self {
        activate(&*store, CAMPAIGN).await;
        let mut desk = Self {
            store,
            epoch: 0,
            rules: Rules::default(),
            promises: BTreeMap::new(),
            flights: Flights::default(),
            events: false,
        };
        let _ = desk.reopen(noon()).await;
        desk
    }

    /// Opens another pass: what a restart after a crash does.
    pub(crate) async fn reopen(&mut self, now: DateTime<Utc>) -> Opened {
        let mut opening = Opening::default();
        for (channel, promise) in &self.promises {
            opening.promises.insert(plans::channel(channel), *promise);
        }
        opening.flights = self.flights.clone();
        opening.events = self.events;
        let opened = self.store.open(&opening, now).await;
        let opened = opened.expect("the ledger opens");
        self.epoch = opened.epoch;
        opened
    }

    pub(crate) async fn schedule(&self, dispatches: &[Planned]) -> Scheduled {
        self.schedule_at(dispatches, noon()).await
    }

    pub(crate) async fn schedule_at(&self, plan: &[Planned], now: DateTime<Utc>) -> Scheduled {
        let page = page(plan, now);
        let kept = self.store.schedule(&page, now).await;
        kept.expect("the page is kept")
    }

    pub(crate) async fn try_turn(
        &self,
        done: &[Settlement],
        begin: Vec<Ready>,
        claim: u32,
        now: DateTime<Utc>,
    ) -> Result<Turned, PortError> {
        let ask = Ask {
            epoch: self.epoch,
            begin,
            claim,
            judge: Arc::new(self.rules.clone()),
        };
        self.store.turn(done, &ask, now).await
    }

    pub(crate) async fn turn(
        &self,
        done: &[Settlement],
        begin: Vec<Ready>,
        claim: u32,
        now: DateTime<Utc>,
    ) -> Turned {
        let turned = self.try_turn(done, begin, claim, now).await;
        turned.expect("the turn is taken")
    }

    /// Claims all that is due, one a person.
    pub(crate) async fn claim(&self, now: DateTime<Utc>) -> Vec<Dispatch> {
        self.turn(&[], Vec::new(), 1000, now).await.claimed
    }

    /// Plans it and claims it.
    pub(crate) async fn hold(&self, planned: &Planned, now: DateTime<Utc>) -> Dispatch {
        self.schedule_at(std::slice::from_ref(planned), now).await;
        self.take(planned, now).await
    }

    /// Claims one that is planned already, and whatever else is due.
    pub(crate) async fn take(&self, planned: &Planned, now: DateTime<Utc>) -> Dispatch {
        let claimed = self.claim(now).await;
        let found = claimed.into_iter().find(|d| d.id == planned.key.id());
        let name = planned.key.occurrence.as_str();
        found.unwrap_or_else(|| panic!("{name} is due, and was not claimed"))
    }

    /// What the gate answers to it.
    pub(crate) async fn ask(&self, held: &Dispatch, now: DateTime<Utc>) -> Begun {
        self.ask_ready(ready(held), now).await
    }

    pub(crate) async fn ask_ready(&self, ready: Ready, now: DateTime<Utc>) -> Begun {
        let turned = self.turn(&[], vec![ready], 0, now).await;
        let mut begun = turned.begun.into_iter();
        let answer = begun.next().expect("one that asks gets an answer");
        assert!(begun.next().is_none(), "one question has one answer");
        answer
    }

    /// The verdicts on several that ask in one turn.
    pub(crate) async fn ask_all(&self, held: &[&Dispatch], now: DateTime<Utc>) -> Vec<Verdict> {
        let begin = held.iter().map(|dispatch| ready(dispatch)).collect();
        let turned = self.turn(&[], begin, 0, now).await;
        turned.begun.into_iter().map(|b| b.verdict).collect()
    }

    /// Begins one that is held.
    pub(crate) async fn begin(&self, held: &Dispatch, now: DateTime<Utc>) -> Dispatch {
        let Begun { dispatch, verdict } = self.ask(held, now).await;
        assert_eq!(verdict, Verdict::Go, "nothing keeps it from beginning");
        dispatch
    }

    /// Plans it, claims it, begins it.
    pub(crate) async fn send(&self, planned: &Planned, now: DateTime<Utc>) -> Dispatch {
        let held = self.hold(planned, now).await;
        self.begin(&held, now).await
    }

    /// Plans it, claims it, and gives the verdict.
    pub(crate) async fn try_send(&self, planned: &Planned, now: DateTime<Utc>) -> Verdict {
        let held = self.hold(planned, now).await;
        self.ask(&held, now).await.verdict
    }

    pub(crate) async fn settle(&self, held: &Dispatch, outcome: Outcome, now: DateTime<Utc>) {
        let done = [settlement(held.ticket, outcome)];
        self.turn(&done, Vec::new(), 0, now).await;
    }

    /// What the log shows of it.
    pub(crate) async fn view(&self, planned: &Planned) -> DispatchView {
        let query = DispatchQuery::all().of_id(planned.key.id());
        let page = self.store.dispatches(&query, None, 10).await;
        let page = page.expect("the log is read");
        let mut items = page.items.into_iter();
        let view = items.next().expect("the dispatch is in the log");
        assert!(items.next().is_none(), "an id names one dispatch");
        view
    }

    /// Fails unless it stands there for this reason.
    pub(crate) async fn expect(&self, planned: &Planned, state: State, reason: Option<Reason>) {
        let view = self.view(planned).await;
        let name = planned.key.occurrence.as_str();
        let stands = (view.standing.state, view.reason);
        assert_eq!(stands, (state, reason), "where {name} stands, and why");
    }

    /// Moves the campaign.
    pub(crate) async fn campaign(&self, r#move: Move) {
        let stored = self.store.campaigns().await.expect("campaigns are read");
        let ours = |s: &&pregon_core::StoredCampaign| s.record.campaign().id.as_str() == CAMPAIGN;
        let stored = stored.iter().find(ours).expect("the campaign is there");
        let moved = stored.record.moved(r#move, noon()).expect("it may move");
        self.store.save(&moved).await.expect("the campaign is kept");
    }
}

/// A page of these dispatches, all of the first one's journey.
pub(crate) fn page(dispatches: &[Planned], now: DateTime<Utc>) -> PlannedPage {
    let first = dispatches.first().expect("a page of a case has dispatches");
    PlannedPage {
        campaign: first.key.campaign.clone(),
        journey: first.key.journey.clone(),
        progress: Progress {
            closed_at: now,
            open: None,
        },
        dispatches: dispatches.to_vec(),
    }
}

/// A campaign that is active, with everything that happened to it on the way.
pub(crate) fn active(id: &str, now: DateTime<Utc>) -> [CampaignRecord; 3] {
    let campaign = Campaign::new(id, "promotion").expect("ids of cases are ids");
    let draft = CampaignRecord::draft(campaign, now).expect("a campaign that makes sense");
    let scheduled = draft.moved(Move::Schedule, now).expect("a draft");
    let active = scheduled.moved(Move::Activate, now).expect("scheduled");
    [draft, scheduled, active]
}

/// Keeps a campaign and makes it active.
pub(crate) async fn activate(store: &dyn Store, id: &str) {
    for record in active(id, noon()) {
        store.save(&record).await.expect("the campaign is kept");
    }
}

pub(crate) fn settlement(ticket: Ticket, outcome: Outcome) -> Settlement {
    Settlement { ticket, outcome }
}

pub(crate) fn accepted() -> Outcome {
    let reference = Some("250 2.0.0".to_owned());
    Outcome::Accepted { reference }
}

pub(crate) fn again(at: DateTime<Utc>) -> Outcome {
    let reason = Reason::NotAccepted;
    Outcome::Again { at, reason }
}

pub(crate) fn rejected() -> Outcome {
    let reason = Reason::Rejected;
    Outcome::Rejected { reason }
}

#[track_caller]
pub(crate) fn refused<T>(answer: Result<T, PortError>, kind: PortErrorKind) {
    let kinds = answer.err().map(|error| error.kind());
    assert_eq!(kinds, Some(kind), "the call is refused, and says why");
}
