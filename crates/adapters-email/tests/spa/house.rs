//! The spa: its people, what it writes to them, and its engine.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::testing::{ManualClock, Recording};
use pregon_core::{
    Activity, ActivitySpec, AttributeType, Attributes, Campaign, Consent, Customer,
    DispatchLog as _, DispatchQuery, Engine, FeedbackStore as _, Happening, Heard, Hearing,
    Journey, PassReport, Preset, Reason, Record, Schema, Step, TriggerSpec,
};

use super::provider::{Event, Provider};

/// What is booked first, and its mail.
pub(crate) const MASSAGES: &str = "masaje";
pub(crate) const MASSAGE: &str = "Reserva confirmada: masaje";
pub(crate) const SAUNA: &str = "Reserva confirmada: sauna";
pub(crate) const MUD: &str = "Reserva confirmada: barro";
pub(crate) const NOVEMBER: &str = "20% en noviembre";
pub(crate) const DECEMBER: &str = "Diciembre en el spa";

/// The spa at one provider of mails; short messages go their own way.
pub(crate) struct Spa<'a> {
    pub(crate) provider: &'a dyn Provider,
    pub(crate) engine: Engine,
    pub(crate) sms: Recording,
    store: Arc<MemoryStore>,
    people: Arc<MemorySource>,
    clock: ManualClock,
    /// Every mail that somebody was meant to get by now: to whom, and its subject.
    due: Vec<(String, String)>,
}

