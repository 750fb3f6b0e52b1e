//! Too many places in a window.
//!
//! Places are read in the order of subjects and instants, page by page, each page at another
//! moment: a place of an early page may be given back, and its successor taken, before a later page
//! is read. So the first reading only suspects; the suspects' dispatches say which limits could
//! have refused them; and a second reading, all of which is later than every suspect, decides. A
//! place that is there then and is older than the suspect's was there when the suspect took its
//! own, because a place that was given back is taken again at another instant.
//!
//! Workers of one database read their clocks before they get their turn, so two places may stand in
//! the books in another order than that in which they were taken. Where both limits refuse and mean
//! the same window that changes nothing: whichever came last saw the other. Otherwise only a place
//! that is clearly older counts.
//!
//! Only what was taken after the limit began to count so is judged: earlier, it said something
//! else.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Duration, Utc};

use super::suspects::{Asked, Suspects};
use super::{AuditReport, PAGE};
use crate::{
    Books, CampaignId, Cursor, DispatchId, KnownLimit, LimitId, Period, Place, PortError, Zone,
};

/// How many suspects are looked into at once.
const MOST_SUSPECTS: usize = 20_000;

/// How many places of one subject are remembered at most; a limit that lets more through in a
/// window is not judged.
const MOST_REMEMBERED: usize = 1 << 20;

/// How many of the places just before a suspect are heard with it.
const NEAR: usize = 64;

/// Two places that are further apart were taken in the order of their instants.
fn apart() -> Duration {
    Duration::hours(1)
}

/// What a limit counts under since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Law {
    pub(super) rule: LimitId,
    /// As the ledger keeps it.
    pub(super) text: String,
    most: usize,
    period: Period,
    since: DateTime<Utc>,
}

impl Law {
    fn of(known: &KnownLimit) -> Option<Self> {
        let (most, window) = known.law.split_once(" in ")?;
        let period = window.strip_prefix("a ").unwrap_or(window).parse().ok()?;
        let most = most.parse().ok().filter(|most| *most < MOST_REMEMBERED)?;
        Some(Self {
            rule: known.rule.clone(),
            text: known.law.clone(),
            most,
            period,
            since: known.since,
        })
    }

    /// Whether as many as there may be are in the window of one that comes after them.
    fn is_full(&self, earlier: &VecDeque<Taken>, next: &Taken) -> bool {
        let Some(zone) = next.zone else { return false };
        let from = self.period.window(next.at, zone).bounds(next.at).0;
        match earlier.len().checked_sub(self.most) {
            Some(nth) => earlier.get(nth).is_none_or(|nth| nth.at >= from),
            None => false,
        }
    }
}

/// The laws under which a ledger counts.
#[derive(Debug)]
pub(super) struct Laws {
    by_rule: BTreeMap<LimitId, Law>,
    known: u64,
}

impl Laws {
    pub(super) fn of(known: &[KnownLimit]) -> Self {
        let laws = known.iter().filter_map(Law::of);
        Self {
            by_rule: laws.map(|law| (law.rule.clone(), law)).collect(),
            known: known.len() as u64,
        }
    }

    pub(super) fn known(&self) -> u64 {
        self.known
    }

    /// Whether a limit says the same, since the same instant, in both.
    pub(super) fn is_as_in(&self, later: &Self, rule: &LimitId) -> bool {
        self.by_rule.get(rule) == later.by_rule.get(rule)
    }
}

/// A place that was taken.
#[derive(Debug, Clone, Copy)]
struct Taken {
    id: DispatchId,
    at: DateTime<Utc>,
    zone: Option<Zone>,
}

/// The latest places of one subject under each limit.
#[derive(Debug, Default)]
struct Crowd {
    subject: [u8; 16],
    by_rule: BTreeMap<LimitId, VecDeque<Taken>>,
}

impl Crowd {
    /// Shows a place with those before it, under each limit that counts it.
    fn take(
        &mut self,
        place: &Place,
        laws: &Laws,
        mut show: impl FnMut(&Law, &VecDeque<Taken>, &Taken),
    ) {
        if place.subject != self.subject {
            self.subject = place.subject;
            self.by_rule.clear();
        }
        let Some((id, _, zone)) = place.dispatch else {
            return;
        };
        let at = place.at;
        let next = Taken { id, at, zone };
        for law in place.rules.iter().filter_map(|it| laws.by_rule.get(it)) {
            let earlier = self.by_rule.entry(law.rule.clone()).or_default();
            show(law, earlier, &next);
            earlier.push_back(next);
            if earlier.len() > law.most + NEAR {
                earlier.pop_front();
            }
        }
    }
}

