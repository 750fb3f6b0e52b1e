//! A business of chance, and what its engine is built from.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use pregon_conformance::saboteur::SabotagedStore;
use pregon_core::memory::MemorySource;
use pregon_core::testing::{ManualClock, Recording};
use pregon_core::{
    Action as _, AttributeType, Campaign, Cap, Consent, Engine, EngineError, Hours, Pace, Promise,
    Schema, Store, Zone,
};

use super::ear::Ear;
use super::people::{Person, Thing, person, thing};
use super::post::Post;
use super::sabotage::Retold;
use super::source::Flaky;
use super::store::Watched;
use super::trouble::{Rates, Trouble};
use super::witness::{Facts, Witness};
use super::{Sabotage, campaigns};
use crate::Dice;
use crate::heard::Heard;

/// A business, its people and its bad luck.
#[derive(Debug)]
pub(super) struct World {
    pub(super) begins: DateTime<Utc>,
    pub(super) zone: Zone,
    pub(super) clock: ManualClock,
    pub(super) trouble: Trouble,
    pub(super) witness: Witness,
    pub(super) source: Arc<MemorySource>,
    pub(super) store: Watched,
    pub(super) campaigns: Vec<Campaign>,
    /// Whether a provider forgets keys, so that the clock may not stand still for long.
    pub(super) forgetful: bool,
    /// Who is told of all that happens, if anybody wants to hear it.
    pub(super) ear: Option<Ear>,
    flaky: Arc<Flaky>,
    posts: [Post; 2],
    consent: Consent,
    caps: Vec<Cap>,
    hours: Vec<Hours>,
    pace: Pace,
}

/// Some instant of four years.
fn beginning(dice: &mut Dice) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
        + Duration::days(dice.between(19_723, 21_184))
        + Duration::minutes(dice.between(0, 1439))
        // Clocks are finer than ledgers.
        + Duration::nanoseconds(123_456_789)
}

/// Who hears what happens, in two of three.
fn ear(
    trouble: &Trouble,
    witness: &Witness,
    sabotage: Option<Sabotage>,
    dice: &mut Dice,
) -> Option<Ear> {
    (dice.below(3) > 0).then(|| Ear {
        heard: Heard::default(),
        trouble: trouble.with(dice.fork()),
        witness: witness.clone(),
        lies: sabotage == Some(Sabotage::LyingSink),
    })
}

impl World {
    /// The business of some dice over a store.
    pub(super) fn new(honest: Arc<dyn Store>, sabotage: Option<Sabotage>, dice: &mut Dice) -> Self {
        let begins = beginning(dice);
        let zone = *dice.of(&["America/Bogota", "America/Santiago", "Europe/Madrid"]);
        let zone: Zone = zone.parse().expect("a zone of the database");
        let consent = *dice.of(&[Consent::OptOut, Consent::OptOut, Consent::OptIn]);
        let trouble = Trouble::new(dice.fork(), Rates::of(dice));
        let mut facts = Facts::new(zone, consent);
        (facts.people, facts.things) = population(begins, dice);
        (facts.caps, facts.hours) = (campaigns::limits(dice), campaigns::hours(dice));
        let (caps, hours) = (facts.caps.clone(), facts.hours.clone());
        let source = Arc::new(source(&facts.people, &facts.things));
        let clock = ManualClock::new(begins);
        let witness = Witness::new(facts);
        let kinds = [Recording::email(), Recording::sms()];
        let posts = kinds.map(|kind| {
            let promise = promise(dice);
            let channel = kind.shape().kind;
            witness.facts().promises.insert(channel, promise);
            let trouble = trouble.with(dice.fork());
            Post::new(&kind, promise, &clock, trouble, witness.clone(), sabotage)
        });
        let forgets =
            |promise: &Promise| matches!(promise, Promise::Idempotent { retention: Some(_) });
        let forgetful = witness.facts().promises.values().any(forgets);
        let flaky = Flaky {
            honest: Arc::clone(&source),
            trouble: trouble.with(dice.fork()),
        };
        let fault = sabotage.map_or(
            pregon_conformance::saboteur::StoreFault::None,
            Sabotage::store,
        );
        let store = Watched {
            honest: Arc::new(SabotagedStore::new(honest, fault)),
            trouble: trouble.with(dice.fork()),
            witness: witness.clone(),
            sabotage,
            retold: Retold::default(),
        };
        let ear = ear(&trouble, &witness, sabotage, dice);
        Self {
            begins,
            zone,
            clock,
            trouble,
            witness,
            source,
            store,
            campaigns: campaigns::campaigns(dice),
            forgetful,
            ear,
            flaky: Arc::new(flaky),
            posts,
            consent,
            caps,
            hours,
            pace: pace(dice),
        }
    }

