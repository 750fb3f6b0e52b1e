//! What the channels were given, counted anew: it shares nothing with the engine but the zones.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Utc};
use pregon::{BookEntry, Class, DispatchId, State};

use super::house::Spa;
use super::trace::Trace;

/// A message that went, with when.
struct Went<'a> {
    at: DateTime<Utc>,
    entry: &'a BookEntry,
}

impl Went<'_> {
    /// The windows that it lies in: rule, and the window's name where the person lives.
    fn windows(&self) -> Vec<(&'static str, usize, String)> {
        let it = &self.entry.view;
        let local = self.entry.zone.unwrap().local(self.at);
        let (year, month) = (local.year(), local.month());
        match (it.key.channel.as_str(), it.purpose.as_str()) {
            ("sms", purpose) => {
                let day = ("day", 2, local.date().to_string());
                let month = ("month", 8, format!("{year}-{month}"));
                let year = (purpose == "birthday").then(|| ("year", 1, year.to_string()));
                [day, month].into_iter().chain(year).collect()
            }
            (_, purpose) => {
                let week = ("week", 1, format!("{:?}", local.iso_week()));
                let quarter = ("quarter", 1, format!("{year}-{}", (month - 1) / 3));
                let quarter = (purpose == "reactivation").then_some(quarter);
                [week].into_iter().chain(quarter).collect()
            }
        }
    }
}

/// Fails unless exactly what the books say went, each once, every promotional message found room,
/// and none left at a time at which nobody wants one.
pub(crate) fn judges(spa: &Spa, trace: &Trace) {
    let entries = trace.entries.iter().map(|entry| (entry.view.id, entry));
    let entries: BTreeMap<DispatchId, &BookEntry> = entries.collect();
    let moments = trace.moments.iter();
    let went = moments.flat_map(|moment| moment.sent.iter().map(|id| (moment.at, *id)));
    let went: Vec<Went<'_>> = went
        .map(|(at, id)| Went {
            at,
            entry: entries[&id],
        })
        .collect();
    let accepted = entries
        .values()
        .filter(|it| it.view.standing.state == State::Accepted);
    assert_eq!(accepted.count(), went.len(), "what went is accepted");
    assert_eq!(spa.sms.orders() + spa.email.orders(), went.len(), "once");
    assert!(went.len() > 100, "a story of {} messages", went.len());

    let mut counts: BTreeMap<(&str, &str, &str, String), usize> = BTreeMap::new();
    for it in &went {
        let key = &it.entry.view.key;
        for (rule, most, window) in it.windows() {
            let person = key.customer.as_str();
            let purpose = match rule {
                "year" | "quarter" => it.entry.view.purpose.as_str(),
                _ => key.channel.as_str(),
            };
            let count = counts.entry((person, purpose, rule, window)).or_default();
            let room = it.entry.class == Class::Transactional || *count < most;
            assert!(room, "{person} had {key:?} beyond {most} a {rule}");
            *count += 1;
        }
        let hour = it.entry.zone.unwrap().local(it.at).time().to_string();
        let hours = ["promotion", "birthday", "newsletter"];
        let timed = hours.contains(&it.entry.view.purpose.as_str());
        assert!(
            !timed || ("09:00:00".."20:00:00").contains(&hour.as_str()),
            "{key:?} at {hour}"
        );
    }
    assert!(spa.now() > trace.moments[0].at);
}
