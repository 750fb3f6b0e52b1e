//! Audiences that are frozen when their campaign is published.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pregon_core::*;

use crate::world::{World, run};

/// A business whose customers live in cities.
pub(crate) fn world(cities: &[(&str, &str)]) -> World {
    let world = World::new();
    for (customer, city) in cities {
        lives(&world, customer, city);
    }
    world
}

pub(crate) fn lives(world: &World, customer: &str, city: &str) {
    let email = format!("{}@example.org", customer.to_lowercase());
    let customer = Customer::new(customer).unwrap().named("Ana").email(&email);
    world.source.put(customer.with("city", city));
}

/// A broadcast to those who live in Quito when it is published.
pub(crate) fn promotion() -> Campaign {
    let step = Step::email("correo", "Novedades", "Hola {{customer_name}}").unwrap();
    let journey = Journey::new("difusion", TriggerSpec::OnDemand)
        .unwrap()
        .audience("city = \"Quito\"")
        .frozen(Freeze::Ids)
        .step(step);
    Campaign::new("promo", "promotion").unwrap().with(journey)
}

pub(crate) fn broadcast(world: &World) {
    let [campaign, journey, id] = ["promo", "difusion", "marzo"];
    let (campaign, journey) = (campaign.parse().unwrap(), journey.parse().unwrap());
    run(world
        .engine()
        .broadcast(&campaign, journey, id.parse().unwrap()))
    .unwrap();
}

/// The members of the only frozen audience of a campaign's record.
pub(crate) fn members(world: &World, record: &CampaignRecord) -> Vec<FrozenMember> {
    let frozen: Vec<_> = record.frozen().values().collect();
    let store: Arc<dyn AudienceStore> = world.store.clone();
    let page = run(store.members(frozen[0].id, None, 1000)).unwrap();
    assert_eq!(
        (frozen.len(), frozen[0].members),
        (1, page.items.len() as u64)
    );
    page.items
}

pub(crate) fn ids(members: &[FrozenMember]) -> Vec<&str> {
    members
        .iter()
        .map(|member| member.customer.as_str())
        .collect()
}

fn stored(world: &World) -> Vec<CampaignRecord> {
    let stored = run(world.store.campaigns()).unwrap();
    stored.into_iter().map(|stored| stored.record).collect()
}

fn reasons(world: &World) -> BTreeMap<String, Option<Reason>> {
    let views = world.views().into_iter();
    views
        .map(|it| (it.key.customer.to_string(), it.reason))
        .collect()
}

#[test]
fn who_was_there_gets_it_whatever_happened_since() {
    let mut world = world(&[("C-1", "Quito"), ("C-2", "Quito"), ("C-3", "Loja")]);
    world.pace = Pace::default().with_pages(1, 10);
    let record = world.activate(promotion());
    assert_eq!(ids(&members(&world, &record)), ["C-1", "C-2"]);
    assert_eq!(
        record.frozen().values().next().unwrap().at,
        world.clock.stands()
    );
    lives(&world, "C-1", "Loja");
    lives(&world, "C-3", "Quito");
    lives(&world, "C-4", "Quito");
    broadcast(&world);
    assert_eq!(world.passes().accepted, 2);
    world
        .email
        .assert_sent(&["c-1@example.org", "c-2@example.org"]);
    let record = &stored(&world)[0];
    assert_eq!(
        ids(&members(&world, record)),
        ["C-1", "C-2"],
        "the same ones still"
    );
}

