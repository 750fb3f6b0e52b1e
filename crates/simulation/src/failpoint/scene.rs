//! A small business: five people, two campaigns, one message a week for everybody.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_adapters_store::FlightFile;
use pregon_conformance::saboteur::{SabotagedStore, StoreFault};
use pregon_core::memory::MemorySource;
use pregon_core::testing::ManualClock;
use pregon_core::{
    Campaign, Cap, Consent, Customer, Engine, Limit, Pace, Preference, PreferenceScope,
    PurposeScope, Recorder, Subject, Word,
};
use serde_json::json;

use super::Deal;
use super::base::{Base, Handle};
use super::provider::Provider;
use super::recorder::Noted;
use super::sink::Ear;
use super::switch::{Life, Switch};
use super::tripped::Tripped;
use crate::heard::Heard;

/// A protocol that is wrong on purpose: the table must notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// A place in a limit is given back while its message is in doubt.
    ReleasesHoldsInDoubt,
    /// A channel promises that its provider knows keys, and it does not.
    PromisesKeys,
    /// The flight recorder notes that a message left when its answer has come.
    NotesAfterSending,
    /// The flight recorder does not note what became of a message.
    ForgetsLandings,
    /// The store forgets events when they are read.
    ForgetsEventsTooSoon,
    /// An event that is told again has another name.
    RenamesEvents,
    /// What happened is not told.
    TellsNothing,
}

impl Wrong {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ReleasesHoldsInDoubt,
        Self::PromisesKeys,
        Self::NotesAfterSending,
        Self::ForgetsLandings,
        Self::ForgetsEventsTooSoon,
        Self::RenamesEvents,
        Self::TellsNothing,
    ];

    fn fault(this: Option<Self>) -> StoreFault {
        match this {
            Some(Self::ReleasesHoldsInDoubt) => StoreFault::ReleasesHoldsInDoubt,
            Some(Self::ForgetsEventsTooSoon) => StoreFault::ForgetsEventsTooSoon,
            Some(Self::RenamesEvents) => StoreFault::RenamesEvents,
            Some(Self::TellsNothing) => StoreFault::TellsNothing,
            _ => StoreFault::None,
        }
    }
}

/// How many people there are; the first of them refuses.
pub(super) const PEOPLE: usize = 5;

/// The campaigns.
pub(super) const CAMPAIGNS: [&str; 2] = ["aviso", "boletin"];

/// The business.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) base: Base,
    pub(super) clock: ManualClock,
    pub(super) switch: Arc<Switch>,
    pub(super) provider: Provider,
    /// Who is told of all that happens.
    pub(super) heard: Heard,
    source: Arc<MemorySource>,
    deal: Deal,
    wrong: Option<Wrong>,
}

/// A process, or one of the engines of a process.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) engine: Arc<Engine>,
    pub(super) handle: Handle,
    recorder: Arc<dyn Recorder>,
}

impl Scene {
    pub(super) fn new(
        base: Base,
        switch: Arc<Switch>,
        deal: Deal,
        loses_first: bool,
        wrong: Option<Wrong>,
    ) -> Self {
        let clock = ManualClock::at("2026-11-20T12:00:00Z");
        let people = (0..PEOPLE).map(|n| {
            let it = Customer::new(format!("C-{n}")).expect("an id");
            it.email(&address(n))
        });
        Self {
            base,
            provider: Provider::new(deal, &clock, loses_first),
            clock,
            heard: Heard::default(),
            switch,
            source: Arc::new(MemorySource::new().with_customers(people)),
            deal,
            wrong,
        }
    }

    /// When the campaigns write: a Monday in Bogota.
    pub(super) fn fires_at() -> DateTime<Utc> {
        at("2026-11-23T15:00:00Z")
    }

    /// When they are over.
    pub(super) fn ends_at() -> DateTime<Utc> {
        at("2026-11-27T00:00:00Z")
    }

    pub(super) fn campaigns(&self) -> Vec<Campaign> {
        let campaign = |(priority, id): (usize, &str)| {
            let written = json!({
                "id": id, "name": id, "purpose": self.deal.purpose(), "priority": priority,
                "ends_at": Self::ends_at(),
                "journey": [{
                    "id": "todos",
                    "trigger": { "calendar": { "cron": "0 10 * * 1" } },
                    "step": [{ "id": "correo", "email": { "subject": id, "text": "Hola." } }],
                }],
            });
            serde_json::from_value(written).expect("a campaign as its file says it")
        };
        CAMPAIGNS.into_iter().enumerate().map(campaign).collect()
    }

    /// The one limit.
    pub(super) fn limits() -> Vec<Arc<dyn Limit>> {
        let written = json!({
            "id": "semana", "most": 1, "per": "week", "when_full": "drop",
            "transactional_too": true, "alert_at": "100%",
        });
        let cap: Cap = serde_json::from_value(written).expect("a limit");
        vec![Arc::new(cap)]
    }

    /// What the first person says.
    pub(super) fn refusal() -> Preference {
        Preference {
            subject: Subject::Customer("C-0".parse().expect("an id")),
            scope: PreferenceScope {
                channel: None,
                purpose: PurposeScope::Everything,
            },
            word: Word::OptOut,
            source: "form".to_owned(),
            wording: None,
        }
    }

    /// A new process over a store that was just opened.
    pub(super) fn process(&self, handle: Handle) -> Result<Process, String> {
        let recorder = FlightFile::open(self.base.flights());
        let recorder = recorder.map_err(|error| format!("the flight recorder: {error:?}"))?;
        self.engine(handle, Arc::new(recorder))
    }

    /// Another engine in the same process.
    pub(super) fn beside(&self, process: &Process) -> Result<Process, String> {
        self.engine(process.handle.clone(), Arc::clone(&process.recorder))
    }

    fn engine(&self, handle: Handle, recorder: Arc<dyn Recorder>) -> Result<Process, String> {
        let life = Life::new(&self.switch);
        let honest = SabotagedStore::new(handle.store(), Wrong::fault(self.wrong));
        let store = Tripped {
            honest: Arc::new(honest),
            life: life.clone(),
        };
        let line = Arc::new(self.provider.line(&life, self.wrong));
        let ear = Ear {
            heard: self.heard.clone(),
            life: life.clone(),
        };
        let noted = Noted {
            honest: Arc::clone(&recorder),
            life,
            wrong: self.wrong,
        };
        let pace = Pace::default()
            .with_pages(2, 10)
            .with_claim(4)
            .with_begin(2)
            .with_in_flight(1);
        let source = Arc::<MemorySource>::clone(&self.source);
        let mut builder = Engine::builder()
            .store(Arc::new(store))
            .clock(Arc::new(self.clock.clone()))
            .customers(source)
            .consent(Consent::OptOut)
            .zone("America/Bogota".parse().expect("a zone"))
            .action(Arc::<super::provider::Line>::clone(&line))
            .lookup("email".parse().expect("a channel"), line)
            .recorder(Arc::new(noted))
            .events(Arc::new(ear))
            .pace(pace);
        for limit in Self::limits() {
            builder = builder.limit(limit);
        }
        let engine = builder.build().map_err(|error| error.to_string())?;
        Ok(Process {
            engine: Arc::new(engine),
            handle,
            recorder,
        })
    }
}

pub(super) fn address(n: usize) -> String {
    format!("c-{n}@example.org")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}
