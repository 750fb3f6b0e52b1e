//! Chance that can be repeated.

/// Chance from a seed: the same seed throws the same dice on every machine and in every version.
///
/// ```
/// # use pregon_simulation::Dice;
/// let throws = |seed| { let mut dice = Dice::new(seed); [dice.below(6), dice.below(6)] };
/// assert_eq!(throws(7), throws(7));
/// ```
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // Seeds that follow each other are to give stories that have nothing in common.
        let mut dice = Self(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ 0x9e37_79b9_7f4a_7c15);
        let _ = dice.next();
        dice
    }

    /// Dice of their own for one part of a story: what it throws moves nothing elsewhere.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self::new(self.next())
    }

    /// The next 64 bits (SplitMix64).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound, which is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound.max(1))) >> 64) as u64
    }

    /// A number between two, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = most.saturating_sub(least).max(0).cast_unsigned();
        least + self.below(width + 1).cast_signed()
    }

    /// Whether something happens that happens so many times in a thousand.
    pub fn permille(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    /// One of a list that is not empty.
    ///
    /// # Panics
    /// When the list is empty.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let nth = self.below(list.len() as u64);
        &list[usize::try_from(nth).unwrap_or(0)]
    }
}