/// The first reading of all places.
#[derive(Debug)]
pub(super) struct Walk {
    crowd: Crowd,
    after: Option<Cursor>,
    over: bool,
}

impl Walk {
    pub(super) fn begin() -> Self {
        Self {
            crowd: Crowd::default(),
            after: None,
            over: false,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Reads on until there are enough suspects, or no more places.
    pub(super) async fn go_on<S: Books + ?Sized>(
        &mut self,
        store: &S,
        laws: &Laws,
        report: &mut AuditReport,
    ) -> Result<Suspects, PortError> {
        let mut suspects = Suspects::default();
        report.count("places", 0);
        while !self.over && suspects.len() < MOST_SUSPECTS {
            let page = store.places(self.after.as_ref(), PAGE).await?;
            for place in &page.items {
                report.count("places", 1);
                report.count("I9", 1);
                ownerless(place, report);
                self.crowd.take(place, laws, |law, earlier, next| {
                    report.count("I5", u64::from(next.at > law.since));
                    suspect(&mut suspects, law, earlier, next);
                });
            }
            self.after = page.next;
            self.over = self.after.is_none();
        }
        Ok(suspects)
    }
}

/// I9: a place and its dispatch are read at one moment, and they change in one transaction.
fn ownerless(place: &Place, report: &mut AuditReport) {
    match place.dispatch {
        None => {
            let what = "a place belongs to no dispatch".to_owned();
            report.add("I9", what, hex(place.subject));
        }
        Some((id, standing, _)) if !standing.state.counts() => {
            let what = format!("it is {} and still takes a place", standing.state);
            report.add("I9", what, id.to_string());
        }
        Some(_) => {}
    }
}

fn suspect(suspects: &mut Suspects, law: &Law, earlier: &VecDeque<Taken>, next: &Taken) {
    if next.at <= law.since || !law.is_full(earlier, next) {
        return;
    }
    suspects.add(next.id, next.at, true, law);
    let near = |it: &&Taken| it.at >= next.at - apart();
    for it in earlier.iter().rev().take_while(near).take(NEAR) {
        suspects.add(it.id, it.at, false, law);
    }
}

/// A dispatch that passed a limit.
#[derive(Debug)]
pub(super) struct Alarm {
    pub(super) id: DispatchId,
    pub(super) campaign: CampaignId,
    pub(super) rule: LimitId,
    law: String,
}

impl Alarm {
    pub(super) fn what(&self) -> String {
        format!(
            "it began when the limit {} ({}) was full",
            self.rule, self.law
        )
    }
}

/// The second reading: which of the suspects did pass a limit.
pub(super) async fn confirm<S: Books + ?Sized>(
    store: &S,
    laws: &Laws,
    suspects: &Suspects,
) -> Result<Vec<Alarm>, PortError> {
    let (mut crowd, mut after, mut alarms) = (Crowd::default(), None, Vec::new());
    while suspects.any_could_be_refused() {
        let page = store.places(after.as_ref(), PAGE).await?;
        for place in &page.items {
            crowd.take(place, laws, |law, earlier, next| {
                let asked = suspects.asked(next.id, next.at, &law.rule, place.subject);
                let Some((campaign, asked)) = asked else {
                    return;
                };
                let counts =
                    |it: &&Taken| it.at >= asked.from && was_seen(it, next, asked, place, suspects);
                if next.at > law.since && earlier.iter().filter(counts).count() >= asked.most {
                    alarms.push(Alarm {
                        id: next.id,
                        campaign: campaign.clone(),
                        rule: law.rule.clone(),
                        law: law.text.clone(),
                    });
                }
            });
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(alarms)
}

/// Whether the one saw the other or the other saw it, and both would have been one too many.
fn was_seen(it: &Taken, next: &Taken, asked: &Asked, place: &Place, suspects: &Suspects) -> bool {
    let of_it = suspects.asked(it.id, it.at, &asked.rule, place.subject);
    it.at < next.at - apart() || of_it.is_some_and(|(_, other)| other.zone == asked.zone)
}

fn hex(bytes: [u8; 16]) -> String {
    data_encoding::HEXLOWER.encode(&bytes)
}
