//! I11: what became of each dispatch was told, and each event has one name.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash as _, Hasher as _};

use chrono::{DateTime, Utc};

use super::{AuditReport, PAGE};
use crate::{BookEntry, Books, DispatchId, DispatchView, Event, EventId, Fact, PortError, Reason};

/// Proves that what the books say of each dispatch was told: to whoever was `heard`, who is asked
/// last, or waits to be.
///
/// Judged is what was changed since the first event that was heard; of what was before nobody
/// knows whether anybody wanted to hear it. What ended with its campaign or with the memory of its
/// person has no event of its own. It keeps about 40 bytes for each dispatch and each event.
///
/// ```
/// # use pregon_core::{AuditReport, audit_events, memory::MemoryStore, testing::poll_times};
/// let (store, mut report) = (MemoryStore::new(), AuditReport::default());
/// let heard = std::iter::empty();
/// let done = poll_times(100, audit_events(&store, heard, &mut report));
/// done.expect("memory never waits")?;
/// assert!(report.is_clean());
/// # Ok::<(), pregon_core::PortError>(())
/// ```
///
/// # Errors
/// When the store cannot be read.
pub async fn audit_events<S>(
    store: &S,
    heard: impl Iterator<Item = Event> + Send,
    report: &mut AuditReport,
) -> Result<(), PortError>
where
    S: Books + ?Sized,
{
    // In this order nothing is missed that moves meanwhile: an event is written with what it tells
    // of, and leaves the queue after somebody has it.
    let mut told = Told::read(store).await?;
    told.hear_what_waits(store, report).await?;
    for event in heard {
        told.since = Some(told.since.map_or(event.at, |since| since.min(event.at)));
        told.hear(&event, report);
    }
    told.judge(report);
    Ok(())
}

/// How a dispatch stood when the books were read, and when that was changed.
type Standing = (u64, DateTime<Utc>);

#[derive(Debug, Default)]
struct Told {
    /// What nobody was heard of so far.
    untold: HashMap<DispatchId, Standing>,
    names: HashMap<EventId, u64>,
    since: Option<DateTime<Utc>>,
}

impl Told {
    async fn read<S: Books + ?Sized>(store: &S) -> Result<Self, PortError> {
        let (mut told, mut after) = (Self::default(), None);
        loop {
            let page = store.entries(after.as_ref(), PAGE).await?;
            let own = page.items.iter().filter(|entry| has_its_own(entry));
            let standing = |it: &BookEntry| (it.view.id, (mark(&it.view), it.view.at));
            told.untold.extend(own.map(standing));
            after = page.next;
            if after.is_none() {
                return Ok(told);
            }
        }
    }

    async fn hear_what_waits<S: Books + ?Sized>(
        &mut self,
        store: &S,
        report: &mut AuditReport,
    ) -> Result<(), PortError> {
        let mut after = None;
        loop {
            let page = store.untold(after.as_ref(), PAGE).await?;
            for event in &page.items {
                self.hear(event, report);
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn hear(&mut self, event: &Event, report: &mut AuditReport) {
        report.count("events", 1);
        match self.names.entry(event.id) {
            Entry::Vacant(new) => drop(new.insert(content(event))),
            Entry::Occupied(known) if *known.get() == content(event) => {}
            // Somebody was forgotten between two tellings: ids may differ, and nothing else.
            Entry::Occupied(_) if is_about_somebody_forgotten(event) => {}
            Entry::Occupied(_) => {
                let what = "two events have one name".to_owned();
                report.add("I11", what, event.id.to_string());
            }
        }
        if let Fact::Dispatch(view) = &event.fact
            && let Entry::Occupied(stands) = self.untold.entry(view.id)
            && *stands.get() == (mark(view), view.at)
        {
            stands.remove();
            report.count("I11", 1);
        }
    }

    fn judge(self, report: &mut AuditReport) {
        let Some(since) = self.since else { return };
        let mut untold: Vec<_> = self.untold.into_iter().collect();
        untold.sort_unstable_by_key(|(id, _)| *id);
        for (id, _) in untold.into_iter().filter(|(_, (_, at))| *at >= since) {
            report.count("I11", 1);
            let what = "how it stands was never told".to_owned();
            report.add("I11", what, id.to_string());
        }
    }
}

/// Whether an event tells of the dispatch itself.
fn has_its_own(entry: &BookEntry) -> bool {
    !matches!(entry.view.reason, Some(Reason::Cancelled | Reason::Erased))
}

/// All that an event tells of how a dispatch stands.
fn mark(view: &DispatchView) -> u64 {
    let mut hash = DefaultHasher::new();
    let standing = (view.standing.state, view.standing.in_doubt, view.attempts);
    let why = (
        view.reason,
        view.rule.as_ref().map(|it| it.as_str()),
        view.until,
    );
    (standing, why).hash(&mut hash);
    hash.finish()
}

fn content(event: &Event) -> u64 {
    let mut hash = DefaultHasher::new();
    format!("{event:?}").hash(&mut hash);
    hash.finish()
}

fn is_about_somebody_forgotten(event: &Event) -> bool {
    match &event.fact {
        Fact::Dispatch(view) => view.key.customer.is_erased(),
        Fact::Word(it) => is_erased(&it.subject),
        Fact::Limit(it) => is_erased(&it.subject),
        _ => false,
    }
}

fn is_erased(subject: &crate::Subject) -> bool {
    matches!(subject, crate::Subject::Customer(id) if id.is_erased())
}
