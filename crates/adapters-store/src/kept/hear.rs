//! What came back: which message each report is about, and what follows from it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use pregon_core::{
    About, AddressHash, Awaited, ChannelName, Cursor, DispatchId, DispatchRef, Fact, Feedback,
    FeedbackId, FeedbackKind, HashKey, Heard, Hearing, Page, Preference, PurposeScope,
    REFERENCES_KEPT,
};

use super::by_row::ByRow;
use super::flaw::Flaw;
use super::news::News;
use super::row::Row;
use super::wire;

/// A report that waited for its message.
#[derive(Debug)]
pub(crate) struct Aside {
    pub(crate) entry: i64,
    /// Without the address, which is not kept.
    pub(crate) report: Feedback,
    /// Whether its word was said already.
    pub(crate) spoken: bool,
}

/// A report that waits, as its columns hold it.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) entry: i64,
    pub(crate) provider: String,
    pub(crate) channel: String,
    pub(crate) name: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) kind: String,
    pub(crate) at: i64,
    pub(crate) refuses: String,
    pub(crate) code: Option<String>,
    pub(crate) spoken: bool,
}

impl Columns {
    /// Understands them.
    pub(crate) fn read(self) -> Result<Aside, Flaw> {
        let wrong = Flaw::Damaged("a report that waits cannot be read");
        let about = match self.name {
            Some(name) => DispatchRef::parse(&name).map(About::Dispatch),
            None => self.reference.map(About::Reference),
        };
        let report = Feedback {
            provider: self.provider.into(),
            channel: ChannelName::new(self.channel).map_err(|_| wrong)?,
            about: about.ok_or(wrong)?,
            kind: FeedbackKind::parse(&self.kind).ok_or(wrong)?,
            at: wire::instant(self.at)?,
            to: None,
            refuses: PurposeScope::parse(&self.refuses).ok_or(wrong)?,
            code: self.code,
        };
        Ok(Aside {
            entry: self.entry,
            report,
            spoken: self.spoken,
        })
    }
}

/// The columns of what a report is about: our name, or the provider's reference.
pub(crate) fn about(report: &Feedback) -> (Option<String>, Option<String>) {
    match &report.about {
        About::Dispatch(name) => (Some(name.to_string()), None),
        About::Reference(text) => (None, Some(text.clone())),
    }
}

/// The instant from which on messages are found by their references, and reports wait for them.
pub(crate) fn since(at: DateTime<Utc>) -> i64 {
    wire::micros(at - Duration::days(REFERENCES_KEPT))
}

/// The reports of a call, each once, that nobody has told before.
pub(crate) fn new<'r>(
    reports: &'r [Feedback],
    ids: &[FeedbackId],
    untold: &HashSet<[u8; 16]>,
) -> Vec<&'r Feedback> {
    let mut left = untold.clone();
    let told = reports.iter().zip(ids);
    let new = told.filter(|(_, id)| left.remove(id.as_bytes()));
    new.map(|(report, _)| report).collect()
}

/// What is to be looked for: the names and the references in some reports.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) names: Vec<DispatchRef>,
    pub(crate) references: Vec<String>,
}

impl Wanted {
    pub(crate) fn of<'r>(reports: impl IntoIterator<Item = &'r Feedback>) -> Self {
        let mut wanted = Self::default();
        for report in reports {
            match &report.about {
                About::Dispatch(name) => wanted.names.push(*name),
                About::Reference(text) => wanted.references.push(text.clone()),
            }
        }
        wanted
    }

    /// The numbers of rows that the names give.
    #[cfg(feature = "sqlite")]
    pub(crate) fn rows(&self) -> Vec<i64> {
        let mut rows: Vec<i64> = self.names.iter().map(|name| name.row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The names that are not at their rows: of a store that was made anew.
    #[cfg(feature = "sqlite")]
    pub(crate) fn astray(&self, rows: &ByRow<Row>) -> Vec<DispatchId> {
        let is_there = |name: &&DispatchRef| {
            let row = rows.get(&name.row);
            row.is_some_and(|row| row.key == *name.id.as_bytes())
        };
        let astray = self.names.iter().filter(|name| !is_there(name));
        astray.map(|name| name.id).collect()
    }
}

/// Somebody who takes reports, with the rows that they may be about.
#[derive(Debug)]
pub(crate) struct Ear<'k> {
    key: &'k HashKey,
    at: DateTime<Utc>,
    rows: ByRow<Row>,
    by_key: HashMap<[u8; 16], i64>,
    by_reference: HashMap<(String, String), i64>,
    pub(crate) answer: Hearing,
    /// What came back of rows.
    pub(crate) heard: BTreeMap<i64, Heard>,
    pub(crate) words: Vec<Preference>,
    /// The rows that are accepted now.
    confirmed: Vec<i64>,
    /// What waits from now on, and whether its word was said.
    pub(crate) aside: Vec<(Feedback, bool)>,
    /// What waits no more.
    pub(crate) joined: Vec<i64>,
    pub(crate) news: News,
}

