//! What the gate has to know of each that wants to begin: words, places taken, address keys.
//!
//! All of it is read inside the turn's transaction, which is the only one that writes, so nothing
//! can change between this and the decision.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use pregon_core::{Ask, Candidate, ChannelName, PreferenceScope, PurposeScope, Quota, Ready};
use pregon_core::{WhenFull, Word};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::batch::{Batch, Bound};
use super::conn::Writer;
use super::error::Error;
use super::schedule::ADDRESS_KEYS;
use super::wire;

/// One that wants to begin, with what its limits say.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) ready: &'a Ready,
    pub(super) quotas: Vec<Quota>,
    /// The places of person, address and of each quota's subject, in this order.
    pub(super) places: Vec<Vec<u8>>,
}

impl<'a> Case<'a> {
    pub(super) fn of(ready: &'a Ready, ask: &Ask, now: DateTime<Utc>) -> Self {
        let quotas = ask.judge.quotas(&ready.candidate, now);
        let own = ready.candidate.subjects();
        let subjects = own.iter().chain(quotas.iter().map(|quota| &quota.subject));
        let places = subjects.map(wire::place).collect();
        Self {
            ready,
            quotas,
            places,
        }
    }

    /// The earliest instant that counts for a subject; `None` when no limit of it can refuse.
    fn since(&self, place: &[u8], now: DateTime<Utc>) -> Option<i64> {
        let quotas = self.quotas.iter().zip(&self.places[2..]);
        quotas
            .filter(|(quota, its)| *its == place && quota.when_full != WhenFull::Count)
            .map(|(quota, _)| wire::micros(quota.window.bounds(now).0))
            .min()
    }
}

/// What the tables say of the subjects and address keys of a turn.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Which row has an address key.
    pub(super) owners: HashMap<[u8; 16], i64>,
    words: HashMap<Vec<u8>, Vec<(PreferenceScope, Word)>>,
    taken: HashMap<Vec<u8>, Vec<(DateTime<Utc>, i64)>>,
}

pub(super) static LOOK: Batch = Batch::new(
    "WITH v(n, subject, since) AS MATERIALIZED (VALUES ",
    "(?,?,?)",
    ") SELECT v.n, h.at, h.rules, NULL, NULL FROM v CROSS JOIN hold h \
       ON h.subject = v.subject AND h.at >= v.since \
     UNION ALL \
     SELECT v.n, NULL, p.word, p.channel, p.purpose FROM v CROSS JOIN preference p \
       ON p.subject = v.subject",
);

impl Evidence {
    pub(super) async fn gather(
        writer: &mut Writer,
        cases: &[Case<'_>],
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let mut evidence = Self::default();
        let keys: Vec<[u8; 16]> = cases.iter().filter_map(|it| it.ready.address_key).collect();
        let bind = |to: Bound, key: &[u8; 16]| to.bind(key.to_vec());
        for row in ADDRESS_KEYS.run(&mut writer.on, &keys, bind).await? {
            let key = wire::bytes16(row.try_get(0)?)?;
            evidence.owners.insert(key, row.try_get(1)?);
        }

        let mut since: HashMap<&[u8], i64> = HashMap::new();
        for case in cases {
            for place in &case.places {
                let from = case.since(place, now).unwrap_or(i64::MAX);
                let seen = since.entry(place).or_insert(from);
                *seen = (*seen).min(from);
            }
        }
        // In the order of the tree, so that neighbours are found in one page.
        let mut asked: Vec<(&[u8], i64)> = since.into_iter().collect();
        asked.sort_unstable();
        let numbered: Vec<(i64, &[u8], i64)> = (0..)
            .zip(&asked)
            .map(|(n, (place, since))| (n, *place, *since))
            .collect();
        let bind = |to: Bound, (n, place, since): &(i64, &[u8], i64)| {
            to.bind(*n).bind(place.to_vec()).bind(*since)
        };
        for row in LOOK.run(&mut writer.on, &numbered, bind).await? {
            let n: i64 = row.try_get(0)?;
            let place = usize::try_from(n).ok().and_then(|n| asked.get(n));
            let (place, _) = place.ok_or(Error::Damaged("an answer to no question"))?;
            evidence.add(place, &row)?;
        }
        Ok(evidence)
    }

    fn add(&mut self, place: &[u8], row: &SqliteRow) -> Result<(), Error> {
        let at: Option<i64> = row.try_get(1)?;
        if let Some(at) = at {
            let taken = self.taken.entry(place.to_vec()).or_default();
            taken.push((wire::instant(at)?, row.try_get(2)?));
            return Ok(());
        }
        let said = (
            scope(row.try_get(3)?, row.try_get(4)?)?,
            word(row.try_get(2)?),
        );
        self.words.entry(place.to_vec()).or_default().push(said);
        Ok(())
    }

    /// The standing words of person and address that speak of the candidate.
    pub(super) fn words<'a>(
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
    pub(super) fn taken(&self, place: &[u8]) -> &[(DateTime<Utc>, i64)] {
        self.taken.get(place).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn scope(channel: &str, purpose: &str) -> Result<PreferenceScope, Error> {
    let wrong = Error::Damaged("a word's scope has a name that is none");
    let channel = match channel {
        "" => Ok(None),
        name => ChannelName::new(name).map(Some),
    };
    match (channel, PurposeScope::parse(purpose)) {
        (Ok(channel), Some(purpose)) => Ok(PreferenceScope { channel, purpose }),
        _ => Err(wrong),
    }
}

pub(super) fn word(code: i64) -> Word {
    if code == 0 { Word::OptOut } else { Word::OptIn }
}

pub(super) fn word_code(word: Word) -> i64 {
    i64::from(word == Word::OptIn)
}
