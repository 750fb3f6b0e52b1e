//! Somebody who hears all events, and what they heard against what the ledger says in the end.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pregon_core::{
    CampaignFact, CampaignRecord, CampaignState, DispatchId, DispatchView, Event, EventId, Fact,
    Preference, Reason, State,
};

/// Who hears it: outside of all processes, so that no kill takes it away.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Memory>>);

/// What was heard.
#[derive(Debug, Default)]
struct Memory {
    /// Each event when it was heard first.
    events: Vec<Event>,
    places: HashMap<EventId, usize>,
    again: u64,
    renamed: Option<String>,
}

/// The ledger in the end, and what it kept on the way.
#[derive(Debug)]
pub(crate) struct Books<'a> {
    pub(crate) dispatches: Vec<&'a DispatchView>,
    pub(crate) campaigns: Vec<&'a CampaignRecord>,
    /// All words, in the order in which they were kept.
    pub(crate) words: Vec<&'a Preference>,
}

/// What was told of one dispatch, in its order.
type Path<'e> = Vec<(&'e Event, &'e DispatchView)>;

impl Heard {
    /// Hears events, some of them perhaps again.
    pub(crate) fn hear(&self, events: &[Event]) {
        let mut memory = self.memory();
        for event in events {
            let Some(place) = memory.places.get(&event.id).copied() else {
                let place = memory.events.len();
                memory.places.insert(event.id, place);
                memory.events.push(event.clone());
                continue;
            };
            memory.again += 1;
            if memory.events[place] != *event && memory.renamed.is_none() {
                let (id, first) = (event.id, memory.events[place].fact.kind());
                let what = format!("{id} was {first} and is {}", event.fact.kind());
                memory.renamed = Some(what);
            }
        }
    }

