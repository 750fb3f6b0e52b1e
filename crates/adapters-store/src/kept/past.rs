//! What a limit that is new here would have counted: places for what began before it was known.
//!
//! Limits are known by their names. One that was renamed is a new one, and so is every limit on a
//! store that an older program filled: without the places of its window it would begin at zero, and
//! people would be written to once more than it allows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{Ask, Judge, Quota, State, Subject};

use super::flaw::Flaw;
use super::gate::Case;
use super::row::Row;
use super::sets::Sets;
use super::wire;

/// How many rows of the past are read at once.
pub(crate) const PAGE: usize = 1024;

/// The law of each limit that is known, by its name.
pub(crate) type Laws = BTreeMap<String, String>;

/// What limits say that the store does not know yet.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Lesson {
    /// Limits with another law than is known, or with the first.
    pub(crate) laws: Laws,
    /// Those of them that are new.
    pub(crate) new: BTreeSet<String>,
}

impl Lesson {
    /// What these cases say beyond what is known; of two laws of a limit the latter.
    pub(crate) fn of(cases: &[Case<'_>], known: &Laws) -> Self {
        let quotas = cases.iter().flat_map(|case| &case.quotas);
        let said: BTreeMap<&str, &Quota> = quotas.map(|it| (it.rule.as_str(), it)).collect();
        let said = said.into_iter();
        let said = said.map(|(rule, quota)| (rule, quota.law()));
        Self::of_laws(said, known)
    }

    /// The same, when meanwhile more is known.
    #[cfg(feature = "postgres")]
    pub(crate) fn again(&self, known: &Laws) -> Self {
        let said = self.laws.iter();
        Self::of_laws(said.map(|(rule, law)| (rule.as_str(), law.clone())), known)
    }

    fn of_laws<'a>(said: impl Iterator<Item = (&'a str, String)>, known: &Laws) -> Self {
        let mut lesson = Self::default();
        for (rule, law) in said {
            match known.get(rule) {
                Some(known) if *known == law => continue,
                Some(_) => {}
                None => drop(lesson.new.insert(rule.to_owned())),
            }
            lesson.laws.insert(rule.to_owned(), law);
        }
        lesson
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.laws.is_empty()
    }
}

/// A place that a dispatch of the past takes: subject, instant, row, and the limits that count it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) place: Vec<u8>,
    pub(crate) at: i64,
    pub(crate) row: i64,
    limits: Arc<str>,
}

/// A search for the instant of a place that a row has: subject, first and last instant, row.
pub(crate) type Search = (Vec<u8>, i64, i64, i64);

/// Gives new limits their places.
#[derive(Debug)]
pub(crate) struct Past<'a> {
    judge: &'a dyn Judge,
    new: &'a BTreeSet<String>,
    now: DateTime<Utc>,
}

impl<'a> Past<'a> {
    /// The past, as the limits of this name see it now.
    pub(crate) fn new(ask: &'a Ask, new: &'a BTreeSet<String>, now: DateTime<Utc>) -> Self {
        let judge = &*ask.judge;
        Self { judge, new, now }
    }

    /// Where to look for when rows began that their own columns do not tell it of.
    pub(crate) fn searches(rows: &[Row]) -> Vec<Search> {
        let unsure = rows.iter().filter(|row| began(row).is_none());
        let one = |row: &Row| {
            let (first, last) = (wire::micros(row.first_at.unwrap_or(row.at)), row.at);
            let (last, number) = (wire::micros(last), row.row);
            let places = own(row).into_iter().chain(counted(row));
            let all = places.map(|place| (place, first, last, number));
            all.collect::<Vec<_>>()
        };
        unsure.flat_map(one).collect()
    }

    /// The places that rows take, when searches have found these instants by row.
    pub(crate) fn dues(&self, rows: &[Row], found: &HashMap<i64, i64>) -> Result<Vec<Due>, Flaw> {
        let mut dues = Vec::new();
        for row in rows.iter().filter(|row| row.standing.state.counts()) {
            let Some(candidate) = row.candidate() else {
                continue;
            };
            let searched = found.get(&row.row).copied().map(wire::instant);
            // What has no place yet began before its latest change, nobody knows how long.
            let at = began(row).or(searched.transpose()?).unwrap_or(row.at);
            let mut limits: BTreeMap<Vec<u8>, BTreeSet<&str>> = BTreeMap::new();
            let quotas = self.judge.quotas(&candidate, self.now);
            for quota in &quotas {
                let counts = at >= quota.window.bounds(self.now).0;
                if counts && quota.takes && self.new.contains(quota.rule.as_str()) {
                    let limits = limits.entry(wire::place(&quota.subject)).or_default();
                    limits.insert(quota.rule.as_str());
                }
            }
            dues.extend(limits.into_iter().map(|(place, limits)| Due {
                place,
                at: wire::micros(at),
                row: row.row,
                limits: Sets::names(&limits),
            }));
        }
        Ok(dues)
    }
}

