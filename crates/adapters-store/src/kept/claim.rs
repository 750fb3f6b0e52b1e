//! Choosing among what is due: one row a person, the most important and longest due first.

use std::collections::{HashMap, HashSet, VecDeque};

use pregon_core::{MOST_ATTEMPTS, MOST_CLAIMS, Reason};

use super::desk::{Counts, Desk};
use super::row::Row;
use super::wire;

/// How many rows of a person stay in a route's index although another one was claimed.
const MOST_SEEN: usize = 8;

/// How many rows a turn ends at most instead of claiming them; the next turn goes on.
const MOST_ENDED: usize = 10_000;

/// One route's run of what is due.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) route: i64,
    pub(crate) priority: i32,
    read: VecDeque<Row>,
    /// The last row read, by time and number.
    pub(crate) cursor: (i64, i64),
    drained: bool,
}

/// What a claim has found so far.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) claimed: Vec<Row>,
    pub(crate) ended: Vec<Row>,
    pub(crate) hidden: Vec<i64>,
    /// Whether nothing more is claimed beside what was.
    full: bool,
    people: HashSet<String>,
    passed: HashMap<(i64, String), usize>,
}

/// The first of what several routes have read.
pub(crate) fn first(lanes: &mut [Lane]) -> Option<Row> {
    let head = |lane: &&mut Lane| lane.read.front().map(|row| (row.not_before, row.row));
    let heads = lanes.iter_mut().filter(|lane| !lane.read.is_empty());
    heads.min_by_key(head)?.read.pop_front()
}

impl Lane {
    /// The lane of a route, of which nothing was read yet.
    pub(crate) fn new(route: i64, priority: i32) -> Self {
        Self {
            route,
            priority,
            read: VecDeque::new(),
            cursor: (i64::MIN, i64::MIN),
            drained: false,
        }
    }

    /// Whether its next row is still to be read.
    pub(crate) fn is_unread(&self) -> bool {
        self.read.is_empty() && !self.drained
    }

    /// Takes what was read after the cursor when so many rows were asked for.
    pub(crate) fn fill(&mut self, rows: Vec<Row>, asked: usize) {
        self.drained = rows.len() < asked;
        if let Some(last) = rows.last() {
            self.cursor = (wire::micros(last.not_before), last.row);
        }
        self.read.extend(rows);
    }
}

impl Found {
    /// How many rows to read at once of each of so many lanes; `None` when enough was found.
    pub(crate) fn chunk(&self, most: usize, lanes: usize) -> Option<usize> {
        let more = self.claimed.len() < most && self.ended.len() < MOST_ENDED;
        let more = more && !self.full;
        more.then(|| ((most - self.claimed.len()) / lanes).clamp(16, 1024))
    }

    /// How many ended instead of being claimed, by reason.
    pub(crate) fn counts(&self) -> Counts {
        let reasons = self.ended.iter().filter_map(|row| row.reason);
        reasons.fold(Counts::new(), |mut counts, reason| {
            *counts.entry(reason).or_default() += 1;
            counts
        })
    }

    /// Claims, ends or passes by a due row.
    pub(crate) fn meet(&mut self, mut row: Row, desk: &Desk) {
        if let Some(reason) = over(&row, desk) {
            row.withdraw(reason, desk.now);
            self.ended.push(row);
            return;
        }
        // Whoever prepared it died each time, perhaps because of another one of the same batch: the
        // last time it is alone, so that at most one ends for what one did.
        let alone = row.claims + 1 >= MOST_CLAIMS;
        self.full |= alone;
        if alone && !self.claimed.is_empty() {
            return;
        }
        if self.people.insert(row.customer.as_str().to_owned()) {
            (row.claims, row.epoch) = (row.claims + 1, Some(desk.epoch));
            self.claimed.push(row);
            return;
        }
        let who = (row.route_number, row.customer.as_str().to_owned());
        let passed = self.passed.entry(who).or_default();
        *passed += 1;
        if *passed > MOST_SEEN {
            self.hidden.push(row.row);
        }
    }
}

/// Why a due row ends instead of being claimed.
fn over(row: &Row, desk: &Desk) -> Option<Reason> {
    if row.not_after <= desk.now {
        Some(Reason::Expired)
    } else if row.claims >= MOST_CLAIMS {
        Some(Reason::Poison)
    } else {
        (row.attempts >= MOST_ATTEMPTS).then_some(Reason::Exhausted)
    }
}
