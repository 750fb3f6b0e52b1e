//! The states that were seen, in 28 bytes each.

/// States in the order in which they were found, with the state that each was reached from.
#[derive(Debug)]
pub(super) struct Seen {
    states: Vec<u128>,
    parents: Vec<u32>,
    /// Places of states plus one, by hash; zero is free.
    table: Vec<u32>,
}

impl Seen {
    pub(super) fn new() -> Self {
        Self {
            states: Vec::new(),
            parents: Vec::new(),
            table: vec![0; 1 << 16],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    pub(super) fn get(&self, place: usize) -> u128 {
        self.states[place]
    }

    /// The place of a state, and whether it is new.
    pub(super) fn insert(&mut self, state: u128, parent: u32) -> (u32, bool) {
        if (self.states.len() + 1) * 2 > self.table.len() {
            self.grow();
        }
        let mut at = self.slot(state);
        loop {
            match self.table[at] {
                0 => break,
                found if self.states[found as usize - 1] == state => return (found - 1, false),
                _ => at = (at + 1) & (self.table.len() - 1),
            }
        }
        self.states.push(state);
        self.parents.push(parent);
        let count = u32::try_from(self.states.len()).expect("fewer than 4 thousand million states");
        self.table[at] = count;
        (count - 1, true)
    }

    /// The way from the first state to this one.
    pub(super) fn way_to(&self, place: u32) -> Vec<u128> {
        let mut way = vec![self.states[place as usize]];
        let mut at = place;
        while at != 0 {
            at = self.parents[at as usize];
            way.push(self.states[at as usize]);
        }
        way.reverse();
        way
    }

    fn slot(&self, state: u128) -> usize {
        let (low, high) = (state as u64, (state >> 64) as u64);
        let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (mixed ^ (mixed >> 32)) as usize & (self.table.len() - 1)
    }

    fn grow(&mut self) {
        self.table = vec![0; self.table.len() * 2];
        for place in 0..self.states.len() {
            let mut at = self.slot(self.states[place]);
            while self.table[at] != 0 {
                at = (at + 1) & (self.table.len() - 1);
            }
            self.table[at] = u32::try_from(place + 1).expect("it was counted when it came");
        }
    }
}