    /// How many events there were, of them dispatches that began, and how many came again.
    pub(crate) fn counts(&self) -> [(&'static str, u64); 4] {
        let memory = self.memory();
        let limits = |event: &&Event| matches!(event.fact, Fact::Limit(_));
        let begun = memory.events.iter().filter(|event| begins(event)).count();
        let near = memory.events.iter().filter(limits).count();
        [
            ("events: told", memory.events.len() as u64),
            ("events: told again", memory.again),
            ("events: begun", begun as u64),
            ("events: limit near", near as u64),
        ]
    }

    /// How often each dispatch was told to begin.
    pub(crate) fn begun(&self) -> BTreeMap<DispatchId, u64> {
        let mut begun = BTreeMap::new();
        for event in self.memory().events.iter().filter(|event| begins(event)) {
            if let Fact::Dispatch(view) = &event.fact {
                *begun.entry(view.id).or_default() += 1;
            }
        }
        begun
    }

    /// What of it must not be.
    pub(crate) fn findings(&self, books: &Books<'_>) -> Vec<String> {
        let memory = self.memory();
        let mut findings: Vec<String> = memory.renamed.iter().cloned().collect();
        let (mut paths, mut lives) = (BTreeMap::new(), BTreeMap::new());
        let (mut words, mut limits) = (Vec::new(), Vec::new());
        for event in &memory.events {
            match &event.fact {
                Fact::Dispatch(view) => {
                    let path: &mut Path<'_> = paths.entry(view.id).or_default();
                    path.push((event, view));
                }
                Fact::Campaign(it) => {
                    let life: &mut Vec<&CampaignFact> = lives.entry(&it.campaign).or_default();
                    life.push(it);
                }
                Fact::Word(_) => words.push(event.fact.clone()),
                Fact::Limit(it) => limits.push((event.at, it.dispatch)),
                other => findings.push(format!("nobody did what is told: {other:?}")),
            }
        }
        for (at, id) in limits {
            let begun = |(event, _): &(&Event, &DispatchView)| event.at == at && begins(event);
            if !paths.get(&id).is_some_and(|path| path.iter().any(begun)) {
                findings.push(format!("{id} takes a place and does not begin"));
            }
        }
        for record in &books.campaigns {
            let told = lives.remove(&record.campaign().id).unwrap_or_default();
            findings.extend(life(record, &told));
        }
        findings.extend(
            lives
                .into_keys()
                .map(|id| format!("there is no campaign {id}")),
        );
        let over = |view: &DispatchView| {
            let own = |record: &&&CampaignRecord| record.campaign().id == view.key.campaign;
            books
                .campaigns
                .iter()
                .find(own)
                .is_some_and(|it| is_over(it))
        };
        for view in &books.dispatches {
            let told = paths.remove(&view.id).unwrap_or_default();
            findings.extend(path(view, &told, over(view)));
        }
        findings.extend(
            paths
                .into_keys()
                .map(|id| format!("{id} is told and not there")),
        );
        let kept: Vec<Fact> = books.words.iter().map(|word| Fact::word(word)).collect();
        if kept != words {
            let (kept, told) = (kept.len(), words.len());
            findings.push(format!("{kept} words were kept, and other {told} told"));
        }
        findings
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it tells that a dispatch begins.
pub(crate) fn begins(event: &Event) -> bool {
    matches!(&event.fact, Fact::Dispatch(view) if view.standing.state == State::Sending)
}

fn is_over(record: &CampaignRecord) -> bool {
    matches!(
        record.state(),
        CampaignState::Finished | CampaignState::Cancelled
    )
}

/// What is wrong with what was told of a campaign: each of its versions, once, in their order.
fn life(record: &CampaignRecord, told: &[&CampaignFact]) -> Option<String> {
    let id = &record.campaign().id;
    let versions: Vec<u64> = told.iter().map(|fact| fact.version).collect();
    if !versions.iter().copied().eq(1..=record.version()) {
        let version = record.version();
        return Some(format!(
            "{id} is at version {version}, told are {versions:?}"
        ));
    }
    let mut before = None;
    for fact in told {
        if fact.before != before {
            let version = fact.version;
            return Some(format!("{id} {version} was not {:?} before", fact.before));
        }
        before = Some(fact.state);
    }
    (before != Some(record.state())).then(|| format!("{id} is {}, told {before:?}", record.state()))
}

/// What is wrong with what was told of a dispatch that stands so in the end.
fn path(view: &DispatchView, told: &[(&Event, &DispatchView)], over: bool) -> Option<String> {
    let id = view.id;
    let mut before: Option<&DispatchView> = None;
    for (event, now) in told {
        if event.at != now.at {
            return Some(format!("{id} changed at {}, told at {}", now.at, event.at));
        }
        let fair = match before {
            None => is_first(now),
            Some(before) => may_follow(before, now) && before.at <= now.at,
        };
        if !fair {
            return Some(format!(
                "{id} is told as {}, before {}",
                so(now),
                before.map_or_else(String::new, so)
            ));
        }
        before = Some(now);
    }
    let Some(last) = before else {
        return Some(format!("{id} is {}, and nothing is told of it", so(view)));
    };
    // Of what waits while its campaign ends, only the end of the campaign is told.
    let swept = over
        && matches!(last.standing.state, State::Scheduled | State::Resend)
        && matches!(view.standing.state, State::Cancelled | State::Unknown)
        && view.reason == Some(Reason::Cancelled)
        && view.attempts == last.attempts;
    (last != view && !swept).then(|| format!("{id} is {}, told last as {}", so(view), so(last)))
}

fn so(view: &DispatchView) -> String {
    let (state, attempts) = (view.standing.state, view.attempts);
    let reason = view.reason.map_or("", |reason| reason.as_str());
    format!("{state} {reason} after {attempts} at {}", view.at)
}

/// Whether a dispatch may begin its life so.
fn is_first(it: &DispatchView) -> bool {
    let never_left = matches!(
        it.standing.state,
        State::Scheduled | State::Suppressed | State::Expired | State::Cancelled
    );
    never_left && it.attempts == 0 && !it.standing.in_doubt
}

/// Whether a dispatch that stood so may stand so after one decision.
fn may_follow(before: &DispatchView, now: &DispatchView) -> bool {
    use State::{
        Accepted, Cancelled, Capped, Dead, Expired, Failed, Resend, Scheduled, Sending, Suppressed,
        Unknown,
    };
    let (was, is) = (before.standing, now.standing);
    let same = now.attempts == before.attempts;
    let fair = match (was.state, is.state) {
        (Scheduled | Resend, Sending) => now.attempts == before.attempts + 1,
        (Scheduled, Scheduled | Suppressed | Expired | Cancelled | Capped | Failed | Dead) => same,
        (Resend, Resend | Unknown | Accepted) | (Unknown, Accepted) => same,
        (Sending, Accepted | Failed) => same,
        // Put back, perhaps without a count, and what ends it may have come in the same decision.
        (Sending, Scheduled | Resend | Unknown | Suppressed | Expired | Cancelled | Dead) => {
            same || now.attempts + 1 == before.attempts
        }
        _ => false,
    };
    let doubt = match is.state {
        Accepted => !is.in_doubt,
        Resend | Unknown => is.in_doubt,
        _ => is.in_doubt == was.in_doubt,
    };
    fair && doubt
}
