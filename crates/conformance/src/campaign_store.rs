//! The suite of [`pregon_core::CampaignStore`].

use std::sync::Arc;

use pregon_core::{
    Broadcast, Budget, Campaign, CampaignRecord, Cap, Decimal, Increment, Journey, Move,
    OccurrenceId, PortErrorKind, Progress, Scope, Step, Store, TriggerSpec, Verdict, WhenFull,
};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{Desk, active, cap, days, mail, micro, noon, page, refused};

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Store>>> {
    cases![
        "Keeps a campaign" => a_campaign_comes_back_as_it_was,
        "if what is kept has the version before this one" => only_the_next_version_is_kept,
        "(none before version 1)" => the_first_version_is_the_first,
        "`Conflict` when somebody else was faster" => of_two_at_once_one_is_kept,
        "`Conflict`: what was kept stays" => a_refused_campaign_leaves_the_kept_one,
        "All campaigns in the order of their ids" => campaigns_come_in_the_order_of_their_ids,
        "with how far their journeys have come" => a_change_keeps_the_progress,
        "Once it returns with a state that is not active, no dispatch of the campaign begins."
            => a_campaign_that_is_not_active_begins_nothing,
        "what began before a stop began before its instant" => a_stop_is_dated_after_what_began,
    ]
}

suite!(Arc<dyn Store>);

async fn read(store: &dyn Store) -> Vec<CampaignRecord> {
    let stored = store.campaigns().await.expect("campaigns are read");
    stored.into_iter().map(|stored| stored.record).collect()
}

async fn save(store: &dyn Store, record: &CampaignRecord) {
    store.save(record).await.expect("the campaign is kept");
}

/// A campaign in which everything is said that can be said.
fn rich() -> Campaign {
    let journey = Journey::before_date("aviso", "pin", "expiry_date", 30).expect("ids");
    let step = Step::email("correo", "Su pin vence", "Hola {{customer_name}}").expect("an id");
    let on_demand = Journey::new("difusión", TriggerSpec::OnDemand).expect("an id");
    let limit = Cap {
        scope: Scope::default(),
        when_full: WhenFull::Drop,
        ..cap("un-correo", 1, "7d")
    };
    let campaign = Campaign::new("renovación", "renewal").expect("ids");
    let campaign = campaign
        .with(journey.audience("status = \"Delivered\"").step(step))
        .with(on_demand)
        .limited(limit);
    Campaign {
        name: "Renovación de Suscripciones ñ 😀".to_owned(),
        starts_at: Some(noon() + micro()),
        ends_at: Some(noon() + days(90)),
        budget: Some(Budget {
            total: Some("150000.50".parse().expect("a number")),
            currency: Some("CLP".to_owned()),
            messages: Some(7),
        }),
        priority: -7,
        ..campaign
    }
}

async fn a_campaign_comes_back_as_it_was(store: Arc<dyn Store>) {
    assert!(read(&*store).await.is_empty(), "a new store has none");
    let mut record = CampaignRecord::draft(rich(), noon() + micro()).expect("it makes sense");
    save(&*store, &record).await;
    for r#move in [Move::Schedule, Move::Activate] {
        record = record.moved(r#move, noon() + days(1)).expect("it may move");
        save(&*store, &record).await;
    }
    let more = Increment {
        spent: Decimal::from(12_000),
        sales: 3,
        engagement: 1,
    };
    record = record
        .measured(more, noon() + days(2))
        .expect("it is active");
    save(&*store, &record).await;
    let broadcast = Broadcast {
        journey: record.campaign().journeys[1].id.clone(),
        id: OccurrenceId::new("navidad 2026").expect("an id"),
        started_at: noon() + days(3) + micro(),
    };
    let started = record.broadcast(broadcast).expect("it is on demand");
    record = started.expect("it is a new one");
    save(&*store, &record).await;
    assert_eq!(read(&*store).await, [record]);
}

async fn only_the_next_version_is_kept(store: Arc<dyn Store>) {
    let [draft, scheduled, active] = active("c", noon());
    save(&*store, &draft).await;
    refused(store.save(&active).await, PortErrorKind::Conflict);
    save(&*store, &scheduled).await;
    refused(store.save(&scheduled).await, PortErrorKind::Conflict);
    refused(store.save(&draft).await, PortErrorKind::Conflict);
    save(&*store, &active).await;
    assert_eq!(read(&*store).await, [active]);
}

