//! What came back, in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use super::MemoryStore;
use super::state::{Row, Tables};
use crate::{
    About, Awaited, ChannelName, Cursor, DispatchRef, Fact, Feedback, FeedbackId, FeedbackStore,
    HashKey, Heard, Hearing, Page, PortError, PortErrorKind, Preference, REFERENCES_KEPT, State,
};

/// The reports that were told, and what they say of each row.
#[derive(Debug, Default)]
pub(super) struct Reports {
    told: BTreeSet<FeedbackId>,
    of_rows: BTreeMap<usize, Heard>,
    /// About messages that were not known when they were told.
    aside: Vec<Feedback>,
}

impl Reports {
    /// What came back of a row.
    pub(super) fn of(&self, row: usize) -> Heard {
        self.of_rows.get(&row).copied().unwrap_or_default()
    }
}

impl Tables {
    fn hear(&mut self, reports: &[Feedback], at: DateTime<Utc>, key: &HashKey) -> Hearing {
        let mut hearing = Hearing::default();
        for report in std::mem::take(&mut self.reports.aside) {
            match self.row_of(&report, at) {
                Some(row) => {
                    hearing.joined += 1;
                    self.take(&report, row, at, &mut hearing);
                    // What it said of an address that it names was said when it was put aside.
                    let word = report.to.is_none().then(|| self.word(&report, row, key));
                    self.say_it(word.flatten(), (at, key), &mut hearing);
                }
                None => self.reports.aside.push(report),
            }
        }
        for report in reports {
            if !self.reports.told.insert(report.id(key)) {
                hearing.known += 1;
                continue;
            }
            match self.row_of(report, at) {
                Some(row) => {
                    hearing.new += 1;
                    self.take(report, row, at, &mut hearing);
                    let word = self.word(report, row, key);
                    self.say_it(word, (at, key), &mut hearing);
                }
                None => {
                    hearing.aside += 1;
                    self.say_it(report.word(None, key), (at, key), &mut hearing);
                    self.reports.aside.push(report.clone());
                }
            }
        }
        hearing
    }

    fn row_of(&self, report: &Feedback, at: DateTime<Utc>) -> Option<usize> {
        match &report.about {
            About::Dispatch(name) => self.keys.get(&name.id).copied(),
            About::Reference(text) => {
                let is_its = |row: &Row| {
                    row.reference.as_ref() == Some(text)
                        && row.plan.key.channel == report.channel
                        && row.at > at - Duration::days(REFERENCES_KEPT)
                };
                self.rows.iter().position(is_its)
            }
        }
    }

    /// Notes what came back of a row.
    fn take(&mut self, report: &Feedback, row: usize, at: DateTime<Utc>, hearing: &mut Hearing) {
        let heard = self.reports.of_rows.entry(row).or_default();
        *heard = heard.with(report.kind);
        let (id, state) = (self.rows[row].id, self.rows[row].standing.state);
        self.news.tell(Fact::feedback(id, report));
        if let Some(transition) = report.kind.confirms(state)
            && self.happen(row, transition, at)
        {
            self.rows[row].reason = None;
            hearing.confirmed += 1;
        }
    }

    fn word(&self, report: &Feedback, row: usize, key: &HashKey) -> Option<Preference> {
        report.word(self.rows[row].plan.address, key)
    }

    fn say_it(
        &mut self,
        word: Option<Preference>,
        (at, key): (DateTime<Utc>, &HashKey),
        hearing: &mut Hearing,
    ) {
        hearing.words += u64::from(word.is_some());
        self.say(word.as_slice(), at, key);
    }
}

/// The order in which messages were taken.
fn order(it: &Awaited) -> (i64, i64) {
    (it.at.timestamp_micros(), it.name.row)
}

/// The place in that order that a cursor names.
fn place(cursor: &Cursor) -> Result<(i64, i64), PortError> {
    let parts = cursor.as_str().split_once(' ');
    let place = parts.and_then(|(at, row)| Some((at.parse().ok()?, row.parse().ok()?)));
    place.ok_or_else(|| PortError::new("memory", "awaited", PortErrorKind::Invalid))
}

#[async_trait]
impl FeedbackStore for MemoryStore {
    async fn hear(&self, reports: &[Feedback], now: DateTime<Utc>) -> Result<Hearing, PortError> {
        let mut tables = self.tables();
        let at = tables.high_water.map_or(now, |seen| seen.max(now));
        let hearing = tables.hear(reports, at, &self.hash_key);
        tables.decided(at);
        Ok(hearing)
    }

    async fn awaited<'a>(
        &self,
        channel: &ChannelName,
        since: DateTime<Utc>,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Awaited>, PortError> {
        let after = after.map(place).transpose()?;
        let tables = self.tables();
        let awaited = |(n, row): (usize, &Row)| {
            let heard = tables.reports.of(n);
            let theirs = row.plan.key.channel == *channel && row.standing.state == State::Accepted;
            let message = Awaited {
                name: DispatchRef {
                    id: row.id,
                    row: n as i64,
                },
                reference: row.reference.clone()?,
                at: row.at,
                heard,
            };
            (!heard.is_closed() && theirs && row.at > since).then_some(message)
        };
        let rows = tables.rows.iter().enumerate();
        let mut found: Vec<Awaited> = rows.filter_map(awaited).collect();
        found.sort_by_key(order);
        found.retain(|it| after.is_none_or(|after| order(it) > after));
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let last = found.last().filter(|_| more).map(order);
        let next = last.map(|(at, row)| Cursor::new(format!("{at} {row}")));
        Ok(Page { items: found, next })
    }

    async fn heard(&self, of: &[DispatchRef]) -> Result<Vec<Heard>, PortError> {
        let tables = self.tables();
        let heard = |name: &DispatchRef| {
            let row = tables.keys.get(&name.id);
            row.map(|row| tables.reports.of(*row)).unwrap_or_default()
        };
        Ok(of.iter().map(heard).collect())
    }
}