/// The sets of limits that places have once they have these: each by the number that it has now, if
/// any, and by what is added.
#[derive(Debug, Default)]
pub(crate) struct Unions(HashMap<(Option<i64>, Arc<str>), Arc<str>>);

impl Unions {
    /// The names of the set of a place that has, or has not, a set already.
    pub(crate) fn names(
        &mut self,
        due: &Due,
        has: Option<i64>,
        sets: &Sets,
    ) -> Result<Arc<str>, Flaw> {
        let key = (has, Arc::clone(&due.limits));
        if let Some(names) = self.0.get(&key) {
            return Ok(Arc::clone(names));
        }
        let old = has.map_or(Ok(Vec::new()), |set| sets.limits(set))?;
        let old = old.iter().map(|limit| limit.as_str());
        let all: BTreeSet<&str> = old.chain(due.limits.split(' ')).collect();
        let names = Sets::names(&all);
        self.0.insert(key, Arc::clone(&names));
        Ok(names)
    }
}

/// Whether a row may yet give its places back: then it has to know all of them.
pub(crate) fn may_release(row: &Row) -> bool {
    row.standing.state == State::Sending && !row.standing.in_doubt
}

/// The rows that may give places back, with the places that they have to know beyond those that
/// they know; the second part is all of them, one after another.
pub(crate) fn learnt<'r>(rows: &'r [Row], dues: &[Due]) -> Vec<(&'r Row, Vec<u8>)> {
    let mut by_row: HashMap<i64, Vec<&Due>> = HashMap::new();
    for due in dues {
        by_row.entry(due.row).or_default().push(due);
    }
    let mut learnt = Vec::new();
    for row in rows.iter().filter(|row| may_release(row)) {
        let known: BTreeSet<Vec<u8>> = own(row).into_iter().chain(counted(row)).collect();
        let dues = by_row.get(&row.row).into_iter().flatten();
        let more = dues.filter(|due| !known.contains(&due.place));
        let more: Vec<u8> = more.flat_map(|due| due.place.iter().copied()).collect();
        if !more.is_empty() {
            let old = row.counted.as_deref().unwrap_or_default();
            learnt.push((row, [old, &more].concat()));
        }
    }
    learnt
}

/// When a row began that holds its places: its first begin where there was no other, its latest
/// change while it is on its way.
fn began(row: &Row) -> Option<DateTime<Utc>> {
    if may_release(row) {
        return Some(row.at);
    }
    row.first_at.filter(|_| row.fence == 1)
}

/// The places of person and address.
fn own(row: &Row) -> Vec<Vec<u8>> {
    let person = Some(Subject::Customer(row.customer.clone()));
    let own = [person, row.address.map(Subject::Address)];
    own.iter().flatten().map(wire::place).collect()
}

/// The places that are neither.
fn counted(row: &Row) -> impl Iterator<Item = Vec<u8>> + '_ {
    let counted = row.counted.as_deref().unwrap_or_default();
    counted.chunks(wire::HASHED_PLACE).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laws(all: &[(&str, &str)]) -> Laws {
        let owned = |(rule, law): &(&str, &str)| ((*rule).to_owned(), (*law).to_owned());
        all.iter().map(owned).collect()
    }

    #[test]
    fn only_what_is_new_or_says_something_else_is_learnt() {
        let known = laws(&[("a", "1 in 7d"), ("b", "1 in 7d")]);
        let said = [("a", "1 in 7d"), ("b", "2 in 7d"), ("c", "1 in a day")];
        let said = said.map(|(rule, law)| (rule, law.to_owned()));
        let lesson = Lesson::of_laws(said.into_iter(), &known);
        assert_eq!(lesson.laws, laws(&[("b", "2 in 7d"), ("c", "1 in a day")]));
        assert_eq!(lesson.new, BTreeSet::from(["c".to_owned()]));
        assert!(Lesson::of(&[], &known).is_empty());
    }

    #[test]
    fn a_place_keeps_the_limits_that_count_it_already() {
        let mut sets = Sets::default();
        sets.know(4, "b d".into());
        let due = Due {
            place: Vec::new(),
            at: 0,
            row: 0,
            limits: "a b".into(),
        };
        let mut unions = Unions::default();
        for (has, names) in [(None, "a b"), (Some(4), "a b d"), (Some(4), "a b d")] {
            assert_eq!(&*unions.names(&due, has, &sets).unwrap(), names);
        }
        assert!(unions.names(&due, Some(5), &sets).is_err(), "no such set");
    }
}
