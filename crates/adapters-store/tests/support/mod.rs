//! Small makers for the tests of stores.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot make its world must panic"
)]

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use pregon_adapters_store::{SqliteOptions, SqliteStore};
use pregon_core::*;

/// The instant at which tests begin, so many minutes on.
pub(crate) fn at(mins: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
    start + Duration::minutes(mins)
}

/// A judge with fixed limits for every candidate, and without quiet hours.
#[derive(Debug, Default)]
pub(crate) struct Rules(pub(crate) Vec<Cap>);

impl Judge for Rules {
    fn quotas(&self, it: &Candidate, at: DateTime<Utc>) -> Vec<Quota> {
        self.0.iter().filter_map(|cap| cap.quota(it, at)).collect()
    }
    fn quiet_until(&self, _: &Candidate, _: DateTime<Utc>) -> Option<DateTime<Utc>> {
        None
    }
    fn allowance(&self, _: &Candidate) -> Option<Allowance> {
        None
    }
}

pub(crate) fn cap(id: &str, most: u32, per: &str) -> Cap {
    let json = format!(r#"{{ "id": "{id}", "most": {most}, "per": "{per}" }}"#);
    serde_json::from_str(&json).unwrap()
}

pub(crate) fn plan(campaign: &str, customer: &str, occurrence: &str) -> Planned {
    Planned {
        key: DispatchKey {
            campaign: CampaignId::new(campaign).unwrap(),
            journey: JourneyId::new("j").unwrap(),
            step: StepId::new("s").unwrap(),
            trigger: "before_date".to_owned(),
            occurrence: OccurrenceId::new(occurrence).unwrap(),
            customer: CustomerId::new(customer).unwrap(),
            channel: ChannelName::new("email").unwrap(),
        },
        record: Some(RecordRef {
            kind: RecordKind::new("pin").unwrap(),
            id: RecordId::new(format!("STR-{customer}")).unwrap(),
        }),
        purpose: Purpose::new("renewal").unwrap(),
        class: Class::Promotional,
        brand: None,
        priority: 0,
        not_before: at(0),
        not_after: at(60 * 24 * 365),
        address: Some(address(customer)),
        shared: false,
        refused: None,
    }
}

pub(crate) fn address(of: &str) -> AddressHash {
    HashKey::new([3; 32]).address("email", of)
}

pub(crate) fn page(campaign: &str, dispatches: Vec<Planned>) -> PlannedPage {
    PlannedPage {
        campaign: CampaignId::new(campaign).unwrap(),
        journey: JourneyId::new("j").unwrap(),
        progress: Progress {
            closed_at: at(0),
            open: None,
        },
        dispatches,
    }
}

pub(crate) fn candidate(dispatch: &Dispatch) -> Candidate {
    let (plan, key) = (&dispatch.plan, &dispatch.plan.key);
    Candidate {
        campaign: key.campaign.clone(),
        journey: key.journey.clone(),
        step: key.step.clone(),
        channel: key.channel.clone(),
        purpose: plan.purpose.clone(),
        class: plan.class,
        brand: plan.brand.clone(),
        customer: key.customer.clone(),
        address: plan
            .address
            .unwrap_or_else(|| address(key.customer.as_str())),
        zone: Zone::UTC,
        hours: None,
        parts: 1,
    }
}

pub(crate) fn ready(dispatch: &Dispatch) -> Ready {
    Ready {
        ticket: dispatch.ticket,
        candidate: candidate(dispatch),
        address_key: dispatch.plan.address_key(),
        needs_consent: false,
    }
}

pub(crate) fn accepted(ticket: Ticket) -> Settlement {
    Settlement {
        ticket,
        outcome: Outcome::Accepted { reference: None },
    }
}

pub(crate) fn ask(epoch: Epoch, begin: Vec<Ready>, claim: u32, judge: &Arc<Rules>) -> Ask {
    let judge = Arc::clone(judge) as Arc<dyn Judge>;
    Ask {
        epoch,
        begin,
        claim,
        judge,
    }
}

pub(crate) fn campaign(id: &str) -> CampaignRecord {
    CampaignRecord::draft(Campaign::new(id, "renewal").unwrap(), at(0)).unwrap()
}

/// A store with an active campaign `c`.
pub(crate) async fn store(path: &std::path::Path) -> SqliteStore {
    let store = SqliteStore::open(path, SqliteOptions::new()).await.unwrap();
    activate(&store, "c").await;
    store
}

pub(crate) async fn activate(store: &dyn Store, id: &str) {
    let mut record = campaign(id);
    store.save(&record).await.unwrap();
    for step in [Move::Schedule, Move::Activate] {
        record = record.moved(step, at(0)).unwrap();
        store.save(&record).await.unwrap();
    }
}

pub(crate) async fn moved(store: &dyn Store, id: &str, step: Move, now: DateTime<Utc>) {
    let all = store.campaigns().await.unwrap();
    let it = all.iter().find(|it| it.record.campaign().id.as_str() == id);
    let record = it.unwrap().record.moved(step, now).unwrap();
    store.save(&record).await.unwrap();
}

/// Every dispatch there is.
pub(crate) async fn all(store: &dyn Store) -> Vec<DispatchView> {
    let query = DispatchQuery::all();
    let page = store.dispatches(&query, None, 100_000).await.unwrap();
    assert_eq!(page.next, None);
    page.items
}
