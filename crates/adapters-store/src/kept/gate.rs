//! What the gate has to know of each that wants to begin: words, places taken, address keys.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use pregon_core::{Allowance, Ask, Candidate, PreferenceScope, Quota, Ready, WhenFull, Word};

use super::wire;

/// One that wants to begin, with what its limits say.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) ready: &'a Ready,
    pub(crate) quotas: Vec<Quota>,
    /// What its campaign may spend.
    pub(crate) allowance: Option<Allowance>,
    /// The places of person, address and of each quota's subject, in this order.
    pub(crate) places: Vec<Vec<u8>>,
}

impl<'a> Case<'a> {
    /// A case for each that wants to begin, in order.
    pub(crate) fn all(ask: &'a Ask, now: DateTime<Utc>) -> Vec<Self> {
        let ready = ask.begin.iter();
        ready.map(|ready| Self::of(ready, ask, now)).collect()
    }

    fn of(ready: &'a Ready, ask: &Ask, now: DateTime<Utc>) -> Self {
        let quotas = ask.judge.quotas(&ready.candidate, now);
        let own = ready.candidate.subjects();
        let subjects = own.iter().chain(quotas.iter().map(|quota| &quota.subject));
        let places = subjects.map(wire::place).collect();
        Self {
            ready,
            quotas,
            allowance: ask.judge.allowance(&ready.candidate),
            places,
        }
    }

    /// The limits in which it takes a place, by the place of their subject.
    pub(crate) fn rules(&self) -> BTreeMap<&[u8], BTreeSet<&str>> {
        let mut by_subject: BTreeMap<&[u8], BTreeSet<&str>> = BTreeMap::new();
        let quotas = self.quotas.iter().zip(&self.places[2..]);
        for (quota, place) in quotas.filter(|(quota, _)| quota.takes) {
            let rules = by_subject.entry(place).or_default();
            rules.insert(quota.rule.as_str());
        }
        by_subject
    }

    /// The earliest instant that counts for a subject; `None` when no limit of it can refuse, or is
    /// to be told of.
    fn since(&self, place: &[u8], now: DateTime<Utc>) -> Option<i64> {
        let quotas = self.quotas.iter().zip(&self.places[2..]);
        quotas
            .filter(|(_, its)| *its == place)
            .filter(|(quota, _)| quota.when_full != WhenFull::Count || quota.alert.is_some())
            .map(|(quota, _)| wire::micros(quota.window.bounds(now).0))
            .min()
    }
}

/// What the tables say of the subjects and address keys of a turn.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// Which row has an address key.
    pub(crate) owners: HashMap<[u8; 16], i64>,
    words: HashMap<Vec<u8>, Vec<(PreferenceScope, Word)>>,
    taken: HashMap<Vec<u8>, Vec<(DateTime<Utc>, i64)>>,
}

impl Evidence {
    /// Each subject of the cases once, in order, and the earliest instant that counts for it.
    pub(crate) fn asked<'a, 'c: 'a>(
        cases: impl IntoIterator<Item = &'a Case<'c>>,
        now: DateTime<Utc>,
    ) -> Vec<(&'a [u8], i64)> {
        let mut since: HashMap<&[u8], i64> = HashMap::new();
        for case in cases {
            for place in &case.places {
                let from = case.since(place, now).unwrap_or(i64::MAX);
                let seen = since.entry(place).or_insert(from);
                *seen = (*seen).min(from);
            }
        }
        // In the order of the tree, so that neighbours are found in one page; and of the gates, so
        // that nobody waits for who waits for him.
        let mut asked: Vec<(&[u8], i64)> = since.into_iter().collect();
        asked.sort_unstable();
        asked
    }

    /// Learns that a place is taken since an instant, in a set of limits.
    pub(crate) fn learn_taken(&mut self, place: &[u8], at: DateTime<Utc>, set: i64) {
        let taken = self.taken.entry(place.to_vec()).or_default();
        taken.push((at, set));
    }

    /// Learns a word that stands.
    pub(crate) fn learn_word(&mut self, place: &[u8], scope: PreferenceScope, word: Word) {
        let words = self.words.entry(place.to_vec()).or_default();
        words.push((scope, word));
    }

    /// The standing words of person and address that speak of the candidate.
    pub(crate) fn words<'a>(
        &'a self,
        case: &'a Case<'_>,
        it: &'a Candidate,
    ) -> impl Iterator<Item = Word> + 'a {
        let own = case.places.iter().take(2);
        let said = own.filter_map(|place| self.words.get(place)).flatten();
        said.filter(|(scope, _)| scope.covers(&it.channel, &it.purpose, it.class))
            .map(|(_, word)| *word)
    }

    /// The places of a subject that are taken: when, and in which set of limits.
    pub(crate) fn taken(&self, place: &[u8]) -> &[(DateTime<Utc>, i64)] {
        self.taken.get(place).map_or(&[], Vec::as_slice)
    }
}
