//! Puts an engine together: what it cannot do without is asked for by type, in this order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use super::{Engine, EngineError, EngineErrorKind, Pace};
use crate::{
    Action, Audience, ChannelName, Class, Clock, Consent, CustomName, CustomerSource, Decimal,
    EventSink, FeedbackSource, Guard, Holidays, Hours, Limit, Links, Lookup, OneChannel, Preset,
    Promise, Purpose, Purposes, RateTable, Rates, RecordSource, Recorder, Segments, Store, Trigger,
    Zone,
};

/// An engine that needs its store.
#[derive(Debug)]
pub struct NeedsStore(());

/// An engine that needs its clock.
#[derive(Debug)]
pub struct NeedsClock {
    store: Arc<dyn Store>,
}

/// An engine that needs its customers.
#[derive(Debug)]
pub struct NeedsCustomers {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

/// An engine that needs to be told about consent.
#[derive(Debug)]
pub struct NeedsConsent {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    customers: Arc<dyn CustomerSource>,
}

/// An engine that needs its zone.
#[derive(Debug)]
pub struct NeedsZone {
    needs: NeedsConsent,
    consent: Consent,
}

/// An engine that has all it needs, and may be given more.
#[derive(Debug)]
#[must_use]
pub struct EngineBuilder {
    engine: Engine,
    /// Hours, calendars and channels find each other when all of them are known.
    hours: Vec<Hours>,
    holidays: Vec<Arc<Holidays>>,
    one_channel: Vec<OneChannel>,
    wrong: Option<String>,
}

impl Engine {
    /// Begins to put an engine together: store, clock, customers, consent, zone, in this order.
    #[must_use]
    pub fn builder() -> NeedsStore {
        NeedsStore(())
    }
}

impl NeedsStore {
    /// The one store in which everything is decided.
    #[must_use]
    pub fn store(self, store: Arc<dyn Store>) -> NeedsClock {
        NeedsClock { store }
    }
}

impl NeedsClock {
    /// What time it is.
    #[must_use]
    pub fn clock(self, clock: Arc<dyn Clock>) -> NeedsCustomers {
        NeedsCustomers {
            store: self.store,
            clock,
        }
    }
}

impl NeedsCustomers {
    /// Where people are read from.
    #[must_use]
    pub fn customers(self, customers: Arc<dyn CustomerSource>) -> NeedsConsent {
        NeedsConsent {
            store: self.store,
            clock: self.clock,
            customers,
        }
    }
}

impl NeedsConsent {
    /// Whether promotional messages need a consent or stop at a refusal. There is no default.
    #[must_use]
    pub fn consent(self, consent: Consent) -> NeedsZone {
        NeedsZone {
            needs: self,
            consent,
        }
    }
}

impl NeedsZone {
    /// The zone of the business: of calendars, and of people whose own zone nobody knows.
    pub fn zone(self, zone: Zone) -> EngineBuilder {
        let NeedsConsent {
            store,
            clock,
            customers,
        } = self.needs;
        let engine = Engine {
            store,
            clock,
            customers,
            records: None,
            consent: self.consent,
            zone,
            actions: BTreeMap::new(),
            triggers: BTreeMap::new(),
            audiences: BTreeMap::new(),
            activities: BTreeSet::new(),
            segments: Segments::default(),
            keeps_profiles: false,
            limits: Vec::new(),
            hours: Arc::default(),
            rates: Mutex::default(),
            senders: BTreeMap::new(),
            prices: BTreeMap::new(),
            guard: super::guard::Watch::default(),
            purposes: Purposes::new(),
            currency: None,
            pace: Pace::default(),
            recorder: None,
            lookups: BTreeMap::new(),
            sources: Vec::new(),
            links: None,
            sink: None,
            present: Default::default(),
            stopping: Arc::default(),
            compiled: Mutex::default(),
        };
        EngineBuilder {
            engine,
            hours: Vec::new(),
            holidays: Vec::new(),
            one_channel: Vec::new(),
            wrong: None,
        }
    }
}

impl EngineBuilder {
    /// Where records are read from.
    pub fn records(mut self, records: Arc<dyn RecordSource>) -> Self {
        self.engine.records = Some(records);
        self
    }

    /// An action; steps name it by the kind of its shape. One for each kind.
    pub fn action(mut self, action: Arc<dyn Action>) -> Self {
        let kind = action.shape().kind;
        if self.engine.actions.insert(kind.clone(), action).is_some() {
            self.wrong = Some(format!("there are two actions of kind {kind}"));
        }
        self
    }

    /// A trigger of the host's own, which journeys name.
    pub fn trigger(mut self, name: CustomName, trigger: Arc<dyn Trigger>) -> Self {
        if self.engine.triggers.insert(name.clone(), trigger).is_some() {
            self.wrong = Some(format!("there are two triggers named {name}"));
        }
        self
    }

    /// An audience of the host's own, which journeys name.
    pub fn audience(mut self, name: CustomName, audience: Arc<dyn Audience>) -> Self {
        if self
            .engine
            .audiences
            .insert(name.clone(), audience)
            .is_some()
        {
            self.wrong = Some(format!("there are two audiences named {name}"));
        }
        self
    }

    /// Kinds of activities that the host reports ([`Engine::dispatches_on`]), beside those that the
    /// source's customers have. A journey on a kind that nobody declares is refused.
    pub fn activities<'a>(mut self, kinds: impl IntoIterator<Item = &'a str>) -> Self {
        for kind in kinds {
            if !crate::is_attribute_name(kind) {
                self.wrong = Some(format!("{kind:?} is not a kind of activity"));
            }
            self.engine.activities.insert(kind.to_owned());
        }
        self
    }