impl<'a> Spa<'a> {
    pub(crate) async fn open(store: Arc<MemoryStore>, provider: &'a dyn Provider) -> Self {
        let schema = Schema::new().with("service", AttributeType::Text);
        let people = MemorySource::new().with_kind("booking".parse().unwrap(), schema.unwrap());
        let everybody = ["ana", "bea", "caro", "dora"].into_iter();
        let people = people.with_customers(everybody.map(|who| person(who, who)));
        let (people, sms) = (Arc::new(people), Recording::sms());
        let clock = ManualClock::at("2026-11-20T14:00:00Z");
        let engine = Engine::builder()
            .store(Arc::<MemoryStore>::clone(&store))
            .clock(Arc::new(clock.clone()))
            .customers(Arc::<MemorySource>::clone(&people))
            .consent(Consent::OptOut)
            .zone("America/Santiago".parse().unwrap())
            .records(Arc::<MemorySource>::clone(&people))
            .activities(["booking"])
            .action(provider.action())
            .action(Arc::new(sms.clone()))
            // Among others: one mail a week that is not asked for.
            .preset(Preset::named("aremko").unwrap())
            .build()
            .unwrap();
        engine.activate(confirmation()).await.unwrap();
        Self {
            provider,
            engine,
            sms,
            store,
            people,
            clock,
            due: Vec::new(),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.stands()
    }

    /// Turns the clock to an instant.
    pub(crate) fn turn(&self, instant: &str) {
        self.clock.set(instant.parse().unwrap());
    }

    /// Somebody has another address.
    pub(crate) fn moves(&self, who: &str, local: &str) {
        self.people.put(person(who, local));
    }

    /// Some people book a service, each their own hour.
    pub(crate) async fn book(&self, service: &str, people: &[&str]) {
        for who in people {
            let id = format!("{service}-{who}");
            let hour = Record::new("booking", &id, who).unwrap();
            let hour = hour.with("service", service);
            self.people.put_record(hour.clone());
            let booked = Activity {
                id,
                customer: who.parse().unwrap(),
                kind: "booking".to_owned(),
                at: self.now(),
                attributes: Attributes::new(),
            };
            let found = self.engine.customer(&who.parse().unwrap()).await;
            let happening = Happening::new(booked, found.unwrap().unwrap()).about(hour);
            let reported = self.engine.happened(&[happening]).await.unwrap();
            assert_eq!(reported.scheduled.new.len(), 2, "by mail and by phone");
        }
    }

    /// Begins an offer to everybody.
    pub(crate) async fn offer(&self, id: &str, subject: &str) {
        self.engine.activate(offer(id, subject)).await.unwrap();
        let (campaign, journey) = (id.parse().unwrap(), "aviso".parse().unwrap());
        let begun = self
            .engine
            .broadcast(&campaign, journey, "todos".parse().unwrap());
        begun.await.unwrap();
    }

    /// Passes until nothing is due, and nothing is wrong.
    pub(crate) async fn pass(&self) -> PassReport {
        let total = self.pass_with_troubles().await;
        assert!(total.troubles.is_empty(), "{:?}", total.troubles);
        total
    }

    /// Passes until nothing is due.
    pub(crate) async fn pass_with_troubles(&self) -> PassReport {
        let mut total = PassReport::default();
        loop {
            let report = self.engine.pass().await.unwrap();
            let again = report.next.is_some_and(|at| at <= self.now());
            total.add(report);
            if !again {
                break;
            }
        }
        assert_eq!((total.failed, total.in_doubt, total.retry), (0, 0, 0));
        total
    }

    /// Asserts that these people got a mail of this subject now, and nobody anything else.
    #[track_caller]
    pub(crate) fn got(&mut self, subject: &str, people: &[&str]) {
        let due = people.iter().map(|who| (address(who), subject.to_owned()));
        self.due.extend(due);
        self.nothing_more();
    }

    /// Asserts that every mail that was due is there, once, and no other.
    #[track_caller]
    pub(crate) fn nothing_more(&self) {
        let mails = self.provider.mails().into_iter();
        let mut mails: Vec<_> = mails.map(|mail| (mail.to, mail.subject)).collect();
        let mut due = self.due.clone();
        mails.sort_unstable();
        due.sort_unstable();
        assert_eq!(mails, due);
    }

    /// Asserts that a pass refused exactly these people's mails of a campaign, because they or
    /// their addresses want no more.
    pub(crate) async fn refused(&self, report: &PassReport, campaign: &str, people: &[&str]) {
        let refused: Vec<_> = report.refused.iter().collect();
        assert_eq!(refused, [(&Reason::OptedOut, &(people.len() as u64))]);
        let query = DispatchQuery::all().of_campaign(campaign.parse().unwrap());
        let page = self.store.dispatches(&query, None, 100).await.unwrap();
        let views = page.items.into_iter();
        let views = views.filter(|view| view.reason == Some(Reason::OptedOut));
        let mut whose: Vec<String> = views.map(|view| view.key.customer.to_string()).collect();
        whose.sort_unstable();
        assert_eq!(whose, people);
    }

    /// The provider calls with these events, a call a minute, and the engine hears each.
    pub(crate) async fn tell(&self, events: &[Event]) -> Hearing {
        let mut all = Hearing::default();
        for some in events.chunks(self.provider.at_once()) {
            self.clock.advance(chrono::Duration::minutes(1));
            let told = self.provider.call(some, self.now()).unwrap();
            all.add(self.engine.hear(&told).await.unwrap());
            self.provider.kept();
        }
        all
    }

    /// Whose mail, its subject, and what came back of it.
    pub(crate) async fn heard(&self) -> Vec<(String, String, Heard)> {
        let mails = self.provider.mails();
        let names: Vec<_> = mails.iter().map(|mail| mail.name).collect();
        let heard = self.store.heard(&names).await.unwrap();
        let whose = mails.into_iter().zip(heard);
        let whose = whose.map(|(it, heard)| (it.who().to_owned(), it.subject, heard));
        whose.collect()
    }
}

fn address(local: &str) -> String {
    format!("{local}@example.net")
}

fn person(who: &str, local: &str) -> Customer {
    let place = u32::from(who.as_bytes()[0] - b'a');
    let phone = format!("+569586558{place:02}");
    let person = Customer::new(who).unwrap().named(who);
    person.email(&address(local)).phone(&phone)
}

/// At once, by mail and by short message.
fn confirmation() -> Campaign {
    let booked = || {
        let record = Some("booking".parse().unwrap());
        let of = ActivitySpec::of("booking");
        TriggerSpec::OnActivity(ActivitySpec { record, ..of })
    };
    let subject = "Reserva confirmada: {{service}}";
    let text = "Hola {{customer_name}}, su hora está reservada.";
    let mail = Journey::new("correo", booked()).unwrap();
    let phone = Journey::new("sms", booked()).unwrap();
    Campaign::new("confirmacion", "booking_confirmation")
        .unwrap()
        .with(mail.step(Step::email("correo", subject, text).unwrap()))
        .with(phone.step(Step::sms("sms", text).unwrap()))
}

fn offer(id: &str, subject: &str) -> Campaign {
    let parts = [
        ("subject", subject),
        ("text", "Hola {{customer_name}}, lo esperamos."),
        (
            "html",
            "<p>Hola {{customer_name}}, <a href=\"https://spa.example.org\">venga</a>.</p>",
        ),
    ];
    let step = Step::message("correo", "email", &parts).unwrap();
    let journey = Journey::new("aviso", TriggerSpec::OnDemand).unwrap();
    Campaign::new(id, "promotion")
        .unwrap()
        .with(journey.step(step))
}