impl<'k> Ear<'k> {
    /// One that knows these rows.
    pub(crate) fn of(key: &'k HashKey, at: DateTime<Utc>, rows: ByRow<Row>, news: News) -> Self {
        let by_key = rows.values().map(|row| (row.key, row.row)).collect();
        let refers = |row: &Row| {
            let channel = row.route.channel.as_str().to_owned();
            Some(((channel, row.reference.clone()?), row.row))
        };
        let by_reference = rows.values().filter_map(refers).collect();
        Self {
            key,
            at,
            rows,
            by_key,
            by_reference,
            answer: Hearing::default(),
            heard: BTreeMap::new(),
            words: Vec::new(),
            confirmed: Vec::new(),
            aside: Vec::new(),
            joined: Vec::new(),
            news,
        }
    }

    fn row_of(&self, report: &Feedback) -> Option<i64> {
        match &report.about {
            About::Dispatch(name) => self.by_key.get(name.id.as_bytes()).copied(),
            About::Reference(text) => {
                let place = (report.channel.as_str().to_owned(), text.clone());
                self.by_reference.get(&place).copied()
            }
        }
    }

    /// Takes a report that waited, if its message is known now.
    pub(crate) fn join(&mut self, aside: &Aside) {
        let Some(row) = self.row_of(&aside.report) else {
            return;
        };
        self.answer.joined += 1;
        self.joined.push(aside.entry);
        self.take(&aside.report, row);
        if !aside.spoken {
            self.say(&aside.report, self.address_of(row));
        }
    }

    /// Takes a new report.
    pub(crate) fn hear(&mut self, report: &Feedback) {
        let Some(row) = self.row_of(report) else {
            self.answer.aside += 1;
            let spoken = self.say(report, None);
            let kept = Feedback {
                to: None,
                ..report.clone()
            };
            self.aside.push((kept, spoken));
            return;
        };
        self.answer.new += 1;
        self.take(report, row);
        self.say(report, self.address_of(row));
    }

    fn address_of(&self, row: i64) -> Option<AddressHash> {
        self.rows.get(&row).and_then(|row| row.address)
    }

    /// Says the word that is in a report, and whether there was one.
    fn say(&mut self, report: &Feedback, address: Option<AddressHash>) -> bool {
        let word = report.word(address, self.key);
        let said = word.is_some();
        self.answer.words += u64::from(said);
        self.words.extend(word);
        said
    }

    fn take(&mut self, report: &Feedback, number: i64) {
        let heard = self.heard.entry(number).or_default();
        *heard = heard.with(report.kind);
        let Some(row) = self.rows.get_mut(&number) else {
            return;
        };
        let id = DispatchId::from_bytes(row.key);
        self.news.tell(|| Fact::feedback(id, report));
        let confirms = report.kind.confirms(row.standing.state);
        if let Some(transition) = confirms
            && row.happen(transition, self.at).is_some()
        {
            row.reason = None;
            self.answer.confirmed += 1;
            self.confirmed.push(number);
        }
    }

    /// The rows that are accepted now, in the order of their numbers; each is told of.
    pub(crate) fn confirmed(&mut self) -> Result<Vec<Row>, Flaw> {
        let mut numbers = std::mem::take(&mut self.confirmed);
        numbers.sort_unstable();
        let rows = numbers.iter().filter_map(|number| self.rows.get(number));
        let rows: Vec<Row> = rows.cloned().collect();
        self.news.of_rows(&rows)?;
        Ok(rows)
    }
}

/// A message of which more may come back, as its columns hold it: row, key, reference, instant and
/// what came back so far.
pub(crate) type Open = (i64, Vec<u8>, String, i64, i64);

/// A page of them that a statement brought: one more than the limit where there are more.
pub(crate) fn page(mut open: Vec<Open>, limit: u32) -> Result<Page<Awaited>, Flaw> {
    let more = open.len() > limit as usize;
    open.truncate(limit as usize);
    let last = open.last().filter(|_| more);
    let next = last.map(|(row, _, _, at, _)| Cursor::new(format!("{at} {row}")));
    let awaited = |(row, key, reference, at, heard): Open| {
        let id = DispatchId::from_bytes(wire::bytes16(&key)?);
        Ok(Awaited {
            name: DispatchRef { id, row },
            reference,
            at: wire::instant(at)?,
            heard: self::heard(heard)?,
        })
    };
    let items: Result<_, Flaw> = open.into_iter().map(awaited).collect();
    Ok(Page {
        items: items?,
        next,
    })
}

/// What came back, as its column holds it.
pub(crate) fn heard(bits: i64) -> Result<Heard, Flaw> {
    let bits = u16::try_from(bits).map_err(|_| Flaw::Damaged("what came back is no set"))?;
    Ok(Heard::from_bits(bits))
}

/// The kinds of feedback after which nothing more comes: any of these bits.
pub(crate) fn closing() -> i64 {
    let closes = |kind: &FeedbackKind| Heard::NOTHING.with(*kind).is_closed();
    let all: Heard = FeedbackKind::all().filter(closes).collect();
    i64::from(all.bits())
}

/// The place after which a page begins: an instant and a row.
pub(crate) fn after(cursor: Option<&Cursor>) -> Result<(i64, i64), Flaw> {
    let Some(cursor) = cursor else {
        return Ok((i64::MIN, i64::MIN));
    };
    let parts = cursor.as_str().split_once(' ');
    let place = parts.and_then(|(at, row)| Some((at.parse().ok()?, row.parse().ok()?)));
    place.ok_or(Flaw::Cursor)
}
