//! Finds numbers by the hash of what they stand for.

/// The mark of a slot that is free; no number is so great.
const FREE: u32 = u32::MAX;

/// How many slots a line of the cache has.
const LINE: usize = 16;

/// The numbers 0, 1, 2, … by the hash of what they stand for, four bytes a slot.
///
/// Open addressing: the hash says where a number's slot is, and if that is taken it is the next
/// free one. Its upper half says in which line of the cache, its last four bits which slot
/// of the line.
/// The bits of a slot that the number does not need hold the other bits of the hash, so that what
/// the numbers stand for is compared almost only where it is the same: at ten million rows that
/// spares a look-up most of its misses of the cache.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    slots: Vec<u32>,
    len: usize,
}

/// Where a number that is not there yet belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap(usize);

impl Index {
    /// Whether it has room for so many numbers in all: at most three quarters of the slots are
    /// taken, beyond that runs of taken ones become long.
    #[inline]
    pub(super) fn has_room(&self, numbers: usize) -> bool {
        numbers + numbers / 3 + 2 <= self.slots.len()
    }

    /// Makes room for so many numbers in all; `hash_of` gives the hash of each that is there.
    pub(super) fn reserve(&mut self, numbers: usize, hash_of: impl Fn(usize) -> u64) {
        if self.has_room(numbers) {
            return;
        }
        let needed = (numbers + numbers / 3 + 2).next_power_of_two().max(LINE);
        let len = self.len;
        *self = Self {
            slots: vec![FREE; needed],
            len: 0,
        };
        for number in 0..len {
            let hash = hash_of(number);
            if let Err(gap) = self.find(hash, |_| false) {
                self.fill(gap, hash);
            }
        }
    }

    /// The number with this hash that is the `same`, or where it belongs.
    #[inline]
    pub(super) fn find(&self, hash: u64, same: impl Fn(usize) -> bool) -> Result<usize, Gap> {
        let Some(mask) = self.slots.len().checked_sub(1) else {
            return Err(Gap(0));
        };
        let (numbers, tag) = (self.numbers(), self.tag(hash));
        let mut at = self.home(hash);
        loop {
            let slot = self.slots[at];
            if slot == FREE {
                return Err(Gap(at));
            }
            let number = (slot & numbers) as usize;
            if slot & !numbers == tag && same(number) {
                return Ok(number);
            }
            at = (at + 1) & mask;
        }
    }

    /// Puts the next number into the gap that its hash was given.
    ///
    /// Room must have been made before the gap was found.
    pub(super) fn fill(&mut self, Gap(at): Gap, hash: u64) {
        let number = u32::try_from(self.len).expect("fewer numbers than four bytes have");
        self.slots[at] = number | self.tag(hash);
        self.len += 1;
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u32>()
    }

    #[inline]
    fn home(&self, hash: u64) -> usize {
        let lines = self.slots.len() / LINE;
        let line = ((hash >> 32) * lines as u64) >> 32;
        line as usize * LINE + hash as usize % LINE
    }

    /// The bits of a slot that hold the number: fewer numbers than slots, and never all bits set.
    #[inline]
    fn numbers(&self) -> u32 {
        // Beyond four bytes it is all of them.
        self.slots.len().wrapping_sub(1) as u32
    }

    /// The bits of the hash that a slot holds, above those of the number.
    #[inline]
    fn tag(&self, hash: u64) -> u32 {
        hash as u32 & !self.numbers()
    }
}

#[cfg(test)]
mod tests {
    use super::Index;

    /// Hashes that often have the same slot or the same tag, and some that have both.
    fn hash(number: usize) -> u64 {
        let number = number as u64 / 2;
        (number % 97) << 57 | (number % 5) << 29 | (number % 7)
    }

    #[test]
    fn every_number_is_found_whatever_its_hash() {
        let mut index = Index::default();
        for number in 0..1_000 {
            index.reserve(number + 1, hash);
            let gap = index.find(hash(number), |other| other == number);
            index.fill(gap.unwrap_err(), hash(number));
        }
        for number in 0..1_000 {
            assert_eq!(index.find(hash(number), |n| n == number).ok(), Some(number));
        }
        assert!(index.find(hash(3), |_| false).is_err());
        assert!(Index::default().find(7, |_| true).is_err());
    }
}