    /// The segments that the rules of audiences may name: `in segment loyal`.
    pub fn segments(mut self, segments: Segments) -> Self {
        self.engine.segments = segments;
        self
    }

    /// Lets campaigns keep what the rule of a frozen audience read of each person
    /// ([`Freeze::Profile`](crate::Freeze)). Without it nothing that a source says is stored.
    pub fn keep_profiles(mut self) -> Self {
        self.engine.keeps_profiles = true;
        self
    }

    /// A limit over all campaigns.
    pub fn limit(mut self, limit: Arc<dyn Limit>) -> Self {
        self.engine.limits.push(limit);
        self
    }

    /// A window in which a person is written to over one of the engine's channels only.
    pub fn one_channel(mut self, one: OneChannel) -> Self {
        self.one_channel.push(one);
        self
    }

    /// Hours in which one writes.
    pub fn hours(mut self, hours: Hours) -> Self {
        self.hours.push(hours);
        self
    }

    /// A calendar of the host's own, which hours name; it goes before a built-in one.
    pub fn holidays(mut self, calendar: Holidays) -> Self {
        if self.holidays.iter().any(|it| it.name() == calendar.name()) {
            self.wrong = Some(format!("there are two calendars named {}", calendar.name()));
        }
        self.holidays.push(Arc::new(calendar));
        self
    }

    /// The limits and hours of a preset, over all campaigns.
    ///
    /// What the preset does not express is left to the host: [`Preset::not_expressed`].
    pub fn preset(mut self, preset: &Preset) -> Self {
        for cap in &preset.limits {
            self = self.limit(Arc::new(cap.clone()));
        }
        self.one_channel.extend(preset.one_channel.iter().cloned());
        self.hours.extend(preset.hours.iter().cloned());
        self
    }

    /// How many messages providers take in which time.
    pub fn rates(mut self, table: RateTable) -> Self {
        self.engine.rates = Mutex::new(Rates::new(table));
        self
    }

    /// The domain from which a channel sends, for the rates of senders.
    pub fn sends_from(mut self, channel: ChannelName, domain: &str) -> Self {
        self.engine.senders.insert(channel, domain.to_lowercase());
        self
    }

    /// What a message of a channel costs, in the currency of budgets.
    pub fn price(mut self, channel: ChannelName, price: Decimal) -> Self {
        if price.is_negative() {
            self.wrong = Some(format!("the price of {channel} is negative"));
        }
        self.engine.prices.insert(channel, price);
        self
    }

    /// A purpose beside the built-in ones.
    pub fn purpose(mut self, purpose: Purpose, class: Class) -> Self {
        self.engine.purposes = self.engine.purposes.with(purpose, class);
        self
    }

    /// The currency in which templates print money when their campaign says none.
    pub fn currency(mut self, code: &str) -> Self {
        self.engine.currency = Some(code.to_owned());
        self
    }

    /// How much a pass does.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.engine.pace = pace;
        self
    }

    /// A flight recorder: after a kill, what never left need not be doubted.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder>) -> Self {
        self.engine.recorder = Some(recorder);
        self
    }

    /// Where a provider is asked what it has. An action that promises
    /// [`Promise::Lookup`](crate::Promise) needs one under its kind.
    pub fn lookup(mut self, channel: ChannelName, lookup: Arc<dyn Lookup>) -> Self {
        self.engine.lookups.insert(channel, lookup);
        self
    }

    /// Where a provider that calls nobody back is asked what became of messages
    /// ([`Engine::ask_back`]); one for each provider of a channel.
    pub fn feedback(mut self, channel: ChannelName, source: Arc<dyn FeedbackSource>) -> Self {
        self.engine.sources.push((channel, source));
        self
    }

    /// Watches what comes back of each sender's messages by these bounds instead of the usual ones;
    /// by none, nobody is told and nobody stopped.
    pub fn guard(mut self, guard: Option<Guard>) -> Self {
        self.engine.guard.rules = guard;
        self
    }

    /// Where the host serves the links of messages: texts may say `{{unsubscribe_url}}` and
    /// `{{preferences_url}}` then, which go before attributes of these names.
    pub fn links(mut self, links: Links) -> Self {
        self.engine.links = Some(links);
        self
    }

    /// Who hears what happens: from the next pass on the store writes events, and passes hand them
    /// over. Without a sink the store writes none.
    pub fn events(mut self, sink: Arc<dyn EventSink>) -> Self {
        self.engine.sink = Some(sink);
        self
    }

    /// What is missing of what an action promises.
    fn unkept(&self) -> Option<String> {
        let mut kinds = self.engine.actions.iter().filter(|(kind, action)| {
            matches!(action.promise(), Promise::Lookup { .. })
                && !self.engine.lookups.contains_key(kind)
        });
        let (kind, _) = kinds.next()?;
        Some(format!(
            "the action of kind {kind} promises a look-up, and there is none"
        ))
    }

    /// The engine.
    ///
    /// # Errors
    /// When two parts have one name, a promise cannot be kept, or hours, holidays or channels make
    /// no sense together.
    pub fn build(mut self) -> Result<Engine, EngineError> {
        let wrong = |message| EngineError::new(EngineErrorKind::Build, message);
        let unkept = self.unkept();
        if let Some(message) = self.wrong.or(unkept) {
            return Err(wrong(message));
        }
        let hours = self
            .hours
            .iter()
            .map(|hours| hours.openings(&self.holidays));
        let hours: Result<_, _> = hours.collect();
        self.engine.hours = hours.map_err(|error| wrong(format!("hours: {error}")))?;
        for one in &self.one_channel {
            let limits = one.limits(self.engine.actions.keys());
            let limits = limits.map_err(|error| wrong(format!("limit {}: {error}", one.id)))?;
            self.engine.limits.extend(limits);
        }
        Ok(self.engine)
    }
}
