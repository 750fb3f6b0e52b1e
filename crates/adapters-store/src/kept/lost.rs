//! What may have been sent by intents that are lost: pure.
//!
//! A store that lost its latest commits (a standby that was promoted, a backup that was restored)
//! has rows that wait and were sent all the same. Which of them, nobody here knows: all that were
//! due at some instant between the last that is surely kept and the last at which the old store
//! could still send. They are taken for begun by a pass that nobody remembers, [`LOST`], and the
//! next pass settles them as it settles what any dead pass had begun.

use chrono::{DateTime, Utc};
use pregon_core::{BookEntry, Word};

use super::row::Row;
use super::wire;

/// The pass that nobody remembers. No pass is given this number.
#[cfg(feature = "postgres")]
pub(crate) const LOST: i64 = 0;

/// What is done about a store that may have forgotten what was sent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Accept {
    /// Nobody has looked: it is refused.
    #[default]
    Nobody,
    /// It has lost nothing.
    Whole,
    /// It may have lost intents.
    Lost(Lost),
}

/// Between which instants intents may be lost, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Before this instant all is kept.
    pub(crate) since: i64,
    /// From this instant on nobody sends by the old store.
    pub(crate) until: i64,
}

impl Lost {
    pub(crate) fn new(since: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        let (since, until) = (wire::micros(since), wire::micros(until));
        Self { since, until }
    }

    /// Whether a dispatch that waits may have begun in between.
    ///
    /// How long it was due before does not matter: a backlog is sent at any time. One whom a word
    /// that is kept forbids begins neither here nor there.
    pub(crate) fn may_have_begun(&self, row: &Row, book: &BookEntry) -> bool {
        let (from, to) = (wire::micros(row.not_before), wire::micros(row.not_after));
        let due = row.waits() && from <= self.until && to > self.since;
        due && !is_refused(row, book)
    }

    /// When it may have begun first.
    pub(crate) fn first(&self, not_before: DateTime<Utc>) -> i64 {
        self.since.max(wire::micros(not_before))
    }
}

fn is_refused(row: &Row, book: &BookEntry) -> bool {
    let route = &row.route;
    book.words.iter().any(|(scope, word, _)| {
        *word == Word::OptOut && scope.covers(&route.channel, &route.purpose, route.class)
    })
}
