//! Days pass.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::super::leaf::{self, Notes};
use super::super::population::Column;
use super::day_index::{CHUNK, DayIndex};
use super::plan::bits;
use super::row::{Scratch, Seen, World};
use super::table::Piece;
use super::tables::SlotTables;
use super::values::Values;
use super::{Live, Turn};
use crate::AttributeType;
use crate::rule::{Condition, Moment};

/// Codes of a column that a turning day has decided otherwise in some zones.
struct Stretch {
    slot: usize,
    low: i64,
    high: i64,
    /// By the number of the zone.
    zones: Arc<[bool]>,
    /// Segments that ask for nothing else, and whether these codes are members now.
    direct: Vec<(u32, bool)>,
    /// Whether there are segments that ask for more.
    more: bool,
}

/// When something may have happened to those whose answer is another now.
struct Span {
    /// The place of the index.
    index: usize,
    low: i64,
    high: i64,
    zones: Arc<[bool]>,
}

impl Live {
    /// Lets time pass to an instant; says who entered and left what by that.
    ///
    /// Each customer's day turns when it does in its zone. Only those are looked at for whom the new
    /// day makes a difference. An instant before [`now`](Self::now) is as good as one after it:
    /// everything becomes as it is then, for the values that customers have.
    ///
    /// It may work for long when many days pass at once: not to be called on a thread that serves
    /// others.
    pub fn advance(&mut self, now: DateTime<Utc>) -> Turn {
        let mut turn = Turn::new(Arc::clone(&self.names));
        let moments = self.moments_at(now);
        self.now = now;
        let both = self.moments.iter().zip(&moments);
        let turned: Vec<bool> = both.map(|(a, b)| a.today() != b.today()).collect();
        if turned.contains(&true) {
            self.tidy_days();
            let fresh: Vec<Option<SlotTables>> = (0..self.tables.len())
                .map(|slot| {
                    let old = &self.tables[slot];
                    old.turns.then(|| self.tables_of(slot, &moments, old.bounds()))
                })
                .collect();
            let stretches = self.stretches(&fresh, &turned);
            let spans = self.spans(&moments, &turned);
            self.turn(&stretches, &spans, (&fresh, &moments, &turned), &mut turn);
            let tables = self.tables.iter_mut().zip(fresh);
            tables.for_each(|(old, new)| *old = new.unwrap_or_else(|| std::mem::replace(old, SlotTables::nothing())));
        }
        self.moments = moments;
        turn
    }
}