    /// The engine of a new process.
    pub(super) fn engine(&self) -> Result<Engine, EngineError> {
        let [email, sms] = self.posts.clone();
        let flaky = || Arc::clone(&self.flaky);
        let asked = [email.clone(), sms.clone()];
        let mut builder = Engine::builder()
            .store(Arc::new(self.store.clone()))
            .clock(Arc::new(self.clock.clone()))
            .customers(flaky())
            .consent(self.consent)
            .zone(self.zone)
            .records(flaky())
            .action(Arc::new(email))
            .action(Arc::new(sms))
            .pace(self.pace.clone());
        for post in asked {
            if let Some(channel) = post.can_be_asked() {
                builder = builder.lookup(channel, Arc::new(post));
            }
        }
        if let Some(ear) = self.ear.clone() {
            builder = builder.events(Arc::new(ear));
        }
        for cap in &self.caps {
            builder = builder.limit(Arc::new(cap.clone()));
        }
        for hours in &self.hours {
            builder = builder.hours(hours.clone());
        }
        builder.build()
    }
}

fn population(begins: DateTime<Utc>, dice: &mut Dice) -> (Vec<Person>, Vec<Thing>) {
    // Few businesses are large: what goes wrong does so with few people as well.
    let most = *dice.of(&[60, 60, 80, 80, 120, 500]);
    let count = usize::try_from(dice.between(50, most)).unwrap_or(50);
    let people: Vec<Person> = (0..count).map(|n| person(n, begins, dice)).collect();
    let mut things = Vec::new();
    for owner in 0..count {
        for _ in 0..dice.below(3) {
            things.push(thing(things.len(), owner, begins, dice));
        }
    }
    (people, things)
}

fn source(people: &[Person], things: &[Thing]) -> MemorySource {
    let schema = |names: &[(&str, AttributeType)]| {
        let with = |schema: Schema, (name, kind): &(&str, AttributeType)| {
            schema.with(name, kind.clone()).expect("a schema")
        };
        names.iter().fold(Schema::new(), with)
    };
    use AttributeType::{Date, Instant, Text};
    let customer = schema(&[("city", Text), ("birth_date", Date)]);
    let pin = schema(&[("expiry_date", Date), ("status", Text)]);
    let booking = schema(&[("starts_at", Instant), ("status", Text)]);
    MemorySource::new()
        .with_schema(customer)
        .with_kind("pin".parse().expect("a kind"), pin)
        .with_kind("booking".parse().expect("a kind"), booking)
        .with_customers(people.iter().map(|person| person.customer.clone()))
        .with_records(things.iter().map(|thing| thing.record.clone()))
}

fn promise(dice: &mut Dice) -> Promise {
    let length = |text: &str| text.parse().expect("a length");
    let settle = *dice.of(&["10m", "3h"]);
    *dice.of(&[
        Promise::Blind,
        Promise::Blind,
        Promise::Webhook,
        Promise::Idempotent { retention: None },
        Promise::Idempotent {
            retention: Some(length("24h")),
        },
        Promise::Lookup {
            settle: length(settle),
        },
    ])
}

/// Some engines do all at once, and some cross many awaits.
fn pace(dice: &mut Dice) -> Pace {
    if dice.below(2) == 0 {
        return Pace::default();
    }
    let mut small = |most| u32::try_from(dice.between(1, most)).unwrap_or(1);
    let (page, pages, claim, begin, dispatches) =
        (small(30), small(6), small(20), small(10), small(200));
    let in_flight = dice.between(1, 4);
    Pace::default()
        .with_pages(page, pages)
        .with_claim(claim)
        .with_begin(begin)
        .with_dispatches(dispatches)
        .with_in_flight(usize::try_from(in_flight).unwrap_or(1))
}
