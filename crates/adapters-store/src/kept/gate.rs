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
    /// The places of person and address, and of whoever else is counted; each once.
    pub(crate) places: Vec<Vec<u8>>,
    /// Which of the places each quota's subject has, in the order of quotas.
    of_quotas: Vec<usize>,
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
        let mut places: Vec<Vec<u8>> = own.iter().map(wire::place).collect();
        let mut of_quotas = Vec::with_capacity(quotas.len());
        for quota in &quotas {
            let known = own.iter().position(|it| *it == quota.subject);
            of_quotas.push(known.unwrap_or_else(|| {
                let place = wire::place(&quota.subject);
                let known = places.iter().position(|it| *it == place);
                known.unwrap_or_else(|| {
                    places.push(place);
                    places.len() - 1
                })
            }));
        }
        Self {
            ready,
            quotas,
            allowance: ask.judge.allowance(&ready.candidate),
            places,
            of_quotas,
        }
    }

    /// The places of person and address.
    pub(crate) fn own(&self) -> &[Vec<u8>] {
        &self.places[..2]
    }

    /// Each quota with the place of its subject.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (&Quota, &[u8])> {
        let places = self.of_quotas.iter();
        let places = places.map(|place| self.places[*place].as_slice());
        self.quotas.iter().zip(places)
    }

    /// The limits in which it takes a place, by the place of their subject.
    pub(crate) fn rules(&self) -> BTreeMap<&[u8], BTreeSet<&str>> {
        let mut by_subject: BTreeMap<&[u8], BTreeSet<&str>> = BTreeMap::new();
        for (quota, place) in self.counted().filter(|(quota, _)| quota.takes) {
            let rules = by_subject.entry(place).or_default();
            rules.insert(quota.rule.as_str());
        }
        by_subject
    }

    /// The earliest instant that counts for a place; `None` when no limit of it can refuse, or is
    /// to be told of.
    fn since(&self, place: usize, now: DateTime<Utc>) -> Option<i64> {
        let quotas = self.quotas.iter().zip(&self.of_quotas);
        quotas
            .filter(|(_, its)| **its == place)
            .filter(|(quota, _)| quota.when_full != WhenFull::Count || quota.alert.is_some())
            .map(|(quota, _)| wire::micros(quota.window.bounds(now).0))
            .min()
    }
}

/// What the tables say of the subjects and address keys of a turn.
#[derive(Debug, Default)]
pub(crate) struct Evidence<'a> {
    /// Which row has an address key.
    pub(crate) owners: HashMap<[u8; 16], i64>,
    words: HashMap<&'a [u8], Vec<(PreferenceScope, Word)>>,
    taken: HashMap<&'a [u8], Vec<(DateTime<Utc>, i64)>>,
}

impl<'a> Evidence<'a> {
    /// Each subject of the cases once, in order, and the earliest instant that counts for it: the
    /// end of time where no limit can refuse.
    pub(crate) fn asked<'c: 'a>(
        cases: impl IntoIterator<Item = &'a Case<'c>>,
        now: DateTime<Utc>,
    ) -> Vec<(&'a [u8], i64)> {
        let mut asked: Vec<(&[u8], i64)> = Vec::new();
        for case in cases {
            for (nth, place) in case.places.iter().enumerate() {
                let since = case.since(nth, now).unwrap_or(i64::MAX);
                asked.push((place, since));
            }
        }
        // In the order of the tree, so that neighbours are found in one page; and of the gates, so
        // that nobody waits for who waits for him. Of each subject the earliest instant stays.
        asked.sort_unstable();
        asked.dedup_by_key(|(place, _)| *place);
        asked
    }

    /// The places of the persons and addresses of the cases, each once, in the order of the tree.
    #[cfg(feature = "sqlite")]
    pub(crate) fn own(cases: &'a [Case<'_>]) -> Vec<&'a [u8]> {
        let own = cases.iter().flat_map(Case::own).map(Vec::as_slice);
        let mut own: Vec<&[u8]> = own.collect();
        own.sort_unstable();
        own.dedup();
        own
    }

    /// Learns that a place is taken since an instant, in a set of limits.
    pub(crate) fn learn_taken(&mut self, place: &'a [u8], at: DateTime<Utc>, set: i64) {
        self.taken.entry(place).or_default().push((at, set));
    }

    /// Learns a word that stands.
    pub(crate) fn learn_word(&mut self, place: &'a [u8], scope: PreferenceScope, word: Word) {
        self.words.entry(place).or_default().push((scope, word));
    }

    /// The standing words of person and address that speak of the candidate.
    pub(crate) fn words<'e>(
        &'e self,
        case: &'e Case<'_>,
        it: &'e Candidate,
    ) -> impl Iterator<Item = Word> + 'e {
        let own = case.own().iter();
        let said = own.filter_map(|place| self.words.get(place.as_slice()));
        let said = said.flatten();
        said.filter(|(scope, _)| scope.covers(&it.channel, &it.purpose, it.class))
            .map(|(_, word)| *word)
    }

    /// The places of a subject that are taken: when, and in which set of limits.
    pub(crate) fn taken(&self, place: &[u8]) -> &[(DateTime<Utc>, i64)] {
        self.taken.get(place).map_or(&[], Vec::as_slice)
    }
}
