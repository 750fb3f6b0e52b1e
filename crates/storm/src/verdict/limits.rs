//! Over a limit: counted by what people got, when they got it.
//!
//! The engine counts a message when it begins; what is asked here is whether people got too many.
//! Transactional messages are counted by some limits and refused by none, so they are left out: a
//! promotional one that begins before a transactional one may arrive after it.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Days, NaiveDate};
use chrono_tz::Tz;
use pregon::Class;

use super::Facts;
use crate::wire::Arrival;
use crate::world::{LIMITS, Rule, Span};

/// Every message beyond a limit.
pub(super) fn find(facts: &Facts) -> Vec<String> {
    LIMITS.iter().flat_map(|rule| beyond(facts, rule)).collect()
}

/// What somebody got that a rule counts: when it was prepared and when it arrived, and where the
/// person lives.
struct Got {
    prepared: i64,
    at: i64,
    zone: Tz,
}

fn beyond(facts: &Facts, rule: &Rule) -> Vec<String> {
    let mut by_subject: BTreeMap<&str, BTreeMap<&str, Got>> = BTreeMap::new();
    for arrival in facts.taken() {
        let Some((subject, got)) = counted(facts, rule, arrival) else {
            continue;
        };
        // A second copy is a duplicate, which is counted elsewhere.
        let those = by_subject.entry(subject).or_default();
        those.entry(&arrival.letter.id).or_insert(got);
    }
    let mut found = Vec::new();
    for (subject, those) in by_subject {
        let those: Vec<Got> = those.into_values().collect();
        let count = match rule.span {
            Span::Rolling(length) => {
                let length = length.duration().num_microseconds().unwrap_or(i64::MAX);
                crowded(those.iter().map(|it| it.at).collect(), rule.most, length)
            }
            Span::Day => too_many(&those, rule.most, |day| day),
            Span::Week => too_many(&those, rule.most, monday),
        };
        found.extend((0..count).map(|_| format!("{}: one too many for {subject}", rule.id)));
    }
    found
}

/// Whom a message counts for, if it counts.
fn counted<'a>(facts: &Facts, rule: &Rule, arrival: &'a Arrival) -> Option<(&'a str, Got)> {
    let letter = &arrival.letter;
    let planned = facts.plan.get(&letter.id)?;
    if planned.sent.class == Class::Transactional || !rule.covers(planned.sent) {
        return None;
    }
    let zone = facts.world.person(planned.person).zone.parse().ok()?;
    let subject = match rule.by_address {
        true => &letter.address,
        false => &letter.customer,
    };
    let got = Got {
        prepared: letter.prepared,
        at: arrival.at,
        zone,
    };
    Some((subject, got))
}

/// How many lie closer than a length to the `most`-th one before them.
fn crowded(mut instants: Vec<i64>, most: u32, length: i64) -> usize {
    instants.sort_unstable();
    let later = instants.iter().skip(most as usize);
    let pairs = later.zip(&instants);
    pairs
        .filter(|(later, earlier)| *later - *earlier < length)
        .count()
}

/// How many there are beyond `most` in a stretch of civil days. One that was prepared on one side
/// of a midnight and arrived on the other may have begun on either, and is not counted.
fn too_many(those: &[Got], most: u32, stretch: fn(NaiveDate) -> NaiveDate) -> usize {
    let mut counts: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    for got in those {
        let of = |micros| {
            let at = DateTime::from_timestamp_micros(micros)?;
            Some(stretch(at.with_timezone(&got.zone).date_naive()))
        };
        if let (Some(prepared), Some(arrived)) = (of(got.prepared), of(got.at))
            && prepared == arrived
        {
            *counts.entry(arrived).or_default() += 1;
        }
    }
    let most = most as usize;
    counts
        .values()
        .map(|count| count.saturating_sub(most))
        .sum()
}

fn monday(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(day)
}