#[test]
fn who_is_gone_from_the_source_is_told() {
    let mut world = world(&[("C-1", "Quito"), ("C-2", "Quito"), ("C-3", "Quito")]);
    world.hours = vec![serde_json::from_str(r#"{ "every_day": "13:00-20:00" }"#).unwrap()];
    world.activate(promotion());
    world.source.remove(&"C-1".parse().unwrap());
    broadcast(&world);
    assert_eq!(
        world.passes().refused[&Reason::CustomerGone],
        1,
        "before the plan"
    );
    world.source.remove(&"C-2".parse().unwrap());
    world.clock.advance(chrono::Duration::hours(7));
    assert_eq!(world.passes().refused[&Reason::CustomerGone], 1, "after it");
    world.email.assert_sent(&["c-3@example.org"]);
    let gone = Some(Reason::CustomerGone);
    let told = [("C-1", gone), ("C-2", gone), ("C-3", None)];
    assert_eq!(
        reasons(&world),
        told.map(|(id, why)| (id.to_owned(), why)).into()
    );
}

#[test]
fn refusals_and_missing_addresses_hold_as_ever() {
    let world = world(&[("C-1", "Quito"), ("C-2", "Quito")]);
    world
        .source
        .put(Customer::new("C-3").unwrap().with("city", "Quito"));
    world.activate(promotion());
    let word = Preference {
        subject: Subject::Customer("C-1".parse().unwrap()),
        scope: PreferenceScope {
            channel: None,
            purpose: PurposeScope::Promotional,
        },
        word: Word::OptOut,
        source: "test".to_owned(),
        wording: None,
    };
    let _ = run(world.store.record(&[word], world.clock.stands())).unwrap();
    broadcast(&world);
    let report = world.passes();
    assert_eq!((report.accepted, report.unreachable), (1, 1));
    assert_eq!(report.refused[&Reason::OptedOut], 1);
    world.email.assert_sent(&["c-2@example.org"]);
}

#[test]
fn nobody_is_an_error_and_nothing_is_made() {
    let world = world(&[("C-1", "Loja")]);
    let error = run(world.engine().publish(promotion())).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Nobody);
    assert_eq!(
        error.to_string(),
        "campaign promo was not published: nobody is in its audience"
    );
    assert_eq!(error.problems()[0].path, "journey[0].audience");
    let told = run(world.engine().check_audiences(&promotion())).unwrap();
    assert_eq!(told, error.problems());
    assert!(stored(&world).is_empty());
    let store: Arc<dyn AudienceStore> = world.store.clone();
    let next = run(store.begin_audience(&"x".parse().unwrap(), &"j".parse().unwrap())).unwrap();
    assert_eq!(next.number(), 1, "no audience was begun before");
}

#[test]
fn a_change_to_nobody_leaves_the_campaign_as_it_was() {
    let world = world(&[("C-1", "Quito")]);
    let kept = world.activate(promotion());
    lives(&world, "C-1", "Loja");
    let same = run(world.engine().publish(promotion())).unwrap();
    assert_eq!(same, kept, "what is kept exactly so is not frozen anew");
    assert_eq!(
        run(world.engine().check_audiences(&promotion())).unwrap(),
        []
    );
    let changed = Campaign {
        name: "Otro nombre".to_owned(),
        ..promotion()
    };
    let error = run(world.engine().publish(changed)).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Nobody);
    assert_eq!(stored(&world), std::slice::from_ref(&kept));
    assert_eq!(ids(&members(&world, &kept)), ["C-1"]);
}

#[test]
fn a_changed_campaign_freezes_anew() {
    let world = world(&[("C-1", "Quito")]);
    let first = world.activate(promotion());
    lives(&world, "C-2", "Quito");
    lives(&world, "C-1", "Loja");
    let changed = Campaign {
        name: "Otro nombre".to_owned(),
        ..promotion()
    };
    let second = world.activate(changed);
    assert_eq!(ids(&members(&world, &second)), ["C-2"]);
    let old = first.frozen().values().next().unwrap().id;
    let store: Arc<dyn AudienceStore> = world.store.clone();
    assert!(
        run(store.members(old, None, 1000))
            .unwrap()
            .items
            .is_empty(),
        "it is gone"
    );
    let mut open = promotion();
    open.journeys[0].freeze = None;
    let third = world.activate(open);
    assert!(third.frozen().is_empty());
    broadcast(&world);
    lives(&world, "C-1", "Quito");
    assert_eq!(world.passes().accepted, 2, "the rule counts again");
}

#[test]
fn a_pause_keeps_the_audience() {
    let world = world(&[("C-1", "Quito")]);
    let first = world.activate(promotion());
    let id = first.campaign().id.clone();
    let paused = run(world.engine().change(&id, Move::Pause)).unwrap();
    let resumed = run(world.engine().change(&id, Move::Resume)).unwrap();
    assert_eq!(
        (paused.frozen(), resumed.frozen()),
        (first.frozen(), first.frozen())
    );
    assert_eq!(ids(&members(&world, &resumed)), ["C-1"]);
}

