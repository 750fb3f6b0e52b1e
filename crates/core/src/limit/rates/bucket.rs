//! What was taken under one rate.

use std::collections::VecDeque;
use std::time::Duration;

use crate::Rate;

/// A stretch of time that is short beside the rate's, and how many were taken in it.
#[derive(Debug, Clone, Copy)]
struct Slot {
    first: Duration,
    last: Duration,
    count: u32,
}

/// Takes near each other are remembered together: so many stretches to a rate's own.
const SLOTS: u32 = 64;

/// What was taken under one rate, in no more memory than its slots need.
///
/// A bucket that fills evenly would let twice the rate through in its first stretch: all it holds,
/// and all that it fills up with. This one remembers when places were taken, and gives each back
/// when it is a whole stretch old; those of one slot together, so up to a 64th later.
#[derive(Debug, Clone, Default)]
pub(super) struct Bucket {
    slots: VecDeque<Slot>,
    taken: u32,
    /// How many stand in a queue, and in which.
    queued: (u64, u32),
}

impl Bucket {
    /// How long until there is a place; `None` when there is one.
    pub(super) fn wait(&mut self, rate: Rate, now: Duration) -> Option<Duration> {
        self.forget(rate, now);
        if self.taken < rate.most() {
            return None;
        }
        let oldest = self.slots.front()?;
        Some((oldest.last + rate.per()).saturating_sub(now))
    }

    /// How long until there is a place for the next of a queue.
    pub(super) fn wait_of_next(&mut self, rate: Rate, now: Duration, queue: u64) -> Duration {
        self.forget(rate, now);
        let before = if self.queued.0 == queue {
            self.queued.1
        } else {
            0
        };
        // Whoever comes a whole rate later gets the place of the same one a stretch later.
        let rounds = rate.per() * (before / rate.most());
        let mut free = rate.most().saturating_sub(self.taken);
        let mut slots = self.slots.iter();
        let mut freed = now;
        while free <= before % rate.most()
            && let Some(slot) = slots.next()
        {
            free += slot.count;
            freed = slot.last + rate.per();
        }
        freed.saturating_sub(now) + rounds
    }

    /// One more stands in a queue.
    pub(super) fn stand(&mut self, queue: u64) {
        let before = if self.queued.0 == queue {
            self.queued.1
        } else {
            0
        };
        self.queued = (queue, before.saturating_add(1));
    }

    /// Takes a place, which must be there.
    pub(super) fn take(&mut self, rate: Rate, now: Duration) {
        self.taken += 1;
        if let Some(slot) = self.slots.back_mut()
            && now < slot.first + rate.per() / SLOTS
        {
            slot.count += 1;
            slot.last = slot.last.max(now);
            return;
        }
        let (first, last, count) = (now, now, 1);
        self.slots.push_back(Slot { first, last, count });
    }

    /// Gives back a place that was taken then and not used.
    pub(super) fn give_back(&mut self, at: Duration) {
        let of_then = |slot: &&mut Slot| slot.first <= at && at <= slot.last && slot.count > 0;
        if let Some(slot) = self.slots.iter_mut().rev().find(of_then) {
            slot.count -= 1;
            self.taken -= 1;
        }
    }

    /// Whether nothing is remembered at an instant.
    pub(super) fn is_empty(&mut self, rate: Rate, now: Duration) -> bool {
        self.forget(rate, now);
        self.taken == 0
    }

    /// How many slots it remembers.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.slots.len()
    }

    fn forget(&mut self, rate: Rate, now: Duration) {
        let old = |slot: &Slot| slot.count == 0 || slot.last + rate.per() <= now;
        while let Some(slot) = self.slots.front().copied().filter(old) {
            self.taken -= slot.count;
            self.slots.pop_front();
        }
    }
}
