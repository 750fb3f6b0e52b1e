//! A birthday on a Sunday: the service holds commercial messages back until Monday, so they are
//! not given to it before.

use std::sync::Arc;

use pregon_adapters_sms::Redvoiss;
use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::testing::ManualClock;
use pregon_core::{
    AttributeType, Campaign, Carry, Consent, Customer, DateSpec, Engine, Journey, PassReport,
    Reason, Record, Schema, Sms, Step, TriggerSpec, Value,
};

use crate::support::{Account, Redvoisses, Server};

/// A guest whose birthday is Sunday, 22 November 2026.
fn guests() -> MemorySource {
    let birthday = Schema::new().with("day", AttributeType::Date).unwrap();
    let guest = Customer::new("C-1").unwrap().named("Ana");
    let day = Value::Date("2026-11-22".parse().unwrap());
    let record = Record::new("birthday", "C-1-2026", "C-1").unwrap();
    MemorySource::new()
        .with_kind("birthday".parse().unwrap(), birthday)
        .with_customers([guest.phone("+56958655810")])
        .with_records([record.with("day", day)])
}

fn campaign(purpose: &str) -> Campaign {
    let on_the_day = DateSpec {
        record: "birthday".parse().unwrap(),
        date: "day".to_owned(),
        days: Some(0),
        hours: None,
        cron: None,
        not_after: None,
        catch_up: None,
    };
    let journey = Journey::new("saludo", TriggerSpec::AfterDate(on_the_day)).unwrap();
    let step = Step::sms("sms", "Feliz cumpleaños, {{customer_name}}").unwrap();
    Campaign::new("cumple", purpose)
        .unwrap()
        .with(journey.step(step))
}

struct Spa {
    service: Redvoisses,
    clock: ManualClock,
    engine: Engine,
}

impl Spa {
    async fn open(purpose: &str) -> Self {
        let service: Redvoisses = Server::start(Account::default()).await;
        // Saturday night in Chile.
        let clock = ManualClock::at("2026-11-22T02:00:00Z");
        let source = Arc::new(guests());
        let engine = Engine::builder()
            .store(Arc::new(MemoryStore::new()))
            .clock(Arc::new(clock.clone()))
            .customers(Arc::<MemorySource>::clone(&source))
            .consent(Consent::OptOut)
            .zone("America/Santiago".parse().unwrap())
            .records(source)
            .action(Arc::new(Carry::<Sms, _>::new(service.channel())))
            .hours(Redvoiss::hours())
            .build()
            .unwrap();
        engine.activate(campaign(purpose)).await.unwrap();
        Self {
            service,
            clock,
            engine,
        }
    }

    async fn at(&self, instant: &str) -> PassReport {
        self.clock.set(instant.parse().unwrap());
        let mut total = PassReport::default();
        loop {
            let report = self.engine.pass().await.unwrap();
            let again = report.next.is_some_and(|at| at <= self.clock.stands());
            total.add(report);
            if !again {
                assert!(total.troubles.is_empty(), "{:?}", total.troubles);
                return total;
            }
        }
    }
}

#[tokio::test]
async fn a_birthday_on_a_sunday_waits_until_monday_at_eight() {
    let spa = Spa::open("birthday").await;
    let sunday = spa.at("2026-11-22T15:00:00Z").await;
    assert_eq!((sunday.planned, sunday.accepted), (1, 0));
    assert_eq!(sunday.deferred[&Reason::QuietHours], 1);
    let before_eight = spa.at("2026-11-23T10:59:59Z").await;
    assert_eq!(before_eight.accepted, 0);
    assert!(
        spa.service.paths().is_empty(),
        "nothing lies at the service"
    );
    let monday = spa.at("2026-11-23T11:10:00Z").await;
    assert_eq!(monday.accepted, 1);
    let taken = spa.service.desk().taken();
    assert_eq!((taken.len(), taken[0].commercial), (1, true));
    assert_eq!(taken[0].text, "Feliz cumpleaños, Ana");
}

/// The service holds nothing back that is not commercial, and neither does the engine.
#[tokio::test]
async fn a_reminder_on_a_sunday_goes_at_once() {
    let spa = Spa::open("reminder").await;
    let sunday = spa.at("2026-11-22T15:00:00Z").await;
    assert_eq!((sunday.planned, sunday.accepted), (1, 1));
    assert!(!spa.service.desk().taken()[0].commercial);
}
