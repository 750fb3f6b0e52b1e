//! The spa: its store, its channels, its clock and its engine.

use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDateTime, Utc};
use pregon::memory::MemorySource;
use pregon::testing::{ManualClock, Recording};
use pregon::{
    BookEntry, Books, Campaign, Cap, Consent, CustomerId, CustomerSource, Engine, Hours, Limit,
    PassReport, Preset, Record, Segments, SegmentsDocument, Store, Subject, Value, Zone,
};

use super::birthdays::Birthdays;
use super::people;
use super::trace::Moment;

/// A store whose books can be read.
pub(crate) trait Kept: Store + Books {}
impl<T: Store + Books> Kept for T {}

pub(crate) struct Spa {
    pub(crate) store: Arc<dyn Kept>,
    pub(crate) people: Arc<MemorySource>,
    pub(crate) sms: Recording,
    pub(crate) email: Recording,
    pub(crate) engine: Engine,
    /// The limits over all campaigns, as the engine has them.
    pub(crate) limits: Vec<Arc<dyn Limit>>,
    pub(crate) moments: Mutex<Vec<Moment>>,
    clock: ManualClock,
}

/// Where the spa is.
pub(crate) fn santiago() -> Zone {
    "America/Santiago".parse().unwrap()
}

/// The instant of a wall time at the spa: `2026-09-05 10:00`.
pub(crate) fn local(text: &str) -> DateTime<Utc> {
    let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    santiago().instant(wall)
}

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn segments() -> Segments {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("segments/spa.toml");
    let text = std::fs::read_to_string(file).unwrap();
    let document: SegmentsDocument = toml::from_str(&text).unwrap();
    document.into_segments().unwrap()
}

pub(crate) fn campaigns() -> Vec<Campaign> {
    let mut file: serde_json::Value = toml::from_str(include_str!("campaigns.toml")).unwrap();
    serde_json::from_value(file["campaign"].take()).unwrap()
}

impl Spa {
    /// The spa on Friday, 4 September 2026, at 08:00, with all of its campaigns active.
    pub(crate) async fn open(store: Arc<dyn Kept>) -> Self {
        let people = Arc::new(people::source());
        let clock = ManualClock::new(local("2026-09-04 08:00"));
        let (sms, email) = (Recording::sms(), Recording::email());
        let aremko = Preset::named("aremko").unwrap();
        // What the preset does not have: one phone is one phone, whoever answers it.
        let phone = r#"{ "id": "un-telefono", "channel": "sms", "most": 2, "per": "day",
                         "by_address": true }"#;
        let phone: Cap = serde_json::from_str(phone).unwrap();
        // And on holidays it does not advertise.
        let holidays = r#"{ "purpose": "promotion", "every_day": "09:00-20:00",
                            "holidays": "cl" }"#;
        let holidays: Hours = serde_json::from_str(holidays).unwrap();
        let limits = aremko.limits.iter().chain([&phone]);
        let limits = limits.map(|cap| Arc::new(cap.clone()) as Arc<dyn Limit>);
        let customers = Arc::clone(&people);
        let birthdays = Birthdays {
            people: Arc::clone(&people),
            zone: santiago(),
        };
        let engine = Engine::builder()
            .store(store.clone())
            .clock(Arc::new(clock.clone()))
            .customers(customers)
            .consent(Consent::OptOut)
            .zone(santiago())
            .records(people.clone())
            .action(Arc::new(sms.clone()))
            .action(Arc::new(email.clone()))
            .segments(segments())
            .trigger("cumple".parse().unwrap(), Arc::new(birthdays))
            .preset(aremko)
            .limit(Arc::new(phone.clone()))
            .hours(holidays)
            .build()
            .unwrap();
        for campaign in campaigns() {
            engine.activate(campaign).await.unwrap();
        }
        Self {
            store,
            people,
            sms,
            email,
            engine,
            limits: limits.collect(),
            moments: Mutex::default(),
            clock,
        }
    }

    /// Turns the clock to a wall time at the spa and passes until nothing is due.
    pub(crate) async fn at(&self, wall: &str) {
        self.until(local(wall)).await;
    }

    /// Turns the clock to an instant and passes until nothing is due.
    pub(crate) async fn until(&self, instant: DateTime<Utc>) {
        self.clock.set(instant);
        let mut total = PassReport::default();
        loop {
            let report = self.engine.pass().await.unwrap();
            let again = report.next.is_some_and(|at| at <= instant);
            total.add(report);
            if !again {
                break;
            }
        }
        assert!(total.troubles.is_empty(), "{:?}", total.troubles);
        self.note(instant, &total);
    }

    /// Starts a broadcast at a wall time, and passes.
    pub(crate) async fn offer(&self, wall: &str, campaign: &str, broadcast: &str) {
        self.clock.set(local(wall));
        let (campaign, journey) = (campaign.parse().unwrap(), "aviso".parse().unwrap());
        let started = self
            .engine
            .broadcast(&campaign, journey, broadcast.parse().unwrap());
        started.await.unwrap();
        self.at(wall).await;
    }

    /// A booking that somebody makes at a wall time for another.
    pub(crate) fn book(&self, id: &str, who: &str, booked_at: &str, starts_at: &str) {
        let booking = Record::new("booking", id, who)
            .unwrap()
            .with("booked_at", Value::Instant(local(booked_at)))
            .with("starts_at", Value::Instant(local(starts_at)));
        self.people.put_record(booking);
    }

    /// The spa learns a date of somebody: the last visit, the right birth date.
    pub(crate) async fn learns(&self, who: &str, date: &str, day: &str) {
        let id = CustomerId::new(who).unwrap();
        let found = CustomerSource::find(&*self.people, &[id]).await.unwrap();
        let known = found.into_iter().next().unwrap();
        self.people
            .put(known.with(date, Value::Date(day.parse().unwrap())));
    }

    /// Everything that the books have of a person, as it was planned.
    pub(crate) async fn entries_of(&self, who: &str) -> Vec<BookEntry> {
        let who = CustomerId::new(who).unwrap();
        let page = self.store.entries_of(&who, None, 1000).await.unwrap();
        assert!(page.next.is_none(), "a page holds a person's story");
        page.items
    }

    /// The phone of somebody, as preferences speak of it.
    pub(crate) async fn phone(&self, canonical: &str) -> Subject {
        let kind = "phone".parse().unwrap();
        self.engine.address(&kind, canonical).await.unwrap()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.stands()
    }
}