async fn the_first_version_is_the_first(store: Arc<dyn Store>) {
    let [draft, scheduled, _] = active("c", noon());
    refused(store.save(&scheduled).await, PortErrorKind::Conflict);
    assert!(read(&*store).await.is_empty(), "nothing is kept of it");
    save(&*store, &draft).await;
    refused(store.save(&draft).await, PortErrorKind::Conflict);
}

async fn of_two_at_once_one_is_kept(store: Arc<dyn Store>) {
    let [draft, ..] = active("c", noon());
    save(&*store, &draft).await;
    let one = draft.moved(Move::Schedule, noon()).expect("a draft");
    let other = draft.moved(Move::Cancel, noon()).expect("a draft");
    let (first, second) = futures_util::future::join(store.save(&one), store.save(&other)).await;
    assert_ne!(first.is_ok(), second.is_ok(), "exactly one is faster");
    let kept = if first.is_ok() { one } else { other };
    let lost = if first.is_ok() { second } else { first };
    refused(lost, PortErrorKind::Conflict);
    assert_eq!(read(&*store).await, [kept]);
}

async fn a_refused_campaign_leaves_the_kept_one(store: Arc<dyn Store>) {
    let [draft, scheduled, active] = active("c", noon());
    for record in [&draft, &scheduled, &active] {
        save(&*store, record).await;
    }
    let late = scheduled
        .moved(Move::Cancel, noon())
        .expect("it may be cancelled");
    refused(store.save(&late).await, PortErrorKind::Conflict);
    assert_eq!(read(&*store).await, [active]);
}

async fn campaigns_come_in_the_order_of_their_ids(store: Arc<dyn Store>) {
    for id in ["b", "a", "a-2", "Z", "ñ"] {
        save(&*store, &active(id, noon())[0]).await;
    }
    let records = read(&*store).await;
    let ids: Vec<&str> = records.iter().map(|r| r.campaign().id.as_str()).collect();
    assert_eq!(
        ids,
        ["Z", "a", "a-2", "b", "ñ"],
        "by their letters' numbers"
    );
}

async fn a_change_keeps_the_progress(store: Arc<dyn Store>) {
    let desk = Desk::open(store).await;
    let planned = mail("C-1", "o");
    let page = page(std::slice::from_ref(&planned), noon());
    desk.store
        .schedule(&page, noon())
        .await
        .expect("the page is kept");
    desk.campaign(Move::Pause).await;
    let stored = desk.store.campaigns().await.expect("campaigns are read");
    let progress = stored[0].progress.get(&planned.key.journey).cloned();
    let kept = Progress {
        closed_at: noon(),
        open: None,
    };
    assert_eq!(progress, Some(kept));
}

async fn a_campaign_that_is_not_active_begins_nothing(store: Arc<dyn Store>) {
    for (n, r#move) in [Move::Pause, Move::Finish, Move::Cancel]
        .into_iter()
        .enumerate()
    {
        let id = format!("campaña-{n}");
        crate::desk::activate(&*store, &id).await;
        let mut desk = Desk {
            flights: pregon_core::Flights::default(),
            events: false,
            store: Arc::clone(&store),
            epoch: 0,
            rules: Default::default(),
            promises: Default::default(),
        };
        desk.reopen(noon()).await;
        let mut planned = mail("C-1", "o");
        planned.key.campaign = id.parse().expect("an id");
        let held = desk.hold(&planned, noon()).await;
        let last = active(&id, noon())[2]
            .moved(r#move, noon())
            .expect("it may move");
        save(&*store, &last).await;
        let verdict = desk.ask(&held, noon()).await.verdict;
        assert_ne!(verdict, Verdict::Go, "after {}", r#move);
        assert_eq!(desk.view(&planned).await.attempts, 0);
    }
}

async fn a_stop_is_dated_after_what_began(store: Arc<dyn Store>) {
    let desk = Desk::open(Arc::clone(&store)).await;
    let begun = noon() + days(2);
    desk.send(&mail("C-1", "o"), begun).await;
    // Whoever stops it has a clock that runs behind.
    desk.campaign(Move::Pause).await;
    let record = read(&*store).await.remove(0);
    assert_eq!(record.updated_at(), begun);
}