#[test]
fn what_falls_due_for_records_asks_who_is_frozen() {
    let world = World::new();
    for n in 1..=3 {
        world.pin(&format!("C-{n}"), &format!("STR-{n}"), "2026-12-20");
        lives(
            &world,
            &format!("C-{n}"),
            if n == 3 { "Loja" } else { "Quito" },
        );
    }
    let mut campaign = crate::world::renewal();
    campaign.journeys[0].audience = Some(AudienceSpec::Rule("city = \"Quito\"".to_owned()));
    campaign.journeys[0].freeze = Some(Freeze::Ids);
    world.activate(campaign);
    lives(&world, "C-1", "Loja");
    lives(&world, "C-3", "Quito");
    let report = world.passes();
    assert_eq!((report.accepted, report.outside_audience), (2, 1));
    world
        .email
        .assert_sent(&["c-1@example.org", "c-2@example.org"]);
}

#[test]
fn a_new_audience_withdraws_what_was_planned_for_the_old_one() {
    let mut world = world(&[("C-1", "Quito"), ("C-2", "Quito")]);
    world.hours = vec![serde_json::from_str(r#"{ "every_day": "13:00-20:00" }"#).unwrap()];
    world.activate(promotion());
    broadcast(&world);
    assert_eq!(world.passes().deferred[&Reason::QuietHours], 2);
    lives(&world, "C-1", "Loja");
    let mut changed = promotion();
    changed.priority = 1;
    world.activate(changed);
    world.clock.advance(chrono::Duration::hours(7));
    let report = world.passes();
    assert_eq!(
        (report.accepted, report.refused[&Reason::NotInAudience]),
        (1, 1)
    );
    world.email.assert_sent(&["c-2@example.org"]);
}

#[test]
fn a_record_that_was_kept_without_its_audience_is_left_alone() {
    let world = world(&[("C-1", "Quito")]);
    let now = world.clock.stands();
    let mut record = CampaignRecord::draft(promotion(), now).unwrap();
    run(world.store.save(&record)).unwrap();
    for r#move in [Move::Schedule, Move::Activate] {
        record = record.moved(r#move, now).unwrap();
        run(world.store.save(&record)).unwrap();
    }
    broadcast(&world);
    let report = run(world.engine().pass()).unwrap();
    let [Trouble::Campaign { problems, .. }] = &report.troubles[..] else {
        panic!("{:?}", report.troubles)
    };
    assert_eq!(problems[0].path, "journey[0].freeze");
    world.email.assert_sent(&[]);
}

/// A source that counts what it is asked.
#[derive(Debug)]
struct Counting {
    honest: Arc<memory::MemorySource>,
    pages: AtomicUsize,
    finds: AtomicUsize,
}

#[async_trait::async_trait]
impl CustomerSource for Counting {
    async fn schema(&self) -> Result<Schema, PortError> {
        self.honest.schema().await
    }

    async fn page<'a>(
        &self,
        query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        self.pages.fetch_add(1, Ordering::Relaxed);
        CustomerSource::page(&*self.honest, query, after, limit).await
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        self.finds.fetch_add(1, Ordering::Relaxed);
        CustomerSource::find(&*self.honest, ids).await
    }
}

#[test]
fn a_frozen_audience_is_read_by_its_ids_in_few_calls() {
    let mut world = world(&[]);
    for n in 0..40 {
        lives(
            &world,
            &format!("C-{n}"),
            if n < 10 { "Quito" } else { "Loja" },
        );
    }
    world.pace = Pace::default().with_pages(5, 10);
    let source = Arc::new(Counting {
        honest: world.source.clone(),
        pages: AtomicUsize::new(0),
        finds: AtomicUsize::new(0),
    });
    let engine = Engine::builder()
        .store(world.store.clone())
        .clock(Arc::new(world.clock.clone()))
        .customers(source.clone())
        .consent(Consent::OptOut)
        .zone("America/Bogota".parse().unwrap())
        .action(Arc::new(world.email.clone()))
        .pace(world.pace.clone())
        .build()
        .unwrap();
    run(engine.activate(promotion())).unwrap();
    source.pages.store(0, Ordering::Relaxed);
    broadcast(&world);
    assert_eq!(run(engine.pass()).unwrap().accepted, 10);
    let calls = (
        source.pages.load(Ordering::Relaxed),
        source.finds.load(Ordering::Relaxed),
    );
    assert_eq!(
        calls,
        (0, 2),
        "two pages of five ids, and not one of the source"
    );
}
