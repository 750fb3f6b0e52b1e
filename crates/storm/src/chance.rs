//! Chance by seed: the same seed gives the same storm, as far as kills allow.

/// A number from a seed and some others, spread evenly (splitmix64's finalizer over each).
pub(crate) fn mix(seed: u64, parts: &[u64]) -> u64 {
    parts.iter().fold(stir(seed), |so_far, part| {
        stir(so_far ^ stir(part.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    })
}

fn stir(number: u64) -> u64 {
    let mut it = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

/// A row of random numbers.
#[derive(Debug)]
pub(crate) struct Dice {
    seed: u64,
    thrown: u64,
}

impl Dice {
    /// The row of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, thrown: 0 }
    }

    /// The next number below a bound; 0 for the bound 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.thrown += 1;
        mix(self.seed, &[self.thrown]) % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_no_other() {
        let row = |seed| {
            let mut dice = Dice::new(seed);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(row(7), row(7));
        assert_ne!(row(7), row(8));
    }

    #[test]
    fn it_is_spread_evenly() {
        let mut dice = Dice::new(1);
        let low = (0..10_000).filter(|_| dice.below(100) == 0).count();
        assert!((60..140).contains(&low), "{low} of about 100");
    }
}
