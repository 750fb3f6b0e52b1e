//! The witness: hears what was acknowledged, sees what arrived, and believes nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use pregon_core::{
    AddressHash, CampaignId, CampaignRecord, CampaignState, Cap, ChannelName, Consent, DispatchId,
    DispatchKey, Hours, Order, Period, Preference, Promise, Zone,
};

use super::naive::Kind;
use super::people::{Person, Thing};

/// How often each thing happened in a story, by name: a proof in which nothing happens proves
/// nothing.
pub type Tally = BTreeMap<&'static str, u64>;

/// What the business is, and everything that was acknowledged or arrived.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) zone: Zone,
    pub(super) consent: Consent,
    pub(super) caps: Vec<Cap>,
    pub(super) hours: Vec<Hours>,
    pub(super) promises: BTreeMap<ChannelName, Promise>,
    pub(super) people: Vec<Person>,
    pub(super) things: Vec<Thing>,
    pub(super) words: Vec<Preference>,
    pub(super) records: BTreeMap<CampaignId, CampaignRecord>,
    /// When each campaign first became active.
    pub(super) active_since: BTreeMap<CampaignId, DateTime<Utc>>,
    /// Each dispatch that was told to go.
    pub(super) went: Vec<Went>,
    /// Which of them took the place of the dispatch in its limits.
    pub(super) places: BTreeMap<DispatchId, usize>,
    pub(super) arrivals: BTreeMap<DispatchId, Vec<Arrival>>,
    /// Who got what is everybody's, by occasion and address.
    pub(super) shared: BTreeMap<(DispatchKey, String), DispatchId>,
    /// The dispatches that arrived, by rule and whom it counts.
    pub(super) counted: BTreeMap<(String, Counted), BTreeSet<usize>>,
    /// When the first copy of each of them left.
    pub(super) left_at: BTreeMap<usize, DateTime<Utc>>,
    /// The latest instant at which the ledger decided.
    pub(super) latest: DateTime<Utc>,
    pub(super) finding: Option<String>,
    pub(super) tally: Tally,
    trace: DefaultHasher,
}

/// Whom a rule counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Counted {
    Person(String),
    Address(AddressHash),
}

/// A dispatch that was told to go.
#[derive(Debug, Clone)]
pub(super) struct Went {
    pub(super) id: DispatchId,
    pub(super) key: DispatchKey,
    pub(super) at: DateTime<Utc>,
    pub(super) kind: Kind,
    pub(super) zone: Zone,
    pub(super) rules: Vec<Rule>,
}

/// A limit that spoke of a dispatch when it began.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) subject: Counted,
    pub(super) most: usize,
    pub(super) per: Period,
    /// Whether it would have refused it.
    pub(super) refuses: bool,
}

/// A copy that reached a person.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub(super) again: bool,
}

/// The facts, for everybody who tells of some.
#[derive(Debug, Clone)]
pub(super) struct Witness(Arc<Mutex<Facts>>);

impl Witness {
    pub(super) fn new(facts: Facts) -> Self {
        Self(Arc::new(Mutex::new(facts)))
    }

    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message reached its address.
    pub(super) fn arrived(&self, order: &Order, channel: &ChannelName) {
        self.facts().arrived(order, channel);
    }

    /// A channel did one of the things that channels do.
    pub(super) fn answered(&self, luck: usize) {
        const NAMES: [&str; 7] = [
            "post: heard",
            "post: arrives unheard",
            "post: lost unheard",
            "post: not sent",
            "post: busy",
            "post: rejected",
            "post: down",
        ];
        self.count(NAMES[luck]);
    }

    pub(super) fn count(&self, what: &'static str) {
        self.facts().count(what);
    }

    /// Words of people were kept.
    pub(super) fn heard(&self, words: &[Preference]) {
        let mut facts = self.facts();
        facts.words.extend_from_slice(words);
        facts.note(&format_args!("{} words", words.len()));
    }

    /// A campaign was kept.
    pub(super) fn kept(&self, record: &CampaignRecord) {
        let mut facts = self.facts();
        let id = record.campaign().id.clone();
        facts.note(&format_args!(
            "{id} {} {}",
            record.state(),
            record.version()
        ));
        if record.state() == CampaignState::Active {
            let since = record.updated_at();
            facts.active_since.entry(id.clone()).or_insert(since);
        }
        facts.records.insert(id, record.clone());
    }
}

impl Facts {
    pub(super) fn new(zone: Zone, consent: Consent) -> Self {
        Self {
            zone,
            consent,
            caps: Vec::new(),
            hours: Vec::new(),
            promises: BTreeMap::new(),
            people: Vec::new(),
            things: Vec::new(),
            words: Vec::new(),
            records: BTreeMap::new(),
            active_since: BTreeMap::new(),
            went: Vec::new(),
            places: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            shared: BTreeMap::new(),
            counted: BTreeMap::new(),
            left_at: BTreeMap::new(),
            // Nothing was decided yet: a clock that is set back before that takes nothing back.
            latest: DateTime::<Utc>::MIN_UTC,
            finding: None,
            tally: Tally::new(),
            trace: DefaultHasher::new(),
        }
    }

    /// Notes something in the trace: two runs of a seed must tell the same story.
    pub(super) fn note(&mut self, what: &std::fmt::Arguments<'_>) {
        let mut text = String::new();
        let _ = text.write_fmt(*what);
        text.hash(&mut self.trace);
    }

    pub(super) fn trace(&self) -> u64 {
        self.trace.finish()
    }

    pub(super) fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    /// Something that must not be; the first one is the one to look at.
    pub(super) fn found(&mut self, at: DateTime<Utc>, what: &std::fmt::Arguments<'_>) {
        if self.finding.is_none() {
            self.finding = Some(format!("{at}: {what}"));
        }
    }
}
